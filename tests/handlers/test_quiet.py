"""/quiet and /mute: what is typed is read generously, kept, and shown."""

from datetime import datetime, timedelta

import pytest

from handlers.quiet import muted_until, read_mute, read_span
from handlers.settings_buttons import Mute, SetQuiet
from handlers.texts import Texts
from storage import preferences
from storage.localtime import QuietHours
from storage.preferences import Preferences
from tests.databases import START
from tests.handlers.conftest import ENGLISH, READER, Chats

TEXTS = Texts.load()
RIYADH = "Asia/Riyadh"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("typed", "start", "until"),
    [
        ("23 7", 1380, 420), ("23-7", 1380, 420), ("22:30 6:15", 1350, 375), ("من ٢٢ إلى ٦", 1320, 360),
        ("22.30–6.15", 1350, 375), ("from 22 to 6", 1320, 360), ("0 8", 0, 480),
        ("من الساعة 23:00 حتى 07:00", 1380, 420),
    ],
)  # fmt: skip
def test_quiet_hours_are_read_as_people_write_them(typed: str, start: int, until: int) -> None:
    assert read_span(typed, TEXTS) == SetQuiet(start, until)


@pytest.mark.parametrize("typed", ["off", "OFF", "إيقاف", "ايقاف", "لا"])
def test_quiet_hours_are_given_up_by_a_word(typed: str) -> None:
    assert read_span(typed, TEXTS) == SetQuiet()


@pytest.mark.parametrize(
    "typed", ["23", "24 7", "23:60 7", "7 7", "23 7 8", "الليل", "1" * 10_000, "1 " * 5_000, "\u0000 \u0000", "²³ ⁷"]
)
def test_what_is_no_hours_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no hours"):
        read_span(typed, TEXTS)


@pytest.mark.parametrize(
    ("typed", "ends"),
    [
        ("1", START + HOUR), ("8", START + 8 * HOUR), ("٣", START + 3 * HOUR), ("8 ساعات", START + 8 * HOUR),
        ("8h", START + 8 * HOUR), ("ساعة", START + HOUR), ("morning", START + 10 * HOUR), ("الصباح", START + 10 * HOUR),
        ("حتى الصباح", START + 10 * HOUR), ("off", None), ("إلغاء", None), ("48", START + 48 * HOUR),
    ],
)  # fmt: skip
def test_a_mute_is_read_as_people_write_it(typed: str, ends: datetime | None) -> None:
    assert read_mute(typed, Preferences(RIYADH), START, TEXTS) == ends


@pytest.mark.parametrize("typed", ["0", "49", "-1", "99", "كثيرا", "8 9", "1" * 10_000])
def test_what_is_no_length_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no length"):
        read_mute(typed, Preferences(RIYADH), START, TEXTS)


@pytest.mark.parametrize(
    ("until", "hours"),
    [(360, 9), (420, 10), (570, 12.5), (14 * 60, 10)],  # who is quiet until the afternoon has a morning too
)
def test_the_morning_is_when_the_quiet_hours_end(until: int, hours: float) -> None:
    mine = Preferences(RIYADH, quiet=QuietHours(RIYADH, 1380, until))
    assert muted_until(Mute.MORNING, mine, START) == START + hours * HOUR


async def test_hours_are_set_shown_and_given_up_by_typing(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    assert "لم تحدد ساعات هدوء." in (await chats.say(READER, "/quiet")).text
    message = await chats.say(READER, "هدوء 22:30 6:15")
    assert "من 22:30 إلى 06:15 بتوقيت الرياض." in chats.shown(message)
    assert "✅ من 22:30 إلى 06:15" in message.button_texts()
    async with chats.database.read() as connection:
        mine = await preferences.get(connection, READER)
    assert mine == Preferences(RIYADH, quiet=QuietHours(RIYADH, 1350, 375))
    assert "لم نفهم الساعات" in (await chats.say(READER, "/quiet متأخر")).text
    assert "لم تحدد ساعات هدوء." in (await chats.say(READER, "/quiet off")).text


async def test_own_hours_are_chosen_by_buttons(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/quiet")
    await chats.press(READER, message, "ساعات أخرى")
    assert "متى تبدأ" in message.text
    await chats.press(READER, message, "21:00")
    assert "ومتى تنتهي" in message.text
    assert "21:00" not in message.button_texts()
    await chats.press(READER, message, "05:00")
    assert "من 21:00 إلى 05:00 بتوقيت الرياض." in chats.shown(message)


async def test_a_mute_is_set_shown_and_ended_by_typing(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "كتم 8")
    assert "التنبيهات مكتومة حتى الاثنين 2 مارس، 05:00." in chats.shown(message)
    answer = await chats.press(READER, message, "إنهاء الكتم")
    assert answer.text == "انتهى الكتم."
    assert "التنبيهات تصلك كالمعتاد." in message.text
    assert "لم نفهم مدة الكتم" in (await chats.say(READER, "/mute كثيرا")).text


async def test_a_mute_that_has_ended_is_shown_no_more(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    await chats.say(READER, "/mute 1")
    chats.clock.advance(hours=2)
    message = await chats.say(READER, "/mute")
    assert "التنبيهات تصلك كالمعتاد." in message.text
    assert not any("إنهاء" in text for text in message.button_texts())


async def test_in_english_too(chats: Chats) -> None:
    await chats.say(ENGLISH, "/start sport")
    message = await chats.say(ENGLISH, "quiet 23 7")
    assert "From 23:00 to 07:00, Riyadh time." in chats.shown(message)
    message = await chats.say(ENGLISH, "mute morning")
    assert "Alerts are muted until Monday 2 March, 07:00." in chats.shown(message)
