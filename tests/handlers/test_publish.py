"""Handing a story in: by paste, reply, file, link and forward, and what its preview says."""

import logging

import pytest

from bot.emulator import Message
from handlers.desk import copies
from storage import admins, articles, audit, drafts, sources
from storage.audit import Act, Filter
from storage.roles import Role
from storage.sightings import Outlet
from storage.sources import Kind
from tests.databases import START
from tests.handlers.articles import FLAGGED, TITLE, an_article
from tests.handlers.conftest import EDITOR, OTHER, READER, SECOND_EDITOR, Chats, talking
from tests.handlers.desk import alert_above, card, hand_in, owed, press_late, stored_titles
from tests.handlers.newsroom import publish

BUTTONS = [
    "✅ نشر الآن",
    *("🚨 عاجل جدًّا", "✅ 🔴 عاجل", "📰 عادي"),
    *("✏️ العنوان", "🗂 الأقسام", "💬 الاقتباسات"),
    *("🧪 اختبار", "إلغاء"),
]


async def test_the_preview_shows_the_alert_and_what_was_understood(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    await chats.say(OTHER, "/start sport")
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    assert chats.shown(preview) == (
        f"👁 هكذا فهمنا الخبر\n\n{TITLE}\n\nالقسم: أخبار عالمية\n\n"
        "عنوانان فرعيان\n▫️ مياه أقل\n▫️ رأي المزارعين\n\n"
        "اقتباسان\n“سنبدأ العمل في مايو المقبل بلا أي تأخير”\n— كريم البنا\n"
        "“لم يسألنا أحد عن هذه الخطة حتى الآن”\n— سلمى حداد\n\n"
        "⚠️ ينقصه: التاريخ (فيُعدّ منشورًا الآن).\n🔴 عاجل: يصل بصوت التنبيه.\nسيصل إلى مشترك واحد.\n"
        "يستغرق إرساله إلى الجميع نحو ثانية."
    )
    assert preview.button_texts() == BUTTONS
    assert chats.shown(alert_above(chats, preview)) == (
        f"🔴 عاجل | أخبار عالمية\n\n{TITLE}\n\n"
        "أعلن وزير الري كريم البنا أن الوزارة تبدأ خطة جديدة في مايو المقبل.\n\n🕗 الأحد 1 مارس، 21:00"
    )
    assert alert_above(chats, preview).button_texts() == ["📋 ملخص الخبر"]
    assert await stored_titles(chats) == []
    assert await owed(chats) == 0


async def test_a_known_story_is_announced_as_such_before_it_is_released(chats: Chats) -> None:
    await publish(chats, "مباراة القمة")
    preview = await hand_in(chats, "/publish عاجل رياضة\n\nمباراة القمة\n\nمقدمة عن مباراة القمة.")
    assert "⚠️ هذا الخبر عندنا من قبل، ورقمه 1، فلن يُرسل مرة أخرى." in preview.text


@pytest.mark.parametrize("command", ["/publish\n", "/publish@breaking_news_bot ", "/PUBLISH "])
async def test_all_the_text_behind_the_command_counts(chats: Chats, command: str) -> None:
    preview = await hand_in(chats, command + FLAGGED)
    assert "▫️ رأي المزارعين" in preview.text
    assert TITLE in preview.text


async def test_publish_as_a_reply_to_the_text(chats: Chats) -> None:
    hint = await chats.say(EDITOR, FLAGGED)
    assert chats.shown(hint) == "لنشر هذا النص ردّ عليه بالأمر /publish."
    assert hint.reply_to is not None
    assert TITLE in (await hand_in(chats, "/publish", reply_to=hint.reply_to)).text


async def test_a_bare_command_explains_itself_and_waits_for_the_story(chats: Chats) -> None:
    assert (await chats.say(EDITOR, "/publish")).text.startswith("لنشر خبر أرسل الآن نصه")
    assert TITLE in (await hand_in(chats, FLAGGED)).text
    assert chats.shown(await chats.say(EDITOR, FLAGGED)).startswith("لنشر هذا النص ردّ عليه")


async def test_a_command_or_its_word_is_no_answer_to_a_bare_publish(chats: Chats) -> None:
    await chats.say(EDITOR, "/publish")
    assert (await chats.say(EDITOR, "/latest")).text.startswith("لا أخبار بعد")
    assert (await chats.say(EDITOR, "الأحدث")).text.startswith("لا أخبار بعد")
    assert TITLE in (await hand_in(chats, FLAGGED)).text


async def test_a_bare_publish_waits_through_a_restart_but_not_forever(chats: Chats) -> None:
    await chats.say(EDITOR, "/publish")
    async with chats.restarted() as again:
        assert TITLE in (await hand_in(again, FLAGGED)).text
        await again.say(EDITOR, "/publish")
        again.clock.advance(minutes=15)
        assert (await again.say(EDITOR, "صباح الخير")).text.startswith("لم نفهم")


@pytest.mark.parametrize(
    "data", [FLAGGED.encode(), b"\xef\xbb\xbf" + FLAGGED.replace("\n", "\r\n").encode(), FLAGGED.encode("cp1256")]
)
async def test_publish_as_the_caption_of_a_file(chats: Chats, data: bytes) -> None:
    sent = await chats.emulator.send_document(EDITOR, "news.txt", data, caption="/publish")
    preview = await card(chats, after=sent.message_id)
    assert TITLE in preview.text
    assert preview.button_texts() == BUTTONS


async def test_a_file_is_judged_by_what_it_holds(chats: Chats) -> None:
    page = f"<html><body><article><h1>{TITLE}</h1><p>أعلن الوزير خطة جديدة للري.</p></article></body></html>"
    await chats.say(EDITOR, "/publish")
    sent = await chats.emulator.send_document(EDITOR, "news.txt", page.encode())
    assert TITLE in (await card(chats, after=sent.message_id)).text


async def test_publish_as_a_reply_to_a_file(chats: Chats) -> None:
    sent = await chats.emulator.send_document(EDITOR, "news.txt", FLAGGED.encode())
    hint = await chats.emulator.wait_for(EDITOR, after=sent.message_id)
    assert "/publish" in hint.text
    assert TITLE in (await hand_in(chats, "/publish", reply_to=sent.message_id)).text


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("/publish https://news.example/1?a=1", "https://news.example/1?a=1"),
        ("/publish http://news.example", "http://news.example"),
        ("/publish news.example/a/b", "https://news.example/a/b"),
    ],
)
async def test_publish_by_link(chats: Chats, text: str, url: str) -> None:
    chats.pages[url] = FLAGGED.encode()
    assert TITLE in (await hand_in(chats, text)).text


async def test_a_link_that_leads_nowhere_is_refused_with_a_reason(chats: Chats) -> None:
    answer = await chats.say(EDITOR, "/publish https://news.example/gone")
    assert answer.text == "تعذّر فتح هذا الرابط. تحقق منه وأعد المحاولة، أو ألصق نص الخبر."
    assert await drafts_in(chats) == 0


@pytest.mark.parametrize("text", ["انظر news.example/1 وفيه الخبر", "عاجل.سياسة"])
async def test_a_text_that_holds_a_link_is_a_text(chats: Chats, text: str) -> None:
    answer = await chats.say(EDITOR, f"/publish {text}")
    assert "الرابط" not in answer.text


async def test_a_forwarded_message_is_a_story(chats: Chats) -> None:
    written = await chats.emulator.say(OTHER, FLAGGED)
    forwarded = await chats.emulator.forward(EDITOR, written)
    assert TITLE in (await card(chats, after=forwarded.message_id)).text


async def test_what_a_reader_forwards_is_no_story(chats: Chats) -> None:
    written = await chats.emulator.say(OTHER, FLAGGED)
    forwarded = await chats.emulator.forward(READER, written)
    answer = await chats.emulator.wait_for(READER, after=forwarded.message_id)
    assert answer.text.startswith("لم نفهم")
    assert await drafts_in(chats) == 0


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20, "هذا الملف ليس نصًّا"),
        (b" \n ", "لا نص هنا"),
        (b"x" * (1024 * 1024 + 1), "الملف أكبر من ميغابايت واحد"),
    ],
)
async def test_a_file_that_is_no_article_is_refused_and_not_kept(chats: Chats, data: bytes, answer: str) -> None:
    for caption in ("/publish", ""):
        if not caption:
            await chats.say(EDITOR, "/publish")
        sent = await chats.emulator.send_document(EDITOR, "news.txt", data, caption=caption)
        assert (await chats.emulator.wait_for(EDITOR, after=sent.message_id)).text.startswith(answer)
    assert await drafts_in(chats) == 0


async def test_a_paste_that_telegram_cut_is_put_together_again(chats: Chats) -> None:
    paragraph = "وهذه فقرة طويلة عن الري والمياه والحقول في القرى البعيدة."
    text = FLAGGED + f"\n\n{paragraph}" * 160 + "\n\nوقال المهندس سامر حداد: “لا حياة للحقول من غير ماء”."
    await chats.emulator.say(EDITOR, "/publish " + text)
    last = await chats.emulator.wait_for(EDITOR, "لا حياة للحقول من غير ماء")
    await chats.settle()
    cards = [message for message in chats.emulator.messages(EDITOR) if "✅ نشر الآن" in message.button_texts()]
    assert len(cards) == 1
    assert cards[0].message_id >= last.message_id
    cancelled = [message for message in chats.emulator.messages(EDITOR) if message.text.startswith("أُلغي هذا الخبر")]
    assert len(cancelled) == 2
    assert (await press_late(chats, EDITOR, "pub:send:1:1")).text.startswith("سبق أن")
    assert await stored_titles(chats) == []

    await chats.press(EDITOR, cards[0], "نشر")
    await chats.think_it_over()
    async with chats.database.read() as connection:
        stored = await articles.get(connection, 1)
    assert stored is not None
    assert stored.article.paragraphs.count(paragraph) == 160


async def test_a_question_after_a_short_article_is_no_rest_of_it(chats: Chats) -> None:
    await hand_in(chats, f"/publish {FLAGGED}")
    assert (await chats.say(EDITOR, "كيف أصحح العنوان؟")).text.startswith("لم نفهم")


async def test_others_are_refused_and_the_attempt_is_logged_without_their_text(
    chats: Chats, caplog: pytest.LogCaptureFixture
) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    with caplog.at_level(logging.WARNING, logger="handlers"):
        assert (await chats.say(READER, f"/publish {FLAGGED}")).text.startswith("هذا الأمر لفريق التحرير وحده.")
        sent = await chats.emulator.send_document(READER, "news.txt", FLAGGED.encode(), caption="/publish")
        assert "لفريق التحرير" in (await chats.emulator.wait_for(READER, after=sent.message_id)).text
        for verb in ("send", "flag", "drop"):
            press = await chats.emulator.press(READER, preview.message_id, data=f"pub:{verb}:1:1", chat_id=EDITOR)
            assert (await press.answered()).text.startswith("هذا الأمر لفريق التحرير وحده.")
    assert [record.getMessage() for record in caplog.records] == [
        f"refused {act} to user {READER}" for act in ("/publish", "/publish", "pub:send", "pub:flag", "pub:drop")
    ]
    assert await stored_titles(chats) == []


async def test_what_a_reporter_hands_in_is_shown_to_the_editors(chats: Chats) -> None:
    async with chats.database.write() as connection:
        await admins.grant(connection, OTHER, Role.REPORTER, name="سامر", actor_id=EDITOR, now=START)
    sent = await chats.emulator.say(OTHER, f"/publish {FLAGGED}")
    own = await card(chats, OTHER, after=sent.message_id)
    assert "📨 وصل اقتراحك إلى المحررين" in own.text
    assert own.button_texts() == BUTTONS[1:]
    for editor in (EDITOR, SECOND_EDITOR):
        copy = await card(chats, editor)
        assert "قدّمه: سامر" in chats.shown(copy)
        assert copy.button_texts() == BUTTONS
    await chats.press(SECOND_EDITOR, await card(chats, SECOND_EDITOR), "نشر")
    await chats.think_it_over()
    for person in (OTHER, EDITOR, SECOND_EDITOR):
        await chats.emulator.wait_for(person, "نُشر الخبر رقم 1")
    async with chats.database.read() as connection:
        entries = (await audit.newest(connection, Filter(article_id=1), limit=9)).entries
    assert [(entry.act, entry.actor_id) for entry in entries] == [
        (Act.PUBLISH, SECOND_EDITOR),
        (Act.RELEASE, SECOND_EDITOR),
        (Act.PROPOSE, OTHER),
    ]


async def test_what_a_source_brings_for_approval_is_shown_to_the_editors_and_released_by_one(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    async with chats.database.write() as connection:
        await sources.add(connection, "https://news.example/feed", kind=Kind.FEED, name="الوكالة", now=START)
        outlet = Outlet("الوكالة", 1)
        await drafts.bring(connection, an_article("مباراة القمة"), outlet, item_key="1", now=START)
    for _ in range(2):
        await copies.show_brought(chats.bot.bot, chats.services)
    shown = {editor: await card(chats, editor) for editor in (EDITOR, SECOND_EDITOR)}
    assert len([m for m in chats.emulator.messages(EDITOR) if m.from_bot]) == 2
    assert "المصدر: الوكالة" in chats.shown(shown[EDITOR])

    async with chats.database.write() as connection:
        await drafts.bring(connection, an_article("مباراة القمة تؤجل"), outlet, item_key="1", now=START)
    await copies.show_brought(chats.bot.bot, chats.services)
    assert "مباراة القمة تؤجل" in shown[EDITOR].text
    await chats.press(EDITOR, shown[EDITOR], "نشر")
    await chats.think_it_over()
    assert await stored_titles(chats) == ["مباراة القمة تؤجل"]
    assert "نُشر الخبر رقم 1" in chats.shown(shown[SECOND_EDITOR])


async def test_the_newsroom_may_be_empty(chats: Chats) -> None:
    async with chats.restarted():
        pass
    async with talking(chats.emulator, chats.database, chats.clock, owners=()) as again:
        assert "لفريق التحرير" in (await again.say(EDITOR, "/stats")).text


async def drafts_in(chats: Chats) -> int:
    async with chats.database.read() as connection:
        return int(await drafts.get(connection, 1) is not None)


async def test_the_copy_of_an_editor_who_never_started_holds_nothing_up(chats: Chats) -> None:
    async with chats.database.write() as connection:
        await admins.grant(connection, OTHER, Role.REPORTER, name="سامر", actor_id=EDITOR, now=START)
        await admins.grant(connection, 4444, Role.EDITOR, name="غائب", actor_id=EDITOR, now=START)
    sent = await chats.emulator.say(OTHER, f"/publish {FLAGGED}")
    await card(chats, OTHER, after=sent.message_id)
    own: Message = await card(chats, EDITOR)
    assert own.button_texts() == BUTTONS
