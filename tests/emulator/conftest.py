from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.emulator import Emulator
from tests.emulator.client import TOKEN, Client

READER, OTHER, STRANGER = 101, 102, 103
GROUP = -1001


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """A running emulator without limits: two people who have started the bot and one who has not."""
    emulator = Emulator(TOKEN, limits=None)
    await emulator.start()
    emulator.add_person(READER, "سارة", started=True)
    emulator.add_person(OTHER, "خالد", started=True)
    emulator.add_person(STRANGER, "ليلى")
    yield emulator
    await emulator.stop()


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, emulator)
