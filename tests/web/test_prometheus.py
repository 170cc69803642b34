"""A real Prometheus scrapes a running bot, and answers everything that the rules and the dashboard ask of it."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.emulator import Emulator
from tests.web.conftest import READER
from tests.web.test_metrics import FLASH
from tests.web.test_operations import DASHBOARD, FOLDER
from tests.whole.programs import bot, command

PATIENCE_S = 30.0
# What Grafana puts in for it is four scrapes at least.
RANGE = "2s"
CONFIGURATION = """
global: {{scrape_interval: 500ms, evaluation_interval: 500ms}}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: newsbot
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


class Prometheus:
    """Its HTTP API."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def ask(self, path: str, **query: str) -> Any:
        """Return the data of an answer. Raise AssertionError where it is an error."""
        async with self._session.get(f"{self._url}/api/v1/{path}", params=query) as response:
            body = await response.json()
        assert body["status"] == "success", body
        return body["data"]

    async def is_told(self, expression: str) -> bool:
        """Whether the expression has any value at this moment."""
        return bool(await self.values(expression))

    async def values(self, expression: str) -> list[float]:
        """Return what an expression is at this moment, for each set of labels."""
        return [float(sample["value"][1]) for sample in (await self.ask("query", query=expression))["result"]]


@asynccontextmanager
async def prometheus(port: int, folder: Path) -> AsyncIterator[Prometheus]:
    """Run one that scrapes the bot on this port twice a second, with our rules."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.skip("prometheus is not installed; on Debian, apt install prometheus brings it")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    file = folder / "prometheus.yml"
    file.write_text(CONFIGURATION.format(rules=FOLDER / "alerts.yml", port=port))
    with (folder / "prometheus.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            program,
            f"--config.file={file}",
            f"--storage.tsdb.path={folder / 'series'}",
            f"--web.listen-address={address}",
            stderr=log,
        )
    try:
        async with aiohttp.ClientSession() as session:
            yield Prometheus(session, f"http://{address}")
    finally:
        process.terminate()
        await process.wait()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds; an API that does not answer yet says no."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                if await holds():
                    return
            except (aiohttp.ClientError, AssertionError):
                pass  # it has not begun to listen, or to answer
            await asyncio.sleep(0.1)


async def test_prometheus_scrapes_the_bot_and_knows_all_that_is_asked_of_it(
    emulator: Emulator, listening: dict[str, str], port: int, tmp_path: Path
) -> None:
    async with prometheus(port, tmp_path) as server, bot(listening, tmp_path):
        await emulator.say(READER, "/start")
        welcome = await emulator.wait_for(READER, lambda message: bool(message.buttons), timeout=PATIENCE_S)
        await (await emulator.press(READER, welcome.message_id, text="سياسة")).answered(PATIENCE_S)
        await until(lambda: server.is_told("newsbot_ready == 1"))
        emulator.faults.fail(429, "Too Many Requests", retry_after=1, method="sendMessage", times=1)
        assert (await command("ingest", "-", settings=listening, folder=tmp_path, given=FLASH.encode())).code == 0
        # The first event of its kind is one that a rule or a panel must see.
        await until(lambda: server.is_told('increase(newsbot_deliveries_total{outcome="sent"}[1m]) > 0'))
        increases = [
            await server.values(f"{first}[1m])")
            for first in (
                'increase(newsbot_telegram_request_seconds_count{ended="429"}',
                'increase(newsbot_log_records_total{level="warning"}',
                "increase(newsbot_delivery_seconds_count",
            )
        ]
        (target,) = (await server.ask("targets"))["activeTargets"]
        rules = [rule for group in (await server.ask("rules"))["groups"] for rule in group["rules"]]
        answers = {
            asked["expr"]: await server.values(asked["expr"].replace("$__rate_interval", RANGE))
            for panel in DASHBOARD["panels"]
            for asked in panel["targets"]
        }

    assert (target["health"], target["lastError"]) == ("up", "")
    assert {(rule["health"], rule.get("lastError", ""), rule["state"]) for rule in rules} == {("ok", "", "inactive")}
    assert len(rules) == 11
    assert [found for found in increases if not sum(found) > 0] == []
    # Nothing is unwell, which is what the one panel without an answer shows.
    assert [asked for asked, found in answers.items() if not found] == ["max by (part) (newsbot_problem) == 1"]
