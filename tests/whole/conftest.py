"""The emulator that every bot process of this folder talks to, and the people who use it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.emulator import Emulator
from tests.databases import sqlite_url
from tests.whole.programs import TOKEN, environment

WORLD, SPORT, EDITOR, STRANGER = 101, 102, 103, 104


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    emulator = Emulator(TOKEN)
    for user_id, name in ((WORLD, "ليلى"), (SPORT, "سامر"), (EDITOR, "التحرير"), (STRANGER, "غريب")):
        emulator.add_person(user_id, name)
    await emulator.start()
    yield emulator
    await emulator.stop()


@pytest.fixture
def settings(emulator: Emulator, tmp_path: Path) -> dict[str, str]:
    return environment(emulator.url, sqlite_url(tmp_path / "data" / "news.db"), OWNER_IDS=str(EDITOR))
