"""Long polling: every update once and in order, whatever Telegram does; and nobody is left in the dark."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot import polling as module
from bot.delivery.transport import AiohttpRequest
from bot.emulator import Emulator
from bot.polling import Polling
from bot.updates import PatientBot
from tests.waiting import until

TOKEN = "77:polling"
READER = 5
PATIENCE = 15.0


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    server = Emulator(TOKEN)
    server.add_person(READER, "ليلى")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(autouse=True)
def _patience_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSE_S", 0.01)
    monkeypatch.setattr(module, "_LONGEST_PAUSE_S", 0.02)


class Running:
    """A polling bot, and what it has taken."""

    def __init__(self, bot: PatientBot, stale_after_s: float) -> None:
        self.queue: asyncio.Queue[object] = asyncio.Queue()
        self.polling = Polling(bot, self.queue, kinds=["message"], stale_after_s=stale_after_s)

    async def next_text(self) -> str:
        async with asyncio.timeout(PATIENCE):
            update = await self.queue.get()
        return str(update.message.text)  # type: ignore[attr-defined]  # only updates are put there


@asynccontextmanager
async def polling(emulator: Emulator, *, token: str = TOKEN, stale_after_s: float = 60.0) -> AsyncIterator[Running]:
    requests = AiohttpRequest(), AiohttpRequest()
    for request in requests:
        await request.initialize()
    bot = PatientBot(token, base_url=f"{emulator.url}/bot", request=requests[0], get_updates_request=requests[1])
    running = Running(bot, stale_after_s)
    task = asyncio.create_task(running.polling.run())
    try:
        yield running
    finally:
        running.polling.stop()
        await asyncio.wait_for(task, PATIENCE)
        for request in requests:
            await request.shutdown()


async def test_updates_come_in_order_and_not_again_after_a_restart(emulator: Emulator) -> None:
    async with polling(emulator) as first:
        for word in ("أولا", "ثانيا"):
            await emulator.say(READER, word)
        assert [await first.next_text() for _ in range(2)] == ["أولا", "ثانيا"]
    assert emulator.pending_updates == 0
    await emulator.say(READER, "ثالثا")
    async with polling(emulator) as second:
        assert await second.next_text() == "ثالثا"


async def test_a_webhook_that_is_set_is_removed_first(emulator: Emulator) -> None:
    async with PatientBot(TOKEN, base_url=f"{emulator.url}/bot") as bot:
        await bot.set_webhook("http://127.0.0.1:9/")
    async with polling(emulator) as running:
        await emulator.say(READER, "أهلا")
        assert await running.next_text() == "أهلا"


async def test_what_fails_is_tried_again_and_told_once_for_each_reason(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, module.__name__)
    emulator.faults.fail(502, "Bad Gateway", method="getUpdates", times=3)
    emulator.faults.fail(429, "Too Many Requests: retry after 0", method="getUpdates", retry_after=0, times=1)
    emulator.faults.drop_after_accept(method="getUpdates", times=2)
    async with polling(emulator) as running:
        await emulator.say(READER, "أهلا")
        assert await running.next_text() == "أهلا"
        assert running.polling.problem() is None

    warned = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warned) == len(set(warned)) == 3
    assert all("no updates from Telegram, trying again: " in line for line in warned)
    assert "updates come again" in caplog.records[-1].getMessage()


async def test_silence_is_one_line_in_the_log_and_a_problem_until_it_ends(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.faults.down()
    async with polling(emulator, stale_after_s=0.1) as running:
        await until(lambda: running.polling.silence_s > 0.3)
        assert re.search("no (connection to|answer from) Telegram", running.polling.problem() or "")
        errors = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert len(errors) == 1
        emulator.faults.up()
        await emulator.say(READER, "أهلا")
        assert await running.next_text() == "أهلا"
        assert running.polling.silence_s < 10


async def test_a_refused_token_does_not_end_the_polling(emulator: Emulator) -> None:
    refused = emulator.faults.fail(401, "Unauthorized", method="getUpdates", times=2)
    async with polling(emulator, stale_after_s=0.0) as running:
        await until(lambda: "refuses the token" in (running.polling.problem() or ""))
        await emulator.say(READER, "أهلا")
        assert await running.next_text() == "أهلا"
        assert refused.hits == 2


async def test_another_program_with_the_same_token_is_named(emulator: Emulator) -> None:
    emulator.faults.fail(409, "Conflict: terminated by other getUpdates request", method="getUpdates")
    async with polling(emulator, stale_after_s=0.0) as running:
        await until(lambda: "other getUpdates request" in (running.polling.problem() or ""))


async def test_it_ends_at_once_though_telegram_cannot_be_reached(emulator: Emulator) -> None:
    emulator.faults.down()
    async with polling(emulator):
        await asyncio.sleep(0)
