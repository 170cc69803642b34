"""Presses: they reach the bot, are answered once, and a test that waits for one is told what is there."""

from __future__ import annotations

import pytest

from bot.emulator import Emulator
from tests.emulator.client import Client
from tests.emulator.conftest import READER


async def test_a_press_reaches_the_bot_and_its_answer_comes_back(client: Client, emulator: Emulator) -> None:
    markup = {"inline_keyboard": [[{"text": "رياضة", "callback_data": "s:1"}, {"text": "صحة", "callback_data": "s:2"}]]}
    sent = await client.ok("sendMessage", chat_id=READER, text="اختر", reply_markup=markup)
    press = await emulator.press(READER, sent["message_id"], text="صح")
    [update] = await client.updates()
    query = update["callback_query"]
    assert (query["data"], query["message"]["text"], query["from"]["id"]) == ("s:2", "اختر", READER)
    assert press.answer is None
    await client.ok("answerCallbackQuery", callback_query_id=query["id"], text="تم", show_alert=True)
    answer = await press.answered()
    assert (answer.text, answer.show_alert) == ("تم", True)
    assert emulator.presses == [press]


async def test_a_press_is_answered_once(client: Client, emulator: Emulator) -> None:
    sent = await client.ok("sendMessage", chat_id=READER, text="a")
    press = await emulator.press(READER, sent["message_id"], data="x")
    assert await client.refusal("answerCallbackQuery", callback_query_id=press.id, text="x" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    await client.ok("answerCallbackQuery", callback_query_id=press.id)
    for query_id in (press.id, "1", ""):
        assert await client.refusal("answerCallbackQuery", callback_query_id=query_id) == (
            "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )


async def test_an_unanswered_press_is_an_error_of_the_test(emulator: Emulator) -> None:
    said = await emulator.say(READER, "a")
    press = await emulator.press(READER, said.message_id, data="x")
    with pytest.raises(AssertionError, match="no answer"):
        await press.answered(timeout=0.01)


async def test_stale_and_forged_data_can_be_sent(client: Client, emulator: Emulator) -> None:
    await emulator.press(READER, 999, data="admin:delete")
    [update] = await client.updates()
    assert update["callback_query"]["data"] == "admin:delete"
    assert update["callback_query"]["message"]["date"] == 0, "a message that is gone is inaccessible"


async def test_a_button_that_is_not_there_is_named_with_those_that_are(client: Client, emulator: Emulator) -> None:
    markup = {"inline_keyboard": [[{"text": "افتح", "url": "https://example.com/"}]]}
    sent = await client.ok("sendMessage", chat_id=READER, text="a", reply_markup=markup)
    with pytest.raises(LookupError, match="افتح"):
        await emulator.press(READER, sent["message_id"], text="نشر")
    with pytest.raises(LookupError, match="sends nothing"):
        await emulator.press(READER, sent["message_id"], text="افتح")
