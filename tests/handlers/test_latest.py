"""/latest has pages, which are turned in place and do not move while news arrives."""

import pytest

from tests.handlers.conftest import GROUP, OTHER, READER, Chats
from tests.handlers.lists import SPEAKERS, lines, stories
from tests.handlers.newsroom import publish


@pytest.mark.parametrize(("reader", "older", "newer"), SPEAKERS)
async def test_pages_are_turned_in_place_and_back(chats: Chats, reader: int, older: str, newer: str) -> None:
    titles = await stories(chats, 25)
    listing = await chats.say(reader, "/latest")
    seen = [lines(chats, listing)]
    for label in (older, older, newer, newer):
        answer = await chats.press(reader, listing, label)
        assert answer.text == ""
        seen.append(lines(chats, listing))
    assert seen == [titles[:10], titles[10:20], titles[20:], titles[10:20], titles[:10]]
    assert len([message for message in chats.emulator.messages(reader) if message.from_bot]) == 1


async def test_each_page_offers_only_what_there_is(chats: Chats) -> None:
    await stories(chats, 11)
    listing = await chats.say(READER, "/latest")
    assert listing.button_texts()[10:] == ["الأقدم ←"]
    await chats.press(READER, listing, "الأقدم")
    assert listing.button_texts() == ["1", "→ الأحدث"]


async def test_one_page_needs_no_turning(chats: Chats) -> None:
    await stories(chats, 10)
    assert (await chats.say(READER, "/latest")).button_texts() == [str(number) for number in range(1, 11)]


async def test_news_that_arrives_meanwhile_moves_nothing(chats: Chats) -> None:
    titles = await stories(chats, 15)
    listing = await chats.say(READER, "/latest")
    await publish(chats, "خبر جديد")
    await chats.press(READER, listing, "الأقدم")
    assert lines(chats, listing) == titles[10:]
    # The way back ends at the newest page, which is full.
    await chats.press(READER, listing, "الأحدث")
    assert lines(chats, listing) == titles[:10]
    await chats.press(READER, listing, "الأحدث")
    assert lines(chats, listing) == ["خبر جديد", *titles[:9]]


async def test_the_numbers_of_a_turned_page_lead_to_its_stories(chats: Chats) -> None:
    titles = await stories(chats, 12)
    listing = await chats.say(READER, "/latest")
    await chats.press(READER, listing, "الأقدم")
    await chats.press(READER, listing, "2")
    summary = await chats.emulator.wait_for(READER, after=listing.message_id)
    assert summary.text.startswith(titles[11])


async def test_a_turned_page_is_of_my_sections_too(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    titles = await stories(chats, 12, "رياضة")
    await publish(chats, "جلسة البرلمان", "سياسة")
    listing = await chats.say(READER, "/latest")
    await chats.press(READER, listing, "الأقدم")
    assert lines(chats, listing) == titles[10:]


async def test_pages_are_turned_by_a_bot_that_has_been_restarted(chats: Chats) -> None:
    titles = await stories(chats, 12)
    listing = await chats.say(READER, "/latest")
    async with chats.restarted() as again:
        await again.press(READER, listing, "الأقدم")
    assert lines(chats, listing) == titles[10:]


async def test_in_a_group_a_page_is_turned_in_place_too(chats: Chats) -> None:
    chats.emulator.add_group(GROUP, "أخبار الحي", [READER, OTHER])
    titles = await stories(chats, 12)
    listing = await chats.say(READER, "/latest", chat=GROUP)
    await chats.press(OTHER, listing, "الأقدم")
    assert lines(chats, listing) == titles[10:]


@pytest.mark.parametrize("data", ["latest:older:5", "latest:newer:5", "latest:older:999999", "search:older:5"])
async def test_a_forged_turn_is_answered_and_changes_nothing(chats: Chats, data: str) -> None:
    await stories(chats, 12)
    listing = await chats.say(READER, "/latest")
    before = listing.text
    for message in (listing, await chats.say(READER, "/help")):
        text = message.text
        answer = await chats.press(READER, message, data=data)
        assert answer.show_alert
        assert "هذا الزر قديم" in answer.text
        assert message.text == text
    assert listing.text == before
