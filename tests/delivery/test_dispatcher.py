"""What is owed arrives: once, at the right chats, whatever Telegram answers."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.lane import Parcel
from bot.delivery.render import Renderer
from bot.delivery.rendered import Rendered
from bot.emulator import Emulator
from handlers.texts import Texts
from storage.database import Database
from storage.deliveries import Kind, State
from storage.tables import deliveries, subscribers
from tests.delivery.harness import MovableClock, Outbox, dispatching, until


async def test_an_alert_reaches_each_subscriber_of_its_section_once_and_nobody_else(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(*range(1, 51))
    await outbox.subscribe(99, section="رياضة")
    await outbox.publish("زلزال يضرب الساحل")

    async with dispatching(outbox, emulator.url):
        rows = await outbox.settled()

    assert emulator.ledger.copies_by_chat("زلزال") == dict.fromkeys(range(1, 51), 1)
    assert {row.state for row in rows} == {State.SENT}
    accepted = {entry.chat_id: entry.message_id for entry in emulator.ledger.accepted}
    assert {row.chat_id: row.message_id for row in rows} == accepted
    assert all(row.sent_at >= row.owed_at and row.attempts == 1 for row in rows)


async def test_what_is_published_while_nothing_is_owed_goes_out_when_the_dispatcher_is_woken(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1)
    async with dispatching(outbox, emulator.url) as dispatcher:
        for title in ("الأول", "الثاني", "الثالث"):
            await outbox.publish(title)
            dispatcher.wake()
            await emulator.wait_for(1, title)
            outbox.clock.advance(seconds=1)


async def test_what_another_process_owes_is_found_without_being_woken(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    async with dispatching(outbox, emulator.url):
        await outbox.publish("الأول")
        await emulator.wait_for(1, "الأول")


async def test_what_waited_too_long_is_counted_and_not_sent(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 6))
    await outbox.publish("الأول", ttl=timedelta(minutes=1))
    outbox.clock.advance(minutes=1)
    ended: list[tuple[Kind, State, int]] = []

    async with dispatching(outbox, emulator.url, observe_ended=lambda *what: ended.append(what)):
        await outbox.settled()

    assert ended == [(Kind.ALERT, State.EXPIRED, 5)]
    assert emulator.ledger.accepted == []


async def test_a_chat_that_blocked_the_bot_is_tried_three_times_and_owed_nothing_more(
    outbox: Outbox, emulator: Emulator
) -> None:
    emulator.add_person(1, "سلمى", started=True)
    emulator.block(1, notify=False)
    await outbox.subscribe(1, 2)
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url) as dispatcher:
        for attempts in (1, 2):
            refused = await outbox.reached(1, State.PENDING, attempts)
            assert "blocked" in refused.error
            outbox.clock.move_to(refused.due_at)
            dispatcher.wake()
        gone = await outbox.reached(1, State.GONE, 3)
        await outbox.publish("الثاني")
        dispatcher.wake()
        await emulator.wait_for(2, "الثاني")

    assert gone.refusals == 3
    assert emulator.ledger.count_refused(403, chat_id=1) == 3
    assert len(await outbox.rows(1)) == 1
    async with outbox.database.read() as connection:
        assert await connection.scalar(select(subscribers.c.status).where(subscribers.c.chat_id == 1)) == "gone"


async def test_a_chat_that_lets_the_bot_in_again_within_its_grace_gets_the_alert(
    outbox: Outbox, emulator: Emulator
) -> None:
    emulator.add_person(1, "سلمى", started=True)
    emulator.block(1, notify=False)
    await outbox.subscribe(1)
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url) as dispatcher:
        refused = await outbox.reached(1, State.PENDING, 1)
        emulator.unblock(1, notify=False)
        outbox.clock.move_to(refused.due_at)
        dispatcher.wake()
        await outbox.reached(1, State.SENT, 2)


async def test_a_429_halts_everything_for_exactly_as_long(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 31))
    emulator.faults.fail(429, "Too Many Requests: retry after 1", method="sendMessage", retry_after=1, times=1)
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url, max_in_flight=1):
        await outbox.settled()

    (refused,) = emulator.ledger.refused
    times = [entry.time - refused.time for entry in emulator.ledger.accepted]
    assert min(times) >= 1.0
    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 31), 1)


async def test_a_429_in_a_group_halts_that_group_only(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(-1001, *range(1, 21))
    emulator.faults.fail(429, "Too Many Requests: retry after 30", chat_id=-1001, retry_after=30, times=1)
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url):
        for chat_id in range(1, 21):
            await emulator.wait_for(chat_id, "الأول")
        waiting = await outbox.reached(-1001, State.PENDING, 1)

    assert 25 < (waiting.due_at - outbox.clock()).total_seconds() <= 30


async def test_a_server_error_is_tried_again_until_it_is_over(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    emulator.faults.fail(502, "Bad Gateway", method="sendMessage", times=3)
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url):
        for attempts in (1, 2, 3):
            failed = await outbox.reached(1, State.PENDING, attempts)
            assert "Bad Gateway" in failed.error
            outbox.clock.move_to(failed.due_at)
        await outbox.reached(1, State.SENT, 4)

    assert emulator.ledger.copies(1) == 1


async def test_a_few_server_errors_hold_nothing_up(
    outbox: Outbox, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    await outbox.subscribe(*range(1, 301))
    failing = emulator.faults.fail(500, "Internal Server Error", method="sendMessage", probability=0.05)
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url):
        await outbox.tried()
        emulator.faults.remove(failing)
        await outbox.settled()

    assert failing.hits > 3
    assert "cannot be used" not in caplog.text
    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 301), 1)


async def test_while_telegram_only_fails_hardly_anything_is_tried(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 301))
    failing = emulator.faults.fail(500, "Internal Server Error", method="sendMessage")
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url, max_in_flight=8):

        async def has_failed() -> bool:
            return failing.hits >= 10

        await until(has_failed)
        assert failing.hits <= 20
        emulator.faults.remove(failing)
        outbox.clock.advance(minutes=1)
        await outbox.settled()

    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 301), 1)


async def test_while_telegram_cannot_be_reached_no_try_is_spent_and_then_all_goes_on(
    outbox: Outbox, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    await outbox.subscribe(*range(1, 21))
    await outbox.publish("الأول")
    port = int(emulator.url.rpartition(":")[2])
    await emulator.stop()

    async with dispatching(outbox, emulator.url):

        async def is_noticed() -> bool:
            return any("no connection" in (row.error or "") for row in await outbox.rows())

        await until(is_noticed)
        assert "Telegram cannot be used, next try in 0.5 s" in caplog.text
        await emulator.start(port)
        rows = await outbox.settled()

    assert {(row.state, row.attempts) for row in rows} == {(State.SENT, 1)}
    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 21), 1)


async def test_an_outage_in_which_every_answer_is_lost_costs_no_delivery_its_last_try(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1)
    await outbox.publish("الأول")
    down = emulator.faults.down()

    async with dispatching(outbox, emulator.url) as dispatcher:
        lost = await outbox.reached(1, State.PENDING, 1)
        outbox.clock.move_to(lost.due_at)
        dispatcher.wake()
        hits = down.hits

        async def is_asked_again() -> bool:
            return down.hits >= hits + 2

        await until(is_asked_again)
        assert (await outbox.row(1)).attempts == 1
        emulator.faults.up()
        await outbox.reached(1, State.SENT, 2)


async def test_a_lost_answer_gives_two_copies_at_most_and_is_counted(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1, 2)
    emulator.faults.drop_after_accept(method="sendMessage", chat_id=1)
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url) as dispatcher:
        lost = await outbox.reached(1, State.PENDING, 1)
        outbox.clock.move_to(lost.due_at)
        dispatcher.wake()
        rows = await outbox.settled()

    assert emulator.ledger.copies_by_chat() == {1: 2, 2: 1}
    assert {row.chat_id: (row.state, row.lost_answers) for row in rows} == {
        1: (State.UNKNOWN, 2),
        2: (State.SENT, 0),
    }


async def test_a_copy_whose_answer_was_lost_is_not_said_to_be_refused(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    await outbox.publish("الأول")
    emulator.faults.drop_after_accept(method="sendMessage", times=1)
    async with dispatching(outbox, emulator.url) as dispatcher:
        lost = await outbox.reached(1, State.PENDING, 1)
        emulator.faults.fail(400, "Bad Request: can't parse entities", method="sendMessage")
        outbox.clock.move_to(lost.due_at)
        dispatcher.wake()
        ended = await outbox.reached(1, State.UNKNOWN, 2)

    assert emulator.ledger.copies(1) == 1
    assert "can't parse entities" in ended.error.casefold()


async def test_a_lost_digest_is_not_sent_again(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    await outbox.publish("الأول")
    async with outbox.database.write() as connection:
        await connection.execute(update(deliveries).values(state=State.EXPIRED))
    await outbox.owe_digest(1)
    emulator.faults.drop_after_accept(method="sendMessage", times=1)

    async with dispatching(outbox, emulator.url):
        rows = await outbox.settled()

    assert [row.state for row in rows] == [State.EXPIRED, State.UNKNOWN]
    assert emulator.ledger.copies(1) == 1


async def test_a_group_that_became_a_supergroup_is_followed(outbox: Outbox, emulator: Emulator) -> None:
    emulator.add_group(-5, "غرفة الأخبار", kind="group")
    emulator.migrate(-5, -1005)
    await outbox.subscribe(-5)
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url):
        await emulator.wait_for(-1005, "الأول")
        await outbox.settled()

    sent = await outbox.row(-1005)
    assert (sent.state, await outbox.rows(-5)) == (State.SENT, [])
    async with outbox.database.read() as connection:
        assert list(await connection.scalars(select(subscribers.c.chat_id))) == [-1005]


async def test_what_a_dead_run_held_is_sent_by_the_next_one(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    await outbox.publish("الأول")
    await _die_while_sending(outbox)

    async with dispatching(outbox, emulator.url):
        sent = await outbox.reached(1, State.SENT, 2)

    assert sent.interruptions == 1


async def test_no_chat_has_three_copies_after_a_lost_answer_and_a_restart(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    await outbox.publish("الأول")
    fault = emulator.faults.drop_after_accept(method="sendMessage", times=1)
    async with dispatching(outbox, emulator.url):
        await outbox.reached(1, State.PENDING, 1)
    assert fault.hits == 1
    await _die_while_sending(outbox)  # Telegram may have taken the second copy

    async with dispatching(outbox, emulator.url):
        await outbox.reached(1, State.UNKNOWN, 2)

    assert emulator.ledger.copies(1) == 1


async def test_an_answer_lost_after_a_restart_gives_no_third_copy(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    await outbox.publish("الأول")
    await _die_while_sending(outbox)  # Telegram may have taken the first copy
    emulator.faults.drop_after_accept(method="sendMessage")

    async with dispatching(outbox, emulator.url):
        await outbox.reached(1, State.UNKNOWN, 2)

    assert emulator.ledger.copies(1) == 1


async def test_a_newer_alert_overtakes_what_waits_of_an_older_one(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 201))
    await outbox.subscribe(999, section="رياضة")
    await outbox.publish("القديم")

    async with dispatching(outbox, emulator.url, rate=50) as dispatcher:

        async def has_begun() -> bool:
            return len(emulator.ledger.accepted) >= 10

        await until(has_begun)
        outbox.clock.advance(seconds=1)
        before = len(emulator.ledger.accepted)
        await outbox.publish("الجديد", section="رياضة")
        dispatcher.wake()
        await emulator.wait_for(999, "الجديد")
        after = len(emulator.ledger.accepted)

    assert before <= after < 150


async def test_a_chat_gets_one_message_a_second(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    async with dispatching(outbox, emulator.url) as dispatcher:
        for title in ("الأول", "الثاني"):
            await outbox.publish(title)
            dispatcher.wake()
            await emulator.wait_for(1, title)

    first, second = (entry.time for entry in emulator.ledger.accepted)
    assert second - first >= 0.99


async def test_an_alert_past_its_time_to_live_is_not_sent(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 101))
    await outbox.publish("القديم")
    outbox.clock.advance(hours=2)
    await outbox.publish("الجديد")

    async with dispatching(outbox, emulator.url):
        await outbox.settled()

    assert emulator.ledger.copies_by_chat("القديم") == {}
    assert emulator.ledger.copies_by_chat("الجديد") == dict.fromkeys(range(1, 101), 1)
    assert await outbox.states() == {State.EXPIRED: 100, State.SENT: 100}


async def test_a_clock_that_is_set_back_holds_nothing_up(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    async with dispatching(outbox, emulator.url) as dispatcher:
        await outbox.publish("الأول")
        dispatcher.wake()
        await emulator.wait_for(1, "الأول")
        await outbox.publish("الثاني")
        outbox.clock.set_back(hours=1)
        await outbox.publish("الثالث")
        dispatcher.wake()
        await outbox.settled()

    assert emulator.ledger.copies(1, "الثاني") == 1
    assert emulator.ledger.copies(1, "الثالث") == 1


async def test_a_mistake_in_rendering_fails_that_delivery_only(
    outbox: Outbox, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    await outbox.subscribe(1, 2, 3)
    await outbox.publish("الأول")
    renderer = Renderer(outbox.database, Texts.load())

    async def render(parcel: Parcel) -> Rendered:
        if parcel[0].chat_id == 2:
            raise ZeroDivisionError
        return await renderer(parcel)

    async with dispatching(outbox, emulator.url, render=render):
        rows = await outbox.settled()

    assert {row.chat_id: row.state for row in rows} == {1: State.SENT, 2: State.FAILED, 3: State.SENT}
    assert "ZeroDivisionError" in caplog.text


async def test_a_process_that_is_deposed_right_before_it_claims_takes_nothing(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(*range(1, 11))
    await outbox.publish("الأول")
    asked = list[None]()

    def leads() -> bool:
        """Until the turn that claims has begun: as for one that was stopped then, and goes on later."""
        asked.append(None)
        return len(asked) <= 2

    async with dispatching(outbox, emulator.url, leads=leads):

        async def is_told() -> bool:
            return len(asked) > 3

        await until(is_told)
    assert await outbox.states() == {State.PENDING: 10}
    assert emulator.ledger.accepted == []


async def test_stop_waits_for_what_is_under_way_and_gives_back_the_rest(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 501))
    emulator.faults.slow(0.3, method="sendMessage")
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url, rate=100):

        async def is_under_way() -> bool:
            return (await outbox.states())[State.SENDING] > 10

        await until(is_under_way)

    states = await outbox.states()
    assert states[State.SENDING] == 0
    assert states[State.SENT] == len(emulator.ledger.accepted) > 0
    assert states[State.SENT] + states[State.PENDING] == 500


async def test_nothing_is_written_while_nothing_is_owed(sqlite_database_url: str, emulator: Emulator) -> None:
    database = CountingDatabase(sqlite_database_url)
    outbox = Outbox(database, MovableClock())
    await outbox.subscribe(1)
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url):
        await outbox.settled()
        looks, writes = database.reads + 4, database.writes  # it looks twice a second

        async def has_looked() -> bool:
            return database.reads >= looks

        await until(has_looked)
        assert database.writes - writes <= 1
    await database.close()


async def test_no_more_is_in_doubt_than_may_be_in_flight(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 121))
    emulator.faults.slow(0.02, method="sendMessage")
    await outbox.publish("الأول")
    most = 0

    async with dispatching(outbox, emulator.url, max_in_flight=8):

        async def is_settled() -> bool:
            nonlocal most
            states = await outbox.states()
            most = max(most, states[State.SENDING])
            return states[State.SENT] == 120

        await until(is_settled)

    assert 0 < most <= 8


async def test_a_database_locked_by_another_process_delays_and_loses_nothing(
    sqlite_database: Database, sqlite_database_url: str, emulator: Emulator
) -> None:
    outbox = Outbox(sqlite_database, MovableClock())
    await outbox.subscribe(*range(1, 201))
    await outbox.publish("الأول")
    another = sqlite3.connect(
        sqlite_database_url.partition(":///")[2], isolation_level=None, timeout=30, check_same_thread=False
    )

    async with dispatching(outbox, emulator.url, rate=200):

        async def is_going_on() -> bool:
            return len(emulator.ledger.accepted) > 20

        await until(is_going_on)
        await asyncio.to_thread(another.execute, "BEGIN IMMEDIATE")
        held = len(emulator.ledger.accepted)
        await asyncio.sleep(1.5)  # how long the lock is held
        assert len(emulator.ledger.accepted) <= held + 64  # nothing goes out that cannot be recorded
        another.execute("ROLLBACK")
        rows = await outbox.settled()
    another.close()

    assert {row.state for row in rows} == {State.SENT}
    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 201), 1)


async def test_a_full_disk_delays_and_loses_nothing(sqlite_database_url: str, emulator: Emulator) -> None:
    database = FullDatabase(sqlite_database_url)
    outbox = Outbox(database, MovableClock())
    await outbox.subscribe(*range(1, 101))
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url, rate=200):

        async def is_going_on() -> bool:
            return len(emulator.ledger.accepted) > 20

        await until(is_going_on)
        database.is_full = True

        async def was_refused() -> bool:
            return database.refused > 0

        await until(was_refused)
        database.is_full = False
        rows = await outbox.settled()
    await database.close()

    assert {row.state for row in rows} == {State.SENT}
    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 101), 1)


async def test_two_dispatchers_never_send_one_delivery_twice(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 401))
    async with dispatching(outbox, emulator.url) as one, dispatching(outbox, emulator.url) as other:
        await outbox.publish("الأول")
        one.wake()
        other.wake()
        await outbox.settled()

    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 401), 1)


class CountingDatabase(Database):
    reads = writes = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        self.reads += 1
        async with super().read() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        self.writes += 1
        async with super().write() as connection:
            yield connection


class FullDatabase(Database):
    """Where `is_full`, every transaction ends by writing more than SQLite is allowed to."""

    is_full = False
    refused = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        async with super().write() as connection:
            yield connection
            if self.is_full:
                await connection.exec_driver_sql("PRAGMA max_page_count = 1")
                try:
                    await connection.exec_driver_sql("CREATE TABLE much AS SELECT zeroblob(10000000) AS it")
                except OperationalError:
                    self.refused += 1
                    raise
                finally:
                    await connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")


async def _die_while_sending(outbox: Outbox) -> None:
    """Leave every row that is owed as a process leaves it that is killed between the request and its record."""
    async with outbox.database.write() as connection:
        await connection.execute(update(deliveries).where(deliveries.c.state == "pending").values(state="sending"))
