"""How a broadcast goes: the message that edits itself, and its buttons."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from bot.emulator import Message
from bot.emulator.faults import Fault, FaultKind
from handlers.reach.buttons import Brake, HandleBroadcast, pack
from handlers.reach.progress import Board
from storage import admins, deliveries, pauses, progress
from storage.deliveries import State
from storage.roles import Role
from storage.tables import audit_log, sections, subscribers, subscriptions
from storage.tables import deliveries as rows
from tests.databases import START
from tests.handlers.articles import FLAGGED, TITLE
from tests.handlers.conftest import EDITOR, ENGLISH, OTHER, READER, SECOND_EDITOR, Chats

CROWD = range(5001, 5021)


async def gather_crowd(chats: Chats) -> None:
    """Twenty subscribers of world news."""
    fixed = {"language": "ar", "timezone": "Asia/Riyadh", "created_at": START, "changed_at": START}
    async with chats.database.write() as connection:
        world = await connection.scalar(select(sections.c.id).where(sections.c.name == "أخبار عالمية"))
        await connection.execute(insert(subscribers), [{"chat_id": chat, **fixed} for chat in CROWD])
        await connection.execute(insert(subscriptions), [{"chat_id": chat, "section_id": world} for chat in CROWD])


async def let_out(chats: Chats, text: str = FLAGGED, editor: int = EDITOR) -> None:
    """Publish a story, time to think included."""
    sent = await chats.emulator.say(editor, f"/publish {text}")
    preview = await chats.emulator.wait_for(
        editor, lambda message: any("نشر" in label for label in message.button_texts()), after=sent.message_id
    )
    await chats.press(editor, preview, "نشر")
    await chats.think_it_over()


async def deliver(chats: Chats, count: int, state: State = State.SENT, *, story: int = 1) -> None:
    """Do with so many copies what the dispatcher would do."""
    async with chats.database.write() as connection:
        ids = select(rows.c.id).where(rows.c.state == State.PENDING, rows.c.article_id == story).limit(count)
        sent_at = chats.clock() if state is State.SENT else None
        await connection.execute(update(rows).where(rows.c.id.in_(ids)).values(state=state, sent_at=sent_at))


async def count(chats: Chats, state: State) -> int:
    async with chats.database.read() as connection:
        return await connection.scalar(select(func.count()).where(rows.c.state == state)) or 0


def latest(chats: Chats, person: int = EDITOR) -> Message:
    return [message for message in chats.emulator.messages(person) if "📣" in message.text][-1]


def edits(chats: Chats) -> int:
    """How many were tried, those that changed nothing included."""
    ledger = chats.emulator.ledger
    methods = [entry.method for entry in ledger.accepted] + [entry.method for entry in ledger.refused]
    return methods.count("editMessageText")


async def test_the_editor_who_released_it_sees_how_it_goes_to_its_end(chats: Chats) -> None:
    await gather_crowd(chats)
    board = Board(chats.services)
    await let_out(chats)
    await board.refresh(chats.bot.bot)
    message = latest(chats)
    assert chats.shown(message) == (
        f"📣 جارٍ إرسال الخبر 1\n{TITLE}\n\nأُنجز ░░░░░░░░░░░░ 0%\nأُرسل: 0 من 20\nبقي: 20\nلم يصل: 0\nينتظر دوره."
    )
    assert message.button_texts() == ["⏸ أوقف هذا الخبر"]
    assert [m for m in chats.emulator.messages(SECOND_EDITOR) if "📣" in m.text] == []

    chats.clock.advance(seconds=4)
    await deliver(chats, 8)
    await deliver(chats, 2, State.GONE)
    await board.refresh(chats.bot.bot)
    assert chats.shown(message) == (
        f"📣 جارٍ إرسال الخبر 1\n{TITLE}\n\nأُنجز ▓▓▓▓▓▓░░░░░░ 50%\nأُرسل: 8 من 20\nبقي: 10\nلم يصل: 2\n"
        "السرعة: 2 في الثانية\nينتهي خلال 5 ثوانٍ تقريبًا."
    )
    await deliver(chats, 9)
    await deliver(chats, 1, State.UNKNOWN)
    await board.refresh(chats.bot.bot)
    assert chats.shown(message) == (
        f"📣 انتهى إرسال الخبر 1\n{TITLE}\n\nأُرسلت: 17\nأُلغيت لأن المشترك غادر: 2\nلا يُعرف هل وصلت: 1\n"
        "التقرير كاملًا: /report 1"
    )
    assert message.buttons == ()
    async with chats.database.read() as connection:
        assert await progress.every(connection) == ()


async def test_it_is_edited_only_when_something_has_changed(chats: Chats) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    board = Board(chats.services)
    for _ in range(3):
        await board.refresh(chats.bot.bot)
    before = edits(chats)
    await board.refresh(chats.bot.bot)
    assert edits(chats) == before
    await deliver(chats, 1)
    await board.refresh(chats.bot.bot)
    assert edits(chats) == before + 1


async def test_counting_that_takes_long_is_followed_by_a_rest(chats: Chats) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    seconds = iter(float(n) for n in range(100))  # as if a second passed at each look at the clock
    board = Board(chats.services, steady=lambda: next(seconds))
    await board.refresh(chats.bot.bot)
    message = latest(chats)
    await deliver(chats, 20)
    looks = 0
    while "انتهى" not in message.text:
        await board.refresh(chats.bot.bot)
        looks += 1
    assert looks > 5


async def test_a_restart_goes_on_with_the_same_message(chats: Chats) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    await Board(chats.services).refresh(chats.bot.bot)
    message = latest(chats)
    async with chats.restarted() as again:
        await deliver(again, 20)
        await Board(again.services).refresh(again.bot.bot)
        assert "انتهى إرسال الخبر 1" in message.text
        assert latest(again) is message


async def test_a_broadcast_is_stopped_and_resumed_by_buttons(chats: Chats) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    board = Board(chats.services)
    await board.refresh(chats.bot.bot)
    message = latest(chats)
    await deliver(chats, 5)
    answer = await chats.press(EDITOR, message, "أوقف")
    assert answer.text == "توقف إرسال هذا الخبر."
    assert (await count(chats, State.HELD), await count(chats, State.PENDING)) == (15, 0)
    assert len(chats.recalls) == 1
    assert message.button_texts() == ["▶️ استأنف"]
    await board.refresh(chats.bot.bot)
    assert "⏸ أُوقف إرساله. ما بقي ينتظر استئنافه." in message.text
    assert message.button_texts() == ["▶️ استأنف"]
    again = await chats.press(EDITOR, message, data=pack(HandleBroadcast(Brake.STOP, 1)))
    assert (again.text, again.show_alert) == ("هذا الخبر متوقف من قبل.", True)

    wakes = len(chats.wakes)
    answer = await chats.press(SECOND_EDITOR, message, data=pack(HandleBroadcast(Brake.RESUME, 1)))
    assert answer.text == "استُؤنف إرسال هذا الخبر."
    assert (await count(chats, State.HELD), await count(chats, State.PENDING)) == (0, 15)
    assert len(chats.wakes) == wakes + 1
    assert message.button_texts() == ["⏸ أوقف هذا الخبر"]
    again = await chats.press(EDITOR, message, data=pack(HandleBroadcast(Brake.RESUME, 1)))
    assert again.text == "هذا الخبر ليس متوقفًا."
    async with chats.database.read() as connection:
        acts = await connection.execute(
            select(audit_log.c.act, audit_log.c.actor_id, audit_log.c.article_id, audit_log.c.detail).where(
                audit_log.c.act.in_(["pause", "resume"])
            )
        )
        assert [tuple(act) for act in acts] == [("pause", EDITOR, 1, "15"), ("resume", SECOND_EDITOR, 1, "15")]


async def test_a_stop_that_comes_too_late_says_so(chats: Chats) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    await Board(chats.services).refresh(chats.bot.bot)
    message = latest(chats)
    await deliver(chats, 20)
    answer = await chats.press(EDITOR, message, "أوقف")
    assert (answer.text, answer.show_alert) == ("انتهى إرسال هذا الخبر.", True)
    answer = await chats.press(EDITOR, message, data=pack(HandleBroadcast(Brake.STOP, 99)))
    assert answer.text == "انتهى إرسال هذا الخبر."


async def test_only_who_may_release_may_stop(chats: Chats) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    await Board(chats.services).refresh(chats.bot.bot)
    message = latest(chats)
    async with chats.database.write() as connection:
        await admins.grant(connection, OTHER, Role.REPORTER, name="سامر", actor_id=EDITOR, now=START)
    for person in (READER, OTHER):
        for verb in Brake:
            press = await chats.emulator.press(
                person, message.message_id, data=pack(HandleBroadcast(verb, 1)), chat_id=EDITOR
            )
            assert "لفريق التحرير وحده" in (await press.answered()).text
    assert await count(chats, State.HELD) == 0
    async with chats.database.read() as connection:
        assert not await deliveries.is_held(connection, 1)


async def test_several_broadcasts_in_one_chat_have_their_turns(chats: Chats) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    await let_out(chats, "عاجل أخبار عالمية\n\nفيضان في الوادي الكبير\n\nارتفع منسوب النهر مترين.")
    board = Board(chats.services)
    before = len(chats.emulator.messages(EDITOR))
    await board.refresh(chats.bot.bot)
    assert len(chats.emulator.messages(EDITOR)) == before + 1  # one request for a chat at a time
    await board.refresh(chats.bot.bot)
    shown = [message for message in chats.emulator.messages(EDITOR) if "📣" in message.text]
    assert len(shown) == 2
    for story in (2, 1):
        await deliver(chats, 20, story=story)
        for _ in shown:
            await board.refresh(chats.bot.bot)
        assert "انتهى" in shown[story - 1].text


async def test_a_message_that_somebody_has_deleted_is_not_sent_again(chats: Chats) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    board = Board(chats.services)
    await board.refresh(chats.bot.bot)
    message = latest(chats)
    await chats.bot.bot.delete_message(EDITOR, message.message_id)
    await deliver(chats, 5)
    await board.refresh(chats.bot.bot)
    async with chats.database.read() as connection:
        assert await progress.every(connection) == ()


async def test_whoever_has_blocked_the_bot_is_shown_nothing_more(chats: Chats) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    chats.emulator.block(EDITOR, notify=False)
    await Board(chats.services).refresh(chats.bot.bot)
    async with chats.database.read() as connection:
        assert await progress.every(connection) == ()


@pytest.mark.parametrize("kind", ["fail", "drop_before_accept", "drop_after_accept"])
async def test_trouble_on_the_way_to_telegram_costs_one_turn(chats: Chats, kind: FaultKind) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    board = Board(chats.services)
    await board.refresh(chats.bot.bot)
    message = latest(chats)
    await deliver(chats, 20)
    chats.emulator.faults.add(Fault(kind, method="editMessageText", times=1))
    await board.refresh(chats.bot.bot)
    await board.refresh(chats.bot.bot)
    assert "انتهى إرسال الخبر 1" in message.text


async def test_everything_paused_is_said(chats: Chats) -> None:
    await gather_crowd(chats)
    await let_out(chats)
    async with chats.database.write() as connection:
        await pauses.pause(connection, by=EDITOR, now=chats.clock())
    await Board(chats.services).refresh(chats.bot.bot)
    assert "كل الإرسال متوقف" in latest(chats).text


async def test_a_story_that_nobody_gets_is_followed_by_nobody(chats: Chats) -> None:
    await let_out(chats)
    async with chats.database.read() as connection:
        assert await progress.every(connection) == ()


async def test_chats_that_wished_to_be_left_in_peace_are_counted_apart(chats: Chats) -> None:
    await gather_crowd(chats)
    async with chats.database.write() as connection:
        muted = update(subscribers).where(subscribers.c.chat_id < CROWD[5])
        await connection.execute(muted.values(muted_until=START + timedelta(days=1)))
    await let_out(chats)
    board = Board(chats.services)
    await board.refresh(chats.bot.bot)
    assert "أُرسل: 0 من 15" in latest(chats).text
    await deliver(chats, 15)
    await board.refresh(chats.bot.bot)
    assert "أُرسلت: 15\nتُركت للموجز كما طلب أصحابها: 5" in latest(chats).text
    assert "أُرسلت: 15\nتُركت للموجز كما طلب أصحابها: 5" in (await chats.say(EDITOR, "/report 1")).text


async def test_it_speaks_english_too(chats: Chats) -> None:
    await gather_crowd(chats)
    async with chats.database.write() as connection:
        await admins.grant(connection, ENGLISH, Role.EDITOR, name="Emma", actor_id=EDITOR, now=START)
    await let_out(chats, editor=ENGLISH)
    board = Board(chats.services)
    await board.refresh(chats.bot.bot)
    message = latest(chats, ENGLISH)
    assert f"📣 Story 1 is going out\n{TITLE}\n\nDone ░░░░░░░░░░░░ 0%\nSent: 0 of 20" in chats.shown(message)
    await chats.press(ENGLISH, message, "Stop")
    await board.refresh(chats.bot.bot)
    assert "⏸ Stopped." in message.text
    await chats.press(ENGLISH, message, "Resume")
    await deliver(chats, 20)
    await board.refresh(chats.bot.bot)
    assert chats.shown(message).endswith("The whole report: /report 1")
