"""/settings: what a person would do with buttons, in Arabic and in English, alone and in a group."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.emulator import Emulator, Message
from storage import digests, phrases, preferences
from storage.digests import Edition
from storage.localtime import QuietHours
from storage.preferences import Preferences
from storage.tables import digests as digests_table
from tests.databases import START
from tests.handlers.conftest import ENGLISH, GROUP, OTHER, READER, Chats, plain
from tests.storage.builders import an_article, publish

RIYADH = "Asia/Riyadh"


async def settings(chats: Chats, user: int = READER) -> Message:
    await chats.say(user, "/start sport")
    return await chats.say(user, "/settings")


async def wishes(chats: Chats, chat_id: int = READER) -> Preferences:
    async with chats.database.read() as connection:
        found = await preferences.get(connection, chat_id)
    assert found is not None
    return found


async def test_settings_show_what_stands(chats: Chats) -> None:
    assert "/start" in (await chats.say(READER, "/settings")).text
    message = await settings(chats)
    assert chats.shown(message) == (
        "⚙️ إعداداتك\n\nالأقسام: رياضة\nالكلمات: لا\nساعات الهدوء: لا\nالكتم: لا\nالحد اليومي: بلا حد\n"
        "الموجز: لا\nالتوقيت: الرياض\n\nالمس ما تريد تغييره."
    )
    async with chats.database.write() as connection:
        await fill(connection)
    message = await chats.say(READER, "الإعدادات")
    assert chats.shown(message) == (
        "⚙️ إعداداتك\n\nالأقسام: رياضة\nالكلمات: كلمتان\nساعات الهدوء: من 23:00 إلى 07:00\n"
        "الكتم: حتى 1 مارس، 22:00\nالحد اليومي: 10 تنبيهات\nالموجز: 07:00، 20:00\nالتوقيت: الرياض\n\n"
        "المس ما تريد تغييره."
    )


async def fill(connection: AsyncConnection) -> None:
    for word in ("إيران", "كرة"):
        await phrases.put(connection, READER, word, muted=False)
    await preferences.set_quiet(connection, READER, QuietHours(RIYADH, 1380, 420), now=START)
    await preferences.mute(connection, READER, START + timedelta(hours=1), now=START)
    await preferences.set_budget(connection, READER, 10)
    for minute in (420, 1200):
        await digests.turn_on(connection, READER, minute=minute, timezone=RIYADH, now=START)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("ساعات الهدوء", "من 23:00 إلى 07:00", Preferences(RIYADH, quiet=QuietHours(RIYADH, 1380, 420))),
        ("ساعات الهدوء", "من 22:00 إلى 06:00", Preferences(RIYADH, quiet=QuietHours(RIYADH, 1320, 360))),
        ("ساعات الهدوء", "من 00:00 إلى 08:00", Preferences(RIYADH, quiet=QuietHours(RIYADH, 0, 480))),
        ("ساعات الهدوء", "عاجل جدًّا", Preferences(RIYADH, flash_passes=True)),
        ("الكتم", "ساعة واحدة", Preferences(RIYADH, muted_until=START + timedelta(hours=1))),
        ("الكتم", "8 ساعات", Preferences(RIYADH, muted_until=START + timedelta(hours=8))),
        ("الكتم", "حتى الصباح (07:00)", Preferences(RIYADH, muted_until=START + timedelta(hours=10))),
        ("الحد اليومي", "5", Preferences(RIYADH, budget=5)),
        ("الحد اليومي", "20", Preferences(RIYADH, budget=20)),
        ("التوقيت", "القاهرة", Preferences("Africa/Cairo")),
        ("التوقيت", "القدس", Preferences("Asia/Hebron")),
    ],
)
async def test_two_taps_settle_it(chats: Chats, first: str, second: str, expected: Preferences) -> None:
    message = await settings(chats)
    await chats.press(READER, message, first)
    answer = await chats.press(READER, message, second)
    assert answer.text
    assert await wishes(chats) == expected
    await chats.press(READER, message, "⚙️ الإعدادات")
    assert message.text.startswith("⚙️ إعداداتك")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Quiet hours", "23:00 to 07:00", Preferences(RIYADH, quiet=QuietHours(RIYADH, 1380, 420))),
        ("Mute", "8 hours", Preferences(RIYADH, muted_until=START + timedelta(hours=8))),
        ("Alerts a day", "10", Preferences(RIYADH, budget=10)),
        ("Time zone", "London", Preferences("Europe/London")),
    ],
)
async def test_two_taps_settle_it_in_english(chats: Chats, first: str, second: str, expected: Preferences) -> None:
    message = await settings(chats, ENGLISH)
    await chats.press(ENGLISH, message, first)
    await chats.press(ENGLISH, message, second)
    assert await wishes(chats, ENGLISH) == expected


async def test_every_screen_opens_and_leads_back(chats: Chats) -> None:
    message = await settings(chats)
    *labels, leave = message.button_texts()
    assert len(labels) == 9
    assert leave == "🔕 إيقاف كل الرسائل"
    for label in labels:
        await chats.press(READER, message, label)
        assert not message.text.startswith("⚙️ إعداداتك"), label
        await chats.press(READER, message, "⚙️ الإعدادات")
        assert message.text.startswith("⚙️ إعداداتك"), label


async def test_a_section_is_cut_down_to_what_is_urgent(chats: Chats) -> None:
    message = await settings(chats)
    await chats.press(READER, message, "الأهمية")
    await chats.press(READER, message, "رياضة: كل التنبيهات")
    assert "رياضة: العاجل وحده" in message.button_texts()
    async with chats.database.read() as connection:
        (section,) = await preferences.followed(connection, READER)
    assert section.urgent_only
    await chats.press(READER, message, "رياضة: العاجل وحده")
    assert "رياضة: كل التنبيهات" in message.button_texts()


async def test_sections_are_switched_under_the_settings_too(chats: Chats) -> None:
    message = await settings(chats)
    await chats.press(READER, message, "🗂 الأقسام")
    await chats.press(READER, message, "سياسة")
    assert "✅ سياسة" in message.button_texts()
    await chats.press(READER, message, "الموجز اليومي")
    await chats.press(READER, message, "⚙️ الإعدادات")
    assert "الأقسام: سياسة، رياضة" in chats.shown(message)


async def test_a_budget_brings_the_digest_that_tells_the_rest(chats: Chats) -> None:
    message = await settings(chats)
    await chats.press(READER, message, "الحد اليومي")
    answer = await chats.press(READER, message, "5")
    assert plain(answer.text) == "ما زاد على الحد تجده في موجزك الساعة 20:00."
    async with chats.database.read() as connection:
        assert (await digests.of_chat(connection, READER))[Edition.EVENING].enabled
    answer = await chats.press(READER, message, "بلا حد")
    assert (await wishes(chats)).budget is None


async def test_who_has_a_digest_already_keeps_its_hour(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    await chats.say(READER, "/digest 7")
    message = await chats.say(READER, "/settings")
    await chats.press(READER, message, "الحد اليومي")
    answer = await chats.press(READER, message, "20")
    assert "07:00" in answer.text
    async with chats.database.read() as connection:
        assert list(await digests.of_chat(connection, READER)) == [Edition.MORNING]


# Groups, and those who press what is not theirs.


@pytest.fixture
def group(emulator: Emulator) -> int:
    emulator.add_group(GROUP, "أخبار الحي", [READER, OTHER], admins=[OTHER])
    return GROUP


async def test_in_a_group_only_its_admins_change_anything(chats: Chats, group: int) -> None:
    await chats.say(OTHER, "/start sport", chat=group)
    message = await chats.say(READER, "/settings", chat=group)
    before = await state(chats, group)
    for data in FORGED:
        answer = await chats.press(READER, message, data=data)
        assert answer.text == "تغيير الإعدادات هنا لمشرفي المجموعة وحدهم.", data
    for command in ("/quiet 23 7", "/mute 8", "/words إيران", "/timezone القاهرة", "/digest 21"):
        assert "لمشرفي المجموعة وحدهم" in (await chats.say(READER, command, chat=group)).text, command
    assert await state(chats, group) == before
    await chats.press(OTHER, message, "الكتم")
    await chats.press(OTHER, message, "8 ساعات")
    assert (await wishes(chats, group)).muted_until == START + timedelta(hours=8)


FORGED = (
    "qh:1380-420", "qh:off", "qh:60", "qf:on", "mut:8h", "mut:off", "bud:5", "bud:off", "tz:Africa/Cairo",
    "ed:morning:420", "ed:weekly:5:600", "ed:evening:off", "u+:sport", "d-:sport", "wrd:follow", "wrd:mute",
    "wrd:del:1", "set:menu", "set:quiet", "set:location",
)  # fmt: skip
BROKEN = (
    "qh:1440-60", "qh:60-60", "qh:99999-1", "qh:", "qh:-1-5", "qf:maybe", "mut:9h", "bud:7", "bud:-5", "tz:", "tz:a b",
    "ed:morning:1440", "ed:weekly:600", "ed:weekly:8:600", "ed:evening:5:600", "ed:noon:720", "u:sport", "u+:",
    "u+:سياسة", "wrd:del:", "wrd:del:9999999999999999999", "set:", "set:nothing", "tz:" + "x" * 60,
)  # fmt: skip


@pytest.mark.parametrize("data", BROKEN)
async def test_data_that_no_button_holds_changes_nothing_and_is_answered(chats: Chats, data: str) -> None:
    message = await settings(chats)
    before = await state(chats, READER)
    answer = await chats.press(READER, message, data=data)
    assert "هذا الزر قديم" in answer.text
    assert await state(chats, READER) == before


async def test_forged_data_never_changes_another_chat(chats: Chats) -> None:
    await chats.say(OTHER, "/start sport")
    async with chats.database.write() as connection:
        await phrases.put(connection, OTHER, "إيران", muted=False)
        (theirs,) = await phrases.of_chat(connection, OTHER)
    before = await state(chats, OTHER)
    message = await settings(chats)
    for data in (*FORGED, f"wrd:del:{theirs.id}", "tz:No/Where", "u+:no-such-section", "d+:economy"):
        await chats.press(READER, message, data=data)
    assert await state(chats, OTHER) == before


async def test_nothing_is_set_after_leaving(chats: Chats) -> None:
    message = await settings(chats)
    await chats.say(READER, "/stop")
    before = await state(chats, READER)
    for data in FORGED:
        answer = await chats.press(READER, message, data=data)
        assert "/start" in answer.text, data
    assert await state(chats, READER) == before


async def state(chats: Chats, chat_id: int) -> list[object]:
    """Everything that a chat can set."""
    async with chats.database.read() as connection:
        rows = await connection.execute(select(digests_table).where(digests_table.c.chat_id == chat_id))
        return [
            await preferences.get(connection, chat_id),
            await preferences.followed(connection, chat_id),
            await phrases.of_chat(connection, chat_id),
            [tuple(row) for row in rows],
        ]


async def test_a_press_is_shown_with_what_it_did_also_to_who_presses_twice(chats: Chats) -> None:
    message = await settings(chats)
    await chats.press(READER, message, "ساعات الهدوء")
    for _ in range(2):
        answer = await chats.press(READER, message, data="qh:1320-360")
        assert plain(answer.text) == "ساعات الهدوء من 22:00 إلى 06:00."
    assert "✅ من 22:00 إلى 06:00" in message.button_texts()
    await chats.press(READER, message, "إيقاف ساعات الهدوء")
    assert (await wishes(chats)).quiet is None


async def test_quiet_hours_spare_and_a_press_does_not_bring_the_alert(chats: Chats) -> None:
    message = await settings(chats)
    await chats.press(READER, message, "ساعات الهدوء")
    await chats.press(READER, message, data="qh:1200-420")
    async with chats.database.write() as connection:
        assert (await publish(connection, an_article("مباراة", "رياضة"))).owed == 0
