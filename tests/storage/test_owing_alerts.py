"""Who is owed an alert, who is spared it, and who hears nothing of it."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from storage import owing_alerts, phrases, preferences
from storage.article import Block, BlockKind, Urgency
from storage.database import Database
from storage.localtime import QuietHours
from storage.quiet import Spared
from storage.tables import deliveries as table
from tests.databases import START
from tests.storage.builders import an_article, publish, pushed, section_ids, spared, states, subscribe

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RIYADH = "Asia/Riyadh"
# START is 21:00 in Riyadh.
NIGHT = QuietHours(RIYADH, 20 * 60, 7 * 60)


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
