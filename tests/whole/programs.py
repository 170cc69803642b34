"""Our own programs as processes: the bot, and its commands."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOKEN = "42:a-made-up-token"
_START_S = 30


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str


@dataclass
class Bot:
    """A running bot. `log` grows while it runs."""

    process: asyncio.subprocess.Process
    log: list[str] = field(default_factory=list)
    _reader: asyncio.Task[None] | None = None
    _running: asyncio.Event = field(default_factory=asyncio.Event)

    async def started(self) -> None:
        """Wait until it says that it runs or stands by; raise AssertionError with its log when it ends instead."""
        self._reader = asyncio.create_task(self._read())
        waits = [asyncio.create_task(self._running.wait()), self._reader]
        await asyncio.wait(waits, timeout=_START_S, return_when=asyncio.FIRST_COMPLETED)
        waits[0].cancel()
        assert self._running.is_set(), "".join(self.log)

    async def stop(self, signum: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal, wait for the end, and return the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signum)
        code = await asyncio.wait_for(self.process.wait(), 15)
        if self._reader:
            await self._reader
        return code

    async def _read(self) -> None:
        assert self.process.stderr
        while line := (await self.process.stderr.readline()).decode():
            self.log.append(line)
            if "is running" in line or "standing by" in line:
                self._running.set()


def environment(api_url: str, database_url: str, **more: str) -> dict[str, str]:
    """The settings of a bot under test, and nothing of the machine's own. Nobody waits for the time to undo."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": api_url,
        "DATABASE_URL": database_url,
        "UNDO_WINDOW": "0",
        **more,
    }


@asynccontextmanager
async def bot(settings: dict[str, str], folder: Path, *, clock_moved_by: float = 0) -> AsyncIterator[Bot]:
    """Run the bot in an empty folder while the block lasts, with its clock moved by so many seconds."""
    program = ["tests.whole.moved_clock", str(clock_moved_by)] if clock_moved_by else ["bot", "run"]
    running = Bot(
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", *program, cwd=folder, env=settings, stderr=asyncio.subprocess.PIPE
        )
    )
    try:
        await running.started()
        yield running
    finally:
        await running.stop()


async def command(*arguments: str, settings: dict[str, str], folder: Path, given: bytes = b"") -> Finished:
    """Run `python -m bot …` to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=settings,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(given), 60)
    assert process.returncode is not None
    return Finished(process.returncode, out.decode(), err.decode())
