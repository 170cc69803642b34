"""Which stories stand in which message of a digest that was sent, so that one that is retracted can be taken out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.articles import Status
from storage.tables import articles, digest_messages


@dataclass(frozen=True, slots=True)
class DigestMessage:
    """One message of a digest. The lines of `article_ids` are numbered from `first` on, of `total` in the digest."""

    chat_id: int
    edition: str
    first: int
    total: int
    article_ids: tuple[int, ...]
    message_id: int = 0


async def note(connection: AsyncConnection, sent: Sequence[DigestMessage], *, now: datetime) -> tuple[int, ...]:
    """Keep what was sent; return which of its stories are retracted already, for which an edit is to be owed.

    In PostgreSQL this waits for a retraction that is just being written, and makes the next one wait, as in `settling`.
    """
    told = sorted({article_id for message in sent for article_id in message.article_ids})
    rows = await connection.execute(
        select(articles.c.id, articles.c.status)
        .where(articles.c.id.in_(told))
        .order_by(articles.c.id)
        .with_for_update(read=True)
    )
    retracted = tuple(row.id for row in rows if row.status == Status.RETRACTED)
    await connection.execute(
        insert(digest_messages),
        [
            {
                "chat_id": message.chat_id,
                "message_id": message.message_id,
                "edition": message.edition,
                "first": message.first,
                "total": message.total,
                "stories": f",{','.join(map(str, message.article_ids))},",
                "sent_at": now,
            }
            for message in sent
        ],
    )
    return retracted


async def find(
    connection: AsyncConnection, messages: Collection[tuple[int, int]]
) -> dict[tuple[int, int], tuple[DigestMessage, datetime]]:
    """Return those of these messages (chat, number) that are of digests, with when they were sent."""
    rows = await connection.execute(
        select(digest_messages).where(
            # Not as pairs, for which SQLite would go through the whole table.
            digest_messages.c.chat_id.in_({chat_id for chat_id, _ in messages}),
            digest_messages.c.message_id.in_({message_id for _, message_id in messages}),
        )
    )
    return {
        (row.chat_id, row.message_id): (
            DigestMessage(
                row.chat_id,
                row.edition,
                row.first,
                row.total,
                tuple(int(number) for number in row.stories.strip(",").split(",")),
                row.message_id,
            ),
            row.sent_at,
        )
        for row in rows
    }


def lists(article_id: int) -> ColumnElement[bool]:
    """The condition for the messages in which a story stands: of those alone that were sent since it came."""
    came = select(articles.c.received_at).where(articles.c.id == article_id).scalar_subquery()
    return and_(digest_messages.c.sent_at >= came, digest_messages.c.stories.contains(f",{article_id},"))
