"""A retraction reaches every copy: what waits is not sent, what was sent is deleted or says why."""

import asyncio

from sqlalchemy import select, update

from bot.emulator import Emulator
from storage import retractions
from storage.deliveries import Kind, State
from storage.tables import deliveries
from tests.delivery.harness import RIGHT, WRONG, Outbox, accepted, dispatching, of_kind, only, until


async def test_retracted_in_the_middle_nothing_more_goes_out_and_every_copy_is_deleted(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(*range(1, 2_001))
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url) as dispatcher:
        await accepted(emulator, 500)
        done = await outbox.retract(story)
        dispatcher.recall()
        confirmed = len(emulator.ledger.accepted)
        rows = await outbox.settled()

    sent = [entry for entry in emulator.ledger.accepted if entry.method == "sendMessage"]
    assert len(sent) <= confirmed + 64
    assert done.stopped >= 2_000 - len(sent) - 64
    assert all(emulator.messages(chat_id) == [] for chat_id in range(1, 2_001))
    assert len(of_kind(rows, Kind.RETRACTION)) == len(sent)
    assert {row.state for row in of_kind(rows, Kind.RETRACTION)} == {State.SENT}


async def test_a_copy_under_way_when_its_story_is_retracted_is_deleted_when_its_answer_comes(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    emulator.faults.slow_answer(0.5, method="sendMessage")
    async with dispatching(outbox, emulator.url) as dispatcher:
        await accepted(emulator, 1)
        assert await outbox.retract(story) == retractions.Retracted(0, 0)
        dispatcher.recall()
        await accepted(emulator, 2)
        rows = await outbox.settled()

    assert emulator.messages(1) == []
    assert [(row.kind, row.state) for row in rows] == [("alert", "sent"), ("retraction", "sent")]


async def test_an_old_copy_is_edited_into_a_notice_with_the_reason(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    outbox.clock.advance(hours=49)
    await outbox.retract(story, "الصورة من عام 2019")
    async with dispatching(outbox, emulator.url):
        await outbox.settled()

    notice = only(emulator, 1)
    assert "الصورة من عام 2019" in notice.text
    assert WRONG not in notice.text
    assert notice.buttons == ()


async def test_a_copy_that_telegram_does_not_delete_is_edited(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    emulator.faults.fail(400, "Bad Request: message can't be deleted for everyone", method="deleteMessage")
    await outbox.retract(story)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()

    assert "سُحب" in only(emulator, 1).text


async def test_a_message_of_several_stories_loses_the_retracted_one_and_goes_with_the_last(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1)
    first = await outbox.publish("زلزال يضرب الساحل")
    second = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url) as dispatcher:
        await outbox.settled()
        await outbox.retract(second)
        dispatcher.recall()
        await outbox.settled()
        assert WRONG not in only(emulator, 1).text
        assert "زلزال" in only(emulator, 1).text
        assert only(emulator, 1).button_texts() == ["📋 ملخص الخبر"]
        await outbox.retract(first)
        outbox.clock.advance(seconds=2)
        dispatcher.recall()
        await outbox.settled()

    assert emulator.messages(1) == []


async def test_a_message_that_its_reader_deleted_needs_no_retraction(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    emulator.faults.fail(400, "Bad Request: message to delete not found", method="deleteMessage")
    await outbox.retract(story)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    async with outbox.database.read() as connection:
        assert await retractions.progress(connection, story) == retractions.Progress(1, 0, (), 0)


async def test_a_retraction_takes_the_follow_up_along(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    outbox.clock.advance(hours=2)
    await outbox.correct(story, RIGHT, follow_up=True)
    async with dispatching(outbox, emulator.url) as dispatcher:
        await emulator.wait_for(1, lambda message: message.reply_to is not None)
        outbox.clock.advance(seconds=3)
        await outbox.settled()
        await outbox.retract(story)
        outbox.clock.advance(seconds=3)
        dispatcher.recall()

        async def is_empty() -> bool:
            outbox.clock.advance(seconds=1)
            dispatcher.wake()
            return emulator.messages(1) == []

        await until(is_empty)


async def test_what_a_dead_run_held_of_a_retracted_story_is_not_sent_again(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    story = await outbox.publish(WRONG)
    async with outbox.database.write() as connection:
        await connection.execute(update(deliveries).values(state=State.SENDING))
    await outbox.retract(story)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
        await asyncio.sleep(0)

    assert emulator.ledger.accepted == []
    async with outbox.database.read() as connection:
        assert await connection.scalar(select(deliveries.c.state)) == State.UNKNOWN
        assert (await retractions.progress(connection, story)).unknown == 1
