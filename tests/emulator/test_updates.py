from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.emulator import Emulator
from tests.emulator.client import Client
from tests.emulator.conftest import READER

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_stay_until_a_higher_offset_confirms_them(client: Client, emulator: Emulator) -> None:
    for text in "abc":
        await emulator.say(READER, text)
    first = await client.ok("getUpdates", limit=2)
    assert texts(first) == ["a", "b"]
    assert await client.ok("getUpdates", limit=2) == first, "nothing was confirmed yet"
    assert texts(await client.ok("getUpdates", offset=first[1]["update_id"])) == ["b", "c"]
    assert emulator.pending_updates == 2
    assert await client.ok("getUpdates", offset=first[1]["update_id"] + 2) == []


async def test_a_negative_offset_keeps_the_last_ones(client: Client, emulator: Emulator) -> None:
    for text in "abc":
        await emulator.say(READER, text)
    assert texts(await client.ok("getUpdates", offset=-1)) == ["c"]
    assert texts(await client.ok("getUpdates")) == ["c"]


async def test_a_long_poll_returns_at_once_when_something_arrives(client: Client, emulator: Emulator) -> None:
    poll = asyncio.create_task(client.ok("getUpdates", timeout=50))
    await emulator.wait_until_polled()
    await emulator.say(READER, "عاجل")
    assert texts(await poll) == ["عاجل"]


async def test_a_second_poll_ends_the_first(client: Client, emulator: Emulator) -> None:
    first = asyncio.create_task(client.call("getUpdates", timeout=50))
    await emulator.wait_until_polled()
    second = asyncio.create_task(client.ok("getUpdates", timeout=50))
    assert (await first)["description"] == CONFLICT
    await emulator.say(READER, "عاجل")
    assert texts(await second) == ["عاجل"]


async def test_a_poll_whose_client_went_away_loses_nothing(client: Client, emulator: Emulator) -> None:
    poll = asyncio.create_task(client.call("getUpdates", timeout=50))
    await emulator.wait_until_polled()
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    await emulator.say(READER, "عاجل")
    assert texts(await client.ok("getUpdates", timeout=5)) == ["عاجل"]


async def test_stopping_ends_a_long_poll_quickly(client: Client, emulator: Emulator) -> None:
    poll = asyncio.create_task(client.ok("getUpdates", timeout=50))
    await emulator.wait_until_polled()
    async with asyncio.timeout(5):
        await emulator.stop()
        assert await poll == []


async def test_what_waited_is_there_after_a_restart(client: Client, emulator: Emulator) -> None:
    await emulator.say(READER, "عاجل")
    await emulator.stop()
    await emulator.start()
    assert texts(await client.ok("getUpdates", timeout=5)) == ["عاجل"]
    poll = asyncio.create_task(client.ok("getUpdates", offset=-1, timeout=50))
    assert texts(await poll) == ["عاجل"]


async def test_only_the_types_that_were_asked_for_are_queued(client: Client, emulator: Emulator) -> None:
    await client.ok("getUpdates", allowed_updates=["callback_query"])
    await emulator.say(READER, "عاجل")
    await emulator.press(READER, 1, data="x")
    [update] = await client.ok("getUpdates")
    assert "callback_query" in update
    await client.ok("getUpdates", offset=update["update_id"] + 1, allowed_updates=[])
    await emulator.say(READER, "عاجل")
    assert texts(await client.ok("getUpdates")) == ["عاجل"]
    assert await client.refusal("getUpdates", allowed_updates=["message", 7]) == (
        "Bad Request: can't parse allowed updates JSON object"
    )
