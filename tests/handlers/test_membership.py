"""Groups, channels and forums: arriving, being set up by their admins only, leaving, becoming a supergroup."""

import logging

import pytest

from bot.emulator import Emulator, Message
from storage import chats as stored_chats
from storage import sections
from storage.subscribers import Status
from tests.handlers.conftest import ENGLISH, GROUP, OTHER, READER, Chats

CHANNEL = -1001234567890123
SPORT, POLITICS = 12, 34


async def followed(chats: Chats, chat_id: int) -> dict[str, int | None]:
    """The sections of a chat, and the topics that they go to."""
    subscriber = await chats.subscriber(chat_id)
    async with chats.database.read() as connection:
        rows = await sections.every(connection)
    assert subscriber is not None
    return {row.slug: subscriber.topics.get(row.id) for row in rows if row.id in subscriber.sections}


async def known(chats: Chats, chat_id: int) -> bool:
    async with chats.database.read() as connection:
        return await stored_chats.get(connection, chat_id) is not None


async def last(chats: Chats, chat_id: int) -> Message:
    await chats.settle()
    return chats.emulator.messages(chat_id)[-1]


async def test_a_group_is_greeted_with_its_sections_and_gets_nothing_before_a_choice(
    chats: Chats, emulator: Emulator
) -> None:
    emulator.add_group(GROUP, "أخبار الحي", [READER, OTHER], admins=[OTHER], added_by=OTHER)
    greeting = await last(chats, GROUP)
    assert greeting.text.startswith("أهلًا بكم في خدمة الأخبار العاجلة.")
    assert "ولن نرسل إليكم شيئًا قبل ذلك." in greeting.text
    assert await followed(chats, GROUP) == {}
    assert "لمشرفي المجموعة وحدهم" in (await chats.press(READER, greeting, "رياضة")).text
    assert await followed(chats, GROUP) == {}
    assert (await chats.press(OTHER, greeting, "رياضة")).text == "أنت مشترك في قسم واحد."
    assert await followed(chats, GROUP) == {"sport": None}


async def test_a_group_is_spoken_to_in_the_language_of_who_added_the_bot(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "Neighbours", admins=[ENGLISH], added_by=ENGLISH)
    assert (await last(chats, GROUP)).text.startswith("Welcome to Breaking News.")


async def test_being_made_an_admin_of_a_group_is_no_arrival(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "أخبار الحي", admins=[OTHER], added_by=OTHER)
    emulator.promote(GROUP, by=OTHER)
    await chats.settle()
    assert len(emulator.messages(GROUP)) == 1


async def test_a_channel_is_set_up_in_private_by_who_added_the_bot(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(CHANNEL, "رياضة اليوم", [READER], kind="channel", admins=[OTHER], added_by=OTHER)
    panel = await last(chats, OTHER)
    assert chats.shown(panel).startswith("أضفت البوت إلى «رياضة اليوم».")
    assert emulator.messages(CHANNEL) == []
    assert (await chats.press(OTHER, panel, "رياضة")).text == "يُنشر فيها قسم واحد."
    assert "✅ رياضة" in panel.button_texts()
    assert await followed(chats, CHANNEL) == {"sport": None}
    assert (await chats.press(OTHER, panel, "كل الأقسام")).text == "تُنشر فيها 10 أقسام."
    assert (await chats.press(OTHER, panel, "✅ كل الأقسام")).text == "لن يُنشر فيها شيء."
    for label in ("⚙️ الإعدادات", "🌐 اللغة", "English"):
        await chats.press(OTHER, panel, label)
    subscriber = await chats.subscriber(CHANNEL)
    assert subscriber is not None
    assert subscriber.language == "en"
    assert await chats.subscriber(OTHER) is None  # nothing was chosen for the person


async def test_a_channel_is_changed_later_by_chats(chats: Chats, emulator: Emulator) -> None:
    assert (await chats.say(OTHER, "/chats")).text.startswith("لم تضف البوت إلى قناة")
    emulator.add_group(CHANNEL, "رياضة اليوم", kind="channel", admins=[OTHER], added_by=OTHER)
    emulator.add_group(GROUP, "أخبار الحي", admins=[OTHER], added_by=OTHER)
    await chats.settle()
    listing = await chats.say(OTHER, "قنواتي")
    assert set(listing.button_texts()) == {"👥 أخبار الحي", "📢 رياضة اليوم"}
    await chats.press(OTHER, listing, "رياضة اليوم")
    assert chats.shown(listing) == "ما يُنشر في «رياضة اليوم»:"
    await chats.press(OTHER, listing, "سياسة")
    assert await followed(chats, CHANNEL) == {"politics": None}
    assert "في المحادثة الخاصة" in (await chats.say(OTHER, "/chats", chat=GROUP)).text


@pytest.mark.parametrize(
    "data",
    [
        "sec:*@{}", "set:menu@{}", "set:sections@{}", "lng:en@{}", "num:arab@{}", "qh:1380-420@{}", "qf:on@{}",
        "mut:8h@{}", "tz:Asia/Tokyo@{}", "ed:evening:1200@{}", "u+:sport@{}", "top:all@{}", "bye:on@{}",
    ],
)  # fmt: skip
async def test_nobody_else_sets_up_a_channel(chats: Chats, emulator: Emulator, data: str) -> None:
    emulator.add_group(CHANNEL, "قناة", [READER], kind="channel", admins=[OTHER], added_by=OTHER)
    await chats.settle()
    before = await chats.subscriber(CHANNEL)
    message = await chats.say(READER, "/help")
    answer = await chats.press(READER, message, data=data.format(CHANNEL))
    assert (answer.text, answer.show_alert) == ("لا يضبط هذه القناة أو المجموعة إلا مشرفوها.", True)
    assert await chats.subscriber(CHANNEL) == before
    assert (await chats.press(READER, message, data=data.format(-100_999))).text.startswith("لم يعد البوت في هذه")


async def test_who_is_no_admin_any_more_sets_up_nothing(chats: Chats, emulator: Emulator) -> None:
    channel = emulator.add_group(CHANNEL, "قناة", kind="channel", admins=[OTHER], added_by=OTHER)
    panel = await last(chats, OTHER)
    channel.admins.clear()
    assert (await chats.press(OTHER, panel, "رياضة")).show_alert
    assert await followed(chats, CHANNEL) == {}


async def test_a_channel_whose_admin_never_started_the_bot_waits_for_them(
    chats: Chats, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = emulator.add_person(3001, "نور")
    with caplog.at_level(logging.WARNING, logger="handlers"):
        emulator.add_group(CHANNEL, "قناة", kind="channel", admins=[stranger], added_by=3001)
        await chats.settle()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert emulator.messages(CHANNEL) == []
    await chats.say(3001, "/start")
    listing = await last(chats, 3001)
    assert listing.button_texts() == ["📢 قناة"]
    assert (await chats.say(3001, "/chats")).button_texts() == ["📢 قناة"]


async def test_where_members_are_hidden_nothing_changes_and_the_reason_is_said(
    chats: Chats, emulator: Emulator
) -> None:
    emulator.add_group(GROUP, "أخبار الحي", admins=[OTHER], hidden_members=True, added_by=OTHER)
    greeting = await last(chats, GROUP)
    answer = await chats.press(OTHER, greeting, "رياضة")
    assert answer.show_alert
    assert "لا يخبرنا تيليغرام من هم مشرفو هذه المجموعة" in answer.text
    assert "لا يخبرنا تيليغرام" in (await chats.say(OTHER, "/stop", chat=GROUP)).text
    assert await followed(chats, GROUP) == {}
    emulator.promote(GROUP, by=OTHER)
    await chats.press(OTHER, greeting, "رياضة")
    assert await followed(chats, GROUP) == {"sport": None}


async def test_where_one_member_is_not_told_the_list_of_admins_is_asked(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "أخبار الحي", [READER], admins=[OTHER], added_by=OTHER)
    greeting = await last(chats, GROUP)
    emulator.faults.fail(400, "Bad Request: CHAT_ADMIN_REQUIRED", method="getChatMember", times=2)
    assert (await chats.press(READER, greeting, "رياضة")).show_alert
    assert (await chats.press(OTHER, greeting, "رياضة")).text == "أنت مشترك في قسم واحد."


async def test_a_chat_that_removes_the_bot_is_given_up_and_keeps_its_choice_for_its_return(
    chats: Chats, emulator: Emulator
) -> None:
    emulator.add_group(GROUP, "أخبار الحي", admins=[OTHER], added_by=OTHER)
    await chats.press(OTHER, await last(chats, GROUP), "رياضة")
    emulator.kick(GROUP, by=OTHER)
    await chats.settle()
    gone = await chats.subscriber(GROUP)
    assert gone is not None
    assert gone.status is Status.GONE
    assert not await known(chats, GROUP)
    emulator.add_group(GROUP, "أخبار الحي", admins=[OTHER], added_by=OTHER)
    assert "✅ رياضة" in (await last(chats, GROUP)).button_texts()
    assert await followed(chats, GROUP) == {"sport": None}


async def test_a_group_that_becomes_a_supergroup_stays_the_same_chat(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(-700, "أخبار الحي", kind="group", admins=[OTHER], added_by=OTHER)
    await chats.press(OTHER, await last(chats, -700), "رياضة")
    emulator.migrate(-700, GROUP)
    await chats.settle()
    assert await followed(chats, GROUP) == {"sport": None}
    assert not await known(chats, -700)
    listing = await chats.say(OTHER, "/chats")
    await chats.press(OTHER, listing, "أخبار الحي")
    assert "✅ رياضة" in listing.button_texts()


async def test_a_group_where_the_bot_may_not_write_is_set_up_in_private(chats: Chats, emulator: Emulator) -> None:
    emulator.faults.fail(400, "Bad Request: not enough rights to send text messages", chat_id=GROUP, times=1)
    emulator.add_group(GROUP, "أخبار الحي", admins=[OTHER], added_by=OTHER)
    panel = await last(chats, OTHER)
    assert "لا يستطيع الكتابة فيها" in panel.text
    await chats.press(OTHER, panel, "رياضة")
    assert await followed(chats, GROUP) == {"sport": None}


async def test_a_topic_of_a_forum_gets_what_is_chosen_in_it(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "منتدى", admins=[OTHER], forum=True)
    emulator.add_topic(GROUP, SPORT, "رياضة")
    emulator.add_topic(GROUP, POLITICS, "سياسة")
    await chats.say(OTHER, "/start", chat=GROUP)
    sport, politics = [await in_topic(chats, topic) for topic in (SPORT, POLITICS)]
    assert sport.text.startswith("اختر الأقسام التي تصل أخبارها إلى هذا الموضوع.")
    await chats.press(OTHER, sport, "رياضة")
    await chats.press(OTHER, politics, "سياسة")
    assert await followed(chats, GROUP) == {"sport": SPORT, "politics": POLITICS}
    assert "✅ رياضة" not in politics.button_texts()
    await chats.press(OTHER, politics, "رياضة")  # it moves
    assert await followed(chats, GROUP) == {"sport": POLITICS, "politics": POLITICS}
    await chats.press(OTHER, politics, "✅ سياسة")
    assert await followed(chats, GROUP) == {"sport": POLITICS}


async def test_the_switches_of_a_topic_stay_those_of_the_topic(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "منتدى", admins=[OTHER], forum=True)
    emulator.add_topic(GROUP, SPORT, "رياضة")
    await chats.say(OTHER, "/start politics", chat=GROUP)
    switches = await in_topic(chats, SPORT)
    await chats.press(OTHER, switches, "الموجز اليومي")
    assert "✅ سياسة" not in switches.button_texts()
    await chats.press(OTHER, switches, "الإعدادات")
    await chats.press(OTHER, switches, "الأقسام")
    assert "✅ سياسة" not in switches.button_texts()
    await chats.press(OTHER, switches, "رياضة")
    assert await followed(chats, GROUP) == {"sport": SPORT, "politics": None}
    assert "✅ رياضة" in switches.button_texts()


async def in_topic(chats: Chats, topic: int) -> Message:
    sent = await chats.emulator.say(OTHER, "/sections", chat_id=GROUP, thread_id=topic)
    answer = await chats.emulator.wait_for(GROUP, after=sent.message_id)
    assert answer.thread_id == topic
    return answer


async def test_one_button_makes_a_topic_for_each_section(chats: Chats, emulator: Emulator) -> None:
    forum = emulator.add_group(GROUP, "منتدى", [READER], admins=[OTHER], forum=True, added_by=OTHER)
    greeting = await last(chats, GROUP)
    assert greeting.button_texts()[-1] == "🗂 موضوع لكل قسم"
    assert "اختاروا الأقسام أولًا" in (await chats.press(OTHER, greeting, "موضوع لكل قسم")).text
    for section in ("رياضة", "سياسة"):
        await chats.press(OTHER, greeting, section)
    assert "امنحوا البوت صلاحية إدارة المواضيع" in (await chats.press(OTHER, greeting, "موضوع لكل قسم")).text
    emulator.promote(GROUP, by=OTHER)
    assert (await chats.press(READER, greeting, "موضوع لكل قسم")).show_alert
    assert forum.topics == {}
    assert (await chats.press(OTHER, greeting, "موضوع لكل قسم")).text == "أُنشئ موضوعان، ولكل قسم موضوعه."
    names = {name: topic for topic, name in forum.topics.items()}
    assert await followed(chats, GROUP) == {"politics": names["سياسة"], "sport": names["رياضة"]}
    assert (await chats.press(OTHER, greeting, "موضوع لكل قسم")).text == "لكل قسم من أقسامكم موضوعه."
    assert len(forum.topics) == 2
