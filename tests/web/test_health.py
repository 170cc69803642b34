"""`/healthz` and `/readyz` of a running bot tell the truth."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.emulator import Emulator
from bot.web.health import Vitals
from bot.web.server import serving
from storage.database import Database
from tests.waiting import until
from tests.whole.programs import bot, command

PATIENCE = 15.0


async def ask(port: int, path: str) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, (await response.json())["checks"]


async def test_a_bot_that_works_says_so(
    emulator: Emulator, listening: dict[str, str], port: int, tmp_path: Path
) -> None:
    async with bot(listening, tmp_path):
        assert await ask(port, "/healthz") == (200, {"dispatcher": "ok", "sources": "ok", "polling": "ok"})
        status, checks = await ask(port, "/readyz")

        assert status == 200
        assert set(checks) == {"dispatcher", "sources", "polling", "bot", "updates", "database"}
        assert set(checks.values()) == {"ok"}


async def test_a_bot_that_cannot_reach_telegram_yet_is_alive_and_not_ready(
    emulator: Emulator, listening: dict[str, str], port: int, tmp_path: Path
) -> None:
    emulator.faults.down()
    starting = asyncio.create_task(run_until_ready(listening, tmp_path, port))
    status, checks = await answer(port)
    assert (status, checks["bot"]) == (503, "it is starting")
    assert (await ask(port, "/healthz"))[0] == 200
    emulator.faults.up()

    assert await starting == (200, "ok")


async def test_a_process_that_stands_by_says_so_and_is_ready_when_it_leads(
    emulator: Emulator, listening: dict[str, str], postgres_database_url: str, port: int, tmp_path: Path
) -> None:
    leading = {**listening, "DATABASE_URL": postgres_database_url}
    waiting = dict(leading)
    del leading["LISTEN_ADDRESS"]
    async with bot(leading, tmp_path) as leader, bot(waiting, tmp_path) as second:
        status, checks = await ask(port, "/readyz")
        assert (status, checks["bot"]) == (503, "it stands by: another process leads")
        assert (await ask(port, "/healthz"))[0] == 200

        await leader.stop()
        await until(lambda: any("is running" in line for line in second.log))
        status, checks = await ask(port, "/readyz")
        assert (status, checks["bot"]) == (200, "ok")


async def answer(port: int) -> tuple[int, dict[str, Any]]:
    """What /readyz says as soon as somebody listens."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await ask(port, "/readyz")
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.02)


async def run_until_ready(settings: dict[str, str], folder: Path, port: int) -> tuple[int, str]:
    async with bot(settings, folder):
        status, checks = await ask(port, "/readyz")
        return status, checks["bot"]


async def test_without_an_address_it_listens_nowhere(
    emulator: Emulator, listening: dict[str, str], port: int, tmp_path: Path
) -> None:
    del listening["LISTEN_ADDRESS"]
    async with bot(listening, tmp_path):
        with pytest.raises(aiohttp.ClientConnectorError):
            await ask(port, "/healthz")


async def test_check_says_whether_updates_would_come(
    emulator: Emulator, hooked: dict[str, str], tmp_path: Path
) -> None:
    async with bot(hooked, tmp_path):
        pass
    well = await command("check", settings=hooked, folder=tmp_path)
    assert "ok   updates: 0 are waiting" in well.out
    elsewhere = await command("check", settings={**hooked, "UPDATES": "polling"}, folder=tmp_path)
    assert "FAIL updates: a webhook is set elsewhere; `run` puts it right" in elsewhere.out


# What follows is looked at from inside.


@pytest.fixture
async def readyz(database: Database, port: int) -> Any:
    vitals = Vitals(database)
    vitals.started()
    async with serving(("127.0.0.1", port), vitals.routes()):
        yield vitals, lambda: ask(port, "/readyz")


Asked = tuple[Vitals, Callable[[], Awaitable[tuple[int, dict[str, Any]]]]]


async def test_a_database_that_does_not_answer_is_told(readyz: Asked, database: Database) -> None:
    _vitals, asked = readyz
    assert await asked() == (200, {"bot": "ok", "database": "ok"})
    async with database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE alembic_version RENAME TO away")

    assert await asked() == (503, {"bot": "ok", "database": "it does not answer"})


async def test_a_part_that_has_ended_is_told(readyz: Asked, port: int) -> None:
    vitals, asked = readyz

    async def part() -> None:
        await going.wait()

    going = asyncio.Event()
    task = asyncio.create_task(part())
    vitals.watch("part", task)
    assert (await ask(port, "/healthz")) == (200, {"part": "ok"})
    going.set()
    await task

    assert (await ask(port, "/healthz")) == (503, {"part": "it has ended"})
    assert (await asked())[1]["part"] == "it has ended"


async def test_a_bot_that_stops_is_not_ready_any_more(readyz: Asked) -> None:
    vitals, asked = readyz
    vitals.add("updates", lambda: "no updates from Telegram for 61 s")
    vitals.stopping()

    status, checks = await asked()
    assert (status, checks["bot"], checks["updates"]) == (503, "it is stopping", "no updates from Telegram for 61 s")


async def test_the_answer_is_one_json_object_that_nobody_keeps(readyz: Asked, port: int) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as response:
        assert json.loads(await response.text())["status"] == "ok"
        assert response.headers["Cache-Control"] == "no-store"
