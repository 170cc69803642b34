"""When a chat is left in peace: its quiet hours, its mutes, and the alerts that were waiting then."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage import announcements, deliveries, preferences, quiet
from storage.article import Urgency
from storage.database import Database
from storage.localtime import QuietHours
from storage.quiet import Spared
from storage.tables import deliveries as table
from tests.databases import START
from tests.storage.builders import an_article, claim, publish, pushed, spared, states, subscribe

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RIYADH = "Asia/Riyadh"
# START is 21:00 in Riyadh.
NIGHT = QuietHours(RIYADH, 20 * 60, 7 * 60)
LATER = QuietHours(RIYADH, 23 * 60, 7 * 60)


@pytest.mark.parametrize(
    ("urgency", "passes", "owed"),
    [
        (Urgency.NORMAL, True, 0), (Urgency.URGENT, True, 0), (Urgency.FLASH, True, 1),
        (Urgency.NORMAL, False, 0), (Urgency.URGENT, False, 0), (Urgency.FLASH, False, 0),
    ],
)  # fmt: skip
async def test_only_a_flash_passes_through_quiet_hours_and_only_where_it_may(
    database: Database, urgency: Urgency, passes: bool, owed: int
) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        await preferences.let_flash_pass(connection, 1, passes)
        assert (await publish(connection, an_article(urgency=urgency))).owed == owed
        assert await spared(connection) == ({} if owed else {1: Spared.QUIET})


async def test_quiet_hours_are_those_of_the_chats_own_clock(database: Database) -> None:
    async with database.write() as connection:
        for chat_id, zone in enumerate(("Asia/Riyadh", "Africa/Casablanca", "Asia/Tokyo"), 1):  # 21:00, 18:00, 03:00
            await subscribe(connection, chat_id, "سياسة", timezone=zone)
            await preferences.set_quiet(connection, chat_id, QuietHours(zone, 23 * 60, 7 * 60), now=START)
        await subscribe(connection, 4, "سياسة")
        assert (await publish(connection, an_article())).owed == 3
        assert await pushed(connection) == [1, 2, 4]


async def test_an_alert_that_waits_does_not_break_into_quiet_hours_that_begin(database: Database) -> None:
    ten = START + 2 * HOUR  # 23:00 in Riyadh
    async with database.write() as connection:
        for chat_id in (1, 2, 3):
            await subscribe(connection, chat_id, "سياسة")
        await preferences.set_quiet(connection, 1, LATER, now=START)
        await preferences.set_quiet(connection, 2, LATER, now=START)
        await preferences.let_flash_pass(connection, 2, True)
        await publish(connection, an_article("فلاش", urgency=Urgency.FLASH))
        await publish(connection, an_article("عاجل"))
        assert await quiet.begun(connection, now=ten - MINUTE, since=START) == []
        begun = await quiet.begun(connection, now=ten, since=ten - MINUTE)
        assert begun == [LATER]
        assert (await quiet.hush(connection, begun)).total() == 3
        assert await pushed(connection) == [2, 3, 3]
        assert await spared(connection) == {1: Spared.QUIET, 2: Spared.QUIET}
        assert (await quiet.hush(connection, begun)).total() == 0
        assert await quiet.begun(connection, now=ten + MINUTE, since=ten) == []
        assert await quiet.begun(connection, now=ten + MINUTE, since=None) == [LATER]


async def test_quiet_hours_that_are_set_while_they_last_hold_at_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await publish(connection, an_article())
        await preferences.set_quiet(connection, 1, LATER, now=START)
        assert await pushed(connection) == [1]
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        assert await spared(connection) == {1: Spared.QUIET}


async def test_what_is_under_way_is_not_called_back(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await publish(connection, an_article())
        await claim(connection)
        await preferences.mute(connection, 1, START + HOUR, now=START)
        assert await states(connection) == [(1, "sending")]


async def test_an_alert_that_the_newsroom_holds_does_not_break_into_them_either(database: Database) -> None:
    async with database.write() as connection:
        for chat_id in (1, 2, 3):
            await subscribe(connection, chat_id, "سياسة")
        await preferences.set_quiet(connection, 1, LATER, now=START)
        stored = (await publish(connection, an_article())).stored
        await deliveries.hold(connection, stored.id)
        assert (await quiet.hush(connection, [LATER])).total() == 1
        await preferences.mute(connection, 2, START + HOUR, now=START)
        await deliveries.resume(connection, stored.id)
        assert await pushed(connection) == [3]
        assert await spared(connection) == {1: Spared.QUIET, 2: Spared.MUTED}


async def test_a_copy_that_may_be_there_was_not_missed(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await publish(connection, an_article())
        await connection.execute(update(table).values(lost_answers=1))
        await preferences.mute(connection, 1, START + HOUR, now=START)
        assert await states(connection) == [(1, "unknown")]


async def test_an_announcement_waits_until_a_chat_may_be_spoken_to(database: Database) -> None:
    async with database.write() as connection:
        for chat_id in range(1, 5):
            await subscribe(connection, chat_id, "سياسة")
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        await preferences.set_quiet(connection, 2, LATER, now=START)
        await preferences.mute(connection, 3, START + HOUR, now=START)
        number = await announcements.save(connection, "إعلان", author_id=9, now=START)
        assert await announcements.release(connection, number, now=START) == 4
        rows = await connection.execute(select(table.c.chat_id, table.c.due_at).order_by(table.c.chat_id))
        assert [tuple(row) for row in rows] == [
            (1, START + 10 * HOUR), (2, START), (3, START + HOUR), (4, START),
        ]  # fmt: skip


async def test_hours_without_an_end_are_refused(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        with pytest.raises(ValueError, match="no end"):
            await preferences.set_quiet(connection, 1, QuietHours(RIYADH, 60, 60), now=START)


@pytest.mark.parametrize("urgency", list(Urgency))
async def test_a_mute_spares_everything_until_it_ends(database: Database, urgency: Urgency) -> None:
    until = START + HOUR
    async with database.write() as connection:
        for chat_id in (1, 2):
            await subscribe(connection, chat_id, "سياسة")
        await publish(connection, an_article("قبله"))
        await preferences.mute(connection, 1, until, now=START)
        assert await spared(connection) == {1: Spared.MUTED}
        assert (await publish(connection, an_article("أثناءه", urgency=urgency), until - MINUTE)).owed == 1
        assert (await publish(connection, an_article("بعده", urgency=urgency), until)).owed == 2


async def test_unmuting_ends_it_at_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.mute(connection, 1, START + HOUR, now=START)
        await preferences.unmute(connection, 1, now=START + MINUTE)
        assert (await publish(connection, an_article(), START + MINUTE)).owed == 1
