from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.emulator import Emulator
from tests.emulator.client import Client
from tests.emulator.conftest import GROUP, OTHER, READER, STRANGER

BASIC, CHANNEL, UPGRADED = -7, -1002, -1003
Json = dict[str, Any]


async def test_what_a_person_says_reaches_the_bot(client: Client, emulator: Emulator) -> None:
    said = await emulator.say(READER, "/start sport")
    [update] = await client.updates()
    message = update["message"]
    assert message["text"] == "/start sport"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"] == {"id": READER, "is_bot": False, "first_name": "سارة", "language_code": "ar"}
    assert (message["chat"]["id"], message["message_id"]) == (READER, said.message_id)


async def test_a_reply_reaches_the_bot_with_what_it_answers(client: Client, emulator: Emulator) -> None:
    alert = await client.ok("sendMessage", chat_id=READER, text="عاجل")
    await emulator.say(READER, "/summary", reply_to=alert["message_id"])
    [update] = await client.updates()
    assert update["message"]["reply_to_message"]["text"] == "عاجل"


async def test_a_text_over_the_limit_goes_as_several_messages(client: Client, emulator: Emulator) -> None:
    first = await emulator.say(READER, "/publish " + "خبر " * 2000)
    arrived = [update["message"] for update in await client.updates()]
    assert len(arrived) == 2
    assert arrived[0]["message_id"] == first.message_id
    assert arrived[0]["text"].startswith("/publish")
    assert all(len(message["text"]) <= 4096 for message in arrived)


async def test_an_empty_message_is_not_sent(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="empty"):
        await emulator.say(READER, " \n ")


async def test_the_bot_may_not_write_first(client: Client, emulator: Emulator) -> None:
    refusal = await client.refusal("sendMessage", chat_id=STRANGER, text="مرحبًا")
    assert refusal == "Forbidden: bot can't initiate conversation with a user"
    await emulator.say(STRANGER, "/start")
    await client.ok("sendMessage", chat_id=STRANGER, text="مرحبًا")


async def test_who_blocked_the_bot_is_not_reached_and_the_bot_is_told(client: Client, emulator: Emulator) -> None:
    emulator.block(READER)
    assert await client.refusal("sendMessage", chat_id=READER, text="a") == "Forbidden: bot was blocked by the user"
    with pytest.raises(LookupError, match="blocked"):
        await emulator.say(READER, "مرحبًا")
    emulator.unblock(READER)
    await client.ok("sendMessage", chat_id=READER, text="a")
    changes = [update["my_chat_member"] for update in await client.updates()]
    statuses = [(change["old_chat_member"]["status"], change["new_chat_member"]["status"]) for change in changes]
    assert statuses == [("member", "kicked"), ("kicked", "member")]


async def test_a_block_without_notice_shows_only_as_403(client: Client, emulator: Emulator) -> None:
    emulator.block(READER, notify=False)
    assert await client.updates() == []
    assert await client.refusal("sendMessage", chat_id=READER, text="a") == "Forbidden: bot was blocked by the user"


async def test_a_deleted_account_is_not_reached(client: Client, emulator: Emulator) -> None:
    emulator.deactivate(READER)
    assert await client.refusal("sendMessage", chat_id=READER, text="a") == "Forbidden: user is deactivated"


@pytest.mark.parametrize(("kind", "chat_id"), [("group", BASIC), ("supergroup", GROUP), ("channel", CHANNEL)])
async def test_a_bot_that_was_kicked_is_refused(client: Client, emulator: Emulator, kind: Any, chat_id: int) -> None:
    emulator.add_group(chat_id, "غرفة", [READER], kind=kind)
    await client.ok("sendMessage", chat_id=chat_id, text="a")
    emulator.kick(chat_id, by=READER)
    refusal = await client.refusal("sendMessage", chat_id=chat_id, text="a")
    assert refusal == f"Forbidden: bot was kicked from the {kind} chat"
    [update] = await client.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_a_group_that_became_a_supergroup_names_its_new_id(client: Client, emulator: Emulator) -> None:
    emulator.add_group(BASIC, "غرفة", [READER], kind="group")
    emulator.migrate(BASIC, UPGRADED)
    assert await client.call("sendMessage", chat_id=BASIC, text="a") == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": UPGRADED},
    }
    assert (await client.ok("sendMessage", chat_id=UPGRADED, text="a"))["chat"]["type"] == "supergroup"
    old, new = [update["message"] for update in await client.updates()]
    assert (old["chat"]["id"], old["migrate_to_chat_id"]) == (BASIC, UPGRADED)
    assert (new["chat"]["id"], new["migrate_from_chat_id"]) == (UPGRADED, BASIC)


async def test_being_added_to_a_group_is_told(client: Client, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "غرفة", [OTHER], admins=[READER], added_by=READER)
    [update] = await client.updates()
    assert update["my_chat_member"]["from"]["id"] == READER
    assert update["my_chat_member"]["new_chat_member"]["status"] == "member"
    statuses = [
        (await client.ok("getChatMember", chat_id=GROUP, user_id=user_id))["status"]
        for user_id in (READER, OTHER, STRANGER)
    ]
    assert statuses == ["creator", "member", "left"]
    administrators = await client.ok("getChatAdministrators", chat_id=GROUP)
    assert [member["user"]["id"] for member in administrators] == [READER]


async def test_in_a_group_the_bot_sees_what_is_meant_for_it(client: Client, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "غرفة", [READER, OTHER])
    sent = await client.ok("sendMessage", chat_id=GROUP, text="عاجل")
    await emulator.say(READER, "حديث جانبي", chat_id=GROUP)
    await emulator.say(READER, "/summary", chat_id=GROUP)
    await emulator.say(READER, "ما هذا؟", chat_id=GROUP, reply_to=sent["message_id"])
    await emulator.say(READER, "@breaking_news_bot مرحبًا", chat_id=GROUP)
    seen = [update["message"]["text"] for update in await client.updates()]
    assert seen == ["/summary", "ما هذا؟", "@breaking_news_bot مرحبًا"]
    emulator.promote(GROUP, by=READER, notify=False)
    await emulator.say(OTHER, "حديث جانبي", chat_id=GROUP)
    assert [update["message"]["text"] for update in await client.updates()] == ["حديث جانبي"]
    with pytest.raises(LookupError, match="not in"):
        await emulator.say(STRANGER, "أنا لست هنا", chat_id=GROUP)


async def test_a_channel_is_reached_by_its_name_and_speaks_for_itself(client: Client, emulator: Emulator) -> None:
    emulator.add_group(CHANNEL, "قناة الأخبار", [READER], kind="channel", username="news_channel")
    result = await client.ok("sendMessage", chat_id="@News_Channel", text="عاجل")
    assert result["sender_chat"]["id"] == CHANNEL
    assert "from" not in result
    await emulator.say(READER, "منشور", chat_id=CHANNEL)
    [update] = await client.updates()
    assert update["channel_post"]["text"] == "منشور"


async def test_a_bot_that_left_is_no_member(client: Client, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "غرفة", [READER])
    assert await client.ok("leaveChat", chat_id=GROUP) is True
    refusal = await client.refusal("sendMessage", chat_id=GROUP, text="a")
    assert refusal == "Forbidden: bot is not a member of the supergroup chat"


async def test_waiting_finds_what_stands_there_and_what_is_to_come(client: Client, emulator: Emulator) -> None:
    first = await client.ok("sendMessage", chat_id=READER, text="خبر أول")
    assert (await emulator.wait_for(READER, "خبر")).message_id == first["message_id"]
    with pytest.raises(AssertionError, match="خبر أول"):
        await emulator.wait_for(READER, "خبر", after=first["message_id"], timeout=0.01)
    edit = client.ok("editMessageText", chat_id=READER, message_id=first["message_id"], text="تصحيح")
    waiting = emulator.wait_for(READER, lambda message: message.edited)
    await edit
    assert (await waiting).text == "تصحيح"


async def test_an_inline_query_gets_its_results(client: Client, emulator: Emulator) -> None:
    asking = asyncio.create_task(emulator.ask_inline(READER, "رياضة"))
    [update] = await client.ok("getUpdates", timeout=5)
    query_id = update["inline_query"]["id"]
    twice = [{"type": "article", "id": "1"}] * 2
    assert await client.refusal("answerInlineQuery", inline_query_id=query_id, results=twice) == (
        "Bad Request: RESULT_ID_DUPLICATE"
    )
    await client.ok("answerInlineQuery", inline_query_id=query_id, results=twice[:1])
    assert await asking == twice[:1]
    assert (await client.refusal("answerInlineQuery", inline_query_id=query_id, results=[])).startswith("Bad Request")


async def test_a_forwarded_message_says_where_it_came_from(client: Client, emulator: Emulator) -> None:
    emulator.add_group(CHANNEL, "قناة الأخبار", [OTHER], kind="channel")
    said = await emulator.say(OTHER, "نص من خالد")
    posted = await emulator.say(OTHER, "نص من القناة", chat_id=CHANNEL)
    await client.updates()
    await emulator.forward(READER, said)
    await emulator.forward(READER, posted)
    person, channel = [update["message"]["forward_origin"] for update in await client.updates()]
    assert (person["type"], person["sender_user"]["id"]) == ("user", OTHER)
    assert (channel["type"], channel["chat"]["id"]) == ("channel", CHANNEL)


async def test_a_location_is_shared(client: Client, emulator: Emulator) -> None:
    await emulator.share_location(READER, 30.04, 31.24)
    [update] = await client.updates()
    assert update["message"]["location"] == {"latitude": 30.04, "longitude": 31.24}
    assert "text" not in update["message"]


async def test_a_chat_is_given_another_title(client: Client, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "منتدى")
    emulator.rename(GROUP, "ملاعب")
    [update] = await client.updates()
    assert update["message"]["new_chat_title"] == update["message"]["chat"]["title"] == "ملاعب"


async def test_members_may_be_hidden_from_a_bot_that_is_no_administrator(client: Client, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "غرفة", [READER], hidden_members=True)
    for method in ("getChatMember", "getChatAdministrators"):
        answer = await client.call(method, chat_id=GROUP, user_id=READER)
        assert answer["description"] == "Bad Request: member list is inaccessible"
    emulator.promote(GROUP, by=READER)
    assert (await client.ok("getChatMember", chat_id=GROUP, user_id=READER))["status"] == "member"


async def test_the_bot_asks_about_chats_and_members(client: Client, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "غرفة", [READER, OTHER], username="newsroom")
    assert (await client.ok("getChat", chat_id="@newsroom"))["title"] == "غرفة"
    assert (await client.ok("getChat", chat_id=READER))["first_name"] == "سارة"
    assert await client.ok("getChatMemberCount", chat_id=GROUP) == 3
    me = (await client.ok("getMe"))["id"]
    assert (await client.ok("getChatMember", chat_id=GROUP, user_id=me))["status"] == "member"
    emulator.promote(GROUP, by=READER)
    assert (await client.ok("getChatMember", chat_id=GROUP, user_id=me))["can_delete_messages"] is True
    assert [member["user"]["id"] for member in await client.ok("getChatAdministrators", chat_id=GROUP)] == [me]
    assert await client.refusal("getChatMember", chat_id=GROUP, user_id=555) == "Bad Request: member not found"
    assert await client.refusal("getChatAdministrators", chat_id=READER) == (
        "Bad Request: there are no administrators in the private chat"
    )


async def test_a_channel_takes_posts_from_its_administrators_only(client: Client, emulator: Emulator) -> None:
    channel = emulator.add_group(CHANNEL, "قناة", kind="channel")
    channel.bot_status = "member"
    assert await client.refusal("sendMessage", chat_id=CHANNEL, text="a") == (
        "Bad Request: need administrator rights in the channel chat"
    )


async def test_the_bot_may_delete_what_others_wrote_only_as_administrator(client: Client, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "غرفة", [READER])
    said = await emulator.say(READER, "كلام", chat_id=GROUP)
    delete = {"chat_id": GROUP, "message_id": said.message_id}
    assert await client.refusal("deleteMessage", **delete) == "Bad Request: message can't be deleted for everyone"
    emulator.promote(GROUP, by=READER)
    await client.ok("deleteMessage", **delete)
    assert emulator.messages(GROUP) == []


async def test_a_transcript_reads_like_the_chat(client: Client, emulator: Emulator) -> None:
    assert emulator.transcript(READER) == "(empty)"
    await emulator.send_document(READER, "خبر.txt", b"abc", caption="/publish")
    markup = {"inline_keyboard": [[{"text": "نشر", "callback_data": "p"}, {"text": "إلغاء", "callback_data": "c"}]]}
    await client.ok("sendMessage", chat_id=READER, text="معاينة\nسطر ثان", reply_markup=markup)
    assert emulator.transcript(READER).splitlines() == [
        "سارة #1:",
        "  <خبر.txt, 3 bytes>",
        "  /publish",
        "breaking_news_bot #2:",
        "  معاينة",
        "  سطر ثان",
        "  [نشر] [إلغاء]",
    ]
