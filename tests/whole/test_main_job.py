"""From an article to the subscriber's phone: the bot as a process of its own, driven as people would, over HTTP."""

import asyncio
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo import play
from bot.emulator import Emulator, Message
from storage.database import Database
from storage.deliveries import State, count_by_state
from tests.whole.conftest import EDITOR, SPORT, STRANGER, WORLD
from tests.whole.programs import Bot, bot, command

TITLE = "الرئاسة الروسية: نستعد للأسوأ في العلاقات مع واشنطن"
SPORT_FLASH = "عاجل رياضة\n\nتأجيل نهائي الكأس أسبوعا بسبب الأمطار\n\nأعلن الاتحاد تأجيل المباراة النهائية أسبوعا."
PATIENCE = 15.0


async def subscribe(emulator: Emulator, user_id: int, section: str) -> None:
    await emulator.say(user_id, "/start")
    welcome = await emulator.wait_for(user_id, lambda message: bool(message.buttons), timeout=PATIENCE)
    await (await emulator.press(user_id, welcome.message_id, text=section)).answered(PATIENCE)


async def publish(emulator: Emulator, text: str) -> Message:
    """Publish as the editor; return the preview after it was confirmed."""
    asked = await emulator.say(EDITOR, f"/publish {text}")
    preview = await emulator.wait_for(
        EDITOR, lambda message: any("نشر" in label for label in message.button_texts()), after=asked.message_id
    )
    await (await emulator.press(EDITOR, preview.message_id, text="نشر")).answered(PATIENCE)
    return preview


def alerts(emulator: Emulator, user_id: int, title: str) -> list[Message]:
    return [
        message
        for message in emulator.messages(user_id)
        if message.from_bot and title in message.text and "عاجل" in message.text
    ]


def assert_is_the_summary(text: str) -> None:
    gold = play.expected()
    assert TITLE in text
    for heading in gold["subheadings"]:
        assert heading in text
    for quote in gold["quotes"]:
        _before, found, after = text.partition(quote["text"])
        assert found
        speaker = after.strip('”»" \n—').partition("\n")[0]
        assert any(name in speaker for name in quote["speaker_accept"]), speaker


async def test_an_article_reaches_the_phones_of_its_section_and_no_other(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path):
        await subscribe(emulator, WORLD, "أخبار عالمية")
        await subscribe(emulator, SPORT, "رياضة")
        await emulator.say(STRANGER, "/start")
        await emulator.wait_for(STRANGER, timeout=PATIENCE)

        await publish(emulator, play.article())
        alert = await emulator.wait_for(WORLD, lambda message: "عاجل" in message.text and TITLE in message.text)

        # By its button, as a reply to the alert, by command alone, and by its number.
        await (await emulator.press(WORLD, alert.message_id, text="ملخص")).answered()
        by_button = await emulator.wait_for(WORLD, "الكرملين", after=alert.message_id)
        asked = await emulator.say(WORLD, "/summary", reply_to=alert.message_id)
        by_reply = await emulator.wait_for(WORLD, TITLE, after=asked.message_id)
        asked = await emulator.say(WORLD, "/summary")
        alone = await emulator.wait_for(WORLD, TITLE, after=asked.message_id)
        asked = await emulator.say(SPORT, "/summary ١")
        by_number = await emulator.wait_for(SPORT, TITLE, after=asked.message_id)
        for summary in (by_button, by_reply, alone, by_number):
            assert_is_the_summary(summary.text)

        assert len(alerts(emulator, WORLD, TITLE)) == 1
        assert not alerts(emulator, SPORT, TITLE)
        assert not alerts(emulator, STRANGER, TITLE)
        # The editor had not started the bot when it began, and so could not be given a menu.
        assert [entry for entry in emulator.ledger.refused if entry.method != "setMyCommands"] == []


async def test_what_was_published_before_a_crash_arrives_after_it_once(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path) as first:
        await subscribe(emulator, WORLD, "أخبار عالمية")
        await subscribe(emulator, SPORT, "رياضة")
        await publish(emulator, play.article())
        await emulator.wait_for(WORLD, TITLE)
        await _recorded(settings, State.SENT)
        await first.stop(signal.SIGKILL)
    # A command owes it while no bot runs.
    flash = await command("ingest", "-", settings=settings, folder=tmp_path, given=SPORT_FLASH.encode())
    assert flash.code == 0, flash.err

    async with bot(settings, tmp_path):
        await emulator.wait_for(SPORT, "تأجيل نهائي الكأس", timeout=PATIENCE)

        again = await publish(emulator, play.article())
        await emulator.wait_for(EDITOR, lambda message: message.message_id == again.message_id and message.edited)

    assert len(alerts(emulator, WORLD, TITLE)) == 1
    assert len(alerts(emulator, SPORT, "تأجيل نهائي الكأس")) == 1


async def test_a_kill_in_the_middle_of_a_send_loses_nothing_and_repeats_that_send_at_most(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path) as first:
        await subscribe(emulator, WORLD, "أخبار عالمية")
        await subscribe(emulator, SPORT, "أخبار عالمية")
        hanging = emulator.faults.slow(600, method="sendMessage", chat_id=SPORT)
        await publish(emulator, play.article())
        await emulator.wait_for(WORLD, TITLE)
        await _until(lambda: hanging.hits > 0)
        await first.stop(signal.SIGKILL)
    emulator.faults.clear()

    async with bot(settings, tmp_path) as second:
        await emulator.wait_for(SPORT, TITLE, timeout=30)

    assert any("in doubt" in line for line in second.log)
    assert len(alerts(emulator, SPORT, TITLE)) == 1
    assert len(alerts(emulator, WORLD, TITLE)) in (1, 2)


async def test_a_digest_comes_at_its_hour_and_once_whatever_is_restarted(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    hour_ahead = datetime.now(UTC) + timedelta(hours=4)  # in Riyadh: one hour from now
    async with bot(settings, tmp_path):
        await subscribe(emulator, WORLD, "أخبار عالمية")
        asked = await emulator.say(WORLD, f"/digest {hour_ahead:%H:%M}")
        await emulator.wait_for(WORLD, f"{hour_ahead:%H:%M}", after=asked.message_id)
        await publish(emulator, play.article())
        await emulator.wait_for(WORLD, TITLE)

    def is_digest(message: Message) -> bool:
        return "موجز اليوم" in message.text and TITLE in message.text

    for _restart in range(3):
        async with bot(settings, tmp_path, clock_moved_by=3700) as moved:
            await emulator.wait_for(WORLD, is_digest, timeout=PATIENCE)
            await _one_more_tick(emulator, moved)
    assert sum(is_digest(message) for message in emulator.messages(WORLD)) == 1


async def _one_more_tick(emulator: Emulator, running: Bot) -> None:
    """Let the bot answer something: by then the scheduler's first tick, at its start, is long over."""
    asked = await emulator.say(WORLD, "/help")
    await emulator.wait_for(WORLD, "/sections", after=asked.message_id)
    assert running.process.returncode is None


async def test_who_blocks_the_bot_is_owed_nothing_and_who_comes_back_finds_the_sections_kept(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path):
        await subscribe(emulator, WORLD, "أخبار عالمية")
        await subscribe(emulator, SPORT, "أخبار عالمية")
        emulator.block(WORLD, notify=False)  # only the 403 tells
        await publish(emulator, play.article())
        await emulator.wait_for(SPORT, TITLE)
        await _until(lambda: emulator.ledger.count_refused(403, chat_id=WORLD) == 3)

        await publish(
            emulator, "عاجل أخبار عالمية\n\nزلزال قوي يهز السواحل الشمالية\n\nضرب زلزال قوي السواحل الشمالية."
        )
        await emulator.wait_for(SPORT, "زلزال قوي")
        assert emulator.ledger.count_refused(403, chat_id=WORLD) == 3

        emulator.unblock(WORLD)
        await emulator.say(WORLD, "/start")
        back = await emulator.wait_for(WORLD, "أهلًا بعودتك")
        assert any("✅ أخبار عالمية" in label for label in back.button_texts())


async def _recorded(settings: dict[str, str], state: State) -> None:
    """Wait until a delivery stands in this state."""
    database = Database(settings["DATABASE_URL"])
    try:
        async with asyncio.timeout(30):
            while True:
                async with database.read() as connection:
                    if await count_by_state(connection, since=datetime.now(UTC) - timedelta(days=1)) == {state: 1}:
                        return
                await asyncio.sleep(0.02)
    finally:
        await database.close()


async def _until(true: Callable[[], bool]) -> None:
    """Wait for what the emulator counts but tells nobody."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110  # there is no event to wait for
            await asyncio.sleep(0.02)


async def test_sigterm_ends_the_bot_in_order(emulator: Emulator, settings: dict[str, str], tmp_path: Path) -> None:
    async with bot(settings, tmp_path, afresh=True) as running:
        assert await running.stop(signal.SIGTERM) == 0
    assert "stopped" in running.log[-1]


async def test_only_the_newsroom_publishes_and_the_attempt_is_logged(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path) as running:
        await subscribe(emulator, WORLD, "أخبار عالمية")
        asked = await emulator.say(STRANGER, f"/publish {play.article()}")
        await emulator.wait_for(STRANGER, "لفريق التحرير وحده", after=asked.message_id)
        assert not alerts(emulator, WORLD, TITLE)
    assert any(str(STRANGER) in line and "publish" in line for line in running.log)
    assert not any(TITLE in line for line in running.log)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", "لنشر خبر أرسل الآن نصه"),
        (" \u200f\u200b\n", "لا نص هنا"),
        ("سياسة\nعاجل", "لم نجد للخبر عنوانًا"),
    ],
)
async def test_what_is_no_article_is_refused_with_a_reason_and_not_stored(
    text: str, answer: str, emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path):
        asked = await emulator.say(EDITOR, f"/publish {text}")
        await emulator.wait_for(EDITOR, answer, after=asked.message_id)


@pytest.mark.parametrize(
    ("name", "data", "answer"),
    [
        ("empty.txt", b"", "لا نص هنا"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "ليس نصًّا"),
        ("noise.txt", ("ضجيج بلا معنى " * 40_000).encode()[:1_000_000], "أطول من أن يكون خبرًا"),
        ("huge.txt", b"x" * 1_100_000, "أكبر من ميغابايت"),
    ],
)
async def test_a_file_that_is_no_article_is_refused_with_a_reason(
    name: str, data: bytes, answer: str, emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path):
        sent = await emulator.send_document(EDITOR, name, data, caption="/publish")
        await emulator.wait_for(EDITOR, answer, after=sent.message_id, timeout=PATIENCE)
