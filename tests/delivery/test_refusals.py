"""Whatever Telegram answers, what is owed arrives where it can, and no chat is tried in vain."""

import pytest
from sqlalchemy import select

from bot.emulator import Emulator
from storage.deliveries import State
from storage.tables import subscribers
from tests.delivery.harness import Outbox, dispatching, until


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
