"""The bot as a process that is killed and started again; how its memory and its file handles go meanwhile."""

import asyncio
import resource
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE_S = 1.0
# In which it ends in order, and after which it hangs.
_STOP_S, _HANGS_S = 10.0, 30.0
_MB = 2**20


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the process: seconds since the soak began, megabytes resident, open file handles."""

    at: float
    memory_mb: float
    handles: int


@dataclass
class Life:
    """One process from its start to its end."""

    began: float
    samples: list[Sample] = field(default_factory=list)
    ended: str = ""


class BotProcess:
    """Runs `python -m bot run`; `restart` ends it and begins anew."""

    def __init__(self, settings: dict[str, str], folder: Path, begin: float) -> None:
        """`begin` is the soak's beginning on the monotonic clock. The log is in `folder`."""
        self._settings = settings
        self._folder = folder
        self.begin = begin
        self._process: asyncio.subprocess.Process | None = None
        self.lives: list[Life] = []
        self.complaints: list[str] = []

    @property
    def log(self) -> Path:
        """What every process has written so far."""
        return self._folder / "bot.log"

    async def start(self) -> None:
        """Begin a life."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self._folder, env=self._settings, stderr=log
            )
        self.lives.append(Life(self._now()))

    async def restart(self, signum: signal.Signals) -> None:
        """End it by this signal, and start it again at once."""
        await self.end(signum)
        await self.start()

    async def end(self, signum: signal.Signals) -> None:
        """End it by this signal. What goes wrong with that is a complaint."""
        process, life, begin = self._process, self.lives[-1], time.monotonic()
        assert process is not None
        if process.returncode is None:
            process.send_signal(signum)
            try:
                await asyncio.wait_for(process.wait(), _HANGS_S)
            except TimeoutError:
                self.complaints.append(f"it did not end within {_HANGS_S:g} s of {signum.name}")
                process.kill()
                await process.wait()
        life.ended = signum.name
        if (seconds := time.monotonic() - begin) > _STOP_S:
            self.complaints.append(f"it took {seconds:.1f} s to end after {signum.name}")
        expected = 0 if signum is signal.SIGTERM else -signum
        if process.returncode != expected:
            self.complaints.append(f"it ended with {process.returncode} after {signum.name}; see {self.log}")

    async def watch(self) -> None:
        """Take samples until cancelled; start it again where it has ended by itself, which is a complaint."""
        while True:
            process, life = self._process, self.lives[-1]
            if process is not None and process.returncode is None:
                sample = _look(process.pid, self._now())
                if sample:
                    life.samples.append(sample)
            elif process is not None and not life.ended:
                life.ended = f"by itself, {process.returncode}"
                self.complaints.append(f"it ended by itself with {process.returncode}; see {self.log}")
                await self.start()
            await asyncio.sleep(SAMPLE_S)

    def tracebacks(self, *, besides: str) -> list[str]:
        """Return the last line of every traceback in the log: mistakes that nobody has foreseen.

        Those that hold `besides`, in whatever case, were made on purpose.
        """
        found, inside, last = [], False, ""
        with self.log.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("Traceback ") or line.lstrip(" |+").startswith("Traceback "):
                    inside = True
                elif inside and not line.startswith((" ", "\t")):
                    found.append(line.strip())
                    inside = False
                last = line
        found += [last.strip()] if inside else []
        return [line for line in found if besides.casefold() not in line.casefold()]

    def _now(self) -> float:
        return time.monotonic() - self.begin


def _look(pid: int, now: float) -> Sample | None:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        handles = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except (OSError, IndexError):
        return None
    if not pages:  # it has just ended
        return None
    return Sample(now, pages * resource.getpagesize() / _MB, handles)
