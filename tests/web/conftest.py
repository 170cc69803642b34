"""Telegram on loopback, and a free port for the bot's own server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.emulator import Emulator
from tests.databases import sqlite_url
from tests.whole.programs import TOKEN, environment

READER, EDITOR = 101, 103


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    emulator = Emulator(TOKEN)
    emulator.add_person(READER, "ليلى")
    emulator.add_person(EDITOR, "التحرير")
    await emulator.start()
    yield emulator
    await emulator.stop()


@pytest.fixture
def listening(emulator: Emulator, port: int, tmp_path: Path) -> dict[str, str]:
    """The settings of a bot that listens, and polls."""
    return environment(
        emulator.url,
        sqlite_url(tmp_path / "data" / "news.db"),
        OWNER_IDS=str(EDITOR),
        LISTEN_ADDRESS=f"127.0.0.1:{port}",
    )


@pytest.fixture
def hooked(listening: dict[str, str], port: int) -> dict[str, str]:
    """The settings of a bot whose updates come by webhook."""
    return {**listening, "UPDATES": "webhook", "PUBLIC_URL": f"http://127.0.0.1:{port}"}
