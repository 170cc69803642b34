"""Forums: topics are kept, made by who may, and refused where they are gone."""

from __future__ import annotations

import pytest

from bot.emulator import Emulator
from tests.emulator.client import Client
from tests.emulator.conftest import GROUP, READER


async def test_a_topic_of_a_forum_is_kept(client: Client, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "منتدى", [READER], forum=True)
    emulator.add_topic(GROUP, 5, "رياضة")
    await emulator.say(READER, "/sections", chat_id=GROUP, thread_id=5)
    [update] = await client.updates()
    assert update["message"]["message_thread_id"] == 5
    assert update["message"]["chat"]["is_forum"] is True
    sent = await client.ok("sendMessage", chat_id=GROUP, text="رياضة", message_thread_id=5)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (5, True)


async def test_a_topic_that_is_gone_or_closed_takes_no_message(client: Client, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "منتدى", [READER], forum=True)
    emulator.add_topic(GROUP, 5, "رياضة", closed=True)
    answer = await client.call("sendMessage", chat_id=GROUP, text="هدف", message_thread_id=5)
    assert answer["description"] == "Bad Request: TOPIC_CLOSED"
    emulator.promote(GROUP, by=READER)
    await client.ok("sendMessage", chat_id=GROUP, text="هدف", message_thread_id=5)
    emulator.delete_topic(GROUP, 5)
    answer = await client.call("sendMessage", chat_id=GROUP, text="هدف", message_thread_id=5)
    assert answer["description"] == "Bad Request: message thread not found"
    with pytest.raises(LookupError, match="no topic 5"):
        await emulator.say(READER, "هدف", chat_id=GROUP, thread_id=5)


async def test_an_answer_stands_in_the_topic_of_what_it_answers_and_never_leads_into_another(
    client: Client, emulator: Emulator
) -> None:
    emulator.add_group(GROUP, "منتدى", forum=True)
    for topic in (5, 6):
        emulator.add_topic(GROUP, topic, str(topic))
    first = await client.ok("sendMessage", chat_id=GROUP, message_thread_id=5, text="في الموضوع")
    number = first["message_id"]
    answer = await client.ok("sendMessage", chat_id=GROUP, text="جواب", reply_parameters={"message_id": number})
    assert answer["message_thread_id"] == 5
    elsewhere = {"chat_id": GROUP, "message_thread_id": 6, "text": "جواب"}
    refusal = await client.refusal("sendMessage", **elsewhere, reply_parameters={"message_id": number})
    assert refusal == "Bad Request: message to be replied not found"
    insisting_not = {"message_id": number, "allow_sending_without_reply": True}
    sent = await client.ok("sendMessage", **elsewhere, reply_parameters=insisting_not)
    assert "reply_to_message" not in sent


async def test_the_bot_makes_topics_where_it_is_an_administrator_of_a_forum(client: Client, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "منتدى", [READER], forum=True)
    answer = await client.call("createForumTopic", chat_id=GROUP, name="رياضة")
    assert answer["description"] == "Bad Request: not enough rights to create a topic"
    emulator.promote(GROUP, by=READER)
    topic = await client.ok("createForumTopic", chat_id=GROUP, name="رياضة")
    assert topic["name"] == "رياضة"
    sent = await client.ok("sendMessage", chat_id=GROUP, text="هدف", message_thread_id=topic["message_thread_id"])
    assert sent["message_thread_id"] == topic["message_thread_id"]
    assert (await client.call("createForumTopic", chat_id=GROUP, name=""))["description"].endswith("TITLE_EMPTY")
    emulator.add_group(GROUP - 1, "مجموعة", [READER])
    emulator.promote(GROUP - 1, by=READER)
    answer = await client.call("createForumTopic", chat_id=GROUP - 1, name="رياضة")
    assert answer["description"] == "Bad Request: the chat is not a forum"
