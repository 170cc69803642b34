"""Publishing: from a paste, a reply or a file to what is owed, once."""

import asyncio
import logging

import pytest

from bot.emulator import Message
from storage import admins, articles, drafts, stats
from storage.deliveries import State
from tests.databases import START
from tests.handlers.articles import FLAGGED, TITLE, UNFLAGGED
from tests.handlers.conftest import EDITOR, OTHER, READER, SECOND_EDITOR, Chats, talking
from tests.handlers.newsroom import publish


async def owed(chats: Chats) -> int:
    async with chats.database.read() as connection:
        return (await stats.collect(connection, since=START)).deliveries.get(State.PENDING, 0)


async def stored_titles(chats: Chats) -> list[str]:
    async with chats.database.read() as connection:
        return [headline.title for headline in await articles.latest(connection, chat_id=None, limit=10)]


async def preview_of(chats: Chats, text: str = FLAGGED, editor: int = EDITOR) -> Message:
    return await chats.say(editor, f"/publish {text}")


async def test_the_preview_shows_what_was_understood(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    await chats.say(OTHER, "/start sport")
    preview = await preview_of(chats)
    assert chats.shown(preview) == (
        f"👁 هكذا فهمنا الخبر\n\n{TITLE}\n\nالقسم: أخبار عالمية\n\n"
        "أعلن وزير الري كريم البنا أن الوزارة تبدأ خطة جديدة في مايو المقبل.\n\n"
        "عنوانان فرعيان\n▫️ مياه أقل\n▫️ رأي المزارعين\n\n"
        "اقتباسان\n“سنبدأ العمل في مايو المقبل بلا أي تأخير”\n— كريم البنا\n"
        "“لم يسألنا أحد عن هذه الخطة حتى الآن”\n— سلمى حداد\n\n"
        "التاريخ: لا تاريخ في النص، فيُعدّ منشورًا الآن.\n🔴 عليه علامة «عاجل».\nسيصل إلى مشترك واحد."
    )
    assert preview.button_texts() == ["✅ نشر الآن", "إلغاء"]
    assert await stored_titles(chats) == []
    assert await owed(chats) == 0


async def test_confirming_stores_and_owes_it_and_wakes_the_sender(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    await chats.say(OTHER, "/start sport")
    preview = await preview_of(chats)
    await chats.press(EDITOR, preview, "نشر")
    assert chats.shown(preview) == f"✅ نُشر الخبر رقم 1، وهو في طريقه إلى مشترك واحد.\n\n{TITLE}"
    assert preview.buttons == ()
    assert await stored_titles(chats) == [TITLE]
    assert await owed(chats) == 1
    assert len(chats.wakes) == 1


async def test_a_second_press_publishes_nothing_more(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    preview = await preview_of(chats)
    await chats.press(EDITOR, preview, "نشر")
    for editor in (EDITOR, SECOND_EDITOR):
        press = await chats.emulator.press(editor, preview.message_id, data="pub:send:1", chat_id=EDITOR)
        answer = await press.answered()
        assert (answer.text, answer.show_alert) == ("سبق أن نُشر هذا الخبر أو أُلغي.", True)
    assert await owed(chats) == 1
    assert len(chats.wakes) == 1


async def test_two_presses_at_the_same_moment_publish_once(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    preview = await preview_of(chats)
    presses = [await chats.emulator.press(EDITOR, preview.message_id, text="نشر") for _ in range(5)]
    answers = await asyncio.gather(*(press.answered() for press in presses))
    assert sorted(answer.show_alert for answer in answers) == [False, True, True, True, True]
    assert await owed(chats) == 1


async def test_buttons_work_after_a_restart(chats: Chats) -> None:
    preview = await preview_of(chats)
    async with chats.restarted() as again:
        await again.press(EDITOR, preview, "نشر")
        assert "نُشر الخبر رقم 1" in again.shown(preview)


async def test_nobody_to_reach_is_said(chats: Chats) -> None:
    preview = await preview_of(chats)
    assert "ليس لقسمه مشتركون بعد" in preview.text
    await chats.press(EDITOR, preview, "نشر")
    assert "وليس لقسمه مشتركون بعد." in preview.text


async def test_an_article_without_flag_is_not_published_before_it_is_flagged(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    preview = await preview_of(chats, UNFLAGGED)
    assert "ليست عليه علامة «عاجل»، فلن يُرسل إلى أحد." in preview.text
    assert "وإن جعلته عاجلًا وصل إلى مشترك واحد." in preview.text
    assert preview.button_texts() == ["🔴 اجعله عاجلًا", "إلغاء"]

    answer = await chats.press(EDITOR, preview, data="pub:send:1")
    assert answer.show_alert
    assert await stored_titles(chats) == []

    answer = await chats.press(EDITOR, preview, "اجعله عاجلًا")
    assert answer.text == "صار الخبر عاجلًا. راجعه، ثم انشره."
    assert "🔴 عليه علامة «عاجل»." in preview.text
    assert preview.button_texts() == ["✅ نشر الآن", "إلغاء"]
    await chats.press(EDITOR, preview, "نشر")
    assert await owed(chats) == 1


async def test_a_cancelled_article_is_gone(chats: Chats) -> None:
    preview = await preview_of(chats)
    await chats.press(EDITOR, preview, "إلغاء")
    assert preview.text.startswith("أُلغي هذا الخبر، ولم يُرسل إلى أحد.")
    for verb in ("send", "flag", "drop"):
        answer = await chats.press(EDITOR, preview, data=f"pub:{verb}:1")
        assert answer.text == "سبق أن نُشر هذا الخبر أو أُلغي."
    assert await stored_titles(chats) == []


async def test_a_known_article_is_not_sent_again(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    await chats.press(EDITOR, await preview_of(chats), "نشر")
    chats.clock.advance(minutes=5)
    again = await preview_of(chats)
    await chats.press(EDITOR, again, "نشر")
    assert chats.shown(again).startswith("هذا الخبر عندنا من قبل، ورقمه 1. ورد الأحد 1 مارس، 21:00،")
    assert await owed(chats) == 1


@pytest.mark.parametrize("command", ["/publish\n", "/publish@breaking_news_bot ", "/PUBLISH "])
async def test_all_the_text_behind_the_command_counts(chats: Chats, command: str) -> None:
    preview = await chats.say(EDITOR, command + FLAGGED)
    assert "▫️ رأي المزارعين" in preview.text
    assert TITLE in preview.text


async def test_publish_as_a_reply_to_the_text(chats: Chats) -> None:
    hint = await chats.say(EDITOR, FLAGGED)
    assert chats.shown(hint) == "لنشر هذا النص ردّ عليه بالأمر /publish."
    assert hint.reply_to is not None
    preview = await chats.say(EDITOR, "/publish", reply_to=hint.reply_to)
    assert TITLE in preview.text


@pytest.mark.parametrize(
    "data", [FLAGGED.encode(), b"\xef\xbb\xbf" + FLAGGED.replace("\n", "\r\n").encode(), FLAGGED.encode("cp1256")]
)
async def test_publish_as_the_caption_of_a_file(chats: Chats, data: bytes) -> None:
    sent = await chats.emulator.send_document(EDITOR, "news.txt", data, caption="/publish")
    preview = await chats.emulator.wait_for(EDITOR, after=sent.message_id)
    assert TITLE in preview.text
    assert preview.button_texts() == ["✅ نشر الآن", "إلغاء"]


async def test_publish_as_a_reply_to_a_file(chats: Chats) -> None:
    sent = await chats.emulator.send_document(EDITOR, "news.txt", FLAGGED.encode())
    hint = await chats.emulator.wait_for(EDITOR, after=sent.message_id)
    assert "/publish" in hint.text
    assert TITLE in (await chats.say(EDITOR, "/publish", reply_to=sent.message_id)).text


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20, "هذا الملف ليس نصًا"),
        (b" \n ", "لا نص هنا"),
        (b"x" * (1024 * 1024 + 1), "الملف أكبر من ميغابايت واحد"),
    ],
)
async def test_a_file_that_is_no_article_is_refused_and_not_kept(chats: Chats, data: bytes, answer: str) -> None:
    sent = await chats.emulator.send_document(EDITOR, "news.txt", data, caption="/publish")
    assert (await chats.emulator.wait_for(EDITOR, after=sent.message_id)).text.startswith(answer)
    async with chats.database.read() as connection:
        assert await drafts.get(connection, 1) is None


async def test_a_bare_command_explains_itself(chats: Chats) -> None:
    assert "ثلاث طرائق" in (await chats.say(EDITOR, "/publish")).text


async def test_a_paste_that_telegram_cut_is_put_together_again(chats: Chats) -> None:
    paragraph = "وهذه فقرة طويلة عن الري والمياه والحقول في القرى البعيدة."
    text = FLAGGED + f"\n\n{paragraph}" * 160 + "\n\nوقال المهندس سامر حداد: “لا حياة للحقول من غير ماء”."
    first = await chats.say(EDITOR, "/publish " + text)
    assert TITLE in first.text
    last = await chats.emulator.wait_for(EDITOR, "لا حياة للحقول من غير ماء")
    await chats.settle()
    previews = [message for message in chats.emulator.messages(EDITOR) if "هكذا فهمنا" in message.text]
    assert len(previews) == 3
    assert previews[-1].message_id <= last.message_id

    old = next(message for message in chats.emulator.messages(EDITOR) if message.from_bot and message.buttons)
    assert (await chats.press(EDITOR, old, "نشر")).text.startswith("سبق أن")
    assert await stored_titles(chats) == []
    whole = [message for message in chats.emulator.messages(EDITOR) if message.from_bot and message.buttons][-1]
    await chats.press(EDITOR, whole, "نشر")
    async with chats.database.read() as connection:
        stored = await articles.get(connection, 1)
    assert stored is not None
    assert stored.article.paragraphs.count(paragraph) == 160


async def test_a_question_after_a_short_article_is_no_rest_of_it(chats: Chats) -> None:
    await preview_of(chats)
    assert (await chats.say(EDITOR, "كيف أصحح العنوان؟")).text.startswith("لم نفهم")


async def test_a_long_preview_keeps_its_buttons_under_the_last_part(chats: Chats) -> None:
    quotes = "".join(f"\nوقالت سلمى حداد: “{f'كلام رقم {n} عن الري والحقول ' * 12}”.\n" for n in range(14))
    data = (UNFLAGGED + quotes).encode()
    sent = await chats.emulator.send_document(EDITOR, "news.txt", data, caption="/publish")
    last = await chats.emulator.wait_for(EDITOR, lambda message: bool(message.buttons))
    parts = [part for part in chats.emulator.messages(EDITOR) if part.message_id > sent.message_id]
    assert len(parts) > 1
    assert parts[-1] is last
    before = [part.text for part in parts[:-1]]
    await chats.press(EDITOR, last, "اجعله عاجلًا")
    assert "🔴 عليه علامة «عاجل»." in last.text
    assert [part.text for part in parts[:-1]] == before


async def test_others_are_refused_and_the_attempt_is_logged_without_their_text(
    chats: Chats, caplog: pytest.LogCaptureFixture
) -> None:
    preview = await preview_of(chats)
    with caplog.at_level(logging.WARNING, logger="handlers"):
        for command in (f"/publish {FLAGGED}", "/stats"):
            assert (await chats.say(READER, command)).text.startswith("هذا الأمر لفريق التحرير وحده.")
        sent = await chats.emulator.send_document(READER, "news.txt", FLAGGED.encode(), caption="/publish")
        assert "لفريق التحرير" in (await chats.emulator.wait_for(READER, after=sent.message_id)).text
        for verb in ("send", "flag", "drop"):
            press = await chats.emulator.press(READER, preview.message_id, data=f"pub:{verb}:1", chat_id=EDITOR)
            assert (await press.answered()).text.startswith("هذا الأمر لفريق التحرير وحده.")
    assert [record.getMessage() for record in caplog.records] == [
        f"refused {act} to user {READER}"
        for act in ("/publish", "/stats", "/publish", "pub:send", "pub:flag", "pub:drop")
    ]
    assert await stored_titles(chats) == []


async def test_who_is_no_admin_any_more_cannot_release_an_old_preview(chats: Chats) -> None:
    preview = await preview_of(chats)
    async with chats.database.write() as connection:
        await admins.set_owners(connection, [SECOND_EDITOR], now=START)
    answer = await chats.press(EDITOR, preview, "نشر")
    assert answer.show_alert
    assert await stored_titles(chats) == []
    await chats.press(SECOND_EDITOR, preview, "نشر")


async def test_stats(chats: Chats) -> None:
    empty = await chats.say(EDITOR, "/stats")
    assert "المشتركون الآن: 0" in empty.text
    assert empty.text.endswith("لم تُرسل رسائل بعد.")
    await chats.say(READER, "/start sport")
    await chats.say(OTHER, "/start")
    await chats.say(OTHER, "/stop")
    await publish(chats, "مباراة القمة", "رياضة")
    figures = await chats.say(EDITOR, "/stats")
    assert "المشتركون الآن: 1\nأوقفوا الخدمة: 1\nتعذّر الوصول إليهم: 0" in figures.text
    assert "\nرياضة: 1\n" in figures.text
    assert "\nسياسة: 0\n" in figures.text
    assert "أخبار اليوم: 1\nرسائل اليوم\nتنتظر دورها: 1" in figures.text


async def test_the_newsroom_may_be_empty(chats: Chats) -> None:
    async with chats.restarted():
        pass
    async with talking(chats.emulator, chats.database, chats.clock, owners=()) as again:
        assert "لفريق التحرير" in (await again.say(EDITOR, "/stats")).text
