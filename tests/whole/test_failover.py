"""Several processes on one database: whatever happens to the one that leads, another goes on."""

import signal
from pathlib import Path

import pytest

from bot.emulator import Emulator
from tests.whole.conftest import WORLD
from tests.whole.failover import IN_FLIGHT, sharing
from tests.whole.programs import bot

CHATS = 400
PATIENCE_S = 30.0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_another_process_goes_on_when_the_leader_is_lost_in_a_broadcast(
    postgres_database_url: str, tmp_path: Path, how: signal.Signals
) -> None:
    async with sharing(postgres_database_url, CHATS, tmp_path) as bots:
        first = bots.leader()

        outcome = await bots.lose_leader(how, CHATS)

        # One that was stopped takes a moment to notice that it leads no more.
        assert await bots.until_one_leads() is not first
        assert outcome.lost == 0
        assert outcome.repeated <= IN_FLIGHT
        assert outcome.most_copies <= 2
        assert outcome.too_many_requests == 0


async def test_a_leader_that_ends_in_order_hands_on_at_once(postgres_database_url: str, tmp_path: Path) -> None:
    async with sharing(postgres_database_url, CHATS, tmp_path) as bots:
        outcome = await bots.lose_leader(signal.SIGTERM, CHATS)

        assert (outcome.lost, outcome.repeated, outcome.too_many_requests) == (0, 0, 0)


async def test_a_second_process_on_one_sqlite_file_waits_for_the_end_of_the_first(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path) as first, bot(settings, tmp_path) as second:
        assert "standing by" in second.log[-1]
        await emulator.say(WORLD, "/start")
        welcome = await emulator.wait_for(WORLD, lambda message: message.from_bot, timeout=PATIENCE_S)

        await first.stop(signal.SIGKILL)
        await emulator.say(WORLD, "/help")
        await emulator.wait_for(WORLD, "/stop", after=welcome.message_id, timeout=PATIENCE_S)
        assert "is running" in second.log[-1]
