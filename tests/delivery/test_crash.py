"""The engine is killed at any moment and at every step, again and again: nothing is lost, and little is repeated."""

import random
from multiprocessing.context import ForkServerContext, ForkServerProcess

import pytest

from bot.emulator import Emulator
from storage.database import Database
from storage.deliveries import State
from tests.delivery import engine
from tests.delivery.forks import running
from tests.delivery.harness import MovableClock, Outbox, dispatching, until
from tests.forks import fork_server

CHATS = range(1, 2_001)
# Three deaths at each step, and the rest at random moments.
DEATHS: tuple[str | None, ...] = (*engine.STEPS * 3, *[None] * 18)


@pytest.fixture(scope="module")
def forks() -> ForkServerContext:
    return fork_server()


async def test_thirty_kills_in_one_broadcast_lose_nothing_and_repeat_what_was_in_flight_at_most(
    database: Database, database_url: str, emulator: Emulator, forks: ForkServerContext
) -> None:
    outbox, chance = Outbox(database, MovableClock()), random.Random(5)  # noqa: S311  # deaths that can be repeated
    await outbox.subscribe(*CHATS)
    await outbox.publish("الأول")
    in_doubt = repeated = 0

    for step in chance.sample(DEATHS, len(DEATHS)):
        times = chance.randint(1, 60) if step in ("requesting", "answered") else chance.randint(2, 5)
        enough = len(emulator.ledger.accepted) + chance.randint(1, 100)
        async with running(forks, database_url, emulator.url, step, times) as process:

            async def is_time(
                process: ForkServerProcess = process, step: str | None = step, enough: int = enough
            ) -> bool:
                return not process.is_alive() or (not step and len(emulator.ledger.accepted) >= enough)

            await until(is_time)
        copies = emulator.ledger.copies_by_chat()
        rows = await outbox.rows()
        held = [row for row in rows if row.state == State.SENDING]
        surprises = [row for row in rows if row.state == State.PENDING and copies[row.chat_id] > row.interruptions]
        assert len(held) <= engine.MAX_IN_FLIGHT
        assert surprises == [], "a message went out that is not held as being sent"
        assert all(copies[row.chat_id] for row in rows if row.state == State.SENT)
        in_doubt += len(held)
        repeated += sum(copies[row.chat_id] > 0 for row in held)

    async with running(forks, database_url, emulator.url):
        rows = await outbox.settled()

    copies = emulator.ledger.copies_by_chat()
    assert {row.state for row in rows} == {State.SENT}
    assert set(copies) == set(CHATS), "an alert was lost"
    assert copies.total() - len(CHATS) <= repeated
    assert sum(row.interruptions for row in rows) == in_doubt
    assert all(copies[row.chat_id] <= 1 + row.interruptions for row in rows)


async def test_when_one_answer_in_twenty_is_lost_each_chat_has_the_alert_and_few_have_it_twice(
    sqlite_database: Database, emulator: Emulator
) -> None:
    outbox = Outbox(sqlite_database, MovableClock())
    await outbox.subscribe(*CHATS)
    await outbox.publish("الأول")
    lost = emulator.faults.drop_after_accept(method="sendMessage", probability=0.05)

    async with dispatching(outbox, emulator.url):
        await outbox.tried()
        outbox.clock.advance(seconds=2)
        rows = await outbox.settled()

    copies = emulator.ledger.copies_by_chat()
    assert set(copies) == set(CHATS)
    assert max(copies.values()) <= 2
    assert sum(count == 2 for count in copies.values()) <= lost.hits
    assert sum(row.lost_answers for row in rows) == lost.hits
    assert {row.chat_id for row in rows if row.state == State.UNKNOWN} == {
        row.chat_id for row in rows if row.lost_answers == 2
    }
    assert sum(count == 2 for count in copies.values()) == sum(row.lost_answers > 0 for row in rows)
