"""The outbox: a chat is owed once, a debt is claimed once, and a crash leaves only what was under way in doubt."""

from datetime import timedelta

from sqlalchemy import event, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import deliveries, settling, subscribers
from storage.article import FALLBACK_SECTION, Urgency
from storage.database import Database
from storage.deliveries import Outcome, State
from storage.owing_alerts import Audience, owe_alert
from storage.tables import deliveries as table
from storage.tables import subscribers as subscribers_table
from storage.tables import subscriptions
from tests.databases import START
from tests.storage.builders import TTL, an_article, claim, owe, owe_digest, publish, section_ids, states, subscribe

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


async def test_a_chat_with_two_matching_sections_is_owed_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة", "اقتصاد")
        await subscribe(connection, -1001234567890123, "رياضة")
        assert (await publish(connection, an_article("خبر", "سياسة", "رياضة"))).owed == 2
        assert await states(connection) == [(-1001234567890123, "pending"), (1, "pending")]


async def test_only_active_chats_with_a_matching_section_are_owed(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await subscribe(connection, 2)
        await subscribe(connection, 3, "رياضة")
        await subscribe(connection, 4, "سياسة")
        await subscribe(connection, 5, "سياسة")
        await subscribers.stop(connection, 4, status=subscribers.Status.STOPPED, now=START)
        await subscribers.stop(connection, 5, status=subscribers.Status.GONE, now=START)
        assert (await publish(connection, an_article())).owed == 1
        assert await states(connection) == [(1, "pending")]


async def test_an_article_of_an_unknown_section_is_owed_to_those_who_follow_the_general_one(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, FALLBACK_SECTION)
        await subscribe(connection, 2, "سياسة")
        assert (await publish(connection, an_article("خبر", "طقس"))).owed == 1
        assert await states(connection) == [(1, "pending")]


async def test_a_revision_is_owed_besides_the_one_before_and_each_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        stored = (await publish(connection, an_article())).stored
        for revision, newly in ((1, 0), (2, 1), (2, 0)):
            audience = Audience(stored.section_ids, Urgency.URGENT)
            owed = await owe_alert(connection, stored.id, revision, audience, now=START, ttl=TTL)
            assert owed == newly


async def test_an_article_without_sections_is_owed_to_nobody(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        stored = (await publish(connection, an_article("خبر", "رياضة"))).stored
        assert await owe_alert(connection, stored.id, 1, Audience((), Urgency.URGENT), now=START, ttl=TTL) == 0


async def test_forty_thousand_chats_are_owed_by_one_statement(database: Database) -> None:
    chats = 40_000  # more than a statement can have parameters
    async with database.write() as connection:
        await add_many(connection, chats)
        (politics,) = await section_ids(connection, ["سياسة"])
        stored = (await publish(connection, an_article("خبر", "رياضة"))).stored
        statements = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        event.listen(connection.sync_connection, "before_cursor_execute", count)
        audience = Audience([politics], Urgency.URGENT)
        assert await owe_alert(connection, stored.id, 1, audience, now=START, ttl=TTL) == chats
        assert statements <= 4  # who has hours, a budget or a mute, and the one that owes it
        assert await deliveries.count_by_state(connection, since=START) == {State.PENDING: chats}


async def add_many(connection: AsyncConnection, number: int) -> None:
    """Add subscribers of politics with the ids 1 to `number`."""
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < number))
    moment = subscribers_table.c.created_at.type
    columns = ("chat_id", "language", "timezone", "status", "created_at", "changed_at")
    values = (literal("ar"), literal("UTC"), literal("active"), literal(START, moment), literal(START, moment))
    await connection.execute(insert(subscribers_table).from_select(columns, select(numbers.c.n, *values)))
    (politics,) = await section_ids(connection, ["سياسة"])
    chosen = select(subscribers_table.c.chat_id, literal(politics))
    await connection.execute(insert(subscriptions).from_select(("chat_id", "section_id"), chosen))


async def test_the_article_of_an_alert_is_found_by_its_message(database: Database) -> None:
    first = await owe(database, 1, 2, title="الأول")
    second = await owe(database, title="الثاني", now=START + SECOND)
    async with database.write() as connection:
        messages = {(1, first): 10, (1, second): 11, (2, first): 10, (2, second): 10}
        await settling.settle(
            connection,
            [
                Outcome(one.id, State.SENT, START, message_id=messages[one.chat_id, one.article_id or 0])
                for one in await claim(connection, now=START + MINUTE)
            ],
        )
        assert await deliveries.article_of_message(connection, 1, 10) == first
        assert await deliveries.article_of_message(connection, 1, 11) == second
        # Alerts that were joined into one message: the newest is meant.
        assert await deliveries.article_of_message(connection, 2, 10) == second
        assert await deliveries.article_of_message(connection, 1, 12) is None
        assert await deliveries.article_of_message(connection, 3, 10) is None


async def test_a_digests_message_is_no_articles(database: Database) -> None:
    async with database.write() as connection:
        await owe_digest(connection, 1, START)
        await connection.execute(update(table).values(message_id=10, state=State.SENT))
        assert await deliveries.article_of_message(connection, 1, 10) is None


async def test_deliveries_are_counted_by_state_since_a_time_and_open_ones_always(database: Database) -> None:
    await owe(database, 1, 2, title="الأول", now=START - MINUTE)
    async with database.write() as connection:
        (sent, _) = await claim(connection)
        await settling.settle(connection, [Outcome(sent.id, State.SENT, START)])
    await owe(database, title="الثاني")
    async with database.read() as connection:
        assert await deliveries.count_by_state(connection, since=START - MINUTE) == {
            State.SENT: 1,
            State.SENDING: 1,
            State.PENDING: 2,
        }
        assert await deliveries.count_by_state(connection, since=START) == {State.SENDING: 1, State.PENDING: 2}
