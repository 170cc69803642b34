"""What a chat has chosen, until it stops, moves or is imported."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import settling, subscribers
from storage.database import Database
from storage.deliveries import Outcome, State
from storage.subscribers import ExportedSubscriber, ImportedSubscriber, Status, Subscriber
from storage.tables import deliveries as table
from storage.tables import subscribers as subscribers_table
from tests.databases import START
from tests.storage.builders import an_article, chosen, claim, publish, section_ids, states, subscribe

CHANNEL = -1001234567890123
MINUTE = timedelta(minutes=1)


async def exported(connection: AsyncConnection) -> list[ExportedSubscriber]:
    return [row async for row in subscribers.export(connection)]


async def test_a_chat_that_never_spoke_is_unknown(database: Database) -> None:
    async with database.read() as connection:
        assert await subscribers.get(connection, 1) is None


async def test_a_new_chat_is_active_and_has_chosen_nothing(database: Database) -> None:
    async with database.write() as connection:
        assert await subscribers.start(connection, CHANNEL, language="ar", timezone="Asia/Riyadh", now=START)
        expected = Subscriber(CHANNEL, "ar", "Asia/Riyadh", Status.ACTIVE, frozenset())
        assert await subscribers.get(connection, CHANNEL) == expected


@pytest.mark.parametrize("status", list(Status))
async def test_a_chat_that_comes_back_keeps_its_choice_and_zone(database: Database, status: Status) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة", timezone="Africa/Cairo")
        await subscribers.stop(connection, 1, status=status, now=START)
        assert not await subscribers.start(connection, 1, language="en", timezone="UTC", now=START + MINUTE)
        sections = frozenset(await section_ids(connection, ["سياسة", "رياضة"]))
        assert await subscribers.get(connection, 1) == Subscriber(1, "ar", "Africa/Cairo", Status.ACTIVE, sections)
        assert await connection.scalar(select(subscribers_table.c.created_at)) == START


async def test_sections_are_added_and_taken_out(database: Database) -> None:
    async with database.write() as connection:
        politics, sport, economy = await section_ids(connection, ["سياسة", "رياضة", "اقتصاد"])
        await subscribe(connection, 1)
        await subscribe(connection, 2, "سياسة")
        cases: tuple[tuple[bool, list[int], set[int]], ...] = (
            (True, [politics], {politics}),
            (True, [politics, sport], {politics, sport}),
            (True, [], {politics, sport}),
            (False, [economy], {politics, sport}),
            (False, [], {politics, sport}),
            (False, [politics, economy], {sport}),
            (False, [sport], set()),
            (False, [sport], set()),
        )
        for add, ids, expected in cases:
            await subscribers.choose(connection, 1, ids, chosen=add, now=START)
            assert await chosen(connection, 1) == expected
        assert await chosen(connection, 2) == {politics}


async def test_a_section_that_does_not_exist_cannot_be_chosen(database: Database) -> None:
    async def choose_it() -> None:
        async with database.write() as connection:
            await subscribers.choose(connection, 1, [999], chosen=True, now=START)

    async with database.write() as connection:
        await subscribe(connection, 1)
    with pytest.raises(IntegrityError):
        await choose_it()


async def test_what_is_pending_is_forgiven_when_no_section_is_left(database: Database) -> None:
    async with database.write() as connection:
        politics, sport = await section_ids(connection, ["سياسة", "رياضة"])
        await subscribe(connection, 1, "سياسة", "رياضة")
        await subscribe(connection, 2, "سياسة")
        await publish(connection, an_article())
        await subscribers.choose(connection, 1, [politics], chosen=False, now=START)
        assert await states(connection) == [(1, "pending"), (2, "pending")]
        await subscribers.choose(connection, 1, [sport], chosen=False, now=START)
        assert await states(connection) == [(1, "gone"), (2, "pending")]


async def test_two_presses_that_take_out_the_last_sections_leave_nothing_owed(database_url: str) -> None:
    bots = [Database(database_url) for _ in range(2)]

    async def take_out(bot: Database, section_id: int) -> None:
        async with bot.write() as connection:
            await subscribers.choose(connection, 1, [section_id], chosen=False, now=START)

    try:
        async with bots[0].write() as connection:
            await subscribe(connection, 1, "سياسة", "رياضة")
            await publish(connection, an_article())
            ids = await section_ids(connection, ["سياسة", "رياضة"])
        await asyncio.gather(*(take_out(bot, section_id) for bot, section_id in zip(bots, ids, strict=True)))
        async with bots[0].read() as connection:
            assert await states(connection) == [(1, "gone")]
    finally:
        for bot in bots:
            await bot.close()


@pytest.mark.parametrize("doubt", ["lost_answers", "interruptions"])
async def test_what_a_chat_that_stops_may_have_already_is_not_said_to_have_gone_nowhere(
    database: Database, doubt: str
) -> None:
    async with database.write() as connection:
        for chat_id in (1, 2):
            await subscribe(connection, chat_id, "سياسة")
        await publish(connection, an_article())
        await connection.execute(update(table).where(table.c.chat_id == 1).values({doubt: 1}))
        await subscribers.stop_many(connection, [1, 2], status=Status.STOPPED, now=START)
        assert await states(connection) == [(1, "unknown"), (2, "gone")]


@pytest.mark.parametrize("status", [Status.STOPPED, Status.GONE])
async def test_a_chat_that_stops_is_forgiven_what_is_pending_and_nothing_else(
    database: Database, status: Status
) -> None:
    async with database.write() as connection:
        for chat_id in (1, 2, 3):
            await subscribe(connection, chat_id, "سياسة")
        await publish(connection, an_article("الأول"))
        claims = await claim(connection, 3)
        await settling.settle(connection, [Outcome(one.id, State.SENT, START) for one in claims if one.chat_id == 1])
        await publish(connection, an_article("الثاني"))
        await subscribers.stop_many(connection, [1, 2], status=status, now=START)
        assert await states(connection) == [
            (1, "gone"), (1, "sent"), (2, "gone"), (2, "sending"), (3, "pending"), (3, "sending"),
        ]  # fmt: skip
        reasons = await connection.scalars(select(table.c.error).where(table.c.state == "gone"))
        assert set(reasons) == {f"subscriber {status}"}
        subscriber = await subscribers.get(connection, 1)
        assert subscriber is not None
        assert subscriber.status is status
        assert subscriber.sections


async def test_an_import_makes_active_subscribers_with_exactly_the_given_choice(database: Database) -> None:
    async with database.write() as connection:
        politics, sport, economy = await section_ids(connection, ["سياسة", "رياضة", "اقتصاد"])
        await subscribe(connection, 1, "سياسة", "رياضة")
        await subscribe(connection, 2, "سياسة")
        await subscribe(connection, 3, "سياسة")
        await subscribers.stop(connection, 1, status=Status.GONE, now=START)
        batch = [
            ImportedSubscriber(1, "ar", "Africa/Cairo", (sport, economy)),
            ImportedSubscriber(2, "ar", "Asia/Aden", ()),
            ImportedSubscriber(CHANNEL, "ar", "UTC", (economy, economy)),
        ]
        for _ in range(2):
            await subscribers.import_many(connection, batch, now=START + MINUTE)
            assert [await subscribers.get(connection, chat_id) for chat_id in (1, 2, 3, CHANNEL)] == [
                Subscriber(1, "ar", "Africa/Cairo", Status.ACTIVE, frozenset({sport, economy})),
                Subscriber(2, "ar", "Asia/Aden", Status.ACTIVE, frozenset()),
                Subscriber(3, "ar", "Asia/Riyadh", Status.ACTIVE, frozenset({politics})),
                Subscriber(CHANNEL, "ar", "UTC", Status.ACTIVE, frozenset({economy})),
            ]
        assert (
            await connection.scalar(select(subscribers_table.c.created_at).where(subscribers_table.c.chat_id == 1))
            == START
        )


async def test_of_two_rows_for_one_chat_the_last_counts(database: Database) -> None:
    async with database.write() as connection:
        politics, sport = await section_ids(connection, ["سياسة", "رياضة"])
        batch = [ImportedSubscriber(1, "en", "UTC", (politics,)), ImportedSubscriber(1, "ar", "Asia/Aden", (sport,))]
        await subscribers.import_many(connection, batch, now=START)
        assert await subscribers.get(connection, 1) == Subscriber(
            1, "ar", "Asia/Aden", Status.ACTIVE, frozenset({sport})
        )


async def test_an_import_of_nothing_changes_nothing(database: Database) -> None:
    async with database.write() as connection:
        await subscribers.import_many(connection, [], now=START)
        assert await exported(connection) == []


async def test_a_chat_that_an_import_left_without_sections_is_sent_nothing_more(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await publish(connection, an_article())
        await subscribers.import_many(connection, [ImportedSubscriber(1, "ar", "UTC", ())], now=START)
        assert await claim(connection, 9) == []


async def test_an_export_lists_active_chats_in_order_with_their_sections_in_order(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 5, "رياضة", "سياسة")
        await subscribe(connection, CHANNEL, "اقتصاد", timezone="Africa/Cairo", language="en")
        await subscribe(connection, 1)
        await subscribe(connection, 3, "سياسة")
        await subscribers.stop(connection, 3, status=Status.STOPPED, now=START)
        assert await exported(connection) == [
            ExportedSubscriber(CHANNEL, "en", "Africa/Cairo", ("اقتصاد",)),
            ExportedSubscriber(1, "ar", "Asia/Riyadh", ()),
            ExportedSubscriber(5, "ar", "Asia/Riyadh", ("سياسة", "رياضة")),
        ]


async def test_an_export_of_many_is_streamed_by_one_statement(database: Database) -> None:
    async with database.write() as connection:
        (politics,) = await section_ids(connection, ["سياسة"])
        batch = [ImportedSubscriber(chat_id, "ar", "UTC", (politics,)) for chat_id in range(1, 5001)]
        await subscribers.import_many(connection, batch, now=START)
        cursors: list[object] = []

        def remember(_connection: object, cursor: object, *_: object) -> None:
            cursors.append(cursor)

        event.listen(connection.sync_connection, "before_cursor_execute", remember)
        assert [row.chat_id for row in await exported(connection)] == list(range(1, 5001))
        (cursor,) = cursors
        # A server-side cursor: the rows stay in the database until they are asked for.
        assert getattr(cursor, "server_side", False)


async def test_an_export_can_be_imported_again(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "رياضة", "سياسة")
        await subscribe(connection, 2, language="en")
        before = await exported(connection)
        batch = [
            ImportedSubscriber(
                row.chat_id, row.language, row.timezone, tuple(await section_ids(connection, row.sections))
            )
            for row in before
        ]
        await subscribers.import_many(connection, batch, now=START)
        assert await exported(connection) == before
