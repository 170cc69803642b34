"""Our own programs as processes: the bot, and its commands.

They are forked from a process that has imported the bot, which takes longer than most of what they do. One run of each
command begins `afresh` all the same, as for somebody who types it.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

from tests.forks import fork_server
from tests.whole import entry

ROOT = Path(__file__).parents[2]
TOKEN = "42:a-made-up-token"
# How long a busy machine may take.
_START_S, _STOP_S, _COMMAND_S = 30, 15, 60


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str


class Program:
    """A process of our own. Its standard streams are open files of the caller's."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        settings: Mapping[str, str],
        folder: Path,
        streams: Sequence[int],
        *,
        afresh: bool,
    ) -> None:
        """Start it: see `tests.whole.entry.begin`."""
        given = [entry.Stream(descriptor) for descriptor in streams]
        options = {"afresh": afresh}
        self._process = fork_server().Process(
            target=entry.begin, args=(module, arguments, settings, folder, given), kwargs=options
        )
        self._process.start()

    @property
    def returncode(self) -> int | None:
        """With what it has ended: the negative number of a signal, or its exit code. None while it runs."""
        return self._process.exitcode

    def send_signal(self, signum: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None and self._process.pid is not None:
            os.kill(self._process.pid, signum)

    async def wait(self, seconds: float) -> int:
        """Wait for its end and return with what it has ended; kill it and raise TimeoutError if it does not end."""
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, over.set)
        try:
            async with asyncio.timeout(seconds):
                await over.wait()
        except TimeoutError:
            self._process.kill()
            raise
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        assert self.returncode is not None
        return self.returncode


@dataclass
class Bot:
    """A running bot. `log` grows while it runs."""

    process: Program
    log: list[str] = field(default_factory=list)
    _reader: asyncio.Task[None] | None = None
    _running: asyncio.Event = field(default_factory=asyncio.Event)

    async def started(self, stderr: int) -> None:
        """Wait until it says that it runs or stands by; raise AssertionError with its log when it ends instead."""
        self._reader = asyncio.create_task(self._read(stderr))
        waits = [asyncio.create_task(self._running.wait()), self._reader]
        await asyncio.wait(waits, timeout=_START_S, return_when=asyncio.FIRST_COMPLETED)
        waits[0].cancel()
        assert self._running.is_set(), "".join(self.log)

    def pass_a_minute(self) -> None:
        """Let a minute pass for a bot that was started with `clock_moved_by`."""
        self.process.send_signal(signal.SIGUSR1)

    async def stop(self, signum: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal, wait for the end, and return the exit code."""
        self.process.send_signal(signum)
        code = await self.process.wait(_STOP_S)
        if self._reader:
            await self._reader
        return code

    async def _read(self, stderr: int) -> None:
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(stderr, "rb")
        )
        while line := (await lines.readline()).decode():
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
async def bot(
    settings: dict[str, str], folder: Path, *, clock_moved_by: float | None = None, afresh: bool = False
) -> AsyncIterator[Bot]:
    """Run the bot in an empty folder while the block lasts, with its clock moved by so many seconds."""
    is_moved = clock_moved_by is not None
    module, arguments = ("tests.whole.moved_clock", [str(clock_moved_by)]) if is_moved else ("bot", ["run"])
    stderr, its_stderr = os.pipe()
    with TemporaryFile() as nothing, os.fdopen(its_stderr, "wb") as its_end:
        streams = (nothing.fileno(), nothing.fileno(), its_end.fileno())
        running = Bot(Program(module, arguments, settings, folder, streams, afresh=afresh))
    try:
        await running.started(stderr)
        yield running
    finally:
        await running.stop()


async def command(
    *arguments: str, settings: dict[str, str], folder: Path, given: bytes = b"", afresh: bool = False
) -> Finished:
    """Run `python -m bot …` to its end."""
    with TemporaryFile() as stdin, TemporaryFile() as stdout, TemporaryFile() as stderr:
        stdin.write(given)
        stdin.seek(0)
        streams = (stdin.fileno(), stdout.fileno(), stderr.fileno())
        code = await Program("bot", arguments, settings, folder, streams, afresh=afresh).wait(_COMMAND_S)
        printed = []
        for file in (stdout, stderr):
            file.seek(0)
            printed.append(file.read().decode())
    return Finished(code, *printed)
