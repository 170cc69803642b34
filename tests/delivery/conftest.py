"""Fixtures of the delivery tests."""

from collections.abc import AsyncIterator

import pytest

from bot.emulator import Emulator
from storage.database import Database
from tests.delivery.harness import MovableClock, Outbox, telegram


@pytest.fixture
def outbox(database: Database) -> Outbox:
    """On both databases."""
    return Outbox(database, MovableClock())


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with telegram() as emulator:
        yield emulator
