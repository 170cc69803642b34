"""What an English reader does by buttons, from the first section to the last message."""

from dataclasses import replace

from bot.emulator import Emulator, Message
from storage import digests, publishing
from storage.article import Block, BlockKind
from storage.digests import Edition
from storage.subscribers import Status
from tests.handlers.articles import an_article
from tests.handlers.conftest import ENGLISH, GROUP, TTL, Chats


async def last(chats: Chats, chat_id: int = ENGLISH) -> Message:
    await chats.settle()
    return chats.emulator.messages(chat_id)[-1]


async def test_sections_and_digests(chats: Chats) -> None:
    welcome = await chats.say(ENGLISH, "/start")
    assert welcome.text.startswith("Welcome to ")
    assert "1 section" in (await chats.press(ENGLISH, welcome, "رياضة")).text
    message = await chats.say(ENGLISH, "/digest")
    assert message.text.startswith("🗞 The digest is off.")
    await chats.press(ENGLISH, message, "20:00")
    await chats.press(ENGLISH, message, "07:00")
    assert (await chats.press(ENGLISH, message, "Weekly: Friday 10:00")).text.startswith(
        "The weekly digest will arrive"
    )
    assert "every week: Friday at 10:00" in chats.shown(message)
    async with chats.database.read() as connection:
        mine = await digests.of_chat(connection, ENGLISH)
    assert [edition for edition, digest in mine.items() if digest.enabled] == list(digests.CHOSEN)
    assert (await chats.press(ENGLISH, message, "✅ 📅 Weekly")).text == "The weekly digest is off."
    await chats.press(ENGLISH, message, "Sections in the digest")
    await chats.press(ENGLISH, message, "✅ رياضة")
    assert "رياضة" in message.button_texts()
    async with chats.database.read() as connection:
        assert not (await digests.of_chat(connection, ENGLISH))[Edition.WEEKLY].enabled


async def test_a_story_from_its_summary_to_its_whole_text(chats: Chats) -> None:
    blocks = tuple(Block(BlockKind.PARAGRAPH, f"فقرة {number}: " + "كلام " * 40) for number in range(40))
    async with chats.database.write() as connection:
        article = replace(an_article("مباراة القمة", "رياضة"), blocks=blocks)
        await publishing.publish(connection, article, now=chats.clock(), ttl=TTL)
    listing = await chats.say(ENGLISH, "/latest")
    await chats.press(ENGLISH, listing, "1")
    summary = await last(chats)
    await chats.press(ENGLISH, summary, "Full text")
    page = await last(chats)
    assert "Page 1 of" in chats.shown(page)
    await chats.press(ENGLISH, page, "Next")
    assert "Page 2 of" in chats.shown(page)


async def test_leaving_coming_back_and_being_forgotten(chats: Chats) -> None:
    await chats.say(ENGLISH, "/start sport")
    message = await chats.say(ENGLISH, "/settings")
    await chats.press(ENGLISH, message, "Stop all messages")
    assert message.text.startswith("All messages are stopped.")
    subscriber = await chats.subscriber(ENGLISH)
    assert subscriber is not None
    assert subscriber.status is Status.STOPPED
    await chats.press(ENGLISH, message, "Come back")
    assert message.text.startswith("Welcome back.")
    privacy = await chats.say(ENGLISH, "/privacy")
    await chats.press(ENGLISH, privacy, "A copy of my data")
    assert (await last(chats)).file is not None
    await chats.press(ENGLISH, privacy, "Delete my data")
    await chats.press(ENGLISH, await last(chats), "Yes, delete everything")
    assert await chats.subscriber(ENGLISH) is None


async def test_topics_of_a_forum(chats: Chats, emulator: Emulator) -> None:
    forum = emulator.add_group(GROUP, "Neighbours", admins=[ENGLISH], forum=True, added_by=ENGLISH)
    emulator.promote(GROUP, by=ENGLISH)
    greeting = await last(chats, GROUP)
    await chats.press(ENGLISH, greeting, "رياضة")
    answer = await chats.press(ENGLISH, greeting, "A topic for each section")
    assert answer.text.startswith("One topic was made")
    assert list(forum.topics.values()) == ["رياضة"]
