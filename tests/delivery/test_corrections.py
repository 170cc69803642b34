"""A correction reaches every copy: the delivered ones, the queued ones, and those under way."""

import pytest
from sqlalchemy import update

from bot.emulator import Emulator
from storage import retractions
from storage.deliveries import Kind, State
from storage.tables import subscribers
from tests.delivery.harness import RIGHT, WRONG, Outbox, accepted, dispatching, of_kind, only, until

MARK = "تصحيح"


async def test_a_delivered_copy_is_edited_and_says_what_was_wrong_and_what_is_right(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url) as dispatcher:
        await outbox.settled()
        copy = only(emulator, 1)
        done = await outbox.correct(story, RIGHT)
        dispatcher.recall()
        rows = await outbox.settled()

    assert (done.revision, done.edits, done.follow_ups) == (2, 1, 0)
    assert only(emulator, 1).message_id == copy.message_id
    first, *rest = [line for line in only(emulator, 1).text.splitlines() if line]
    assert MARK in first
    assert RIGHT in rest
    assert any(WRONG in line and RIGHT in line for line in rest)
    assert only(emulator, 1).button_texts() == copy.button_texts()
    (edit,) = of_kind(rows, Kind.CORRECTION)
    assert (edit.state, edit.target_id, edit.message_id) == (State.SENT, copy.message_id, None)


async def test_corrected_after_500_of_2000_all_end_corrected_and_none_gets_the_wrong_text_afterwards(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(*range(1, 2_001))
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url) as dispatcher:
        await accepted(emulator, 500)
        await outbox.correct(story, RIGHT)
        dispatcher.recall()
        confirmed = len(emulator.ledger.accepted)
        rows = await outbox.settled()

    late = [
        entry
        for entry in emulator.ledger.accepted[confirmed + 64 :]  # what was in flight may arrive still
        if entry.text.splitlines()[2] == WRONG
    ]
    assert late == []
    texts = [only(emulator, chat_id).text for chat_id in range(1, 2_001)]
    assert all(RIGHT in text for text in texts)
    marked = sum(MARK in text for text in texts)
    assert 500 <= marked <= confirmed + 64
    assert marked == len(of_kind(rows, Kind.CORRECTION)), "who never saw it wrong is not told of it, nor edited"
    assert {row.state for row in rows} == {State.SENT}


async def test_a_copy_that_is_under_way_while_it_is_corrected_is_edited_when_its_answer_comes(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    emulator.faults.slow_answer(0.5, method="sendMessage")
    async with dispatching(outbox, emulator.url) as dispatcher:
        await accepted(emulator, 1)
        done = await outbox.correct(story, RIGHT)
        dispatcher.recall()
        assert done.edits == 0
        await emulator.wait_for(1, MARK)
        rows = await outbox.settled()

    assert [(row.kind, row.state) for row in rows] == [("alert", "sent"), ("correction", "sent")]


async def test_what_is_sent_again_after_its_correction_needs_no_edit(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    emulator.faults.drop_before_accept(method="sendMessage", times=1)
    async with dispatching(outbox, emulator.url) as dispatcher:

        async def is_lost() -> bool:
            return [row.lost_answers for row in await outbox.rows()] == [1]

        await until(is_lost)
        await outbox.correct(story, RIGHT)
        outbox.clock.advance(seconds=3)
        dispatcher.recall()
        rows = await outbox.settled()

    assert [(row.kind, row.state) for row in rows] == [("alert", "sent"), ("correction", "sent")]
    assert [entry.method for entry in emulator.ledger.accepted] == ["sendMessage"]
    # The lost copy may be in the chat with what is wrong, so this one says what that was.
    assert all(words in only(emulator, 1).text for words in (MARK, WRONG, RIGHT))


async def test_a_message_of_several_stories_is_edited_as_a_whole(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    await outbox.publish("زلزال يضرب الساحل")
    story = await outbox.publish(WRONG)
    await outbox.publish("فوز المنتخب في النهائي")
    async with dispatching(outbox, emulator.url) as dispatcher:
        await outbox.settled()
        before = only(emulator, 1)
        buttons, text = before.button_texts(), before.text
        await outbox.correct(story, RIGHT)
        dispatcher.recall()
        await outbox.settled()

    after = only(emulator, 1)
    assert text.count("زلزال") == after.text.count("زلزال")
    order = [after.text.index(title) for title in ("فوز", RIGHT, "زلزال")]
    assert order == sorted(order)
    assert (after.text.count(MARK), after.button_texts()) == (1, buttons)


async def test_two_corrections_of_one_message_are_told_in_one_edit(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    stories = [await outbox.publish(title) for title in ("الأول خطأ", "الثاني خطأ")]
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    for story, title in zip(stories, ("الأول صواب", "الثاني صواب"), strict=True):
        await outbox.correct(story, title)
    async with dispatching(outbox, emulator.url):
        rows = await outbox.settled()

    assert [entry.method for entry in emulator.ledger.accepted] == ["sendMessage", "editMessageText"]
    assert only(emulator, 1).text.count(MARK) == 2
    assert [row.state for row in of_kind(rows, Kind.CORRECTION)] == [State.SENT] * 2


async def test_of_two_corrections_in_a_row_the_later_one_stands_and_both_are_told(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    await outbox.correct(story, "مقتل 2 في انفجار المرفأ")
    await outbox.correct(story, RIGHT)
    async with dispatching(outbox, emulator.url):
        rows = await outbox.settled()

    assert [row.state for row in of_kind(rows, Kind.CORRECTION)] == [State.EXPIRED, State.SENT]
    assert only(emulator, 1).text.count("والصواب") == 2


async def test_a_follow_up_is_a_silent_reply_to_who_read_it_long_ago(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    outbox.clock.advance(hours=2)
    done = await outbox.correct(story, RIGHT, follow_up=True)
    async with dispatching(outbox, emulator.url):
        await emulator.wait_for(1, lambda message: message.reply_to is not None)
        await outbox.settled()

    copy, reply = emulator.messages(1)
    assert done.follow_ups == 1
    assert (reply.reply_to, reply.silent) == (copy.message_id, True)
    assert WRONG in reply.text
    assert RIGHT in reply.text


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("Bad Request: message is not modified: the same", State.SENT),
        ("Bad Request: message to edit not found", State.EXPIRED),
        ("Bad Request: message can't be edited", State.FAILED),
    ],
)
async def test_an_edit_that_is_refused_is_sorted_by_what_it_means(
    outbox: Outbox, emulator: Emulator, answer: str, state: State
) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    emulator.faults.fail(400, answer, method="editMessageText")
    await outbox.correct(story, RIGHT)
    async with dispatching(outbox, emulator.url):
        rows = await outbox.settled()

    assert [(row.state, row.attempts) for row in of_kind(rows, Kind.CORRECTION)] == [(state, 1)]
    async with outbox.database.read() as connection:
        progress = await retractions.progress(connection, story, Kind.CORRECTION)
    assert (progress.done, len(progress.rest)) == ((1, 0) if state is State.SENT else (0, int(state is State.FAILED)))


async def test_an_edit_whose_answer_is_lost_is_repeated_until_it_is_answered(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    emulator.faults.drop_after_accept(method="editMessageText", times=2)
    await outbox.correct(story, RIGHT)
    async with dispatching(outbox, emulator.url) as dispatcher:
        for lost in (1, 2):

            async def is_lost(lost: int = lost) -> bool:
                return [row.lost_answers for row in await outbox.rows()] == [0, lost]

            await until(is_lost)
            outbox.clock.advance(seconds=3)
            dispatcher.wake()
        rows = await outbox.settled()

    assert [(row.kind, row.state) for row in rows] == [("alert", "sent"), ("correction", "sent")]


async def test_who_left_is_corrected_still_and_who_cannot_be_reached_is_counted(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1, 2, 3)
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    async with outbox.database.write() as connection:
        for chat_id, status in ((2, "stopped"), (3, "gone")):
            await connection.execute(update(subscribers).where(subscribers.c.chat_id == chat_id).values(status=status))
    await outbox.correct(story, RIGHT)
    async with dispatching(outbox, emulator.url):
        rows = await outbox.settled()

    states = {row.chat_id: row.state for row in of_kind(rows, Kind.CORRECTION)}
    assert states == {1: State.SENT, 2: State.SENT, 3: State.GONE}
    assert MARK in only(emulator, 2).text


async def test_a_newer_alert_goes_before_corrections_and_these_before_the_queue_of_their_story(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(*range(1, 41))
    await outbox.subscribe(99, section="رياضة")
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url, max_in_flight=1):
        await accepted(emulator, 20)
    sent = len(emulator.ledger.accepted)
    outbox.clock.advance(seconds=1)
    await outbox.publish("الجديد", section="رياضة")
    await outbox.correct(story, RIGHT)

    async with dispatching(outbox, emulator.url, max_in_flight=1):
        await outbox.settled()

    first, *rest = emulator.ledger.accepted[sent:]
    assert first.chat_id == 99
    assert [entry.method for entry in rest] == ["editMessageText"] * sent + ["sendMessage"] * (40 - sent)
