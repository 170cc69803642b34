"""Short ways to stories that were told wrong, and to what puts them right."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import (
    articles,
    corrections,
    settling,
)
from storage.article import Article
from storage.changes import change_title, changes
from storage.corrections import Corrected
from storage.deliveries import Claim, Outcome, State
from tests.databases import START
from tests.storage.builders import TTL, an_article, publish, subscribe

EDITOR = 7


MINUTE = timedelta(minutes=1)


async def story(connection: AsyncConnection, *chats: int, title: str = "خبر فيه خطأ") -> int:
    for chat_id in chats:
        await subscribe(connection, chat_id, "سياسة")
    return (await publish(connection, an_article(title))).stored.id


async def correct(connection: AsyncConnection, article_id: int, new: Article | None = None) -> Corrected | None:
    stored = await articles.get(connection, article_id)
    assert stored is not None
    new = new or change_title(stored.article, f"صواب {stored.revision}")
    return await corrections.correct(
        connection,
        article_id,
        new,
        changes(stored.article, new),
        base=stored.revision,
        author_id=EDITOR,
        now=START + MINUTE,
        ttl=TTL,
    )


async def of(connection: AsyncConnection, article_id: int) -> Article:
    stored = await articles.get(connection, article_id)
    assert stored is not None
    return stored.article


async def send(connection: AsyncConnection, claimed: list[Claim], message_id: int = 10) -> None:
    await settling.settle(
        connection,
        [Outcome(one.id, State.SENT, START, message_id=message_id, attempts=1) for one in claimed],
    )
