"""/digest: read what is typed, keep it, show it."""

import pytest

from handlers.digest import read_wish
from handlers.texts import Texts
from storage import digests
from storage.digests import Digest
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
    assert read_wish(typed, Digest(False, 600, START), TEXTS) == minute


def test_on_is_at_eight_in_the_evening_for_who_never_had_a_digest() -> None:
    assert read_wish("on", None, TEXTS) == 1200


@pytest.mark.parametrize("typed", ["24", "21:60", "21:5", "-1", "غدا", "21:30:00", "²", "9" * 100, "21 30"])
def test_what_is_no_hour_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_wish(typed, None, TEXTS)


async def stored(chats: Chats) -> tuple[bool, int] | None:
    async with chats.database.read() as connection:
        digest = await digests.get(connection, READER)
    return (digest.enabled, digest.minute) if digest else None


async def test_digest_is_off_until_it_is_asked_for(chats: Chats) -> None:
    assert "/start" in (await chats.say(READER, "/digest")).text
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest")
    assert message.text.startswith("الموجز اليومي متوقف.")
    assert not any("✅" in text for text in message.button_texts())
    assert await stored(chats) is None


async def test_an_hour_is_set_by_typing_and_changed_by_a_button(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest ٢١:٣٠")
    assert "كل يوم عند الساعة 21:30 بتوقيت الرياض." in chats.shown(message)
    assert "✅ 21:30" in message.button_texts()
    assert await stored(chats) == (True, 1290)

    answer = await chats.press(READER, message, "07:00")
    assert answer.text == "سيصلك الموجز كل يوم عند 07:00."
    assert "كل يوم عند الساعة 07:00" in chats.shown(message)
    assert "✅ 07:00" in message.button_texts()
    assert await stored(chats) == (True, 420)


async def test_the_same_hour_pressed_twice_is_answered_twice(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest")
    for _ in range(2):
        answer = await chats.press(READER, message, data="dig:at:420")
        assert answer.text == "سيصلك الموجز كل يوم عند 07:00."


async def test_off_and_on_again_keeps_the_hour(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest 21")
    answer = await chats.press(READER, message, "إيقاف الموجز")
    assert answer.text == "توقف الموجز اليومي."
    assert message.text.startswith("الموجز اليومي متوقف.")
    assert await stored(chats) == (False, 1260)
    await chats.say(READER, "/digest on")
    assert await stored(chats) == (True, 1260)
    await chats.say(READER, "/digest إيقاف")
    assert await stored(chats) == (False, 1260)


async def test_off_without_a_digest_changes_nothing(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest off")
    assert message.text.startswith("الموجز اليومي متوقف.")
    assert await stored(chats) is None


async def test_an_hour_that_was_not_understood_changes_nothing(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    assert "لم نفهم الساعة" in (await chats.say(READER, "/digest 25")).text
    assert await stored(chats) is None


async def test_a_digest_without_sections_says_what_is_missing(chats: Chats) -> None:
    await chats.say(READER, "/start")
    assert "ولم تختر أي قسم بعد" in (await chats.say(READER, "/digest 21")).text


async def test_a_button_does_nothing_after_leaving(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/digest")
    await chats.say(READER, "/stop")
    answer = await chats.press(READER, message, "07:00")
    assert answer.show_alert
    assert await stored(chats) is None
