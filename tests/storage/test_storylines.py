"""Alerts that go on with a story are one thread, which ends when nothing more is told of it."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.article import Article, Block, BlockKind
from storage.articles import Status
from storage.database import Database
from storage.deliveries import Outcome, State
from storage.settling import settle
from storage.storylines import WINDOW
from storage.tables import articles
from tests.databases import START
from tests.storage.builders import an_article, claim, keep, publish, subscribe

BODY = "انهار جسر قيد الإنشاء في مدينة النور، وقالت فرق الإنقاذ إن عمالا كانوا فوقه وما زال بعضهم تحت الأنقاض. "
FIRST = "انهيار جسر قيد الإنشاء في مدينة النور"
SECOND = "مقتل أربعة في انهيار جسر مدينة النور"
THIRD = "ارتفاع حصيلة انهيار جسر مدينة النور إلى تسعة قتلى"


def told(title: str) -> Article:
    return an_article(title, blocks=(Block(BlockKind.PARAGRAPH, f"{BODY}{title}."),))


async def stories(connection: AsyncConnection) -> list[int | None]:
    return list(await connection.scalars(select(articles.c.story_id).order_by(articles.c.id)))


async def test_later_alerts_join_the_story_of_the_first(database: Database) -> None:
    async with database.write() as connection:
        await publish(connection, told(FIRST))
        assert await stories(connection) == [None]
        await publish(connection, told(SECOND), START + timedelta(hours=2))
        await publish(connection, an_article("افتتاح معرض الكتاب في العاصمة"), START + timedelta(hours=3))
        # Within a day of the second one, though not of the first.
        await publish(connection, told(THIRD), START + timedelta(hours=25))
        assert await stories(connection) == [1, 1, None, 1]


async def test_a_day_after_the_last_word_a_story_begins_anew(database: Database) -> None:
    async with database.write() as connection:
        await publish(connection, told(FIRST))
        await publish(connection, told(SECOND), START + WINDOW + timedelta(minutes=1))
        assert await stories(connection) == [None, None]


async def test_what_was_never_pushed_or_was_taken_back_is_no_beginning(database: Database) -> None:
    async with database.write() as connection:
        await keep(connection, told(FIRST))
        await publish(connection, told(SECOND))
        await connection.execute(update(articles).where(articles.c.id == 2).values(status=Status.RETRACTED))
        await publish(connection, told(THIRD))
        assert await stories(connection) == [None, None, None]


async def test_the_whole_way_from_publishing_to_the_claim(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await publish(connection, told(FIRST))
        (first,) = await claim(connection)
        await settle_as_sent(connection, first.id)
        await publish(connection, told(SECOND), START + timedelta(minutes=5))
        (second,) = await claim(connection, now=START + timedelta(minutes=5))
        assert second.reply_to == 700


async def settle_as_sent(connection: AsyncConnection, delivery_id: int) -> None:
    await settle(connection, [Outcome(delivery_id, State.SENT, START, message_id=700, attempts=1)])
