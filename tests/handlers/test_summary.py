"""/latest and /summary: by button, by reply, alone, by number, by word."""

import pytest

from bot.emulator import Emulator
from tests.handlers.conftest import ENGLISH, GROUP, OTHER, READER, Chats
from tests.handlers.newsroom import publish, send

CHANNEL = -100_700


@pytest.fixture
async def following(chats: Chats) -> Chats:
    """A reader of sport, with one story of sport and a newer one of politics."""
    await chats.say(READER, "/start sport")
    await publish(chats, "مباراة القمة", "رياضة", url="https://example.com/match")
    await publish(chats, "جلسة البرلمان", "سياسة")
    return chats


async def test_latest_lists_my_sections_with_a_summary_button_for_each(following: Chats) -> None:
    await publish(following, "نهائي الكأس", "رياضة")
    listing = await following.say(READER, "/latest")
    assert [line for line in following.shown(listing).splitlines() if line[:1].isdigit()] == [
        "1. 🔴 نهائي الكأس (الآن)",
        "2. 🔴 مباراة القمة (قبل دقيقتين)",
    ]
    await following.press(READER, listing, "2")
    summary = await following.emulator.wait_for(READER, after=listing.message_id)
    assert summary.text.startswith("مباراة القمة\n")
    assert summary.reply_to == listing.message_id


async def test_latest_lists_everything_for_who_follows_nothing(following: Chats) -> None:
    listing = await following.say(OTHER, "/latest")
    assert "جلسة البرلمان" in listing.text
    assert "مباراة القمة" in listing.text


@pytest.mark.parametrize("command", ["/latest", "/summary"])
async def test_without_stories_there_is_a_kind_word(chats: Chats, command: str) -> None:
    assert (await chats.say(READER, command)).text == "لا أخبار بعد. عُد إلينا بعد قليل."


async def test_summary_alone_is_of_the_newest_story_in_my_sections(following: Chats) -> None:
    summary = await following.say(READER, "/summary")
    assert following.shown(summary) == (
        "مباراة القمة\n\nمقدمة عن مباراة القمة.\n\nمحاور الخبر\n▫️ تفاصيل مباراة القمة\n\n"
        "أبرز ما قيل\n“كلام لا يقال إلا عن مباراة القمة”\n— المدرب\n\n🕗 الأحد 1 مارس، 21:01\n🔗 المصدر"
    )
    assert summary.button_texts() == ["📖 النص الكامل", "🔗 فتح الخبر"]
    assert summary.reply_to is None


@pytest.mark.parametrize("number", ["1", "١", "#1"])
async def test_summary_by_number(following: Chats, number: str) -> None:
    assert (await following.say(OTHER, f"/summary {number}")).text.startswith("مباراة القمة")


@pytest.mark.parametrize("number", ["99", "9" * 18])
async def test_summary_of_an_unknown_number(following: Chats, number: str) -> None:
    answer = await following.say(READER, f"/summary {number}")
    assert following.shown(answer).startswith(f"لا خبر عندنا بالرقم {number}.")


@pytest.mark.parametrize("number", ["أمس", "-1", "9" * 30, "1;drop"])
async def test_summary_of_what_is_no_number(following: Chats, number: str) -> None:
    assert (await following.say(READER, f"/summary {number}")).text.startswith("لم نفهم رقم الخبر.")


async def test_the_button_under_an_alert_answers_with_a_reply_to_it(following: Chats) -> None:
    await send(following)
    alert = await following.emulator.wait_for(READER, "عاجل")
    await following.press(READER, alert, "ملخص")
    summary = await following.emulator.wait_for(READER, after=alert.message_id)
    assert summary.text.startswith("مباراة القمة\n")
    assert summary.reply_to == alert.message_id


@pytest.mark.parametrize("with_buttons", [True, False])
@pytest.mark.parametrize("command", ["/summary", "ملخص"])
async def test_summary_as_a_reply_is_of_that_alert(following: Chats, with_buttons: bool, command: str) -> None:
    await send(following, with_buttons=with_buttons)
    alert = await following.emulator.wait_for(READER, "عاجل")
    await publish(following, "نهائي الكأس", "رياضة")
    assert (await following.say(READER, command, reply_to=alert.message_id)).text.startswith("مباراة القمة\n")


async def test_summary_as_a_reply_to_another_message_says_how(following: Chats) -> None:
    other = await following.say(READER, "/latest")
    answer = await following.say(READER, "/summary", reply_to=(await following.say(READER, "/help")).message_id)
    assert answer.text.startswith("هذه الرسالة ليست خبرًا من عندنا.")
    # A list with one story has one button, and that says which story is meant.
    assert (await following.say(READER, "/summary", reply_to=other.message_id)).text.startswith("مباراة القمة\n")


async def test_the_button_of_a_story_that_is_gone_says_so(following: Chats) -> None:
    message = await following.say(READER, "/latest")
    answer = await following.press(READER, message, data="sum:99")
    assert (answer.text, answer.show_alert) == ("لم يعد هذا الخبر متاحًا.", True)


async def test_in_a_group_the_answer_quotes_who_asked(following: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "أخبار الحي", [READER])
    asked = await emulator.say(READER, "/summary 1", chat_id=GROUP)
    answer = await emulator.wait_for(GROUP, "مباراة القمة")
    assert answer.reply_to == asked.message_id


async def test_in_a_channel_one_reader_is_answered_without_a_post(following: Chats, emulator: Emulator) -> None:
    emulator.add_group(CHANNEL, "قناة", [READER], kind="channel")
    await following.bot.bot.send_message(CHANNEL, "خبر")
    post = await emulator.wait_for(CHANNEL, "خبر")
    answer = await following.press(READER, post, data="sum:1")
    assert (answer.text, answer.show_alert) == ("مقدمة عن مباراة القمة.", True)
    assert len(emulator.messages(CHANNEL)) == 1


async def test_a_long_summary_comes_in_parts_with_the_button_under_the_last(chats: Chats) -> None:
    await publish(chats, "قصة طويلة " * 90, url="https://example.com/long")
    sent = await chats.emulator.say(READER, "/summary")
    await chats.settle()
    parts = [message for message in chats.emulator.messages(READER) if message.message_id > sent.message_id]
    assert len(parts) >= 1
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]


async def test_an_english_reader_gets_english_words_around_the_story(following: Chats) -> None:
    summary = await following.say(ENGLISH, "/summary 1")
    assert "What was said" in summary.text
    assert "Sunday 1 March, 21:01" in summary.text
