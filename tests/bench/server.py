"""The emulator in a process of its own, as the benchmarks use it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

TOKEN = "42:a-made-up-token"
ROOT = Path(__file__).parents[2]


@contextmanager
def telegram(*, unlimited: bool = False, rate: float | None = None) -> Iterator[str]:
    """An emulator that takes messages to any chat, `rate` a second or Telegram's 30; the value is its address."""
    command = [sys.executable, "-m", "bot.emulator", "--port", "0", "--token", TOKEN, "--open-house"]
    command += ["--unlimited"] if unlimited else []
    command += [f"--rate={rate}"] if rate else []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as run:
        try:
            assert run.stdout
            yield run.stdout.readline().decode().strip()
        finally:
            run.terminate()


async def ask(url: str, path: str, **params: Any) -> Any:
    """Ask the emulator for something: `ledger`, `wait`."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/emulator/{path}", params=params) as response:
        return await response.json()


async def act(url: str, path: str, **body: Any) -> Any:
    """Let somebody act: `people`, `say`."""
    async with aiohttp.ClientSession() as session, session.post(f"{url}/emulator/{path}", json=body) as response:
        return await response.json()
