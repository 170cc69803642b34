"""Somebody who sends very much, in the bot as a process of its own."""

import signal
from pathlib import Path

from bot.emulator import Emulator
from tests.whole.conftest import STRANGER, WORLD
from tests.whole.programs import bot

# Of these, some are answered, one a second, which is what Telegram lets into one chat.
FLOOD = 150


async def test_a_flood_holds_up_neither_other_people_nor_the_end(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path) as running:
        for _ in range(FLOOD):
            await emulator.say(STRANGER, "/help")
        asked = await emulator.say(WORLD, "/help")
        await emulator.wait_for(WORLD, "/stop", after=asked.message_id, timeout=15)
        assert await running.stop(signal.SIGTERM) == 0
    assert any("had not been begun at the end" in line for line in running.log)
    assert "Traceback" not in "".join(running.log)
