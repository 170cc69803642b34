"""What a chat is spared reaches it later, in one message, over real HTTP."""

from datetime import timedelta

from bot.emulator import Emulator
from storage import owing_digests, preferences
from storage.localtime import QuietHours
from storage.quiet import begun, hush
from tests.delivery.harness import MovableClock, Outbox, dispatching

ZONE = "Asia/Riyadh"
HOUR = timedelta(hours=1)


def minute_of(clock: MovableClock, hours: float) -> int:
    """The minute of the day in Riyadh so many hours from now."""
    local = clock() + timedelta(hours=3 + hours)
    return local.hour * 60 + local.minute


async def owe_due(outbox: Outbox) -> int:
    async with outbox.database.write() as connection:
        return await owing_digests.owe_due(connection, now=outbox.clock())


async def test_a_night_is_silent_and_ends_with_what_was_missed(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1, 2)
    night = QuietHours(ZONE, minute_of(outbox.clock, -1), minute_of(outbox.clock, 2))
    async with outbox.database.write() as connection:
        await preferences.set_timezone(connection, 1, ZONE, now=outbox.clock())
        await preferences.set_quiet(connection, 1, night, now=outbox.clock())
    async with dispatching(outbox, emulator.url) as dispatcher:
        first = await outbox.publish("زلزال يضرب الساحل")
        second = await outbox.publish("هزة ارتدادية في الجبل")
        dispatcher.wake()
        await outbox.settled()
        assert emulator.messages(1) == []
        assert len(emulator.messages(2)) > 0

        outbox.clock.advance(hours=2)
        assert await owe_due(outbox) == 1
        dispatcher.wake()
        await outbox.settled()
    (roundup,) = emulator.messages(1)
    assert roundup.text.startswith("🌙 فاتك خبران عاجلان")
    assert [button.data for row in roundup.buttons for button in row] == [f"sum:{second}", f"sum:{first}"]
    assert roundup.text.index("هزة ارتدادية") < roundup.text.index("زلزال يضرب")


async def test_an_alert_that_still_waits_when_the_night_begins_is_not_sent_in_it(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1, 2)
    async with outbox.database.write() as connection:
        await preferences.set_timezone(connection, 1, ZONE, now=outbox.clock())
        night = QuietHours(ZONE, minute_of(outbox.clock, 1), minute_of(outbox.clock, 4))
        await preferences.set_quiet(connection, 1, night, now=outbox.clock())
    await outbox.publish("زلزال يضرب الساحل", ttl=3 * HOUR)
    before = outbox.clock()
    outbox.clock.advance(hours=1)
    async with outbox.database.write() as connection:
        await hush(connection, await begun(connection, now=outbox.clock(), since=before))
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    assert emulator.messages(1) == []
    assert len(emulator.messages(2)) == 1


async def test_a_spent_budget_is_told_once_without_a_sound(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    async with outbox.database.write() as connection:
        await preferences.set_budget(connection, 1, 5)
    async with dispatching(outbox, emulator.url) as dispatcher:
        for number in range(8):
            await outbox.publish(f"خبر فريد رقم {'أبجدهوزح'[number] * 5}")
            dispatcher.wake()
            await outbox.settled()
    *alerts, notice = emulator.messages(1)
    assert len(alerts) == 5
    assert notice.text.startswith("وصلتك اليوم 5 تنبيهات، وهو الحد الذي اخترته.")
    assert notice.silent
    assert notice.button_texts()[0] == "✅ 5"


async def test_nothing_is_said_of_a_budget_that_was_given_up_meanwhile(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    async with outbox.database.write() as connection:
        await preferences.set_budget(connection, 1, 5)
    for number in range(6):
        await outbox.publish(f"خبر فريد رقم {'أبجدهوزح'[number] * 5}")
    async with outbox.database.write() as connection:
        await preferences.set_budget(connection, 1, None)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    assert not any("الحد الذي اخترته" in message.text for message in emulator.messages(1))


async def test_an_alert_that_comes_meanwhile_overtakes_the_digests(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    async with outbox.database.write() as connection:
        await preferences.mute(connection, 1, outbox.clock() + HOUR, now=outbox.clock())
    await outbox.publish("زلزال يضرب الساحل")
    outbox.clock.advance(hours=2)
    assert await owe_due(outbox) == 1
    await outbox.publish("هزة ارتدادية في الجبل")
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    alert, roundup = emulator.messages(1)
    assert "هزة ارتدادية" in alert.text
    assert roundup.text.startswith("🌙 فاتك خبر عاجل واحد")
