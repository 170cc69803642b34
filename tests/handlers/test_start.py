"""Arriving, choosing sections, leaving."""

from bot.emulator import Emulator
from storage import digests, sections
from storage.digests import Edition
from storage.subscribers import Status
from tests.handlers.conftest import ENGLISH, GROUP, OTHER, READER, Chats

EVERY = 10


async def followed(chats: Chats, chat_id: int) -> set[str]:
    subscriber = await chats.subscriber(chat_id)
    async with chats.database.read() as connection:
        rows = await sections.every(connection)
    return {row.slug for row in rows if subscriber and row.id in subscriber.sections}


async def test_the_welcome_says_that_nothing_is_sent_before_a_choice(chats: Chats) -> None:
    welcome = await chats.say(READER, "/start")
    assert "ولن نرسل إليك شيئًا قبل أن تختار." in chats.shown(welcome)
    assert welcome.button_texts()[-2:] == ["كل الأقسام", "🗞 الموجز اليومي الساعة 20:00"]
    assert len(welcome.button_texts()) == EVERY + 2
    assert await followed(chats, READER) == set()


async def test_sections_toggle_in_place(chats: Chats) -> None:
    welcome = await chats.say(READER, "/start")
    text = welcome.text

    answer = await chats.press(READER, welcome, "رياضة")
    assert answer.text == "أنت مشترك في قسم واحد."
    assert "✅ رياضة" in welcome.button_texts()
    assert await followed(chats, READER) == {"sport"}

    answer = await chats.press(READER, welcome, "سياسة")
    assert answer.text == "أنت مشترك في قسمين."

    answer = await chats.press(READER, welcome, "رياضة")
    assert answer.text == "أنت مشترك في قسم واحد."
    assert "رياضة" in welcome.button_texts()
    assert await followed(chats, READER) == {"politics"}
    assert welcome.text == text
    assert len(chats.emulator.messages(READER)) == 2


async def test_one_button_follows_every_section_and_then_none(chats: Chats) -> None:
    welcome = await chats.say(READER, "/start sport")
    answer = await chats.press(READER, welcome, "كل الأقسام")
    assert answer.text == "أنت مشترك في 10 أقسام."
    assert len(await followed(chats, READER)) == EVERY
    assert "✅ كل الأقسام" in welcome.button_texts()

    answer = await chats.press(READER, welcome, "✅ كل الأقسام")
    assert answer.text == "لم يبق لك أي قسم، فلن نرسل إليك شيئًا."
    assert await followed(chats, READER) == set()


async def test_a_deep_link_follows_its_section_at_once(chats: Chats) -> None:
    welcome = await chats.say(READER, "/start sport")
    assert "اشتركت في قسم «رياضة»" in chats.shown(welcome)
    assert "✅ رياضة" in welcome.button_texts()
    assert await followed(chats, READER) == {"sport"}


async def test_a_deep_link_to_no_section_says_so_and_lets_choose(chats: Chats) -> None:
    welcome = await chats.say(READER, "/start weather")
    assert "لم نجد القسم" in welcome.text
    assert "رياضة" in welcome.button_texts()
    assert await followed(chats, READER) == set()


async def test_who_comes_back_finds_the_old_choice(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    goodbye = await chats.say(READER, "/stop")
    assert "وإن أردت العودة فالمس الزر أو أرسل /start" in chats.shown(goodbye)
    subscriber = await chats.subscriber(READER)
    assert subscriber is not None
    assert subscriber.status is Status.STOPPED

    welcome = await chats.say(READER, "/start")
    assert "أهلًا بعودتك" in welcome.text
    assert "✅ رياضة" in welcome.button_texts()


async def test_old_switches_do_nothing_after_leaving(chats: Chats) -> None:
    welcome = await chats.say(READER, "/start sport")
    await chats.say(READER, "/stop")
    answer = await chats.press(READER, welcome, "سياسة")
    assert answer.show_alert
    assert "/start" in answer.text
    assert await followed(chats, READER) == {"sport"}


async def test_a_switch_of_a_section_that_is_gone_says_so(chats: Chats) -> None:
    welcome = await chats.say(READER, "/start")
    answer = await chats.press(READER, welcome, data="sec:weather")
    assert answer.text == "لم يعد هذا القسم موجودًا."


async def test_sections_shows_the_switches(chats: Chats) -> None:
    assert "/start" in (await chats.say(READER, "/sections")).text
    await chats.say(READER, "/start health")
    message = await chats.say(READER, "/sections")
    assert "✅ صحة" in message.button_texts()


async def test_english_is_spoken_where_the_app_speaks_it(chats: Chats) -> None:
    welcome = await chats.say(ENGLISH, "/start")
    assert "We send you nothing before you choose." in welcome.text
    answer = await chats.press(ENGLISH, welcome, "All sections")
    assert answer.text == "You follow 10 sections."
    subscriber = await chats.subscriber(ENGLISH)
    assert subscriber is not None
    assert subscriber.language == "en"


async def test_the_digest_offer_goes_once_it_is_taken(chats: Chats) -> None:
    welcome = await chats.say(READER, "/start sport")
    answer = await chats.press(READER, welcome, "الموجز اليومي")
    assert answer.text == "سيصلك الموجز كل يوم الساعة 20:00."
    assert welcome.button_texts()[-1] == "كل الأقسام"
    assert "✅ رياضة" in welcome.button_texts()
    async with chats.database.read() as connection:
        digest = await digests.get(connection, READER, Edition.EVENING)
    assert digest is not None
    assert (digest.enabled, digest.minute) == (True, 1200)


async def test_a_blocked_chat_is_gone_at_once_and_comes_back_by_start(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    chats.emulator.block(READER)
    await chats.settle()
    subscriber = await chats.subscriber(READER)
    assert subscriber is not None
    assert subscriber.status is Status.GONE

    before = len(chats.emulator.messages(READER))
    chats.emulator.unblock(READER)
    await chats.settle()
    assert len(chats.emulator.messages(READER)) == before
    assert "أهلًا بعودتك" in (await chats.say(READER, "/start")).text
    subscriber = await chats.subscriber(READER)
    assert subscriber is not None
    assert subscriber.status is Status.ACTIVE


async def test_in_a_group_only_its_admins_change_anything(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "أخبار الحي", [READER, OTHER], admins=[OTHER])
    refused = "تغيير الإعدادات هنا لمشرفي المجموعة وحدهم."
    assert (await chats.say(READER, "/start sport", chat=GROUP)).text == refused
    assert await chats.subscriber(GROUP) is None

    welcome = await chats.say(OTHER, "/start sport", chat=GROUP)
    assert "✅ رياضة" in welcome.button_texts()
    for button in ("سياسة", "كل الأقسام", "الموجز"):
        answer = await chats.press(READER, welcome, button)
        assert (answer.text, answer.show_alert) == (refused, True)
    assert (await chats.say(READER, "/stop", chat=GROUP)).text == refused
    assert (await chats.say(READER, "/digest 21", chat=GROUP)).text == refused
    assert await followed(chats, GROUP) == {"sport"}

    await chats.press(OTHER, welcome, "سياسة")
    assert await followed(chats, GROUP) == {"sport", "politics"}


async def test_a_group_that_removes_the_bot_is_gone(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "أخبار الحي", [READER], admins=[READER])
    await chats.say(READER, "/start sport", chat=GROUP)
    emulator.kick(GROUP, by=READER)
    await chats.settle()
    subscriber = await chats.subscriber(GROUP)
    assert subscriber is not None
    assert subscriber.status is Status.GONE


async def test_a_group_takes_its_sections_along_when_it_becomes_a_supergroup(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(-500, "أخبار الحي", [READER], admins=[READER], kind="group")
    await chats.say(READER, "/start sport", chat=-500)
    emulator.migrate(-500, GROUP)
    await chats.settle()
    assert await followed(chats, GROUP) == {"sport"}
    assert await chats.subscriber(-500) is None
