"""Letting a story out: the time to undo, the second editor, races and restarts."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.emulator import Emulator, Message
from handlers.desk import release
from storage import admins, audit, drafts
from storage.audit import Act, Filter
from storage.database import Database
from storage.roles import Role
from tests.databases import START, Clock
from tests.handlers.articles import FLAGGED, TITLE
from tests.handlers.conftest import EDITOR, OTHER, READER, SECOND_EDITOR, UNDO_WINDOW, Chats, talking
from tests.handlers.desk import alert_above, card, hand_in, owed, press_late, stored_titles
from tests.handlers.newsroom import send


@pytest.fixture
async def two_person(emulator: Emulator, sqlite_database: Database, clock: Clock) -> AsyncIterator[Chats]:
    """A newsroom in which nobody releases a story alone."""
    async with talking(emulator, sqlite_database, clock, two_person=True) as chats:
        yield chats


async def preview_for_a_reader(chats: Chats) -> Message:
    await chats.say(READER, "/start world")
    await chats.say(OTHER, "/start sport")
    return await hand_in(chats, f"/publish {FLAGGED}")


async def acts(chats: Chats) -> list[tuple[Act, int | None]]:
    async with chats.database.read() as connection:
        return [(entry.act, entry.actor_id) async for entry in audit.export(connection, Filter()) if entry.draft_id]


async def test_a_released_story_goes_out_when_the_time_to_undo_is_over(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "نشر")
    assert chats.shown(preview) == f"⏳ يخرج الخبر بعد 10 ثوانٍ. لإيقافه المس «تراجع».\n\n{TITLE}"
    assert preview.button_texts() == ["↩️ تراجع"]
    chats.clock.now += UNDO_WINDOW / 2
    await release.publish_due(chats.bot.bot, chats.services)
    assert await stored_titles(chats) == []
    assert chats.wakes == []

    await chats.think_it_over()
    assert chats.shown(preview) == f"✅ نُشر الخبر رقم 1، وهو في طريقه إلى مشترك واحد.\n\n{TITLE}"
    assert preview.buttons == ()
    assert await stored_titles(chats) == [TITLE]
    assert await owed(chats) == 1
    assert len(chats.wakes) == 1
    assert await acts(chats) == [(Act.PROPOSE, EDITOR), (Act.RELEASE, EDITOR), (Act.PUBLISH, EDITOR)]


async def test_the_preview_of_a_story_without_a_date_shows_the_time_that_goes_out(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    below = await hand_in(chats, f"/publish {FLAGGED}")
    chats.clock.advance(minutes=17)
    await chats.press(EDITOR, below, "نشر")
    await chats.think_it_over()
    await send(chats)
    assert chats.emulator.messages(READER)[-1].text == alert_above(chats, below).text


async def test_what_is_undone_goes_out_to_nobody_and_can_be_released_again(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "نشر")
    answer = await chats.press(SECOND_EDITOR, preview, data="pub:undo:1:1")
    assert answer.text == "أُوقف الخبر، ولم يخرج إلى أحد."
    assert preview.button_texts()[0] == "✅ نشر الآن"
    await chats.think_it_over()
    assert await stored_titles(chats) == []
    await chats.press(EDITOR, preview, "نشر")
    await chats.think_it_over()
    assert await owed(chats) == 1
    assert [act for act, _ in await acts(chats)] == [
        *(Act.PROPOSE, Act.RELEASE, Act.UNDO),
        *(Act.RELEASE, Act.PUBLISH),
    ]


async def test_it_is_too_late_to_undo_what_is_out(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "نشر")
    await chats.think_it_over()
    answer = await chats.press(EDITOR, preview, data="pub:undo:1:1")
    assert (answer.text, answer.show_alert) == ("فات وقت التراجع: خرج الخبر، أو أُوقف من قبل.", True)
    assert await owed(chats) == 1


async def test_a_flash_goes_out_at_once(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "عاجل جدًّا")
    answer = await chats.press(EDITOR, preview, "نشر")
    assert not answer.show_alert
    assert chats.shown(preview).startswith("✅ نُشر الخبر رقم 1")
    assert await owed(chats) == 1
    assert len(chats.wakes) == 1


async def test_nothing_is_changed_while_it_is_about_to_go_out(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "نشر")
    for verb in ("send", "drop", "flash", "title"):
        answer = await press_late(chats, EDITOR, f"pub:{verb}:1:1")
        assert answer.text == "هذا الخبر على وشك الخروج. لتغييره تراجع أولًا."
    await chats.think_it_over()
    assert await owed(chats) == 1


async def test_a_restart_neither_loses_nor_repeats_what_is_about_to_go_out(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "نشر")
    async with chats.restarted() as again:
        await again.think_it_over()
        await again.think_it_over()
        assert "نُشر الخبر رقم 1" in again.shown(preview)
        assert await owed(again) == 1
        assert len(again.wakes) == 1


async def test_buttons_work_after_a_restart(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    async with chats.restarted() as again:
        await again.press(EDITOR, preview, "نشر")
        assert preview.button_texts() == ["↩️ تراجع"]
        await again.press(EDITOR, preview, "تراجع")
        assert preview.button_texts()[0] == "✅ نشر الآن"


async def test_a_second_press_publishes_nothing_more(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "نشر")
    await chats.think_it_over()
    for editor in (EDITOR, SECOND_EDITOR):
        answer = await press_late(chats, editor, "pub:send:1:1")
        assert (answer.text, answer.show_alert) == ("سبق أن نُشر هذا الخبر أو أُلغي.", True)
    await chats.think_it_over()
    assert await owed(chats) == 1
    assert len(chats.wakes) == 1


async def test_two_presses_at_the_same_moment_publish_once(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    presses = [await chats.emulator.press(EDITOR, preview.message_id, text="نشر") for _ in range(5)]
    answers = await asyncio.gather(*(press.answered() for press in presses))
    assert sorted(answer.show_alert for answer in answers) == [False, True, True, True, True]
    await chats.think_it_over()
    assert await owed(chats) == 1


async def test_several_that_publish_what_is_due_publish_it_once(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "نشر")
    chats.clock.now += UNDO_WINDOW
    await asyncio.gather(*(release.publish_due(chats.bot.bot, chats.services) for _ in range(4)))
    assert await owed(chats) == 1
    assert len(chats.wakes) == 1


async def test_two_editors_who_publish_the_same_story_produce_one(chats: Chats) -> None:
    await chats.say(READER, "/start world")
    first = await hand_in(chats, f"/publish {FLAGGED}")
    second = await hand_in(chats, f"/publish {FLAGGED}", SECOND_EDITOR)
    await chats.press(EDITOR, first, "نشر")
    await chats.press(SECOND_EDITOR, second, "نشر")
    await chats.think_it_over()
    assert "نُشر الخبر رقم 1" in chats.shown(first)
    assert chats.shown(second).startswith("هذا الخبر عندنا من قبل، ورقمه 1.")
    assert await stored_titles(chats) == [TITLE]
    assert await owed(chats) == 1


async def test_a_known_article_is_not_sent_again(chats: Chats) -> None:
    await chats.press(EDITOR, await preview_for_a_reader(chats), "نشر")
    await chats.think_it_over()
    chats.clock.advance(minutes=5)
    again = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, again, "نشر")
    await chats.think_it_over()
    assert chats.shown(again).startswith("هذا الخبر عندنا من قبل، ورقمه 1. ورد الأحد 1 مارس، 21:00،")
    assert await owed(chats) == 1


async def test_nobody_to_reach_is_said(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    assert "ليس لقسمه مشتركون بعد" in preview.text
    await chats.press(EDITOR, preview, "نشر")
    await chats.think_it_over()
    assert "وليس لقسمه مشتركون بعد." in preview.text


async def test_who_is_no_admin_any_more_cannot_release_an_old_preview(chats: Chats) -> None:
    preview = await preview_for_a_reader(chats)
    async with chats.database.write() as connection:
        await admins.set_owners(connection, [SECOND_EDITOR], now=START)
    assert (await chats.press(EDITOR, preview, "نشر")).show_alert
    await chats.think_it_over()
    assert await stored_titles(chats) == []


async def test_what_somebody_released_just_before_they_were_removed_is_held(chats: Chats) -> None:
    async with chats.database.write() as connection:
        await admins.grant(connection, OTHER, Role.EDITOR, name="سامر", actor_id=EDITOR, now=START)
    preview = await hand_in(chats, f"/publish {FLAGGED}", OTHER)
    await chats.press(OTHER, preview, "نشر")
    async with chats.database.write() as connection:
        await admins.remove(connection, OTHER, actor_id=EDITOR, now=START)
    await chats.think_it_over()
    assert await stored_titles(chats) == []


async def test_a_second_editor_confirms(two_person: Chats) -> None:
    chats = two_person
    preview = await preview_for_a_reader(chats)
    assert "👥 يحتاج نشره إلى محررَين" in preview.text
    assert (await chats.press(EDITOR, preview, "نشر")).text == "سُجلت موافقتك، وينتظر الخبر تأكيد محرر آخر."
    assert "👤 وافق عليه هدى، وينتظر تأكيد محرر آخر." in chats.shown(preview)
    assert not any("نشر" in label for label in preview.button_texts())
    await chats.think_it_over()
    assert await stored_titles(chats) == []

    answer = await press_late(chats, EDITOR, "pub:send:1:1")
    assert answer.text == "وافقتَ على هذا الخبر من قبل، ويجب أن يؤكده محرر غيرك."
    theirs = await card(chats, SECOND_EDITOR)
    assert theirs.button_texts()[0] == "✅ تأكيد النشر"
    await chats.press(SECOND_EDITOR, theirs, "تأكيد")
    assert "⏳ وافق عليه هدى وأكده محرر آخر" in chats.shown(preview)
    await chats.think_it_over()
    for copy in (preview, theirs):
        assert "نُشر الخبر رقم 1" in chats.shown(copy)
    assert await owed(chats) == 1
    assert await acts(chats) == [
        (Act.PROPOSE, EDITOR),
        (Act.APPROVE, EDITOR),
        (Act.RELEASE, SECOND_EDITOR),
        (Act.PUBLISH, SECOND_EDITOR),
    ]


async def test_a_change_after_the_first_approval_needs_a_new_one(two_person: Chats) -> None:
    chats = two_person
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "نشر")
    theirs = await card(chats, SECOND_EDITOR)
    await chats.press(SECOND_EDITOR, theirs, "📰 عادي")
    assert theirs.button_texts()[0] == "✅ نشر الآن"
    await chats.press(SECOND_EDITOR, theirs, "نشر")
    await chats.think_it_over()
    assert await stored_titles(chats) == []
    await chats.press(EDITOR, preview, "تأكيد")
    await chats.think_it_over()
    assert await owed(chats) == 1


async def test_a_flash_needs_two_as_well(two_person: Chats) -> None:
    chats = two_person
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "عاجل جدًّا")
    await chats.press(EDITOR, preview, "نشر")
    assert await owed(chats) == 0
    await chats.press(SECOND_EDITOR, await card(chats, SECOND_EDITOR), "تأكيد")
    assert await owed(chats) == 1


async def test_an_editor_alone_is_told_that_a_second_one_is_missing(
    emulator: Emulator, sqlite_database: Database, clock: Clock
) -> None:
    async with talking(emulator, sqlite_database, clock, owners=[EDITOR], two_person=True) as chats:
        preview = await hand_in(chats, f"/publish {FLAGGED}")
        assert "⚠️ ليس في الفريق محرر آخر يؤكده." in preview.text


async def test_a_database_that_fails_at_the_moment_of_publishing_loses_nothing(
    chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = await preview_for_a_reader(chats)
    await chats.press(EDITOR, preview, "نشر")
    chats.clock.now += UNDO_WINDOW
    with monkeypatch.context() as patch:

        async def broken(*_: object) -> None:
            raise OSError("disk full")

        patch.setattr(drafts, "note_article", broken)
        with pytest.raises(OSError, match="disk full"):
            await release.publish_due(chats.bot.bot, chats.services)
    assert await stored_titles(chats) == []
    await release.publish_due(chats.bot.bot, chats.services)
    assert await owed(chats) == 1
