"""The buttons of a draft, pressed by people: what each changes, for everyone who looks at the draft."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.emulator import Message
from storage import admins, audit, drafts
from storage.article import Article, Urgency
from storage.audit import Act, Filter
from storage.drafts import Draft, State
from storage.roles import Role
from tests.databases import START
from tests.handlers.articles import FLAGGED, TITLE, UNFLAGGED
from tests.handlers.conftest import EDITOR, OTHER, READER, SECOND_EDITOR, Chats, plain
from tests.handlers.desk import alert_above, card, hand_in, owed, press_late, stored_titles


async def the_draft(chats: Chats, number: int = 1) -> Draft:
    async with chats.database.read() as connection:
        draft = await drafts.get(connection, number)
    assert draft is not None
    return draft


async def log(chats: Chats) -> list[tuple[Act, str]]:
    """What was done to the first draft, the oldest first."""
    async with chats.database.read() as connection:
        entries = [entry async for entry in audit.export(connection, Filter())]
    return [(entry.act, entry.detail) for entry in entries if entry.draft_id == 1 and entry.act is not Act.PROPOSE]


async def reporter(chats: Chats, user_id: int = OTHER) -> None:
    async with chats.database.write() as connection:
        await admins.grant(connection, user_id, Role.REPORTER, name="سامر", actor_id=EDITOR, now=START)


async def test_an_article_without_flag_is_not_published_before_it_is_flagged(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    preview = await hand_in(chats, f"/publish {UNFLAGGED}")
    assert "ليست عليه علامة «عاجل»، فلن يُرسل إلى أحد." in preview.text
    assert preview.button_texts()[0] == "🔴 اجعله عاجلًا"
    assert alert_above(chats, preview).text.startswith("📰 قسم")

    answer = await press_late(chats, EDITOR, "pub:send:1:1")
    assert (answer.text, answer.show_alert) == ("ليست على هذا الخبر علامة «عاجل». ضعها أولًا.", True)
    answer = await chats.press(EDITOR, preview, "اجعله عاجلًا")
    assert answer.text == "صار الخبر عاجلًا. راجعه، ثم انشره."
    assert preview.button_texts()[0] == "✅ نشر الآن"
    assert alert_above(chats, preview).text.startswith("🔴 عاجل")
    await chats.press(EDITOR, preview, "نشر")
    await chats.think_it_over()
    assert await owed(chats) == 1


async def test_the_next_message_is_the_new_title(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "العنوان")
    question = chats.emulator.messages(EDITOR)[-1]
    assert question.text == f"أرسل العنوان الجديد. والعنوان الآن:\n\n{TITLE}"
    fresh = await hand_in(chats, "بحث خطة الري\nفي مايو")  # also one that begins as a command
    assert "بحث خطة الري في مايو" in fresh.text
    assert "بحث خطة الري في مايو" in alert_above(chats, fresh).text
    assert (preview.text, preview.buttons) == ("🔁 المعاينة الأحدث تحت هذه الرسالة.", ())
    await chats.press(EDITOR, fresh, "نشر")
    await chats.think_it_over()
    assert await stored_titles(chats) == ["بحث خطة الري في مايو"]
    assert (Act.EDIT_TITLE, f"{TITLE} → بحث خطة الري في مايو") in await log(chats)


async def test_a_question_can_be_left_unanswered(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "العنوان")
    question = chats.emulator.messages(EDITOR)[-1]
    await chats.press(EDITOR, question, "دعه كما هو")
    assert (question.text, question.buttons) == ("بقي الخبر كما كان.", ())
    assert (await chats.say(EDITOR, "صباح الخير")).text.startswith("لم نفهم")
    assert (await the_draft(chats)).article.title == TITLE


@pytest.mark.parametrize("text", ["\u200f\u200b", "ع" * 301])
async def test_what_is_no_title_changes_nothing(chats: Chats, text: str) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "العنوان")
    assert (await chats.say(EDITOR, text)).text.startswith("ما أرسلته فارغ أو أطول من اللازم")
    assert (await the_draft(chats)).article.title == TITLE


async def test_a_title_for_a_draft_that_has_ended_meanwhile_is_refused(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "العنوان")
    await chats.press(EDITOR, preview, "إلغاء")
    assert (await chats.say(EDITOR, "عنوان متأخر")).text == "سبق أن نُشر هذا الخبر أو أُلغي."


async def test_sections_are_switched_one_after_another(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "الأقسام")
    assert "✅ أخبار عالمية" in preview.button_texts()
    await chats.press(EDITOR, preview, "رياضة")
    await chats.press(EDITOR, preview, "أخبار عالمية")
    assert "✅ رياضة" in preview.button_texts()
    assert "أخبار عالمية" in preview.button_texts()
    assert "القسم: رياضة" in chats.shown(preview)
    assert "سيصل إلى مشترك واحد." in preview.text
    assert "رياضة" in alert_above(chats, preview).text
    await chats.press(EDITOR, preview, "رجوع")
    await chats.press(EDITOR, preview, "نشر")
    await chats.think_it_over()
    assert await owed(chats) == 1
    assert [detail for act, detail in await log(chats) if act is Act.EDIT_SECTIONS] == [
        "أخبار عالمية → أخبار عالمية، رياضة",
        "أخبار عالمية، رياضة → رياضة",
    ]


async def test_the_rank_is_chosen(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "📰 عادي")
    assert "✅ 📰 عادي" in preview.button_texts()
    assert alert_above(chats, preview).text.startswith("📰 قسم")
    await chats.press(EDITOR, preview, "عاجل جدًّا")
    await chats.press(EDITOR, preview, "عاجل جدًّا")
    assert (await the_draft(chats)).article.urgency is Urgency.FLASH
    assert [detail for act, detail in await log(chats) if act is Act.EDIT_URGENCY] == [
        "urgent → normal",
        "normal → flash",
    ]


async def test_the_speaker_of_a_quote_is_put_right(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "الاقتباسات")
    answer = await chats.press(EDITOR, preview, "لم يسألنا أحد")
    assert (answer.text, answer.show_alert) == ("لم يسألنا أحد عن هذه الخطة حتى الآن", True)
    await chats.press(EDITOR, preview, "تغيير القائل")
    fresh = await hand_in(chats, "ليلى حداد")
    assert "“لم يسألنا أحد عن هذه الخطة حتى الآن”\n— ليلى حداد" in chats.shown(fresh)
    assert await log(chats) == [(Act.EDIT_QUOTE, "سلمى حداد → ليلى حداد")]


async def test_a_quote_is_dropped(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "الاقتباسات")
    await chats.press(EDITOR, preview, "سنبدأ العمل")
    await chats.press(EDITOR, preview, "حذف الاقتباس")
    assert "سنبدأ العمل" not in preview.text
    assert len((await the_draft(chats)).article.quotes) == 1
    assert "✅ نشر الآن" in preview.button_texts()


async def test_a_speaker_for_quotes_that_have_changed_meanwhile_is_refused(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await press_late(chats, EDITOR, "pub:speaker:1:1:1")
    await press_late(chats, EDITOR, "pub:unquote:1:1:0")
    assert (await chats.say(EDITOR, "ليلى حداد")).text == "تغيّر هذا الخبر بعد هذه المعاينة. راجع المعاينة الأحدث."
    assert [quote.speaker for quote in (await the_draft(chats)).article.quotes] == ["سلمى حداد"]
    assert preview.buttons


async def test_a_test_goes_to_whoever_asks_for_it_alone(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    before = len(chats.emulator.messages(READER))
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    answer = await chats.press(EDITOR, preview, "اختبار")
    assert answer.text == "أرسلنا إليك وحدك رسالة اختبار، تراها كما سيراها المشتركون."
    test = chats.emulator.messages(EDITOR)[-1]
    assert (test.text, test.button_texts()) == (alert_above(chats, preview).text, ["📋 ملخص الخبر"])
    assert len(chats.emulator.messages(READER)) == before
    assert await owed(chats) == 0
    await chats.press(EDITOR, test, "ملخص")
    assert "محاور الخبر" in chats.emulator.messages(EDITOR)[-1].text


async def test_a_test_for_somebody_who_never_started_the_bot_says_so(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    chats.emulator.faults.fail(
        403, "Forbidden: bot can't initiate conversation with a user", method="sendMessage", times=1
    )
    answer = await chats.press(EDITOR, preview, "اختبار")
    assert (answer.text.startswith("لا نستطيع مراسلتك"), answer.show_alert) == (True, True)


async def test_the_summary_is_seen_before_anybody_gets_it(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, alert_above(chats, preview), "ملخص")
    summary = chats.shown(chats.emulator.messages(EDITOR)[-1])
    assert "محاور الخبر\n▫️ مياه أقل" in summary
    assert "أبرز ما قيل" in summary


async def test_the_summary_under_a_preview_works_when_the_story_is_out_too(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "نشر")
    await chats.think_it_over()
    await chats.press(EDITOR, alert_above(chats, preview), "ملخص")
    assert "محاور الخبر" in chats.emulator.messages(EDITOR)[-1].text


async def test_a_cancelled_article_is_gone(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "إلغاء")
    assert preview.text.startswith("أُلغي هذا الخبر، ولم يُرسل إلى أحد.")
    assert preview.buttons == ()
    for verb in ("send", "flag", "drop", "test", "title", "sections", "quotes", "flash"):
        answer = await press_late(chats, EDITOR, f"pub:{verb}:1:1")
        assert (answer.text, answer.show_alert) == ("سبق أن نُشر هذا الخبر أو أُلغي.", True)
    assert await stored_titles(chats) == []
    assert await log(chats) == [(Act.DROP, TITLE)]


async def test_every_copy_follows_what_one_editor_changes(chats: Chats) -> None:
    await reporter(chats)
    await hand_in(chats, f"/publish {FLAGGED}", OTHER)
    copies = {person: await card(chats, person) for person in (OTHER, EDITOR, SECOND_EDITOR)}
    await chats.press(SECOND_EDITOR, copies[SECOND_EDITOR], "عاجل جدًّا")
    for copy in copies.values():
        assert "🚨 عاجل جدًّا" in copy.text
        assert "🚨 عاجل جدًّا" in alert_above(chats, copy).text
    await chats.press(EDITOR, copies[EDITOR], "إلغاء")
    for copy in copies.values():
        assert (plain(copy.text).startswith("أُلغي هذا الخبر"), copy.buttons) == (True, ())


async def test_a_button_of_an_old_preview_changes_nothing_and_says_so(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "📰 عادي")
    for verb in ("send", "flash", "drop", "test", "title"):
        answer = await press_late(chats, EDITOR, f"pub:{verb}:1:1")
        assert answer.text == "تغيّر هذا الخبر بعد هذه المعاينة. راجع المعاينة الأحدث."
    draft = await the_draft(chats)
    assert (draft.state, draft.article.urgency, draft.version) == (State.OPEN, Urgency.NORMAL, 2)


async def test_of_two_who_change_a_draft_at_the_same_moment_the_second_is_told(
    chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    revise = drafts.revise

    async def be_second(connection: AsyncConnection, draft: Draft, article: Article, by: int) -> Draft | None:
        await revise(connection, draft, replace(draft.article, title="عنوان من زميل"), SECOND_EDITOR)
        return await revise(connection, draft, article, by)

    with monkeypatch.context() as patch:
        patch.setattr(drafts, "revise", be_second)
        answer = await chats.press(EDITOR, preview, "📰 عادي")
    assert (answer.text, answer.show_alert) == ("تغيّر هذا الخبر بعد هذه المعاينة. راجع المعاينة الأحدث.", True)
    assert "عنوان من زميل" in preview.text
    assert "عنوان من زميل" in alert_above(chats, preview).text
    assert "✅ 🔴 عاجل" in preview.button_texts()


async def test_a_title_for_a_story_that_is_about_to_go_out_is_refused(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "العنوان")
    await chats.press(EDITOR, preview, "نشر")
    assert (await chats.say(EDITOR, "عنوان متأخر")).text == "هذا الخبر على وشك الخروج. لتغييره تراجع أولًا."


async def test_a_reporter_touches_no_draft_of_others_and_releases_none(chats: Chats) -> None:
    await reporter(chats)
    await hand_in(chats, f"/publish {FLAGGED}")
    await hand_in(chats, f"/publish {UNFLAGGED}", OTHER)
    for data in ("pub:drop:1:1", "pub:title:1:1", "pub:send:1:1", "pub:send:2:1", "pub:undo:1:1", "pub:drop:99:1"):
        answer = await press_late(chats, OTHER, data, chat=OTHER)
        assert answer.text.startswith("هذا الأمر لفريق التحرير وحده.")
    assert [(await the_draft(chats, number)).state for number in (1, 2)] == [State.OPEN, State.OPEN]
    await press_late(chats, OTHER, "pub:drop:2:1", chat=OTHER)
    assert (await the_draft(chats, 2)).state is State.DROPPED


@pytest.mark.parametrize(
    "data",
    [
        "pub:quote:1:1:99",
        "pub:unquote:1:1:2",
        "pub:speaker:1:1:7",
        "pub:section:1:1:999",
        "pub:drop:77:1",
        "pub:undo:1:1",
    ],
)
async def test_forged_buttons_are_answered_and_do_no_harm(chats: Chats, data: str) -> None:
    await hand_in(chats, f"/publish {FLAGGED}")
    before = await the_draft(chats)
    assert (await press_late(chats, EDITOR, data)).show_alert
    assert await the_draft(chats) == before


async def test_who_is_removed_finds_their_drafts_and_questions_dead(chats: Chats) -> None:
    await reporter(chats)
    preview: Message = await hand_in(chats, f"/publish {FLAGGED}", OTHER)
    await chats.press(OTHER, preview, "العنوان")
    async with chats.database.write() as connection:
        await admins.remove(connection, OTHER, actor_id=EDITOR, now=START)
    assert (await chats.say(OTHER, "عنوان من الخارج")).text.startswith("لم نفهم")
    answer = await chats.press(OTHER, preview, "إلغاء")
    assert answer.text.startswith("هذا الأمر لفريق التحرير وحده.")
    copy = await card(chats, EDITOR)
    assert (await chats.press(EDITOR, copy, "نشر")).text == "سبق أن نُشر هذا الخبر أو أُلغي."
    assert await stored_titles(chats) == []
