"""What the newsroom stops, stops at once; what is owed stays owed."""

from bot.emulator import Emulator
from storage import announcements, deliveries, pauses
from storage.deliveries import Kind, State
from tests.delivery.harness import EDITOR, Outbox, dispatching, until


async def test_a_pause_in_the_middle_lets_only_out_what_has_left_and_loses_nothing(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(*range(1, 401))
    await outbox.publish("الأول")
    async with dispatching(outbox, emulator.url, rate=200, max_in_flight=16) as dispatcher:

        async def has_begun() -> bool:
            return len(emulator.ledger.accepted) >= 50

        await until(has_begun)
        async with outbox.database.write() as connection:
            await pauses.pause(connection, by=EDITOR, now=outbox.clock())
        dispatcher.recall()
        paused = len(emulator.ledger.accepted)

        async def is_still() -> bool:
            return not (await outbox.states())[State.SENDING]

        await until(is_still)
        assert len(emulator.ledger.accepted) <= paused + 16
        async with outbox.database.write() as connection:
            await pauses.resume(connection)
        dispatcher.wake()
        rows = await outbox.settled()

    assert {row.state for row in rows} == {State.SENT}
    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 401), 1)


async def test_one_storys_broadcast_is_stopped_while_others_go_on(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 301))
    await outbox.subscribe(*range(301, 351), section="رياضة")
    held = await outbox.publish("الموقوف")
    async with dispatching(outbox, emulator.url, rate=200, max_in_flight=16) as dispatcher:

        async def has_begun() -> bool:
            return len(emulator.ledger.accepted) >= 30

        await until(has_begun)
        async with outbox.database.write() as connection:
            assert await deliveries.hold(connection, held) > 0
        dispatcher.recall()
        stopped = len(emulator.ledger.accepted)
        await outbox.publish("الآخر", section="رياضة")
        dispatcher.wake()
        await outbox.settled()
        sent = sum(emulator.ledger.copies_by_chat("الموقوف").values())
        assert sent <= stopped + 16
        assert emulator.ledger.copies_by_chat("الآخر") == dict.fromkeys(range(301, 351), 1)
        async with outbox.database.write() as connection:
            assert await deliveries.resume(connection, held) == 300 - sent
        dispatcher.wake()
        await outbox.settled()

    assert emulator.ledger.copies_by_chat("الموقوف") == dict.fromkeys(range(1, 301), 1)


async def test_an_announcement_goes_out_behind_everything_else(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1, 2)
    async with outbox.database.write() as connection:
        number = await announcements.save(connection, "نتوقف ساعة\n\nللصيانة <3", author_id=EDITOR, now=outbox.clock())
        await announcements.release(connection, number, now=outbox.clock())
    outbox.clock.set_back(hours=1)
    await outbox.publish("الأول")
    outbox.clock.advance(hours=1)

    async with dispatching(outbox, emulator.url, max_in_flight=1):

        async def is_told() -> bool:
            outbox.clock.advance(seconds=1)
            return not any(row.state == State.PENDING for row in await outbox.rows())

        await until(is_told)
        rows = await outbox.settled()

    texts = [entry.text for entry in emulator.ledger.accepted]
    assert ["الأول" in text for text in texts] == [True, True, False, False]
    assert texts[-1] == "📢 إعلان\n\nنتوقف ساعة\n\nللصيانة <3"
    assert [row.state for row in rows if row.kind == Kind.ANNOUNCEMENT] == [State.SENT] * 2
