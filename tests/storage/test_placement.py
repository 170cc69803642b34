"""Where in its chat an alert goes: its section's topic, and the last message about the same running story."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import claims, placement, settling, subscribers
from storage.articles import Status
from storage.database import Database
from storage.deliveries import Claim, Outcome, State
from storage.tables import articles
from tests.databases import START
from tests.storage.builders import an_article, claim, publish, section_ids, subscribe

FORUM = -1001234567890123
SPORT_TOPIC, NEWS_TOPIC = 12, 34


async def put_in(connection: AsyncConnection, topic: int | None, *names: str) -> None:
    ids = await section_ids(connection, names)
    await subscribers.choose(connection, FORUM, ids, chosen=True, now=START, thread_id=topic)


async def tell(connection: AsyncConnection, message_id: int, minutes: int = 0) -> list[Claim]:
    """Send what is owed as one message for each chat."""
    mine = await claim(connection, now=START + timedelta(minutes=minutes))
    sent_at = START + timedelta(minutes=minutes)
    await settling.settle(
        connection,
        [Outcome(each.id, State.SENT, sent_at, message_id=message_id, attempts=1) for each in mine],
    )
    return mine


async def as_one_story(connection: AsyncConnection, *article_ids: int) -> None:
    await connection.execute(update(articles).where(articles.c.id.in_(article_ids)).values(story_id=article_ids[0]))


async def test_an_alert_goes_to_the_topic_of_its_section(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, FORUM, "سياسة")
        await subscribe(connection, 1, "رياضة")
        await put_in(connection, SPORT_TOPIC, "رياضة")
        await publish(connection, an_article("هدف", "رياضة"))
        assert {(each.chat_id, each.thread_id) for each in await claim(connection)} == {(FORUM, SPORT_TOPIC), (1, None)}
        await publish(connection, an_article("انتخابات", "سياسة"))
        assert [(each.chat_id, each.thread_id) for each in await claim(connection)] == [(FORUM, None)]


async def test_of_several_sections_the_articles_first_that_the_chat_follows_counts(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, FORUM)
        await put_in(connection, SPORT_TOPIC, "رياضة")
        await put_in(connection, NEWS_TOPIC, "سياسة")
        await publish(connection, an_article("الوزير واللاعب", "صحة", "سياسة", "رياضة"))
        assert [each.thread_id for each in await claim(connection)] == [NEWS_TOPIC]


async def test_what_waits_for_two_topics_of_one_chat_is_not_joined(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, FORUM)
        await put_in(connection, SPORT_TOPIC, "رياضة")
        await put_in(connection, NEWS_TOPIC, "سياسة")
        for number, section in enumerate(("رياضة", "سياسة", "رياضة")):
            await publish(connection, an_article(f"خبر {number}", section), START + timedelta(seconds=number))
        now = START + timedelta(minutes=1)
        first = await claims.claim(connection, limit=10, now=now)
        assert [[each.thread_id for each in parcel] for parcel in first.parcels] == [[SPORT_TOPIC, SPORT_TOPIC]]
        assert first.more
        rest = await claims.claim(connection, limit=10, now=now)
        assert [[each.thread_id for each in parcel] for parcel in rest.parcels] == [[NEWS_TOPIC]]


async def test_a_section_that_is_chosen_elsewhere_moves(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, FORUM)
        (sport,) = await section_ids(connection, ["رياضة"])
        for topic, expected in ((SPORT_TOPIC, {sport: SPORT_TOPIC}), (NEWS_TOPIC, {sport: NEWS_TOPIC}), (None, {})):
            await put_in(connection, topic, "رياضة")
            forum = await subscribers.get(connection, FORUM)
            assert forum is not None
            assert forum.topics == expected
            assert forum.sections == {sport}


async def test_an_alert_replies_to_the_last_one_of_its_story_in_each_chat(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        first = (await publish(connection, an_article("زلزال"))).stored.id
        assert [each.reply_to for each in await tell(connection, 501)] == [None]
        await subscribe(connection, 2, "سياسة")
        second = (await publish(connection, an_article("ضحايا الزلزال"))).stored.id
        await as_one_story(connection, first, second)
        told = await tell(connection, 502, minutes=1)
        assert {each.chat_id: each.reply_to for each in told} == {1: 501, 2: None}
        third = (await publish(connection, an_article("حصيلة الزلزال"))).stored.id
        await as_one_story(connection, first, second, third)
        told = await tell(connection, 503, minutes=2)
        assert {each.chat_id: each.reply_to for each in told} == {1: 502, 2: 502}


async def test_nothing_replies_to_what_was_taken_back_or_never_arrived(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        first = (await publish(connection, an_article("زلزال"))).stored.id
        await tell(connection, 501)
        lost = (await publish(connection, an_article("هزة"))).stored.id
        (claimed,) = await claim(connection)
        await settling.settle(connection, [Outcome(claimed.id, State.FAILED, START, error="Bad Request")])
        await connection.execute(update(articles).where(articles.c.id == first).values(status=Status.RETRACTED))
        third = (await publish(connection, an_article("حصيلة الزلزال"))).stored.id
        await as_one_story(connection, first, lost, third)
        assert [each.reply_to for each in await claim(connection)] == [None]


async def test_the_last_message_about_a_story_is_looked_up_in_an_index(sqlite_database: Database) -> None:
    asked: list[tuple[str, tuple[Any, ...]]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: tuple[Any, ...], *_: object) -> None:
        asked.append((statement, parameters))

    async with sqlite_database.read() as connection:
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await placement.of_alerts(connection, [1, 2])
        event.remove(connection.sync_connection, "before_cursor_execute", note)
        ((statement, parameters),) = asked
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plan = " ".join(row.detail for row in rows)
    assert "ix_deliveries_told" in plan
    assert "SCAN" not in plan
