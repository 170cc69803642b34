"""/correct and /retract: by buttons, from a phone, under pressure."""

import pytest
from sqlalchemy import select

from bot.emulator import Message
from handlers.repair import cards
from handlers.texts import Texts
from storage import admins, articles, audit, corrections, retractions
from storage.article import Urgency
from storage.audit import Act, Filter
from storage.deliveries import Kind, State
from storage.retractions import Progress
from storage.roles import Role
from storage.tables import deliveries
from tests.handlers.articles import FLAGGED, TITLE
from tests.handlers.conftest import EDITOR, OTHER, READER, SECOND_EDITOR, Chats
from tests.handlers.newsroom import publish, send

WRONG, RIGHT = "مقتل 12 في انفجار المرفأ", "إصابة 12 في انفجار المرفأ"


async def delivered(chats: Chats) -> int:
    """A story that has reached one reader and waits for another."""
    await chats.say(READER, "/start politics")
    story = await publish(chats, WRONG, "سياسة")
    await send(chats)
    return story


async def last(chats: Chats, chat_id: int = EDITOR) -> Message:
    return chats.emulator.messages(chat_id)[-1]


async def edits(chats: Chats, kind: Kind) -> list[str]:
    async with chats.database.read() as connection:
        rows = await connection.scalars(select(deliveries.c.state).where(deliveries.c.kind == kind))
        return list(rows)


async def acts(chats: Chats) -> list[Act]:
    async with chats.database.read() as connection:
        return [entry.act for entry in (await audit.newest(connection, Filter(), limit=9)).entries]


async def corrected_title(chats: Chats, story: int) -> tuple[Message, Message]:
    """The preview of a corrected title, and the card below it."""
    card = await chats.say(EDITOR, f"/correct {story}")
    await chats.press(EDITOR, card, "العنوان")
    preview = await chats.say(EDITOR, RIGHT)
    await chats.settle()
    return preview, await last(chats)


async def test_a_title_is_corrected_from_the_command_to_what_is_owed(chats: Chats) -> None:
    story = await delivered(chats)
    preview, card = await corrected_title(chats, story)
    assert chats.shown(preview).startswith("✏️ تصحيح\n\n🔴 عاجل | سياسة\n\n" + RIGHT)
    assert f"ورد في العنوان «{WRONG}»، والصواب «{RIGHT}»." in chats.shown(preview)
    assert chats.shown(card) == "👆 هكذا ستبدو النسخ التي وصلت.\nستُعدَّل نسخة واحدة وصلت إلى مشتركها."
    assert await edits(chats, Kind.CORRECTION) == []

    wakes = len(chats.wakes)
    await chats.press(EDITOR, card, "تأكيد")

    assert chats.shown(card) == f"✅ صُحِّح الخبر رقم {story}. تُعدَّل الآن نسخة واحدة وصلت."
    assert await edits(chats, Kind.CORRECTION) == [State.PENDING]
    assert len(chats.wakes) == wakes + 1
    assert (await acts(chats))[0] is Act.CORRECT
    async with chats.database.read() as connection:
        stored = await articles.get(connection, story)
    assert stored is not None
    assert (stored.article.title, stored.revision) == (RIGHT, 2)

    await chats.press(EDITOR, card, "أين وصل")
    assert chats.shown(card) == "تم 0، وبقي 1."


async def test_the_alert_is_replied_to_instead_of_its_number(chats: Chats) -> None:
    await chats.say(EDITOR, "/start politics")
    await publish(chats, WRONG, "سياسة")
    await send(chats)
    alert = await last(chats)
    card = await chats.say(EDITOR, "/correct", reply_to=alert.message_id)
    assert WRONG in card.text
    assert "العنوان" in card.button_texts()


async def test_sections_and_urgency_are_chosen_by_buttons(chats: Chats) -> None:
    story = await delivered(chats)
    card = await chats.say(EDITOR, f"/correct {story}")
    await chats.press(EDITOR, card, "الأقسام")
    await chats.press(EDITOR, card, "رياضة")
    await chats.press(EDITOR, card, "سياسة")
    assert "✅ رياضة" in card.button_texts()
    await chats.press(EDITOR, card, "معاينة")
    below = await last(chats)
    await chats.press(EDITOR, below, "تصحيح آخر")
    await chats.press(EDITOR, below, "الأهمية")
    await chats.press(EDITOR, below, "عاجل جدًّا")
    await chats.press(EDITOR, await last(chats), "تأكيد")
    async with chats.database.read() as connection:
        stored = await articles.get(connection, story)
        notes = (await corrections.notes(connection, [story]))[story]
    assert stored is not None
    assert (stored.article.sections, stored.article.urgency) == (("رياضة",), Urgency.FLASH)
    assert [(note.change.wrong, note.change.right) for note in notes] == [("سياسة", "رياضة"), ("urgent", "flash")]


@pytest.mark.parametrize(
    ("menu", "choice", "answer", "told"),
    [
        ("فقرة", "أعلن", "أعلن وزير الري كريم البنا أن الوزارة تبدأ خطة جديدة في يونيو المقبل.", "يونيو"),
        ("كلمات اقتباس", "سنبدأ", "سنبدأ العمل في يونيو المقبل", "نُقل عن القائل"),
        ("قائل اقتباس", "سنبدأ", "سامي عبد الله", "وقائله هو سامي عبد الله"),
    ],
)
async def test_paragraphs_and_quotes_are_chosen_from_a_list(
    chats: Chats, menu: str, choice: str, answer: str, told: str
) -> None:
    preview = await chats.say(EDITOR, f"/publish {FLAGGED}")
    await chats.settle()
    await chats.press(EDITOR, await last(chats), "نشر")
    await chats.think_it_over()
    assert preview.text
    card = await chats.say(EDITOR, "/correct 1")
    assert TITLE in card.text
    await chats.press(EDITOR, card, menu)
    await chats.press(EDITOR, card, choice)
    shown = await chats.say(EDITOR, answer)
    assert told in chats.shown(shown)


async def test_an_old_preview_says_that_it_is_one(chats: Chats) -> None:
    story = await delivered(chats)
    _, old = await corrected_title(chats, story)
    await chats.press(EDITOR, old, "تصحيح آخر")
    await chats.press(EDITOR, old, "العنوان")
    await chats.say(EDITOR, "عنوان ثالث")
    await chats.settle()
    answer = await chats.press(EDITOR, old, data="amd:confirm:1:1")
    assert (answer.text, answer.show_alert) == ("هذه معاينة قديمة. استخدم أزرار الأحدث.", True)
    assert await edits(chats, Kind.CORRECTION) == []


async def test_a_story_that_somebody_else_has_corrected_meanwhile_is_not_overwritten(chats: Chats) -> None:
    story = await delivered(chats)
    _, mine = await corrected_title(chats, story)
    card = await chats.say(SECOND_EDITOR, f"/correct {story}")
    await chats.press(SECOND_EDITOR, card, "العنوان")
    await chats.say(SECOND_EDITOR, "عنوان زميلي")
    await chats.settle()
    await chats.press(SECOND_EDITOR, await last(chats, SECOND_EDITOR), "تأكيد")
    answer = await chats.press(EDITOR, mine, "تأكيد")
    assert answer.text == "تغيّر الخبر بعد هذه المعاينة. ابدأ من جديد."
    async with chats.database.read() as connection:
        stored = await articles.get(connection, story)
    assert stored is not None
    assert stored.article.title == "عنوان زميلي"


async def test_a_silent_reply_is_offered_for_copies_that_were_read_long_ago(chats: Chats) -> None:
    story = await delivered(chats)
    chats.clock.advance(hours=2)
    _, card = await corrected_title(chats, story)
    await chats.press(EDITOR, card, "رد صامت")
    await chats.press(EDITOR, card, "تأكيد")
    assert "ويُنبَّه مشترك واحد برد صامت." in chats.shown(card)
    assert await edits(chats, Kind.FOLLOW_UP) == [State.PENDING]


async def test_a_story_is_retracted_with_one_of_the_usual_reasons(chats: Chats) -> None:
    story = await delivered(chats)
    card = await chats.say(EDITOR, f"/retract {story}")
    assert WRONG in card.text
    await chats.press(EDITOR, card, "لم يتأكد")
    below = await last(chats)
    assert "السبب: لم يتأكد الخبر" in chats.shown(below)
    assert "ستُحذف نسخة واحدة وصلت" in chats.shown(below)
    await chats.press(EDITOR, below, "تأكيد")
    assert chats.shown(below).startswith(f"⛔️ سُحب الخبر رقم {story}، ولن تخرج منه نسخة أخرى.")
    assert await edits(chats, Kind.RETRACTION) == [State.PENDING]
    assert (await acts(chats))[0] is Act.RETRACT
    async with chats.database.read() as connection:
        assert await articles.get(connection, story) is None
        assert await retractions.reason_of(connection, story) == "لم يتأكد الخبر"
    latest = await chats.say(READER, "/latest")
    assert WRONG not in latest.text
    answer = await chats.press(EDITOR, card, data="amd:confirm:1:1")
    assert answer.text == "سبق أن انتهى هذا الطلب."


def test_what_could_not_be_reached_is_told_with_its_number() -> None:
    rest = ((State.GONE, "a", 2), (State.FAILED, "b", 1), (State.GONE, "c", 1))
    told = cards.progress(Progress(done=1_200, left=0, rest=rest, unknown=1), Texts.load().of("ar"))
    assert told.splitlines() == [
        "تم 1,200، وبقي 0.",
        "▫️ 3 محادثات لم تعد تستقبل رسائل البوت.",
        "▫️ رسالة واحدة لا يسمح تيليغرام بتعديلها.",
        "نسخة واحدة لا يُعرف هل وصلت، فلا سبيل إليها.",
    ]


async def test_a_reason_is_sent_in_ones_own_words(chats: Chats) -> None:
    story = await delivered(chats)
    await chats.say(EDITOR, f"/retract {story}")
    card = await chats.say(EDITOR, "الصورة من عام 2019")
    assert "السبب: الصورة من عام 2019" in chats.shown(card)
    direct = await chats.say(EDITOR, f"/retract {story} الصورة قديمة")
    assert "السبب: الصورة قديمة" in chats.shown(direct)


async def test_what_is_cancelled_leaves_the_story_as_it_is(chats: Chats) -> None:
    story = await delivered(chats)
    card = await chats.say(EDITOR, f"/retract {story}")
    await chats.press(EDITOR, card, "إلغاء")
    assert chats.shown(card) == f"أُلغي الطلب، وبقي الخبر رقم {story} كما هو."
    answer = await chats.press(EDITOR, card, data="amd:confirm:1:0")
    assert answer.show_alert


@pytest.mark.parametrize("command", ["/correct 1", "/retract 1"])
async def test_who_may_not_is_refused_at_the_command_and_at_every_press(chats: Chats, command: str) -> None:
    story = await delivered(chats)
    async with chats.database.write() as connection:
        await admins.grant(connection, OTHER, Role.REPORTER, name="سامر", actor_id=EDITOR, now=chats.clock())
    for user in (READER, OTHER):
        refused = await chats.say(user, command)
        assert refused.buttons == ()
        assert WRONG not in refused.text
    card = await chats.say(EDITOR, command)
    async with chats.database.write() as connection:
        await admins.set_owners(connection, [SECOND_EDITOR], now=chats.clock())
    label = "العنوان" if "correct" in command else "لم يتأكد"
    assert (await chats.press(EDITOR, card, label)).show_alert
    assert await edits(chats, Kind.CORRECTION) == await edits(chats, Kind.RETRACTION) == []
    async with chats.database.read() as connection:
        assert await articles.get(connection, story) is not None


async def test_buttons_work_after_a_restart(chats: Chats) -> None:
    story = await delivered(chats)
    _, card = await corrected_title(chats, story)
    async with chats.restarted() as again:
        await again.press(EDITOR, card, "تأكيد")
        assert "صُحِّح" in again.shown(card)
