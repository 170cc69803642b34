"""Who is owed an alert, who is spared it, and who hears nothing of it."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import announcements, deliveries, owing_alerts, phrases, preferences, quiet
from storage.article import Block, BlockKind, Urgency
from storage.database import Database
from storage.deliveries import Kind
from storage.localtime import QuietHours
from storage.quiet import Spared
from storage.tables import deliveries as table
from tests.databases import START
from tests.storage.builders import an_article, claim, publish, section_ids, states, subscribe

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RIYADH = "Asia/Riyadh"
# START is 21:00 in Riyadh.
NIGHT = QuietHours(RIYADH, 20 * 60, 7 * 60)
LATER = QuietHours(RIYADH, 23 * 60, 7 * 60)


async def pushed(connection: AsyncConnection) -> list[int]:
    """The chats that alerts wait for."""
    return [chat_id for chat_id, state in await states(connection, table.c.kind == Kind.ALERT) if state == "pending"]


async def spared(connection: AsyncConnection) -> dict[int, str]:
    """The chats that were spared an alert, and why."""
    rows = await connection.execute(select(table.c.chat_id, table.c.error).where(table.c.state == "expired"))
    return {row.chat_id: row.error for row in rows}


# Urgency by section.


@pytest.mark.parametrize(
    ("urgency", "chats"),
    [(Urgency.FLASH, [1, 2]), (Urgency.URGENT, [1, 2]), (Urgency.NORMAL, [1])],
)
async def test_a_section_can_be_cut_down_to_what_is_urgent(
    database: Database, urgency: Urgency, chats: list[int]
) -> None:
    async with database.write() as connection:
        for chat_id in (1, 2):
            await subscribe(connection, chat_id, "سياسة")
        await preferences.wish_of_section(connection, 2, "politics", urgent_only=True)
        assert (await publish(connection, an_article(urgency=urgency))).owed == len(chats)
        assert await pushed(connection) == chats


async def test_a_chat_that_wants_one_section_whole_gets_what_is_in_both(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة")
        await preferences.wish_of_section(connection, 1, "politics", urgent_only=True)
        assert (await publish(connection, an_article("خبر", "سياسة", "رياضة", urgency=Urgency.NORMAL))).owed == 1
        assert (await publish(connection, an_article("آخر", "سياسة", urgency=Urgency.NORMAL))).owed == 0


async def test_a_wish_for_a_section_that_is_not_followed_changes_nothing(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        assert not await preferences.wish_of_section(connection, 1, "sport", urgent_only=True)
        assert not await preferences.wish_of_section(connection, 1, "no-such", in_digest=False)
        (section,) = await preferences.followed(connection, 1)
        assert (section.slug, section.urgent_only, section.in_digest) == ("politics", False, True)


# Words.


async def test_a_followed_word_brings_its_alerts_whatever_their_section(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "رياضة")
        await subscribe(connection, 2, "رياضة")
        await phrases.put(connection, 1, "إيران", muted=False)
        assert (await publish(connection, an_article("وزير ايران في بغداد", "سياسة"))).owed == 1
        assert await pushed(connection) == [1]
        assert (await publish(connection, an_article("وزير العراق في عمان", "سياسة"))).owed == 0


async def test_a_followed_word_counts_deep_in_the_text_and_also_where_a_section_wants_the_urgent_only(
    database: Database,
) -> None:
    body = tuple(Block(BlockKind.PARAGRAPH, text) for text in ("مقدمة الخبر.", "تفاصيل.", "وفي طهران قال الوزير."))
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.wish_of_section(connection, 1, "politics", urgent_only=True)
        await phrases.put(connection, 1, "طهران", muted=False)
        assert (await publish(connection, an_article(blocks=body, urgency=Urgency.NORMAL))).owed == 1


async def test_nothing_is_pushed_for_a_word_to_a_chat_that_has_chosen_no_section(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1)
        await phrases.put(connection, 1, "زلزال", muted=False)
        await publish(connection, an_article())
        assert await states(connection) == []


async def test_a_story_that_a_chat_follows_twice_is_owed_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة")
        for word in ("زلزال", "الساحل"):
            await phrases.put(connection, 1, word, muted=False)
        assert (await publish(connection, an_article("زلزال يضرب الساحل", "سياسة", "رياضة"))).owed == 1


async def test_a_muted_word_spares_what_shows_it_and_nothing_else(database: Database) -> None:
    def body(*texts: str) -> tuple[Block, ...]:
        return tuple(Block(BlockKind.PARAGRAPH, text) for text in texts)

    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await phrases.put(connection, 1, "انتخابات", muted=True)
        for owed, title, blocks in (
            (0, "بدء الانتخابات في البلاد", body("تفاصيل.")),
            (0, "الحكومة تجتمع", body("بحثت الحكومة الانتخابات المقبلة.")),
            (1, "زلزال في الشمال", body("وقع الزلزال فجرا.", "وكانت المنطقة تستعد للانتخابات.")),
        ):
            assert (await publish(connection, an_article(title, blocks=blocks))).owed == owed


async def test_a_muted_word_outweighs_a_followed_one(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await phrases.put(connection, 1, "زلزال", muted=False)
        await phrases.put(connection, 1, "الساحل", muted=True)
        assert (await publish(connection, an_article("زلزال يضرب الساحل"))).owed == 0


# Quiet hours.


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


# Mutes.


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


# Budgets.


async def test_a_budget_is_spent_by_what_is_pushed_and_new_on_the_next_day(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await subscribe(connection, 2, "سياسة")
        await preferences.set_budget(connection, 1, 5)
        owed = [(await publish(connection, an_article(f"خبر فريد {n}"), START + n * MINUTE)).owed for n in range(7)]
        assert owed == [2, 2, 2, 2, 2, 1, 1]
        assert await spared(connection) == {1: Spared.OVER_BUDGET}
        # Midnight in Riyadh is three hours after START.
        assert (await publish(connection, an_article("قبل منتصف الليل"), START + 3 * HOUR - MINUTE)).owed == 1
        assert (await publish(connection, an_article("بعد منتصف الليل"), START + 3 * HOUR)).owed == 2


async def test_the_day_of_a_budget_is_the_chats_own(database: Database) -> None:
    """Where it is past midnight already, a budget is new; elsewhere the old one is still spent."""
    async with database.write() as connection:
        for chat_id, zone in enumerate((RIYADH, "Africa/Casablanca", "America/New_York"), 1):
            await subscribe(connection, chat_id, "سياسة", timezone=zone)
            await preferences.set_budget(connection, chat_id, 5)
        for number in range(6):
            await publish(connection, an_article(f"خبر فريد {number}"), START + number * MINUTE)
        assert (await publish(connection, an_article("منتصف الليل"), START + 3 * HOUR)).owed == 1
        assert (await publish(connection, an_article("في المغرب"), START + 6 * HOUR)).owed == 2


async def test_the_bot_says_once_a_day_that_a_budget_is_spent(database: Database) -> None:
    async with database.write() as connection:
        for chat_id in (1, 2):
            await subscribe(connection, chat_id, "سياسة")
        await preferences.set_budget(connection, 1, 5)
        for day in range(2):
            for number in range(8):
                await publish(connection, an_article(f"خبر فريد {day} {number}"), START + day * DAY + number * MINUTE)
        notices = await connection.execute(
            select(table.c.chat_id, table.c.local_date, table.c.state)
            .where(table.c.edition == owing_alerts.BUDGET_NOTICE)
            .order_by(table.c.id)
        )
        assert [tuple(row) for row in notices] == [(1, "2026-03-01", "pending"), (1, "2026-03-02", "pending")]


async def test_what_a_chat_is_spared_for_another_reason_costs_nothing(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.set_budget(connection, 1, 5)
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        for number in range(6):
            await publish(connection, an_article(f"خبر فريد {number}"))
        await preferences.set_quiet(connection, 1, None, now=START)
        assert (await publish(connection, an_article("الأول بعدها"))).owed == 1


async def test_only_the_budgets_on_offer_can_be_chosen(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        for alerts in (0, 1, -5, 10**9):
            with pytest.raises(ValueError, match="no budget"):
                await preferences.set_budget(connection, 1, alerts)


# All of them together.


async def test_wishes_of_others_cost_no_statement_for_each_chat(database: Database) -> None:
    async with database.write() as connection:
        for chat_id in range(1, 31):
            await subscribe(connection, chat_id, "سياسة", timezone=("Asia/Riyadh", "Africa/Cairo", "UTC")[chat_id % 3])
            await phrases.put(connection, chat_id, ("زلزال", "كلمة أخرى")[chat_id % 2], muted=chat_id % 5 == 0)
            if chat_id % 3:
                zone = ("Asia/Riyadh", "Africa/Cairo", "UTC")[chat_id % 3]
                await preferences.set_quiet(connection, chat_id, QuietHours(zone, chat_id * 40, 420), now=START)
            if chat_id % 4 == 0:
                await preferences.set_budget(connection, chat_id, 5)
        ids = await section_ids(connection, ["سياسة"])
        stored = (await publish(connection, an_article("خبر", "رياضة"))).stored
        audience = owing_alerts.Audience(ids, Urgency.URGENT, await phrases.held_by(connection, an_article()))
        statements = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        event.listen(connection.sync_connection, "before_cursor_execute", count)
        await owing_alerts.owe_alert(connection, stored.id, 2, audience, now=START, ttl=HOUR)
        assert statements <= 7


async def test_the_newsroom_is_told_how_many_would_get_it_now(database: Database) -> None:
    async with database.write() as connection:
        for chat_id in range(1, 6):
            await subscribe(connection, chat_id, "سياسة")
        await subscribe(connection, 6, "رياضة")
        await phrases.put(connection, 6, "زلزال", muted=False)
        await phrases.put(connection, 5, "زلزال", muted=True)
        await preferences.set_quiet(connection, 4, NIGHT, now=START)
        await preferences.mute(connection, 3, START + HOUR, now=START)
        article = an_article()
        assert await owing_alerts.reach(connection, article, now=START) == 3
        assert (await publish(connection, article)).owed == 3
