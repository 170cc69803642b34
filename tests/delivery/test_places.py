"""Alerts in the topics of a forum, and as replies to what came before of the same running story."""

import pytest
from sqlalchemy import update

from bot.emulator import Emulator
from storage.deliveries import State
from storage.tables import articles, subscriptions
from tests.delivery.harness import Outbox, dispatching

FORUM = -100_600
TOPIC, OTHER_TOPIC = 12, 13


@pytest.fixture
async def forum(outbox: Outbox, emulator: Emulator) -> int:
    emulator.add_person(7, "هدى")
    emulator.add_group(FORUM, "غرفة الأخبار", [7], forum=True)
    await outbox.subscribe(FORUM)
    async with outbox.database.write() as connection:
        await connection.execute(update(subscriptions).values(thread_id=TOPIC))
    return FORUM


async def test_an_alert_goes_to_its_topic(outbox: Outbox, emulator: Emulator, forum: int) -> None:
    emulator.add_topic(forum, TOPIC, "سياسة")
    await outbox.publish("زلزال يضرب الساحل")
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    (alert,) = emulator.messages(forum)
    assert alert.thread_id == TOPIC


async def test_an_alert_whose_topic_was_deleted_goes_to_the_chat_itself(
    outbox: Outbox, emulator: Emulator, forum: int, caplog: pytest.LogCaptureFixture
) -> None:
    await outbox.publish("زلزال يضرب الساحل")
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    (alert,) = emulator.messages(forum)
    assert alert.thread_id is None
    assert (await outbox.row(forum)).state == State.SENT
    assert [record.message for record in caplog.records] == [
        f"topic {TOPIC} of chat {FORUM} cannot be written to, so the chat itself is: Message thread not found"
    ]


async def test_a_later_alert_of_a_story_replies_to_the_earlier_one(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1, 2)
    async with dispatching(outbox, emulator.url):
        await outbox.publish("زلزال يضرب الساحل")
        await outbox.settled()
        first = emulator.messages(1)[0].message_id
        await outbox.publish("حصيلة زلزال الساحل")
        async with outbox.database.write() as connection:
            await connection.execute(update(articles).values(story_id=1))
        await outbox.settled()
    assert [message.reply_to for message in emulator.messages(1)] == [None, first]


async def test_in_a_forum_a_story_goes_on_as_a_reply_only_in_the_topic_where_it_was_told(
    outbox: Outbox, emulator: Emulator, forum: int
) -> None:
    """Telegram takes a reply to another topic there, or refuses it."""
    emulator.add_topic(forum, TOPIC, "سياسة")
    emulator.add_topic(forum, OTHER_TOPIC, "أخبار سياسية")
    async with dispatching(outbox, emulator.url):
        for title, topic in (
            ("زلزال يضرب الساحل", TOPIC),
            ("حصيلة زلزال الساحل", OTHER_TOPIC),
            ("ارتفاع حصيلة زلزال الساحل", OTHER_TOPIC),
            ("انتهاء البحث بعد زلزال الساحل", TOPIC),
            ("إعمار ما هدمه زلزال الساحل", None),
        ):
            async with outbox.database.write() as connection:
                await connection.execute(update(articles).values(story_id=1))
                await connection.execute(update(subscriptions).values(thread_id=topic))
            await outbox.publish(title)
            async with outbox.database.write() as connection:
                await connection.execute(update(articles).values(story_id=1))
            await outbox.settled()
    first, second, third, fourth, last = emulator.messages(forum)
    assert [message.thread_id for message in (first, second, third, fourth, last)] == [
        TOPIC, OTHER_TOPIC, OTHER_TOPIC, TOPIC, None,
    ]  # fmt: skip
    assert [message.reply_to for message in (first, second, third, fourth, last)] == [
        None, None, second.message_id, first.message_id, None,
    ]  # fmt: skip


async def test_what_goes_to_the_chat_since_its_topic_is_lost_stands_there_from_now_on(
    outbox: Outbox, emulator: Emulator, forum: int
) -> None:
    await outbox.publish("زلزال يضرب الساحل")
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
        async with outbox.database.write() as connection:
            await connection.execute(update(subscriptions).values(thread_id=None))
        await outbox.publish("حصيلة زلزال الساحل")
        async with outbox.database.write() as connection:
            await connection.execute(update(articles).values(story_id=1))
        await outbox.settled()
    first, second = emulator.messages(forum)
    assert (second.thread_id, second.reply_to) == (None, first.message_id)
