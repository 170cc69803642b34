"""A channel has nobody who writes commands: its admin sets it up by buttons in their private chat."""

from datetime import timedelta

import pytest

from bot.emulator import Emulator, Message
from storage import chats as stored_chats
from storage import digests, preferences, privacy, subscribers
from storage.digests import Edition
from storage.localtime import QuietHours
from storage.preferences import Preferences
from storage.subscribers import Status
from tests.databases import START
from tests.handlers.conftest import ENGLISH, GROUP, OTHER, READER, Chats, plain

CHANNEL = -1001112223334445
RIYADH = "Asia/Riyadh"


async def channel(chats: Chats, admin: int = OTHER) -> Message:
    """The panel of a channel with one section, as its admin gets it."""
    chats.emulator.add_group(CHANNEL, "رياضة اليوم", [READER], kind="channel", admins=[admin], added_by=admin)
    await chats.settle()
    panel = chats.emulator.messages(admin)[-1]
    await chats.press(admin, panel, "رياضة")
    return panel


async def wishes(chats: Chats) -> Preferences:
    async with chats.database.read() as connection:
        found = await preferences.get(connection, CHANNEL)
    assert found is not None
    return found


async def of_admin(chats: Chats, admin: int = OTHER) -> object:
    async with chats.database.read() as connection:
        return await privacy.collect(connection, admin)


@pytest.mark.parametrize(
    ("admin", "settings", "heading", "title"),
    [
        (OTHER, "⚙️ الإعدادات", "ضبط «رياضة اليوم»", "⚙️ الإعدادات"),
        (ENGLISH, "⚙️ Settings", "Setting up “رياضة اليوم”", "⚙️ Settings"),
    ],
)
async def test_every_screen_opens_under_the_title_of_the_channel_and_leads_back(
    chats: Chats, admin: int, settings: str, heading: str, title: str
) -> None:
    panel = await channel(chats, admin)
    await chats.press(admin, panel, settings)
    assert chats.shown(panel).startswith(f"{heading}\n\n{title}\n\n")
    labels = panel.button_texts()
    assert len(labels) == 7
    for label in labels:
        await chats.press(admin, panel, label)
        assert "رياضة اليوم" in chats.shown(panel), label
        assert f"{heading}\n\n{title}" not in chats.shown(panel), label
        assert "/" not in panel.text, label  # commands would be for the admin's own settings
        await chats.press(admin, panel, settings)
        assert chats.shown(panel).startswith(f"{heading}\n\n{title}\n\n"), label


@pytest.mark.parametrize(
    ("presses", "toast", "expected"),
    [
        (
            ("ساعات الهدوء", "من 23:00 إلى 07:00"),
            "ساعات الهدوء من 23:00 إلى 07:00.",
            {"quiet": QuietHours(RIYADH, 1380, 420)},
        ),
        (
            ("ساعات الهدوء", "ساعات أخرى", "01:00", "05:00"),
            "ساعات الهدوء من 01:00 إلى 05:00.",
            {"quiet": QuietHours(RIYADH, 60, 300)},
        ),
        (("ساعات الهدوء", "عاجل جدًّا"), "سيُنشر «عاجل جدًّا» في ساعات الهدوء أيضًا.", {"flash_passes": True}),
        (("الكتم", "8 ساعات"), "كُتمت التنبيهات حتى 05:00.", {"muted_until": START + timedelta(hours=8)}),
        (("التوقيت", "القاهرة"), "صار التوقيت توقيت القاهرة.", {"timezone": "Africa/Cairo"}),
    ],
)
async def test_the_channel_is_set_and_its_admin_is_not(
    chats: Chats, presses: tuple[str, ...], toast: str, expected: dict[str, object]
) -> None:
    await chats.say(OTHER, "/start politics")
    panel = await channel(chats)
    before = await of_admin(chats)
    await chats.press(OTHER, panel, "الإعدادات")
    for label in presses:
        answer = await chats.press(OTHER, panel, label)
    assert plain(answer.text) == toast
    assert await wishes(chats) == Preferences(**{"timezone": RIYADH, **expected})  # type: ignore[arg-type]  # by name
    assert await of_admin(chats) == before


async def test_a_channel_has_digests_of_its_own(chats: Chats) -> None:
    panel = await channel(chats)
    for label in ("الإعدادات", "الموجز"):
        await chats.press(OTHER, panel, label)
    assert "موجز" in panel.text
    assert plain((await chats.press(OTHER, panel, "20:00")).text) == "سيُنشر الموجز كل يوم الساعة 20:00."
    assert "يُنشر الموجز بتوقيت الرياض" in chats.shown(panel)
    await chats.press(OTHER, panel, "أقسام الموجز")
    await chats.press(OTHER, panel, "رياضة")
    async with chats.database.read() as connection:
        assert (await digests.of_chat(connection, CHANNEL))[Edition.EVENING].enabled
        assert await digests.of_chat(connection, OTHER) == {}
        (section,) = await preferences.followed(connection, CHANNEL)
    assert not section.in_digest


async def test_a_section_of_a_channel_is_cut_down_to_what_is_urgent(chats: Chats) -> None:
    panel = await channel(chats, ENGLISH)
    for label in ("Settings", "Urgency", "Every alert: رياضة"):
        await chats.press(ENGLISH, panel, label)
    assert "Urgent only: رياضة" in panel.button_texts()
    async with chats.database.read() as connection:
        (section,) = await preferences.followed(connection, CHANNEL)
    assert section.urgent_only


async def test_the_channel_speaks_as_was_chosen_and_its_admin_reads_on_in_their_language(chats: Chats) -> None:
    panel = await channel(chats)
    for label in ("الإعدادات", "اللغة", "١٢٣"):
        await chats.press(OTHER, panel, label)
    assert {"✅ العربية", "✅ ١٢٣"} <= set(panel.button_texts())
    await chats.press(OTHER, panel, "English")
    assert "✅ English" in panel.button_texts()
    assert "بأي لغة نكتب هناك" in panel.text
    subscriber = await chats.subscriber(CHANNEL)
    assert subscriber is not None
    assert (subscriber.language, subscriber.digits) == ("en", "arab")


@pytest.mark.parametrize(
    "data", ["wrd:mute", "wrd:del:1", "bud:5", "set:words", "set:location", "bye:off", "own:forget"]
)
async def test_what_is_for_a_person_is_not_set_for_a_channel(chats: Chats, data: str) -> None:
    panel = await channel(chats)
    before = await wishes(chats)
    assert "هذا الزر قديم" in (await chats.press(OTHER, panel, data=f"{data}@{CHANNEL}")).text
    assert await wishes(chats) == before
    assert (await chats.subscriber(CHANNEL)).status is Status.ACTIVE  # type: ignore[union-attr]  # it is there


async def test_a_channel_is_not_set_up_before_the_eyes_of_a_group(chats: Chats) -> None:
    await channel(chats)
    chats.emulator.add_group(GROUP, "أخبار الحي", admins=[OTHER], added_by=OTHER)
    await chats.settle()
    greeting = chats.emulator.messages(GROUP)[-1]
    assert (await chats.press(OTHER, greeting, data=f"set:menu@{CHANNEL}")).show_alert
    assert "رياضة اليوم" not in greeting.text


async def test_a_group_that_has_left_is_brought_back_from_afar(chats: Chats) -> None:
    panel = await channel(chats)
    async with chats.database.write() as connection:
        await subscribers.stop(connection, CHANNEL, status=Status.GONE, now=START)
    await chats.press(OTHER, panel, "الإعدادات")
    assert chats.shown(panel).startswith("«رياضة اليوم» لا تصلها أخبار الآن")
    (label,) = panel.button_texts()
    await chats.press(OTHER, panel, label)
    assert "✅ رياضة" in panel.button_texts()
    subscriber = await chats.subscriber(CHANNEL)
    assert subscriber is not None
    assert subscriber.status is Status.ACTIVE
    assert await chats.subscriber(OTHER) is None


async def test_a_channel_that_the_bot_was_put_out_of_unseen_is_said_to_be_gone(chats: Chats) -> None:
    panel = await channel(chats)
    chats.emulator.kick(CHANNEL, by=OTHER, notify=False)
    assert "لم يعد البوت في هذه القناة" in (await chats.press(OTHER, panel, "الإعدادات")).text


async def test_a_forum_gets_its_topics_from_afar_too(chats: Chats, emulator: Emulator) -> None:
    forum = emulator.add_group(GROUP, "منتدى", admins=[OTHER], forum=True, added_by=OTHER)
    emulator.promote(GROUP, by=OTHER)
    panel = await chats.say(OTHER, "/chats")
    await chats.press(OTHER, panel, "منتدى")
    await chats.press(OTHER, panel, "رياضة")
    assert (await chats.press(OTHER, panel, "موضوع لكل قسم")).text == "أُنشئ موضوع واحد تصل إليه أخبار قسمه."
    assert list(forum.topics.values()) == ["رياضة"]


@pytest.mark.parametrize("kind", ["channel", "supergroup"])
async def test_a_new_title_is_taken_over(chats: Chats, emulator: Emulator, kind: str) -> None:
    emulator.add_group(CHANNEL, "رياضة اليوم", kind=kind, admins=[OTHER], added_by=OTHER)  # type: ignore[arg-type]  # as it is called
    await chats.settle()
    emulator.rename(CHANNEL, "ملاعب")
    await chats.settle()
    listing = await chats.say(OTHER, "/chats")
    assert [plain(label).partition(" ")[2] for label in listing.button_texts()] == ["ملاعب"]


async def test_a_title_that_changed_unseen_is_taken_over_at_the_next_press_or_promotion(
    chats: Chats, emulator: Emulator
) -> None:
    panel = await channel(chats)
    emulator.add_group(CHANNEL, "ملاعب", kind="channel", admins=[OTHER])
    await chats.press(OTHER, panel, "الإعدادات")
    assert chats.shown(panel).startswith("ضبط «ملاعب»")
    assert await title(chats) == "ملاعب"
    emulator.add_group(CHANNEL, "أهداف", kind="channel", admins=[OTHER])
    emulator.promote(CHANNEL, by=OTHER)
    await chats.settle()
    assert await title(chats) == "أهداف"


async def title(chats: Chats) -> str:
    async with chats.database.read() as connection:
        found = await stored_chats.get(connection, CHANNEL)
    assert found is not None
    return found.title
