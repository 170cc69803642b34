"""/digest: read what is typed, keep it, show it."""

import pytest

from handlers.digest import read_wish
from handlers.texts import Texts
from storage import digests, preferences
from storage.digests import Digest, Edition
from tests.databases import START
from tests.handlers.conftest import READER, Chats

TEXTS = Texts.load()


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("21", 1260), ("21:30", 1290), ("9.05", 545), ("٢١:٣٠", 1290), ("0", 0), ("23:59", 1439),
        ("off", None), ("OFF", None), ("إيقاف", None), ("ايقاف", None), ("أوقف", None),
        ("on", 600), ("تشغيل", 600),
    ],
)  # fmt: skip
def test_read_wish(typed: str, minute: int | None) -> None:
    assert read_wish(typed, {Edition.MORNING: Digest(False, 600, START)}, TEXTS) == minute


def test_on_is_at_eight_in_the_evening_for_who_never_had_a_digest() -> None:
    assert read_wish("on", {}, TEXTS) == 1200


@pytest.mark.parametrize("typed", ["24", "21:60", "21:5", "-1", "غدا", "21:30:00", "²", "9" * 100, "21 30"])
def test_what_is_no_hour_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_wish(typed, {}, TEXTS)


async def stored(chats: Chats) -> dict[Edition, tuple[bool, int]]:
    async with chats.database.read() as connection:
        mine = await digests.of_chat(connection, READER)
    return {edition: (digest.enabled, digest.minute) for edition, digest in mine.items()}


async def test_digest_is_off_until_it_is_asked_for(chats: Chats) -> None:
    assert "/start" in (await chats.say(READER, "/digest")).text
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest")
    assert message.text.startswith("🗞 الموجز متوقف.")
    assert not any("✅" in text for text in message.button_texts())
    assert await stored(chats) == {}


async def test_an_hour_is_set_by_typing_and_changed_by_a_button(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest ٢١:٣٠")
    assert chats.shown(message).startswith("🗞 يصلك الموجز بتوقيت الرياض:\n• كل مساء الساعة 21:30")
    assert "✅ 21:30" in message.button_texts()
    assert await stored(chats) == {Edition.EVENING: (True, 1290)}

    answer = await chats.press(READER, message, "20:00")
    assert answer.text == "سيصلك الموجز كل يوم الساعة 20:00."
    assert "• كل مساء الساعة 20:00" in chats.shown(message)
    assert "✅ 20:00" in message.button_texts()
    assert await stored(chats) == {Edition.EVENING: (True, 1200)}


async def test_a_chat_can_have_one_in_the_morning_one_in_the_evening_and_one_a_week(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "الموجز")
    await chats.press(READER, message, "07:00")
    await chats.press(READER, message, "21:00")
    answer = await chats.press(READER, message, "الجمعة 10:00")
    assert answer.text == "سيصلك موجز الأسبوع يوم الجمعة الساعة 10:00."
    shown = chats.shown(message)
    assert "• كل صباح الساعة 07:00\n• كل مساء الساعة 21:00\n• كل أسبوع: الجمعة الساعة 10:00" in shown
    assert await stored(chats) == {
        Edition.MORNING: (True, 420), Edition.EVENING: (True, 1260), Edition.WEEKLY: (True, 600),
    }  # fmt: skip
    answer = await chats.press(READER, message, "✅ 21:00")
    assert answer.text == "توقف موجز المساء."
    assert (await stored(chats))[Edition.EVENING] == (False, 1260)
    assert "مساء عند" not in chats.shown(message)


async def test_a_section_can_be_left_out_of_the_digest(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest 21")
    await chats.press(READER, message, "أقسام الموجز")
    await chats.press(READER, message, "✅ رياضة")
    assert "رياضة" in message.button_texts()
    async with chats.database.read() as connection:
        (section,) = await preferences.followed(connection, READER)
    assert not section.in_digest
    await chats.press(READER, message, "رجوع")
    assert "يصلك الموجز" in message.text


async def test_buttons_of_older_messages_still_work_and_are_answered_twice(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest")
    for _ in range(2):
        answer = await chats.press(READER, message, data="dig:at:420")
        assert answer.text == "سيصلك الموجز كل يوم الساعة 07:00."
    answer = await chats.press(READER, message, data="dig:off")
    assert answer.text == "توقف الموجز."
    assert await stored(chats) == {Edition.MORNING: (False, 420)}


async def test_off_and_on_again_keeps_the_hour(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest 21")
    await chats.press(READER, message, "✅ 21:00")
    assert message.text.startswith("🗞 الموجز متوقف.")
    assert await stored(chats) == {Edition.EVENING: (False, 1260)}
    await chats.say(READER, "/digest on")
    assert await stored(chats) == {Edition.EVENING: (True, 1260)}
    await chats.say(READER, "/digest إيقاف")
    assert await stored(chats) == {Edition.EVENING: (False, 1260)}


async def test_off_without_a_digest_changes_nothing(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest off")
    assert message.text.startswith("🗞 الموجز متوقف.")
    assert await stored(chats) == {}


async def test_an_hour_that_was_not_understood_changes_nothing(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    assert "لم نفهم الساعة" in (await chats.say(READER, "/digest 25")).text
    assert await stored(chats) == {}


async def test_a_digest_without_sections_says_what_is_missing(chats: Chats) -> None:
    await chats.say(READER, "/start")
    assert "ولم تختر أي قسم بعد" in (await chats.say(READER, "/digest 21")).text


async def test_a_button_does_nothing_after_leaving(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest")
    await chats.say(READER, "/stop")
    answer = await chats.press(READER, message, "07:00")
    assert answer.show_alert
    assert await stored(chats) == {}
