"""/report: how far a story got, as the newsroom reads it."""

from datetime import timedelta

from sqlalchemy import update

from storage import admins, reads
from storage.roles import Role
from storage.tables import deliveries
from tests.databases import START
from tests.handlers.conftest import EDITOR, ENGLISH, OTHER, READER, Chats
from tests.handlers.newsroom import publish, send


async def broadcast(chats: Chats) -> int:
    """Two readers of politics get a story, 20 and 90 seconds after it came in; a third one has blocked the bot."""
    for person in (READER, OTHER, ENGLISH):
        await chats.say(person, "/start politics")
    await chats.say(OTHER, "/start sport")
    story = await publish(chats, "هدنة في الجنوب", "سياسة", "رياضة")
    await send(chats)
    came_in = chats.clock()
    outcomes: dict[int, dict[str, object]] = {
        READER: {"sent_at": came_in + timedelta(seconds=20)},
        OTHER: {"sent_at": came_in + timedelta(seconds=90)},
        ENGLISH: {"state": "gone", "sent_at": None},
    }
    async with chats.database.write() as connection:
        for person, values in outcomes.items():
            await connection.execute(update(deliveries).where(deliveries.c.chat_id == person).values(values))
    return story


async def test_a_report_is_asked_for_by_number(chats: Chats) -> None:
    story = await broadcast(chats)
    shown = chats.shown(await chats.say(EDITOR, f"/report {story}"))
    assert shown == (
        "📈 تقرير عن الخبر 1\nهدنة في الجنوب\n\n"
        "نُشر: 1 مارس، 21:01\nوصل إلينا: بعد أقل من ثانية من نشره\n"
        "أول رسالة: بعد 20 ثانية من وصوله\nنصف الرسائل: بعد 20 ثانية\nآخر رسالة: بعد 90 ثانية\n\n"
        "الرسائل: 3\nأُرسلت: 2\nأُلغيت لأن المشترك غادر: 1\n\n"
        "فُتح ملخصه: 0\n\n"
        "ما أُرسل في كل قسم\nسياسة: 2 من 3\nرياضة: 1 من 1"
    )


async def test_a_report_is_asked_for_by_a_reply_to_an_alert(chats: Chats) -> None:
    await chats.say(EDITOR, "/start politics")
    await publish(chats, "هدنة في الجنوب", "سياسة")
    await send(chats)
    (alert,) = [message for message in chats.emulator.messages(EDITOR) if "هدنة" in message.text]
    shown = chats.shown(await chats.say(EDITOR, "/report", reply_to=alert.message_id))
    assert "الرسائل: 1\nأُرسلت: 1" in shown


async def test_presses_of_the_summary_button_are_counted_and_nothing_else_is(chats: Chats) -> None:
    story = await broadcast(chats)
    (alert,) = [message for message in chats.emulator.messages(READER) if "هدنة" in message.text]
    for _ in range(2):
        await chats.press(READER, alert, "ملخص")
    await chats.say(READER, f"/summary {story}")
    await chats.press(READER, alert, data="sum:99")
    assert "فُتح ملخصه: 2" in chats.shown(await chats.say(EDITOR, f"/report {story}"))
    async with chats.database.read() as connection:
        assert await reads.by_hour(connection, since=START) == {START: 2}


async def test_what_is_no_story_is_said(chats: Chats) -> None:
    for text in ("/report", "/report x"):
        assert "اكتب رقم الخبر بعد الأمر" in (await chats.say(EDITOR, text)).text
    assert "لا خبر عندنا بالرقم 77" in (await chats.say(EDITOR, "/report 77")).text
    help_text = await chats.say(EDITOR, "/help")
    answer = await chats.say(EDITOR, "/report", reply_to=help_text.message_id)
    assert "اكتب رقم الخبر بعد الأمر" in answer.text


async def test_a_story_that_reached_nobody_has_a_short_report(chats: Chats) -> None:
    story = await publish(chats, "خبر بلا قراء", "صحة")
    shown = chats.shown(await chats.say(EDITOR, f"/report {story}"))
    assert "الرسائل: 0\nلا رسائل مسجَّلة لهذا الخبر." in shown
    assert "أول رسالة" not in shown
    assert "في كل قسم" not in shown


async def test_reporters_and_analysts_read_reports_and_readers_do_not(chats: Chats) -> None:
    story = await publish(chats, "خبر", "صحة")
    assert "لفريق التحرير وحده" in (await chats.say(OTHER, f"/report {story}")).text
    for role in (Role.REPORTER, Role.ANALYST):
        async with chats.database.write() as connection:
            await admins.grant(connection, OTHER, role, name="سامر", actor_id=EDITOR, now=START)
        assert "تقرير عن الخبر" in (await chats.say(OTHER, f"/report {story}")).text


async def test_a_story_that_is_under_way_can_be_stopped_from_its_report(chats: Chats) -> None:
    await chats.say(READER, "/start politics")
    story = await publish(chats, "هدنة في الجنوب", "سياسة")
    async with chats.database.write() as connection:
        await admins.grant(connection, OTHER, Role.ANALYST, name="سامر", actor_id=EDITOR, now=START)
    assert (await chats.say(OTHER, f"/report {story}")).buttons == ()  # who may not press it does not see it
    asked = await chats.say(EDITOR, f"/report {story}")
    await chats.press(EDITOR, asked, "أوقف هذا الخبر")
    assert asked.button_texts() == ["▶️ استأنف"]
    assert asked.text.startswith("📈")
    again = await chats.say(EDITOR, f"/report {story}")
    assert "أُوقفت: 1" in again.text
    await chats.press(EDITOR, again, "استأنف")
    await send(chats)
    assert (await chats.say(EDITOR, f"/report {story}")).buttons == ()


async def test_it_speaks_english_too(chats: Chats) -> None:
    story = await broadcast(chats)
    async with chats.database.write() as connection:
        await admins.grant(connection, ENGLISH, Role.ANALYST, name="Emma", actor_id=EDITOR, now=START)
    shown = chats.shown(await chats.say(ENGLISH, f"/report {story}"))
    assert shown.startswith(
        "📈 Report on story 1\nهدنة في الجنوب\n\nPublished: 1 March, 21:01\nCame in: 0 seconds after"
    )
    assert "First message: 20 seconds after it came in\nHalf of the messages: after 20 seconds" in shown
    assert shown.endswith("Summary opened: 0\n\nSent in each section\nسياسة: 2 of 3\nرياضة: 1 of 1")
