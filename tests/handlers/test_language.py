"""Choosing the language and the digits by buttons."""

import pytest

from bot.emulator import Emulator
from tests.handlers.conftest import ENGLISH, GROUP, OTHER, READER, Chats
from tests.handlers.newsroom import publish


async def test_the_language_is_chosen_by_a_button_and_kept(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    choice = await chats.say(READER, "/language")
    assert choice.text == "بأي لغة نتحدث، وبأي أرقام نكتب؟"
    assert choice.button_texts() == ["✅ العربية", "English", "✅ 123", "١٢٣", "⚙️ الإعدادات"]
    assert (await chats.press(READER, choice, "English")).text == "Saved."
    assert choice.text == "In which language shall we write?"
    assert choice.button_texts() == ["العربية", "✅ English", "⚙️ Settings"]  # English has one kind of digits
    assert (await chats.say(READER, "/start")).text.startswith("Welcome back")
    assert (await chats.press(READER, choice, "العربية")).text == "حفظنا اختيارك."
    assert (await chats.say(READER, "/start")).text.startswith("أهلًا بعودتك")


async def test_the_settings_lead_to_the_languages_and_back(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    screen = await chats.say(READER, "/settings")
    await chats.press(READER, screen, "اللغة")
    assert screen.text == "بأي لغة نتحدث، وبأي أرقام نكتب؟"
    await chats.press(READER, screen, "English")
    await chats.press(READER, screen, "Settings")
    assert "Language" in "".join(screen.button_texts())
    assert screen.button_texts()[-1] == "🔕 Stop all messages"


async def test_numbers_and_times_stand_in_the_digits_that_were_chosen(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    await publish(chats, "فوز المنتخب 3-1", "رياضة")
    choice = await chats.say(READER, "اللغة")
    await chats.press(READER, choice, "١٢٣")
    assert choice.button_texts() == ["✅ العربية", "English", "123", "✅ ١٢٣", "⚙️ الإعدادات"]
    chats.clock.advance(minutes=6)
    listing = await chats.say(READER, "/latest")
    assert "١. 🔴 فوز المنتخب 3-1 (قبل ٦ دقائق)" in chats.shown(listing)  # the headline is not ours
    assert listing.button_texts() == ["١"]
    summary = await chats.press(READER, listing, "١")
    assert summary.text == ""
    assert "🕗 الأحد ١ مارس، ٢١:٠١" in chats.shown(chats.emulator.messages(READER)[-1])
    digest = await chats.say(READER, "/digest ٢١:٣٠")
    assert "كل مساء الساعة ٢١:٣٠" in chats.shown(digest)


async def test_who_has_not_started_is_told_to(chats: Chats) -> None:
    assert "/start" in chats.shown(await chats.say(ENGLISH, "/language"))
    message = await chats.say(ENGLISH, "/help")
    assert (await chats.press(ENGLISH, message, data="lng:ar")).show_alert
    assert await chats.subscriber(ENGLISH) is None


async def test_only_admins_choose_the_language_of_a_group(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "أخبار الحي", [READER, OTHER], admins=[OTHER])
    await chats.say(OTHER, "/start sport", chat=GROUP)
    choice = await chats.say(READER, "/language", chat=GROUP)
    assert "لمشرفي المجموعة وحدهم" in (await chats.press(READER, choice, "English")).text
    assert (await chats.press(OTHER, choice, "English")).text == "Saved."


@pytest.mark.parametrize("data", ["lng:fr", "lng:AR", "num:rome", "lng:ar:12", "num:latn:-12345678901234567"])
async def test_a_forged_choice_changes_nothing(chats: Chats, data: str) -> None:
    message = await chats.say(READER, "/start sport")
    before = await chats.subscriber(READER)
    assert "هذا الزر قديم" in (await chats.press(READER, message, data=data)).text
    assert await chats.subscriber(READER) == before


async def test_a_choice_under_a_message_that_is_gone_is_kept(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    press = await chats.emulator.press(READER, 99_999, data="lng:en")
    assert (await press.answered()).text == "Saved."
    subscriber = await chats.subscriber(READER)
    assert subscriber is not None
    assert subscriber.language == "en"
