from __future__ import annotations

import asyncio

import aiohttp
import pytest

from bot.emulator import Emulator
from bot.emulator.faults import Faults
from tests.emulator.client import Client
from tests.emulator.conftest import OTHER, READER


async def test_a_failure_answers_as_it_was_told(client: Client, emulator: Emulator) -> None:
    fault = emulator.faults.fail(502, "Bad Gateway", method="sendMessage", times=1)
    assert await client.call("sendMessage", chat_id=READER, text="a") == {
        "ok": False,
        "error_code": 502,
        "description": "Bad Gateway",
    }
    await client.ok("sendMessage", chat_id=READER, text="a")
    assert fault.hits == 1
    assert emulator.ledger.copies(READER) == 1


async def test_a_failure_may_name_the_seconds_to_wait(client: Client, emulator: Emulator) -> None:
    emulator.faults.fail(429, "Too Many Requests: retry after 5", retry_after=5)
    assert (await client.call("getMe"))["parameters"] == {"retry_after": 5}


async def test_a_fault_strikes_only_its_method_and_chat(client: Client, emulator: Emulator) -> None:
    fault = emulator.faults.fail(500, "x", method="sendmessage", chat_id=READER)
    await client.ok("getMe")
    await client.ok("sendMessage", chat_id=OTHER, text="a")
    assert await client.refusal("sendMessage", chat_id=READER, text="a") == "x"
    emulator.faults.remove(fault)
    await client.ok("sendMessage", chat_id=READER, text="a")


async def test_a_lost_answer_leaves_the_message_in_the_chat(client: Client, emulator: Emulator) -> None:
    emulator.faults.drop_after_accept(method="sendMessage", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.call("sendMessage", chat_id=READER, text="عاجل")
    assert emulator.ledger.copies(READER, "عاجل") == 1
    await client.ok("sendMessage", chat_id=READER, text="عاجل")
    assert emulator.ledger.copies(READER, "عاجل") == 2


async def test_a_lost_request_leaves_nothing(client: Client, emulator: Emulator) -> None:
    emulator.faults.drop_before_accept(method="sendMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.call("sendMessage", chat_id=READER, text="عاجل")
    assert emulator.messages(READER) == []


async def test_a_server_that_is_down_answers_nobody_until_it_is_up(client: Client, emulator: Emulator) -> None:
    emulator.faults.down()
    for method in ("getMe", "sendMessage"):
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.call(method)
    emulator.faults.up()
    await client.ok("getMe")


async def test_a_slow_answer_comes_after_its_time(client: Client, emulator: Emulator) -> None:
    loop = asyncio.get_running_loop()
    emulator.faults.slow(0.05)
    begin = loop.time()
    await client.ok("sendMessage", chat_id=READER, text="a")
    assert loop.time() - begin >= 0.05
    emulator.faults.clear()
    await client.ok("getMe")


def test_the_same_seed_strikes_the_same_requests() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults()
        faults.seed(seed)
        faults.drop_after_accept(probability=0.05)
        return [faults.strike("drop_after_accept", "sendMessage", 1) is not None for _ in range(2000)]

    assert struck(7) == struck(7) != struck(8)
    assert 60 <= sum(struck(7)) <= 140
