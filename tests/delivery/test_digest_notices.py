"""A story that is retracted leaves the digests that were sent before, too."""

from bot.emulator import Emulator, Message
from tests.delivery.harness import Outbox, accepted, dispatching
from tests.handlers.conftest import plain

QUAKE, STRIKE = "زلزال يضرب الساحل", "المعلمون يعلنون إضرابا"
NOTICE = "⛔️ سُحب هذا الخبر. السبب: لم يتأكد"


async def told(outbox: Outbox, emulator: Emulator, *titles: str) -> list[int]:
    """Stories of which chat 1 was alerted, and that its digest lists."""
    await outbox.subscribe(1)
    stories = [await outbox.publish(title) for title in titles]
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
        await outbox.owe_digest(1)
        await outbox.settled()
    return stories


def digest(emulator: Emulator, *words: str) -> Message:
    """The message that lists several stories: the one with a button for each number."""
    (found,) = [
        message
        for message in emulator.messages(1)
        if message.button_texts() and all(label.isdigit() for label in message.button_texts())
        if all(word in message.text for word in words)
    ]
    return found


async def test_its_line_gives_its_place_to_a_notice_and_its_button_goes(outbox: Outbox, emulator: Emulator) -> None:
    quake, _ = await told(outbox, emulator, QUAKE, STRIKE)
    before = digest(emulator)
    assert before.button_texts() == ["1", "2"]
    done = await outbox.retract(quake)
    assert (done.owed, done.digests) == (1, 1)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()

    lines = plain(before.text).splitlines()
    (number,) = [line.partition(".")[0] for line in lines if NOTICE in line]
    assert QUAKE not in before.text
    assert STRIKE in before.text
    assert before.button_texts() == [other for other in ("1", "2") if other != number]


async def test_one_of_several_messages_is_edited_and_keeps_its_numbers(outbox: Outbox, emulator: Emulator) -> None:
    titles = [f"{number:03} {'خبر طويل العنوان جدا ' * 8}" for number in range(40)]
    stories = await told(outbox, emulator, *titles)
    parts = [m for m in emulator.messages(1) if m.button_texts() and all(t.isdigit() for t in m.button_texts())]
    assert len(parts) > 1
    texts = [part.text for part in parts]
    where = next(place for place, title in enumerate(titles) if f" {title[:3]} " in texts[-1].replace("\u2068", " "))
    buttons = parts[-1].button_texts()
    await outbox.retract(stories[where])
    async with dispatching(outbox, emulator.url):
        await outbox.settled()

    assert [part.text for part in parts[:-1]] == texts[:-1]
    assert NOTICE in plain(parts[-1].text)
    assert titles[where][:3] not in parts[-1].text
    assert len(parts[-1].button_texts()) == len(buttons) - 1
    assert set(parts[-1].button_texts()) < set(buttons)


async def test_two_that_are_retracted_are_both_gone(outbox: Outbox, emulator: Emulator) -> None:
    stories = await told(outbox, emulator, QUAKE, STRIKE)
    message = digest(emulator)
    for story in stories:
        await outbox.retract(story)
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    assert plain(message.text).count(NOTICE) == 2
    assert message.button_texts() == []


async def test_alerts_go_before_it(outbox: Outbox, emulator: Emulator) -> None:
    quake, _ = await told(outbox, emulator, QUAKE, STRIKE)
    await outbox.retract(quake)
    await outbox.publish("حريق في الميناء")
    begin = len(emulator.ledger.accepted)
    async with dispatching(outbox, emulator.url, max_in_flight=1):
        await outbox.settled()
    order = [(entry.method, "حريق" in entry.text) for entry in emulator.ledger.accepted[begin:]]
    assert order[-1][0] == "editMessageText"
    assert ("sendMessage", True) in order[:-1]


async def test_a_digest_that_is_under_way_when_its_story_is_retracted_is_edited_when_its_answer_comes(
    outbox: Outbox, emulator: Emulator
) -> None:
    await outbox.subscribe(1)
    quake = await outbox.publish(QUAKE)
    await outbox.publish(STRIKE)
    async with dispatching(outbox, emulator.url) as dispatcher:
        await outbox.settled()
        emulator.faults.slow_answer(0.5, method="sendMessage")
        sent = len(emulator.ledger.accepted)
        await outbox.owe_digest(1)
        dispatcher.wake()
        await accepted(emulator, sent + 1)
        assert (await outbox.retract(quake)).digests == 0
        dispatcher.recall()
        await outbox.settled()
    message = digest(emulator, STRIKE)
    assert QUAKE not in message.text
    assert NOTICE in plain(message.text)
