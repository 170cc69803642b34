"""What leads where: words, unknown commands, forged buttons, menus, and what happens when something breaks."""

import logging
import re

import pytest
from telegram import Update

from bot.emulator import Emulator
from handlers import menus, routes
from handlers.texts import LANGUAGES, Texts
from storage.database import Database
from storage.roles import Role
from tests.handlers.conftest import EDITOR, ENGLISH, GROUP, OTHER, READER, Chats
from tests.handlers.newsroom import publish


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("الأقسام", "اختر أقسامك"),
        ("الاقسام", "اختر أقسامك"),  # as people spell it
        ("الأحدث", "أحدث الأخبار"),
        ("بحث القمة", "🔎 نتائج البحث عن «القمة»"),
        ("ابحث عن المباراة القمة", "🔎 نتائج البحث عن «المباراة القمة»"),
        ("/بحث", "اكتب بعد الأمر كلمة"),
        ("search for القمة", "🔎 نتائج البحث عن «القمة»"),
        ("ملخص", "مباراة القمة"),
        ("ملخص 1", "مباراة القمة"),
        ("/ملخص ١", "مباراة القمة"),
        ("الموجز", "🗞 الموجز متوقف"),
        ("الموجز 21:30", "🗞 يصلك الموجز"),
        ("الإعدادات", "⚙️ إعداداتك"),
        ("كلمات", "🔤 الكلمات"),
        ("كلمات القمة", "«القمة»: وردت في خبر عاجل واحد هذا الأسبوع."),
        ("هدوء", "🌙 ساعات الهدوء"),
        ("كتم", "🔕 الكتم"),
        ("التوقيت", "🌍 التوقيت"),
        ("التوقيت القاهرة", "صار توقيتك توقيت القاهرة"),
        ("مساعدة", "ما تستطيع فعله هنا"),
        ("sections", "اختر أقسامك"),
        ("إيقاف", "توقفت الرسائل"),
        ("ابدأ", "أهلًا بعودتك"),
    ],
)
async def test_words_work_as_commands(chats: Chats, word: str, answer: str) -> None:
    await chats.say(READER, "/start sport")
    await publish(chats, "مباراة القمة", "رياضة")
    assert chats.shown(await chats.say(READER, word)).startswith(answer)


@pytest.mark.parametrize("text", ["/weather", "ما أخبار الطقس؟", "👍", "/", "ملخص مباراة القمة أمس"])
async def test_what_is_not_understood_gets_help(chats: Chats, text: str) -> None:
    answer = await chats.say(READER, text)
    assert answer.text.startswith("لم نفهم هذه الرسالة.\n\nما تستطيع فعله هنا")
    assert "لفريق التحرير" not in answer.text


@pytest.mark.parametrize("text", ["بحث الوزير مع نظيره سبل التعاون" * 4, "بحث الوزير\nمع نظيره سبل التعاون"])
async def test_an_article_may_begin_with_the_word_for_search(chats: Chats, text: str) -> None:
    assert (await chats.say(EDITOR, text)).text.startswith("لم نفهم هذه الرسالة.")


async def test_an_admin_is_helped_with_the_newsroom_too(chats: Chats) -> None:
    assert "لفريق التحرير" in (await chats.say(EDITOR, "/help")).text
    assert "لفريق التحرير" in (await chats.say(EDITOR, "سؤال قصير")).text


async def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(GROUP, "أخبار الحي", [READER, OTHER], admins=[OTHER])
    emulator.promote(GROUP, by=OTHER)  # as an admin it hears everything
    for text in ("صباح الخير", "ملخص", "/weather"):
        await emulator.say(READER, text, chat_id=GROUP)
    await chats.settle()
    assert not any(message.from_bot for message in emulator.messages(GROUP))
    listing = await chats.say(READER, "/help", chat=GROUP)
    assert (await chats.say(READER, "مساعدة", chat=GROUP, reply_to=listing.message_id)).text == listing.text


@pytest.mark.parametrize(
    "data",
    ["", "x", "sec:", "sum:abc", "pub:steal:1", "dig:at:5000", "latest:older:1", "search:newer:1", "🙂" * 16, "probe"],
)
async def test_a_forged_button_is_answered_politely(chats: Chats, data: str) -> None:
    message = await chats.say(READER, "/help")
    answer = await chats.press(READER, message, data=data)
    assert answer.show_alert
    assert "هذا الزر قديم" in answer.text


async def test_a_channel_post_is_not_answered(chats: Chats, emulator: Emulator) -> None:
    emulator.add_group(-100_700, "قناة", [READER], kind="channel", admins=[READER])
    await emulator.say(READER, "/start sport", chat_id=-100_700)
    await chats.settle()
    assert len(emulator.messages(-100_700)) == 1
    assert await chats.subscriber(-100_700) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_names_each_command_once_in_a_line_of_its_own(language: str) -> None:
    lines = re.findall(r": \u2068?/([a-z]+)\u2069?$", Texts.load().of(language).say("help.text"), re.MULTILINE)
    by_hand = {"start", "help", "export", "forget"}  # of the first two somebody reads already, /privacy names the rest
    assert sorted(lines) == sorted(command.name for command in routes.COMMANDS if command.name not in by_hand)


async def test_menus_differ_by_language_and_role(chats: Chats, emulator: Emulator) -> None:
    await menus.announce(chats.bot.bot, Texts.load(), routes.menu_lines(), {EDITOR: Role.OWNER})
    reader, editor, english = (emulator.commands(user) for user in (READER, EDITOR, ENGLISH))
    names = [
        "start",
        "sections",
        "latest",
        "search",
        "summary",
        "digest",
        "settings",
        "words",
        "quiet",
        "mute",
        "timezone",
        "language",
        "chats",
        "privacy",
        "export",
        "forget",
        "stop",
        "help",
    ]
    assert [line["command"] for line in reader] == names
    assert [line["command"] for line in editor] == [
        *names,
        *(command.name for command in routes.NEWSROOM_COMMANDS),
    ]
    assert [line["command"] for line in english] == names
    assert reader[2]["description"] == "أحدث الأخبار"
    assert english[2]["description"] == "Latest stories"


async def test_a_menu_that_telegram_does_not_take_stops_nothing(
    chats: Chats, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    # As Telegram answers for an admin who has never started the bot.
    emulator.faults.fail(400, "Bad Request: chat not found", method="setMyCommands", times=2)
    with caplog.at_level(logging.WARNING, logger="handlers"):
        await menus.announce(chats.bot.bot, Texts.load(), routes.menu_lines(), {EDITOR: Role.OWNER})
    assert [record.getMessage().partition(": ")[0] for record in caplog.records] == [
        "the menu of commands in other languages is not set for {'type'",
        "the menu of commands in ar is not set for {'type'",
    ]
    assert [line["command"] for line in emulator.commands(EDITOR)][-1] == routes.NEWSROOM_COMMANDS[-1].name


async def test_a_failure_is_logged_once_and_apologised_for(
    chats: Chats, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await chats.say(READER, "/latest")

    def broken(_: object) -> object:
        raise RuntimeError("disk on fire")

    with caplog.at_level(logging.WARNING, logger="handlers"), monkeypatch.context() as patch:
        patch.setattr(Database, "write", broken)
        assert (await chats.say(READER, "/start")).text == "عذرًا، حدث خلل عندنا. أعد المحاولة بعد قليل."
        answer = await chats.press(READER, message, data="sec:sport")
        assert (answer.text, answer.show_alert) == ("عذرًا، حدث خلل عندنا. أعد المحاولة بعد قليل.", True)
    assert [record.exc_info is not None for record in caplog.records] == [True, True]
    assert "disk on fire" in caplog.text
    assert "ولن نرسل إليك شيئًا" in (await chats.say(READER, "/start")).text


async def test_an_apology_that_fails_too_is_only_noted(
    chats: Chats, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> object:
        raise RuntimeError("disk on fire")

    with caplog.at_level(logging.WARNING, logger="handlers"), monkeypatch.context() as patch:
        patch.setattr(Database, "read", broken)
        await chats.emulator.say(READER, "/latest")
        await chats.emulator.say(READER, "/latest")
        while len(caplog.records) < 4:
            await chats.bot.bot.get_me()
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"] * 2


# python-telegram-bot warns whenever it makes its own RetryAfter.
@pytest.mark.filterwarnings("ignore:.*retry_after.*")
@pytest.mark.parametrize(
    ("status", "description", "retry_after"),
    [
        (403, "Forbidden: bot was blocked by the user", None),
        (429, "Too Many Requests", 600),
        (502, "Bad Gateway", None),
    ],
)
async def test_an_answer_that_telegram_does_not_take_is_no_mistake_of_ours(
    status: int,
    description: str,
    retry_after: int | None,
    chats: Chats,
    emulator: Emulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, logger="handlers"):
        emulator.faults.fail(status, description, method="sendMessage", retry_after=retry_after, times=1)
        await emulator.say(READER, "/help")
        await chats.settle()
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_errors_outside_of_updates_are_logged(chats: Chats, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="handlers"):
        await chats.bot.process_error(None, RuntimeError("outside"))
        await chats.bot.process_error(Update(1), RuntimeError("nobody to tell"))
    assert len(caplog.records) == 2
