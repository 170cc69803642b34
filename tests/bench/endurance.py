"""What the engine bears: a long queue, a locked database, an absent Telegram, and the order to stop under load."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.owing import prepare
from tests.bench.server import ROOT, act, ask, telegram
from tests.delivery.engine import RATE

_POLL_S = 0.2
# A long ledger takes long to count.
_DRAIN_POLL_S = 3.0
# No machine that this runs on sends so many messages a second.
FASTEST = 5_000.0
_PAGE_KB = 4


def run(folder: Path, quick: bool) -> None:
    """Print how memory goes while a long queue drains, and what outages and a SIGTERM cost."""
    owed = 10_000 if quick else 1_000_000
    print(f"draining {owed:,} owed alerts, the engine in a process of its own, SQLite")
    database_url = asyncio.run(prepare(folder / "endurance.db", owed, publish=True))
    with telegram(unlimited=True) as url, _engine(database_url, url, rate=FASTEST) as process:
        asyncio.run(_drain(process, url, owed))
    owed = 2_000 if quick else 20_000
    lock, outage = (3.0, 5.0) if quick else (20.0, 60.0)
    path = folder / "outages.db"
    database_url = asyncio.run(prepare(path, owed, publish=True))
    with telegram(unlimited=True) as url:
        with _engine(database_url, url) as process:
            asyncio.run(_outages(path, url, lock, outage))
            begin = time.monotonic()
            process.send_signal(signal.SIGTERM)
            code = process.wait()
            print(f"  SIGTERM under load: exit {code} after {time.monotonic() - begin:.1f} s", flush=True)
        with _engine(database_url, url):
            asyncio.run(_settle(url, owed))
        ledger = asyncio.run(ask(url, "ledger"))
    rows = sqlite3.connect(path)
    states = dict(rows.execute("SELECT state, count(*) FROM deliveries GROUP BY state"))
    rows.close()
    print(f"  {owed:,} owed: {ledger['accepted']:,} messages accepted, rows {states}\n", flush=True)


@contextmanager
def _engine(database_url: str, url: str, *, rate: float = RATE) -> Iterator["subprocess.Popen[bytes]"]:
    command = f"from tests.delivery.engine import run; run({database_url!r}, {url!r}, rate={rate})"
    with subprocess.Popen([sys.executable, "-c", command], cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.terminate()


async def _drain(process: "subprocess.Popen[bytes]", url: str, owed: int) -> None:
    marks = {"start": 0.05, "middle": 0.5, "end": 0.98}
    begin = time.monotonic()
    for name, share in marks.items():
        await _accepted(url, int(owed * share), _DRAIN_POLL_S)
        print(f"  {name:7} {_resident_mb(process.pid):6.0f} MB resident", flush=True)
    print(f"  {owed * 0.98 / (time.monotonic() - begin):.0f} messages a second", flush=True)


async def _outages(path: Path, url: str, lock_s: float, outage_s: float) -> None:
    await _accepted(url, 200)
    another = sqlite3.connect(path, isolation_level=None, timeout=30)
    another.execute("BEGIN IMMEDIATE")
    await asyncio.sleep(lock_s)
    before = (await ask(url, "ledger"))["accepted"]
    another.execute("ROLLBACK")
    another.close()
    begin = time.monotonic()
    await _accepted(url, before + 1)
    print(f"  database locked for {lock_s:g} s: sending again {time.monotonic() - begin:.1f} s after it", flush=True)
    await act(url, "faults", kind="down")
    await asyncio.sleep(outage_s)
    await act(url, "faults/clear")
    begin = time.monotonic()
    before = (await ask(url, "ledger"))["accepted"]
    await _accepted(url, before + 1)
    print(f"  Telegram away for {outage_s:g} s: sending again {time.monotonic() - begin:.1f} s after it", flush=True)


async def _accepted(url: str, number: int, poll_s: float = _POLL_S) -> None:
    while (await ask(url, "ledger"))["accepted"] < number:  # noqa: ASYNC110  # the emulator is another process
        await asyncio.sleep(poll_s)


async def _settle(url: str, owed: int) -> None:
    """Wait until everything has gone out and nothing follows any more."""
    await _accepted(url, owed)
    await asyncio.sleep(3)


def _resident_mb(pid: int) -> float:
    """Memory of a process as Linux tells it."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * _PAGE_KB / 1024
