"""Lost answers and dead runs: no chat has three copies, and what is in doubt is counted."""

from sqlalchemy import update

from bot.emulator import Emulator
from storage.deliveries import State
from storage.tables import deliveries
from tests.delivery.harness import Outbox, dispatching, until


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


async def _die_while_sending(outbox: Outbox) -> None:
    """Leave every row that is owed as a process leaves it that is killed between the request and its record."""
    async with outbox.database.write() as connection:
        await connection.execute(update(deliveries).where(deliveries.c.state == "pending").values(state="sending"))
