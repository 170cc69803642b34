from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.emulator import Emulator
from bot.emulator.methods.messages import DELETABLE_SECONDS
from tests.emulator.client import TOKEN, Client, Clock
from tests.emulator.conftest import READER, STRANGER

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
KEYBOARD = {"inline_keyboard": [[{"text": "ملخص", "callback_data": "summary:1"}]]}


async def test_a_message_arrives_as_text_with_entities_and_buttons(client: Client) -> None:
    result = await client.ok(
        "sendMessage", chat_id=READER, text="<b>عاجل</b> خبر", parse_mode="HTML", reply_markup=KEYBOARD
    )
    assert result["text"] == "عاجل خبر"
    assert result["entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    assert result["reply_markup"] == KEYBOARD
    assert result["chat"] == {"id": READER, "first_name": "سارة", "type": "private"}
    assert result["from"]["is_bot"] is True
    [message] = client.emulator.messages(READER)
    assert (message.text, message.button_texts(), message.from_bot) == ("عاجل خبر", ["ملخص"], True)


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n\u200f"}, "message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": "ا" * 4097}, "message is too long"),
        ({"text": "🔴" * 2049}, "message is too long"),
        ({"text": "<x>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
        ({"text": "a", "chat_id": ""}, "chat_id is empty"),
        ({"text": "a", "chat_id": 999}, "chat not found"),
        ({"text": "a", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "a", "chat_id": "x"}, "chat not found"),
        ({"text": "a", "reply_parameters": {"message_id": 77}}, "message to be replied not found"),
        ({"text": "a", "reply_to_message_id": 77}, "message to be replied not found"),
        ({"text": "a", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"text": "a", "reply_markup": []}, "object expected as reply markup"),
        ({"text": "a", "message_thread_id": 1e999}, 'parameter "message_thread_id" must be of type Number'),
        ({"text": "a", "message_thread_id": "x"}, 'parameter "message_thread_id" must be of type Number'),
    ],
)
async def test_a_wrong_message_is_refused(client: Client, params: dict[str, Any], description: str) -> None:
    assert await client.refusal("sendMessage", **{"chat_id": READER, **params}) == f"Bad Request: {description}"
    assert client.emulator.messages(READER) == []
    assert client.emulator.ledger.count_refused(400) == 1


async def test_the_limit_counts_after_the_entities_are_parsed(client: Client) -> None:
    await client.ok("sendMessage", chat_id=READER, text=f"<b>{'ا' * 4096}</b>&#10;", parse_mode="HTML")


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "د" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "d" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": 7}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "d"}, 'can\'t parse inline keyboard button: field "text" must be of type String'),
        ({"text": " ", "callback_data": "d"}, "can't parse inline keyboard button: button text must be non-empty"),
        ("x", "can't parse inline keyboard button: expected an Object"),
        (
            {"text": "x", "url": "http://localhost:8080/"},
            "inline keyboard button URL 'http://localhost:8080/' is invalid: Wrong HTTP URL",
        ),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_a_wrong_button_is_refused(client: Client, button: Any, description: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    refusal = await client.refusal("sendMessage", chat_id=READER, text="a", reply_markup=markup)
    assert refusal == f"Bad Request: {description}"


@pytest.mark.parametrize(
    "button",
    [
        {"text": "x", "callback_data": "d" * 64},
        {"text": "x", "callback_data": "د" * 32},
        {"text": "x", "url": "https://example.com/"},
        {"text": "x", "switch_inline_query": ""},
        {"text": "x", "switch_inline_query_current_chat": "رياضة"},
        {"text": "x", "copy_text": {"text": "نص"}},
    ],
)
async def test_a_right_button_is_shown(client: Client, button: dict[str, Any]) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert (await client.ok("sendMessage", chat_id=READER, text="a", reply_markup=markup))["reply_markup"] == markup


async def test_a_keyboard_has_at_most_a_hundred_buttons(client: Client) -> None:
    row = [{"text": "x", "callback_data": "d"}] * 10
    await client.ok("sendMessage", chat_id=READER, text="a", reply_markup={"inline_keyboard": [row] * 10})
    refusal = await client.refusal(
        "sendMessage", chat_id=READER, text="a", reply_markup={"inline_keyboard": [row] * 10 + [row[:1]]}
    )
    assert refusal == "Bad Request: reply markup is too long"


async def test_a_reply_keyboard_is_shown_and_removed(client: Client) -> None:
    await client.ok("sendMessage", chat_id=READER, text="a", reply_markup={"keyboard": [["نعم", {"text": "لا"}]]})
    await client.ok("sendMessage", chat_id=READER, text="b", reply_markup={"remove_keyboard": True})
    assert [message.reply_keyboard for message in client.emulator.messages(READER)] == [(("نعم", "لا"),), ()]


async def test_a_reply_carries_what_it_answers(client: Client, emulator: Emulator) -> None:
    question = await emulator.say(READER, "ما الجديد؟")
    result = await client.ok(
        "sendMessage", chat_id=READER, text="خبر", reply_parameters={"message_id": question.message_id}
    )
    assert result["reply_to_message"]["text"] == "ما الجديد؟"
    lenient = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await client.ok(
        "sendMessage", chat_id=READER, text="خبر", reply_parameters=lenient
    )


async def test_every_way_to_pass_parameters_works(client: Client) -> None:
    """Query string, form, multipart and JSON; structured parameters are JSON text in all but the last."""
    text = {"chat_id": str(READER), "text": "خبر & <عاجل>", "disable_notification": "true"}
    address = client.address("sendMessage")
    multipart = aiohttp.FormData(text, default_to_multipart=True)
    markup = '{"inline_keyboard":[[{"text":"x","callback_data":"d"}]]}'
    for request in (
        client.session.get(address, params=text),
        client.session.post(address, params=text),
        client.session.post(address, data={**text, "reply_markup": markup}),
        client.session.post(address, data=multipart),
        client.session.post(client.address("SENDMESSAGE"), json={**text, "disable_notification": True}),
    ):
        async with request as response:
            assert (await response.json())["result"]["text"] == "خبر & <عاجل>"
    messages = client.emulator.messages(READER)
    assert [message.silent for message in messages] == [True] * 5
    assert messages[2].button_texts() == ["x"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b'"x"'),
        ("application/json", b"\xff"),
        ("application/json", b"[" * 100_000),
        ("application/json; charset=klingon", b"{}"),
        ("application/x-www-form-urlencoded; charset=klingon", b"text=a"),
        ("application/x-www-form-urlencoded; charset=utf-8", b"\xff=\xff"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--y"),
    ],
)
async def test_a_body_that_is_not_what_it_says_is_refused(client: Client, content_type: str, body: bytes) -> None:
    headers = {"Content-Type": content_type}
    async with client.session.post(client.address("sendMessage"), data=body, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["ok"] is False


async def test_another_token_is_unauthorized_and_an_unknown_method_not_found(client: Client) -> None:
    async with client.session.get(f"{client.emulator.url}/bot1:wrong/getMe") as response:
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await client.call("sendStory") == {"ok": False, "error_code": 404, "description": "Not Found"}
    assert (await client.ok("GETME"))["id"] == int(TOKEN.split(":")[0])


async def test_an_edit_changes_the_message_in_place(client: Client, emulator: Emulator) -> None:
    sent = await client.ok("sendMessage", chat_id=READER, text="قديم", reply_markup=KEYBOARD)
    edited = await client.ok(
        "editMessageText", chat_id=READER, message_id=sent["message_id"], text="<i>جديد</i>", parse_mode="HTML"
    )
    assert (edited["text"], edited["message_id"]) == ("جديد", sent["message_id"])
    assert "reply_markup" not in edited, "an edit without buttons takes them away"
    [message] = emulator.messages(READER)
    assert (message.text, message.edited) == ("جديد", True)


async def test_a_change_of_buttons_is_no_edit_of_the_text(client: Client, emulator: Emulator) -> None:
    sent = await client.ok("sendMessage", chat_id=READER, text="خبر")
    await client.ok("editMessageReplyMarkup", chat_id=READER, message_id=sent["message_id"], reply_markup=KEYBOARD)
    [message] = emulator.messages(READER)
    assert (message.button_texts(), message.edited) == (["ملخص"], False)


async def test_an_edit_that_changes_nothing_is_refused(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=READER, text="خبر", reply_markup=KEYBOARD)
    same = {"chat_id": READER, "message_id": sent["message_id"], "reply_markup": KEYBOARD}
    assert await client.refusal("editMessageText", text=" خبر ", **same) == NOT_MODIFIED
    assert await client.refusal("editMessageReplyMarkup", **same) == NOT_MODIFIED
    await client.ok("editMessageText", text="<b>خبر</b>", parse_mode="HTML", **same)


async def test_what_cannot_be_edited_is_refused(client: Client, emulator: Emulator) -> None:
    theirs = await emulator.say(READER, "كلامي")
    edit = {"chat_id": READER, "text": "x"}
    assert await client.refusal("editMessageText", message_id=theirs.message_id, **edit) == (
        "Bad Request: message can't be edited"
    )
    assert await client.refusal("editMessageText", message_id=999, **edit) == "Bad Request: message to edit not found"
    assert await client.refusal("editMessageText", **edit) == "Bad Request: message identifier is not specified"
    sent = await client.ok("sendMessage", chat_id=READER, text="x")
    too_long = {**edit, "text": "x" * 4097, "message_id": sent["message_id"]}
    assert await client.refusal("editMessageText", **too_long) == "Bad Request: MESSAGE_TOO_LONG"


async def test_a_deleted_message_is_gone(client: Client, emulator: Emulator) -> None:
    sent = [(await client.ok("sendMessage", chat_id=READER, text=text))["message_id"] for text in "abc"]
    assert await client.ok("deleteMessage", chat_id=READER, message_id=sent[0]) is True
    assert [message.text for message in emulator.messages(READER)] == ["b", "c"]
    gone = await client.refusal("deleteMessage", chat_id=READER, message_id=sent[0])
    assert gone == "Bad Request: message to delete not found"
    await client.ok("deleteMessages", chat_id=READER, message_ids=sent)
    assert emulator.messages(READER) == []


async def test_a_message_can_be_deleted_for_two_days() -> None:
    clock = Clock()
    emulator = Emulator(TOKEN, limits=None, clock=clock)
    await emulator.start()
    emulator.add_person(READER, "سارة", started=True)
    async with aiohttp.ClientSession() as session:
        client = Client(session, emulator)
        sent = await client.ok("sendMessage", chat_id=READER, text="خبر")
        clock.move(DELETABLE_SECONDS + 2)
        refusal = await client.refusal("deleteMessage", chat_id=READER, message_id=sent["message_id"])
        await client.ok("editMessageText", chat_id=READER, message_id=sent["message_id"], text="سُحب الخبر")
    assert refusal == "Bad Request: message can't be deleted for everyone"
    await emulator.stop()


async def test_an_open_house_takes_messages_to_chats_that_nobody_added() -> None:
    emulator = Emulator(TOKEN, limits=None, open_house=True)
    await emulator.start()
    async with aiohttp.ClientSession() as session:
        client = Client(session, emulator)
        assert (await client.ok("sendMessage", chat_id=5_000_000, text="a"))["chat"]["type"] == "private"
        assert (await client.ok("sendMessage", chat_id=-1005, text="a"))["chat"]["type"] == "supergroup"
        assert (await client.ok("sendMessage", chat_id=-5, text="a"))["chat"]["type"] == "group"
    assert emulator.ledger.copies_by_chat("a") == {5_000_000: 1, -1005: 1, -5: 1}
    await emulator.stop()


async def test_chat_actions_are_checked(client: Client) -> None:
    assert await client.ok("sendChatAction", chat_id=READER, action="typing") is True
    assert await client.refusal("sendChatAction", chat_id=READER, action="dancing") == (
        "Bad Request: wrong parameter action in request"
    )
    assert (await client.refusal("sendChatAction", chat_id=STRANGER, action="typing")).startswith("Forbidden")
