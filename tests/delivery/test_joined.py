"""Alerts that wait for one chat are told in one message, and each keeps its own record and its own buttons."""

from sqlalchemy import update

from bot.emulator import Emulator
from storage import deliveries as outbox_rows
from storage.claims import MOST_JOINED
from storage.deliveries import State
from storage.tables import articles
from tests.delivery.harness import Outbox, dispatching


async def test_alerts_that_wait_for_one_chat_come_in_one_message(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1, 2)
    await outbox.subscribe(2, section="رياضة")
    older = await outbox.publish("زلزال يضرب الساحل")
    newer = await outbox.publish("هدف في الدقيقة الأخيرة", section="رياضة")

    async with dispatching(outbox, emulator.url):
        await outbox.settled()

    (alone,), (joined,) = emulator.messages(1), emulator.messages(2)
    assert "هدف" not in alone.text
    assert alone.button_texts() == ["📋 ملخص الخبر"]
    assert joined.text.index("هدف") < joined.text.index("زلزال"), "the newest comes first"
    buttons = [(button.text, button.data) for row in joined.buttons for button in row]
    assert buttons == [("📋 ملخص الخبر 1", f"sum:{newer}"), ("📋 ملخص الخبر 2", f"sum:{older}")]
    assert [(row.state, row.message_id, row.attempts) for row in await outbox.rows(2)] == [
        (State.SENT, joined.message_id, 1)
    ] * 2
    async with outbox.database.read() as connection:
        assert await outbox_rows.article_of_message(connection, 2, joined.message_id) == newer


async def test_what_finds_no_room_comes_a_moment_later(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    titles = [f"الخبر الطويل رقم {number}: " + "تفاصيل كثيرة جدًا " * 52 for number in range(1, 7)]
    for title in titles:
        await outbox.publish(title)

    async with dispatching(outbox, emulator.url):
        rows = await outbox.settled()

    sent = emulator.messages(1)
    assert 1 < len(sent) < len(titles)
    assert all(len(message.text) <= 4096 for message in sent)
    assert {row.state for row in rows} == {State.SENT}
    for number in range(1, 7):
        assert emulator.ledger.copies(1, f"رقم {number}:") == 1


async def test_no_message_joins_more_alerts_than_anyone_reads(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    for number in range(1, MOST_JOINED + 3):
        await outbox.publish(f"الخبر {number}")

    async with dispatching(outbox, emulator.url):
        await outbox.settled()

    assert [len(message.buttons) for message in emulator.messages(1)] == [MOST_JOINED, 2]


async def test_a_story_that_was_taken_back_leaves_the_others_in_the_message(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    await outbox.publish("الأول")
    retracted = await outbox.publish("الثاني")
    async with outbox.database.write() as connection:
        await connection.execute(update(articles).where(articles.c.id == retracted).values(status="retracted"))

    async with dispatching(outbox, emulator.url):
        rows = await outbox.settled()

    (message,) = emulator.messages(1)
    assert "الأول" in message.text
    assert "الثاني" not in message.text
    assert [row.state for row in rows] == [State.SENT, State.EXPIRED]


async def test_every_alert_of_a_joined_message_shares_its_fate(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(1)
    await outbox.publish("الأول")
    await outbox.publish("الثاني")
    emulator.faults.fail(400, "Bad Request: message text is empty", method="sendMessage", times=1)

    async with dispatching(outbox, emulator.url):
        rows = await outbox.settled()

    assert [row.state for row in rows] == [State.FAILED] * 2
