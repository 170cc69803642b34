from __future__ import annotations

import json
import re
from typing import Any

import aiohttp
import pytest

from bot.emulator import Emulator
from tests.emulator.client import Client
from tests.emulator.conftest import OTHER, READER

Json = dict[str, Any]


async def post(client: Client, path: str, body: Json | None = None, **headers: str) -> tuple[int, Json]:
    url = f"{client.emulator.url}/emulator/{path}"
    async with client.session.post(url, json=body or {}, headers=headers) as response:
        return response.status, await response.json()


async def get(client: Client, path: str, **headers: str) -> tuple[int, Json]:
    async with client.session.get(f"{client.emulator.url}/emulator/{path}", headers=headers) as response:
        return response.status, await response.json()


async def test_another_process_acts_for_people(client: Client, emulator: Emulator) -> None:
    assert (await post(client, "people", {"user_id": 7, "name": "منى", "role": "admin"}))[0] == 200
    assert (await post(client, "say", {"user_id": 7, "text": "/start"}))[1]["message"]["text"] == "/start"
    markup = {"inline_keyboard": [[{"text": "نشر", "callback_data": "p"}]]}
    sent = await client.ok("sendMessage", chat_id=7, text="معاينة", reply_markup=markup)
    status, press = await post(client, "press", {"user_id": 7, "message_id": sent["message_id"], "text": "نشر"})
    assert status == 200
    await client.ok("answerCallbackQuery", callback_query_id=press["press_id"], text="تم")
    assert [found.answer.text for found in emulator.presses if found.answer] == ["تم"]
    assert (await get(client, "wait?chat_id=7&text=معاينة"))[1]["message"]["message_id"] == sent["message_id"]
    assert [m["text"] for m in (await get(client, "messages?chat_id=7"))[1]["messages"]] == ["/start", "معاينة"]


async def test_a_file_is_sent_as_multipart(client: Client, emulator: Emulator) -> None:
    form = aiohttp.FormData({"user_id": str(READER), "caption": "/publish"}, quote_fields=False)
    form.add_field("file", "عاجل".encode(), filename="خبر.txt")
    async with client.session.post(f"{emulator.url}/emulator/document", data=form) as response:
        message = (await response.json())["message"]
    assert (message["document"]["file_name"], message["caption"]) == ("خبر.txt", "/publish")
    path = f"file/{message['document']['file_id']}"
    async with client.session.get(f"{emulator.url}/emulator/{path}") as response:
        assert await response.text() == "عاجل"
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.content_type == "application/octet-stream"


async def test_blocks_groups_and_faults_are_switched_from_outside(client: Client, emulator: Emulator) -> None:
    await post(client, "block", {"user_id": READER, "notify": False})
    assert (await client.refusal("sendMessage", chat_id=READER, text="a")).startswith("Forbidden")
    await post(client, "unblock", {"user_id": READER})
    assert len(await client.ok("getUpdates")) == 1, "only the end of the block was told"
    await post(client, "groups", {"chat_id": -5, "title": "غرفة", "kind": "group", "members": [READER]})
    await post(client, "migrate", {"chat_id": -5, "new_id": -1005})
    assert (await client.call("sendMessage", chat_id=-5, text="a"))["parameters"] == {"migrate_to_chat_id": -1005}
    await post(client, "faults", {"kind": "fail", "status": 500, "description": "x", "method": "getMe"})
    assert await client.refusal("getMe") == "x"
    await post(client, "faults/clear")
    await client.ok("getMe")


async def test_the_ledger_counts_copies(client: Client) -> None:
    for chat_id in (READER, READER, OTHER):
        await client.ok("sendMessage", chat_id=chat_id, text="عاجل")
    await client.refusal("sendMessage", chat_id=READER, text="")
    status, ledger = await get(client, f"ledger?text=عاجل&chat_id={READER}")
    assert status == 200
    assert (ledger["accepted"], ledger["refused"], ledger["chats"]) == (3, 1, 2)
    assert ledger["chats_by_copies"] == {"1": 1, "2": 1}
    assert [entry["method"] for entry in ledger["entries"]] == ["sendMessage", "sendMessage"]
    assert ledger["limits_passed"] == {}
    status, body = await get(client, "ledger/entries?start=1&count=5")
    assert [entry["text"] for entry in body["entries"]] == [entry.text for entry in client.emulator.ledger.accepted[1:]]
    status, body = await get(client, "ledger/entries?start=3&count=5")
    assert (status, body) == (200, {"entries": []})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("say", {"user_id": 999, "text": "a"}),
        ("say", {"user_id": READER, "text": " "}),
        ("say", {"user_id": READER, "text": "a", "reply_to": 999}),
        ("say", {"user_id": READER, "text": "a", "chat_id": -999}),
        ("say", {"user_id": "x"}),
        ("press", {"user_id": READER, "message_id": 1, "text": "x"}),
        ("document", {"user_id": READER}),
        ("groups", {"chat_id": -5, "kind": "circle"}),
        ("migrate", {"chat_id": -999}),
        ("faults", {"kind": "earthquake"}),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(client: Client, path: str, body: Json) -> None:
    status, answer = await post(client, path, body)
    assert status == 400
    assert answer["error"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[", "10.0.0.1"])
async def test_another_name_for_this_machine_is_refused(client: Client, host: str) -> None:
    """A page whose name was rebound to 127.0.0.1 still says its own name."""
    for status, _ in (
        await post(client, "say", {"user_id": READER, "text": "a"}, Host=host),
        await get(client, "state", Host=host),
        await get(client, "events", Host=host),
        await get(client, "file/x", Host=host),
    ):
        assert status in (400, 403)
    assert client.emulator.messages(READER) == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_another_sites_page_is_refused(client: Client, headers: dict[str, str]) -> None:
    assert (await post(client, "say", {"user_id": READER, "text": "a"}, **headers))[0] == 403
    own = {"Origin": client.emulator.url, "Sec-Fetch-Site": "same-origin"}
    assert (await post(client, "say", {"user_id": READER, "text": "a"}, **own))[0] == 200


async def test_the_page_may_load_and_run_nothing_but_itself(client: Client) -> None:
    async with client.session.get(f"{client.emulator.url}/") as response:
        html = await response.text()
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert '<html lang="ar" dir="rtl">' in html
    assert re.findall(r"""(?:src|href)=["']https?:""", html) == []
    assert "innerHTML" not in html


async def test_events_begin_with_everything_and_go_on_with_each_change(client: Client, emulator: Emulator) -> None:
    await client.ok("sendMessage", chat_id=READER, text="قبل")
    async with client.session.get(f"{emulator.url}/emulator/events") as stream:
        state = await event(stream)
        chats = {chat["id"]: chat for chat in state["chats"]}
        assert [message["text"] for message in chats[READER]["messages"]] == ["قبل"]
        sent = await client.ok("sendMessage", chat_id=OTHER, text="بعد")
        assert (await event(stream))["message"]["text"] == "بعد"
        await client.ok("sendChatAction", chat_id=OTHER, action="typing")
        assert await event(stream) == {"type": "action", "chat_id": OTHER, "action": "typing"}
        await client.ok("deleteMessage", chat_id=OTHER, message_id=sent["message_id"])
        assert await event(stream) == {"type": "deleted", "chat_id": OTHER, "message_id": sent["message_id"]}
        await client.ok("setMyCommands", commands=[{"command": "help", "description": "مساعدة"}])
        assert (await event(stream))["commands"] == [{"command": "help", "description": "مساعدة"}]
        emulator.add_person(7, "منى")
        commands_or_state = [await event(stream), await event(stream), await event(stream)]
        assert 7 in [chat["id"] for chat in commands_or_state[-1]["chats"]]
        await emulator.stop()
        assert await stream.content.read() == b"", "stopping ends the stream"


async def event(stream: aiohttp.ClientResponse) -> Json:
    line = await stream.content.readuntil(b"\n\n")
    found: Json = json.loads(line.removeprefix(b"data: "))
    return found
