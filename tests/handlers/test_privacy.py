"""What is stored: said, handed out, deleted. And leaving and coming back with one touch."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.emulator import Emulator, Message
from handlers.pace import Effort
from storage.privacy import NOBODY
from storage.subscribers import Status
from storage.tables import deliveries
from tests.handlers.conftest import EDITOR, ENGLISH, GROUP, OTHER, READER, Chats
from tests.handlers.newsroom import publish, send


def handed_out(message: Message) -> dict[str, Any]:
    assert message.file is not None
    assert message.file.name == "my-data.json"
    found: dict[str, Any] = json.loads(message.file.data)
    return found


async def followed(chats: Chats) -> Message:
    """A reader of sport who has had an alert."""
    await chats.say(READER, "/start sport")
    await publish(chats, "مباراة القمة", "رياضة")
    await send(chats)
    return chats.emulator.messages(READER)[-1]


async def test_what_is_stored_is_said_in_plain_words_with_two_buttons(chats: Chats) -> None:
    said = await chats.say(READER, "/privacy")
    assert said.text.startswith("ما نحفظه عنك")
    assert said.button_texts() == ["📄 نسخة من بياناتي", "🗑 محو بياناتي"]
    assert (await chats.say(ENGLISH, "/privacy")).text.startswith("What we keep about you")


@pytest.mark.parametrize("way", ["/export", "بياناتي", "button"])
async def test_everything_stored_is_handed_out_as_a_file(chats: Chats, way: str) -> None:
    await followed(chats)
    await chats.say(OTHER, "/start politics")
    if way == "button":
        said = await chats.say(READER, "/privacy")
        await chats.press(READER, said, "نسخة")
        message = chats.emulator.messages(READER)[-1]
    else:
        message = await chats.say(READER, way)
    found = handed_out(message)
    assert message.text == "هذا كل ما نحفظه عن هذه المحادثة."
    assert found["subscribers"][0]["language"] == "ar"
    assert [row["section"] for row in found["subscriptions"]] == ["رياضة"]
    assert [(row["article"], row["state"]) for row in found["deliveries"]] == [("مباراة القمة", "sent")]
    assert str(OTHER) not in json.dumps(found)


async def test_who_is_unknown_gets_an_empty_file(chats: Chats) -> None:
    assert handed_out(await chats.say(ENGLISH, "/export")) == {}


async def test_forgetting_asks_first_and_then_leaves_nothing(chats: Chats) -> None:
    await followed(chats)
    await publish(chats, "نهائي الكأس", "رياضة")  # still owed
    question = await chats.say(READER, "/forget")
    assert question.button_texts() == ["نعم، امحُ كل شيء", "لا، أبقِ كل شيء"]
    assert await chats.subscriber(READER) is not None
    assert (await chats.press(READER, question, "نعم")).text == "مُحيت بياناتك."
    assert question.text.startswith("مُحي كل ما كنا نحفظه")
    assert question.buttons == ()
    assert await chats.subscriber(READER) is None
    assert handed_out(await chats.say(READER, "/export")) == {}
    async with chats.database.read() as connection:
        kept = (await connection.execute(select(deliveries))).all()
    assert [(row.chat_id, row.state, row.message_id) for row in kept] == [(NOBODY - kept[0].id, "sent", None)]
    assert (await chats.say(READER, "/start")).text.startswith("أهلًا بك")


async def test_who_thinks_better_of_it_keeps_everything(chats: Chats) -> None:
    await followed(chats)
    said = await chats.say(READER, "/privacy")
    await chats.press(READER, said, "محو")
    question = chats.emulator.messages(READER)[-1]
    await chats.press(READER, question, "لا")
    assert question.text == "لم نمحُ شيئًا."
    assert await chats.subscriber(READER) is not None


async def test_only_an_admin_forgets_a_group_or_takes_its_data(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "أخبار الحي", [READER, OTHER], admins=[OTHER])
    await chats.say(OTHER, "/start sport", chat=GROUP)
    for command in ("/export", "/forget"):
        assert "لمشرفي المجموعة وحدهم" in (await chats.say(READER, command, chat=GROUP)).text
    question = await chats.say(OTHER, "/forget", chat=GROUP)
    assert (await chats.press(READER, question, "نعم")).show_alert
    assert await chats.subscriber(GROUP) is not None
    await chats.press(OTHER, question, "نعم")
    assert await chats.subscriber(GROUP) is None


async def test_leaving_and_coming_back_take_one_touch_each(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/sections")
    assert (await chats.press(READER, message, "إيقاف كل الرسائل")).text == "توقفت الرسائل."
    assert "/start" in chats.shown(message)
    assert message.button_texts() == ["🔔 العودة إلى الخدمة"]
    subscriber = await chats.subscriber(READER)
    assert subscriber is not None
    assert subscriber.status is Status.STOPPED
    assert (await chats.press(READER, message, "العودة")).text == "عادت الخدمة."
    assert message.text == "أهلًا بعودتك. سيصلك من جديد كل خبر عاجل في أقسامك."
    assert message.button_texts() == ["🔕 إيقاف كل الرسائل"]
    back = await chats.subscriber(READER)
    assert back is not None
    assert (back.status, len(back.sections)) == (Status.ACTIVE, 1)


async def test_who_comes_back_without_sections_is_told_so(chats: Chats) -> None:
    await chats.say(READER, "/start")
    message = await chats.say(READER, "/stop")
    await chats.press(READER, message, "العودة")
    assert "/sections" in message.text


async def test_only_an_admin_stops_a_group(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "أخبار الحي", [READER, OTHER], admins=[OTHER])
    message = await chats.say(OTHER, "/start sport", chat=GROUP)
    assert "لمشرفي المجموعة وحدهم" in (await chats.press(READER, message, data="bye:off")).text
    assert (await chats.press(OTHER, message, data="bye:off")).text == "توقفت الرسائل."


async def test_who_floods_gets_one_polite_answer_and_then_silence(chats: Chats) -> None:
    chats.steady.stand_still()
    at_once = Effort.LIGHT.value[1]
    for _ in range(at_once + 10):
        await chats.emulator.say(READER, "/help")
    await chats.settle()
    answers = [message.text for message in chats.emulator.messages(READER) if message.from_bot]
    assert [text.startswith("على مهلك") for text in answers] == [False] * at_once + [True]
    last = chats.emulator.messages(READER)[-1]
    assert (await chats.press(READER, last, data="bye:off")).text.startswith("على مهلك")  # presses are always answered
    assert (await chats.say(OTHER, "/help")).text.startswith("ما تستطيع فعله")


@pytest.mark.parametrize("costly", ["/summary", "ملخص", "/search القمة", "sum:1", "txt:1:0", "search:older:1"])
async def test_what_costs_more_is_slowed_sooner(chats: Chats, costly: str) -> None:
    await publish(chats, "مباراة القمة", "رياضة")
    chats.steady.stand_still()
    message = await chats.say(READER, "/help")
    for _ in range(Effort.HEAVY.value[1]):
        await (chats.press(READER, message, data=costly) if ":" in costly else chats.emulator.say(READER, costly))
    await chats.settle()
    if ":" in costly:
        assert (await chats.press(READER, message, data=costly)).text.startswith("على مهلك")
    else:
        assert (await chats.say(READER, costly)).text.startswith("على مهلك")
    assert (await chats.say(READER, "/help")).text == message.text


async def test_the_newsroom_is_never_slowed(chats: Chats) -> None:
    chats.steady.stand_still()
    for _ in range(Effort.HEAVY.value[1] + 3):
        assert "على مهلك" not in (await chats.say(EDITOR, "/summary")).text


async def test_who_types_too_fast_inline_gets_nothing_for_a_moment(chats: Chats) -> None:
    await publish(chats, "مباراة القمة", "رياضة")
    chats.steady.stand_still()
    found = [len(await chats.emulator.ask_inline(READER, "القمة")) for _ in range(Effort.TYPING.value[1] + 2)]
    assert found == [1] * Effort.TYPING.value[1] + [0, 0]
