"""Sharing a section, and what the links lead to."""

import struct

import pytest

from handlers.share import qr_picture, story_link, story_of
from tests.handlers.conftest import EDITOR, ENGLISH, GROUP, OTHER, READER, Chats
from tests.handlers.newsroom import publish


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    ("user", "button", "question", "caption"),
    [
        (READER, "مشاركة", "أي قسم تريد أن تشاركه مع غيرك؟", "اشترك في قسم «رياضة»."),
        (ENGLISH, "Share", "Which section would you like to share?", "follows the section “رياضة”."),
    ],
)
async def test_a_section_is_shared_as_a_picture_and_a_link(
    chats: Chats, user: int, button: str, question: str, caption: str
) -> None:
    await chats.say(user, "/start")
    mine = await chats.say(user, "/sections")
    await chats.press(user, mine, button)
    choice = await chats.emulator.wait_for(user, after=mine.message_id)
    assert choice.text == question
    await chats.press(user, choice, "رياضة")
    shared = await chats.emulator.wait_for(user, after=choice.message_id)
    link = f"https://t.me/{chats.bot.bot.username}?start=sport"
    assert caption in chats.shown(shared)
    assert shared.text.splitlines()[-1] == link
    assert shared.file is not None
    assert shared.file.is_photo
    assert shared.file.data == qr_picture(link)


async def test_the_link_subscribes_whoever_opens_it(chats: Chats) -> None:
    await chats.say(OTHER, "/start sport")
    subscriber = await chats.subscriber(OTHER)
    assert subscriber is not None
    assert len(subscriber.sections) == 1


async def test_choosing_sections_keeps_the_offer_to_share(chats: Chats) -> None:
    welcome = await chats.say(READER, "/start")
    mine = await chats.say(READER, "/sections")
    for message, offered in ((welcome, False), (mine, True)):
        for _ in range(2):
            await chats.press(READER, message, "رياضة")
            assert ("📤 مشاركة قسم" in message.button_texts()) is offered


async def test_a_section_that_is_gone_cannot_be_shared(chats: Chats) -> None:
    message = await chats.say(READER, "/help")
    answer = await chats.press(READER, message, data="shr:weather")
    assert (answer.text, answer.show_alert) == ("لم يعد هذا القسم موجودًا.", True)


async def test_in_a_group_anybody_may_share(chats: Chats) -> None:
    chats.emulator.add_group(GROUP, "أخبار الحي", [READER, OTHER], admins=[OTHER])
    await chats.say(OTHER, "/start", chat=GROUP)
    mine = await chats.say(READER, "/sections", chat=GROUP)
    await chats.press(READER, mine, "مشاركة")
    choice = await chats.emulator.wait_for(GROUP, after=mine.message_id)
    await chats.press(READER, choice, "صحة")
    assert (await chats.emulator.wait_for(GROUP, after=choice.message_id)).text.endswith("?start=health")


def test_a_picture_can_be_scanned_and_printed() -> None:
    picture = qr_picture("https://t.me/" + "b" * 32 + "?start=" + "s" * 64)
    width, height = size(picture)
    assert width == height
    assert 400 < width < 1_280  # Telegram makes larger pictures smaller
    assert len(picture) < 20_000


async def test_a_link_to_a_story_opens_its_summary(chats: Chats) -> None:
    number = await publish(chats, "مباراة القمة", "رياضة")
    summary = await chats.say(OTHER, f"/start story_{number}")
    assert summary.text.startswith("مباراة القمة\n")
    hint = await chats.emulator.wait_for(OTHER, after=summary.message_id)
    assert chats.shown(hint) == "وإن أردت أن يصلك كل خبر عاجل لحظة نشره، فأرسل /start واختر أقسامك."
    assert await chats.subscriber(OTHER) is None


async def test_who_has_started_already_gets_the_summary_alone(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    number = await publish(chats, "مباراة القمة", "رياضة")
    summary = await chats.say(READER, f"/start story_{number}")
    await chats.settle()
    assert chats.emulator.messages(READER)[-1] is summary


async def test_who_has_left_is_not_brought_back_by_a_story(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    await chats.say(READER, "/stop")
    number = await publish(chats, "مباراة القمة", "رياضة")
    await chats.say(READER, f"/start story_{number}")
    subscriber = await chats.subscriber(READER)
    assert subscriber is not None
    assert subscriber.status == "stopped"


async def test_a_link_to_an_unknown_story_says_so(chats: Chats) -> None:
    assert "لا خبر عندنا بالرقم 99" in chats.shown(await chats.say(READER, "/start story_99"))
    assert (await chats.say(EDITOR, "/start story_abc")).text.startswith("لم نجد القسم الذي يشير إليه هذا الرابط.")


@pytest.mark.parametrize(
    ("arguments", "story"),
    [
        (["story_12"], 12),
        (["story_12", "x"], 12),
        (["story_"], None),
        (["story_١٢"], None),
        (["story_" + "9" * 19], None),
        (["sport"], None),
        ([], None),
        (None, None),
    ],
)
def test_which_story_a_link_names(arguments: list[str] | None, story: int | None) -> None:
    assert story_of(arguments) == story


def test_a_link_to_a_story_comes_back_as_it() -> None:
    link = story_link("news_bot", 12)
    assert link == "https://t.me/news_bot?start=story_12"
    assert story_of([link.partition("=")[2]]) == 12
