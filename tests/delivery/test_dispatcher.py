"""What is owed arrives: once, at the right chats, whatever Telegram answers."""

from datetime import timedelta

import pytest

from bot.delivery.lane import Parcel
from bot.delivery.render import Renderer
from bot.delivery.rendered import Rendered
from bot.emulator import Emulator
from handlers.texts import Texts
from storage.deliveries import Kind, State
from tests.delivery.harness import Outbox, dispatching, until


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


async def test_two_dispatchers_never_send_one_delivery_twice(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 401))
    async with dispatching(outbox, emulator.url) as one, dispatching(outbox, emulator.url) as other:
        await outbox.publish("الأول")
        one.wake()
        other.wake()
        await outbox.settled()

    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 401), 1)
