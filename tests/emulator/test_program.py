from __future__ import annotations

import asyncio
import signal
import sys

import aiohttp
import pytest

from bot.emulator import Emulator


async def test_the_server_runs_in_a_process_of_its_own_until_it_is_stopped() -> None:
    command = [sys.executable, "-m", "bot.emulator", "--port", "0", "--token", "7:t", "--unlimited", "--open-house"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession() as session:
            message = {"chat_id": 5, "text": "عاجل"}
            for _ in range(40):
                async with session.post(f"{address}/bot7:t/sendMessage", json=message) as response:
                    assert (await response.json())["ok"] is True
    finally:
        process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        assert await process.wait() == 0


async def test_the_pace_of_the_whole_bot_can_be_another_one() -> None:
    command = [sys.executable, "-m", "bot.emulator", "--port", "0", "--token", "7:t", "--rate", "5", "--open-house"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession() as session:
            answers = []
            for chat_id in range(30):
                async with session.post(
                    f"{address}/bot7:t/sendMessage", json={"chat_id": chat_id + 1, "text": "عاجل"}
                ) as response:
                    answers.append(response.status)
            async with session.get(f"{address}/emulator/ledger") as response:
                ledger = await response.json()
    finally:
        process.send_signal(signal.SIGTERM)
    assert answers[:5] == [200] * 5
    assert ledger["limits_passed"] == {"overall": answers.count(429)}
    async with asyncio.timeout(10):
        await process.wait()


async def test_a_taken_port_is_an_error() -> None:
    first, second = Emulator("1:a"), Emulator("1:b")
    await first.start()
    port = int(first.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await second.start(port)
    await second.stop()
    await first.stop()
