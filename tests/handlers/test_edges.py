"""What Telegram does seldom: refuses an answer, hides a message, hides who writes, nests topics."""

import logging
from typing import Any

import pytest
from telegram import Update

from bot.emulator import Emulator
from handlers.material import MAX_FILE
from handlers.texts import LANGUAGES, Texts
from storage.article import Fault
from tests.handlers.articles import FLAGGED
from tests.handlers.conftest import EDITOR, GROUP, OTHER, READER, Chats
from tests.handlers.newsroom import publish

CHAT = {"id": GROUP, "title": "أخبار الحي", "type": "supergroup"}


async def receive(chats: Chats, **update: Any) -> None:
    """Hand the bot an update that the emulator's people cannot cause."""
    received = Update.de_json({"update_id": 1, **update}, chats.bot.bot)
    assert received is not None
    await chats.bot.process_update(received)


def group_message(text: str, **fields: Any) -> dict[str, Any]:
    return {
        "message_id": 7,
        "date": 1_772_388_000,
        "chat": CHAT,
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}],
        **fields,
    }


@pytest.fixture
def group(emulator: Emulator) -> int:
    emulator.add_group(GROUP, "أخبار الحي", [READER, OTHER], admins=[OTHER], forum=True)
    emulator.add_topic(GROUP, 42, "رياضة")
    return GROUP


async def test_an_anonymous_admin_may_change_the_group(chats: Chats, group: int) -> None:
    await receive(chats, message=group_message("/start sport", sender_chat=CHAT))
    subscriber = await chats.subscriber(group)
    assert subscriber is not None
    assert len(subscriber.sections) == 1


async def test_somebodys_channel_may_not(chats: Chats, group: int) -> None:
    channel = {"id": -100_900, "title": "قناتي", "type": "channel"}
    await receive(chats, message=group_message("/start sport", sender_chat=channel))
    assert await chats.subscriber(group) is None


async def test_nobody_may_not(chats: Chats, group: int) -> None:
    message = group_message("/start sport")
    del message["from"]
    await receive(chats, message=message)
    assert await chats.subscriber(group) is None
    await receive(chats, message={**message, **group_message("/stats")} | {"from": None})
    assert "لفريق التحرير وحده" in chats.emulator.messages(group)[-1].text


async def test_in_a_topic_the_answer_stays_in_the_topic(chats: Chats, group: int) -> None:
    beginning = group_message("موضوع", forum_topic_created={"name": "رياضة", "icon_color": 7322096}, entities=[])
    await publish(chats, "مباراة القمة", "رياضة")
    topic = {"is_topic_message": True, "message_thread_id": 42, "reply_to_message": {**beginning, "message_id": 42}}
    await receive(chats, message=group_message("/summary", **topic))
    summary = chats.emulator.messages(group)[-1]
    assert summary.text.startswith("مباراة القمة")  # and not «that message is no alert»
    assert summary.thread_id == 42


async def test_edits_of_old_commands_are_not_new_commands(chats: Chats, group: int) -> None:
    await receive(chats, edited_message=group_message("/help"))
    assert chats.emulator.messages(group) == []


async def test_a_button_of_a_message_that_telegram_no_longer_shows_still_works(chats: Chats) -> None:
    await chats.say(READER, "/start")
    number = await publish(chats, "مباراة القمة", "رياضة")
    last = chats.emulator.messages(READER)[-1].message_id
    for data, text in (("sec:sport", "أنت مشترك في قسم واحد."), ("dig:at:420", "سيصلك الموجز كل يوم الساعة 07:00.")):
        press = await chats.emulator.press(READER, 99_999, data=data)
        assert (await press.answered()).text == text
    press = await chats.emulator.press(READER, 99_999, data=f"sum:{number}")
    await press.answered()
    summary = await chats.emulator.wait_for(READER, after=last)
    assert summary.text.startswith("مباراة القمة")


async def test_a_button_without_any_message_is_answered(chats: Chats) -> None:
    await chats.stop_polling()  # so that only what is received below answers the press
    press = await chats.emulator.press(READER, 99_999, data="sum:1")
    query = {"id": press.id, "from": {"id": READER, "is_bot": False, "first_name": "ليلى"}, "chat_instance": "1"}
    await receive(chats, callback_query={**query, "data": "sum:1", "inline_message_id": "x"})
    assert press.answer is not None
    assert "هذا الزر قديم" in press.answer.text


@pytest.mark.parametrize(
    ("method", "description"),
    [
        ("answerCallbackQuery", "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        ("editMessageReplyMarkup", "Bad Request: message is not modified: specified new message content is the same"),
        ("editMessageReplyMarkup", "Bad Request: message to edit not found"),
        ("editMessageText", "Bad Request: message can't be edited"),
    ],
)
async def test_what_telegram_refuses_without_harm_is_no_failure(
    chats: Chats, caplog: pytest.LogCaptureFixture, method: str, description: str
) -> None:
    await chats.say(READER, "/start")
    message = await chats.say(READER, "/digest")
    fault = chats.emulator.faults.fail(400, description, method=method, times=1)
    with caplog.at_level(logging.WARNING, logger="handlers"):
        await chats.emulator.press(READER, message.message_id, data="sec:sport")
        await chats.emulator.press(READER, message.message_id, data="dig:at:420")
        await chats.settle()
    assert fault.hits == 1
    assert caplog.records == []


@pytest.mark.parametrize(
    ("method", "data"),
    [
        ("answerCallbackQuery", "sec:sport"),
        ("editMessageReplyMarkup", "sec:sport"),
        ("editMessageText", "dig:at:420"),
    ],
)
async def test_what_telegram_refuses_for_another_reason_is_a_failure(
    chats: Chats, caplog: pytest.LogCaptureFixture, method: str, data: str
) -> None:
    await chats.say(READER, "/start")
    message = await chats.say(READER, "/digest")
    chats.emulator.faults.fail(400, "Bad Request: BUTTON_DATA_INVALID", method=method, times=1)
    with caplog.at_level(logging.ERROR, logger="handlers"):
        await chats.emulator.press(READER, message.message_id, data=data)
        await chats.settle()
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_a_file_is_measured_when_its_size_was_not_told(chats: Chats) -> None:
    sent = await chats.emulator.send_document(EDITOR, "news.txt", b"x" * (MAX_FILE + 1))
    assert sent.file is not None
    document = {"file_id": sent.file.file_id, "file_unique_id": "u", "file_name": "news.txt"}
    chat = {"id": EDITOR, "first_name": "هدى", "type": "private"}
    sender = {"id": EDITOR, "is_bot": False, "first_name": "هدى"}
    message = {"message_id": 7, "date": 1_772_388_000, "chat": chat, "from": sender}
    await receive(chats, message={**message, "document": document, "caption": "/publish"})
    assert chats.emulator.messages(EDITOR)[-1].text.startswith("الملف أكبر من ميغابايت واحد")


async def test_a_caption_that_only_mentions_the_command_publishes_nothing(chats: Chats) -> None:
    sent = await chats.emulator.send_document(EDITOR, "news.txt", FLAGGED.encode(), caption="بلا /publish")
    answer = await chats.emulator.wait_for(EDITOR, after=sent.message_id)
    assert "ردّ عليه بالأمر" in answer.text


def test_every_fault_of_an_article_has_its_sentence_in_every_language() -> None:
    for language in LANGUAGES:
        words = Texts.load().of(language)
        assert len({words.say(f"fault.{fault}") for fault in Fault}) == len(Fault)
