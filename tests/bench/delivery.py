"""How fast alerts go out, at what cost, and who waits meanwhile."""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import endurance, responsiveness
from tests.bench.owing import owe, owe_digests, prepare
from tests.bench.server import ROOT, act, ask, telegram

FULL_RATE = 1000.0
FREE_RATE = 30.0
IN_FLIGHT = 256
# None, and about that of Telegram.
_LATENCIES_S = (0.0, 0.05)
_NO_LIMIT = 100_000.0


def run(quick: bool) -> None:
    """Print tables of throughput, cost and latency; with `quick`, in about a minute."""
    with tempfile.TemporaryDirectory() as folder:
        for latency in _LATENCIES_S:
            _throughput(Path(folder), latency, seconds=4 if quick else 15, repeats=1 if quick else 3)
        if not quick:
            _sustained(Path(folder), seconds=60)
        _free_limit(Path(folder), seconds=10 if quick else 60)
        owe(Path(folder), 100_000 if quick else 1_000_000)
        owe_digests(Path(folder), 20_000 if quick else 100_000)
        responsiveness.run(Path(folder), quick)
        endurance.run(Path(folder), quick)


def _throughput(folder: Path, latency: float, *, seconds: float, repeats: int) -> None:
    print(
        f"sendMessage to an emulator in another process that answers after {latency * 1000:g} ms, {seconds:g} s each,"
        f" median of {repeats}"
    )
    print(f"{'':46}{'msg/s':>8}{'CPU ms/msg':>12}{'x bare':>8}{'core':>7}")
    paced = {"in_flight": IN_FLIGHT, "seconds": seconds, "rate": FULL_RATE}
    rows: dict[str, tuple[str, dict[str, Any]]] = {
        f"bare aiohttp loop at {FULL_RATE:g}/s": ("bare", paced),
        f"our engine with its records at {FULL_RATE:g}/s": ("engine", paced),
        "bare aiohttp loop at full speed": ("bare", {"in_flight": 64, "seconds": seconds}),
        "our engine with its records at full speed": ("engine", {**paced, "rate": _NO_LIMIT}),
        "python-telegram-bot as installed": ("ptb", {"in_flight": 64, "seconds": seconds}),
    }
    results = defaultdict[str, list[dict[str, float]]](list)
    for _ in range(repeats):
        for name, (client, options) in rows.items():
            with telegram(unlimited=True) as url, tempfile.TemporaryDirectory(dir=folder) as own:
                if client == "engine":
                    owed = int(min(options["rate"], endurance.FASTEST) * seconds * 1.2)
                    database_url = asyncio.run(prepare(Path(own) / "news.db", owed, publish=True))
                    options = {**options, "database_url": database_url}
                if latency:
                    asyncio.run(act(url, "faults", kind="slow", method="sendMessage", seconds=latency))
                results[name].append(_measure(client, url=url, **options))
    at_pace, ours_at_pace, _, ours, theirs = results.values()
    for name, result in results.items():
        print(_row(name, result, _cost(at_pace)))
    print(
        f"  a message costs python-telegram-bot {_cost(theirs) / _cost(ours):.1f} times what it costs us at full speed,"
        f" {_cost(theirs) / _cost(ours_at_pace):.1f} times at {FULL_RATE:g}/s\n",
        flush=True,
    )


def _sustained(folder: Path, *, seconds: float) -> None:
    database_url = asyncio.run(prepare(folder / "sustained.db", int(FULL_RATE * seconds * 1.05), publish=True))
    with telegram(unlimited=True) as url:
        result = _measure(
            "engine", url=url, database_url=database_url, rate=FULL_RATE, in_flight=IN_FLIGHT, seconds=seconds
        )
    name = f"our engine for {seconds:g} s at {FULL_RATE:g}/s"
    print(_row(name, [result], None) + f"   memory at most {result['peak_mb']:.0f} MB\n", flush=True)


def _free_limit(folder: Path, *, seconds: float) -> None:
    print(f"delivery at the free limit: {FREE_RATE:g} a second for {seconds:g} s, against an emulator that enforces it")
    print(f"{'':46}{'accepted':>10}{'of the rate':>13}{'429s':>7}")
    database_url = asyncio.run(prepare(folder / "free.db", int(FREE_RATE * seconds * 2), publish=True))
    options = {"in_flight": 64, "seconds": seconds, "rate": FREE_RATE}
    for name, client, more in (
        ("our engine", "engine", {"database_url": database_url}),
        ("python-telegram-bot with AIORateLimiter", "ptb_limited", {}),
    ):
        with telegram(unlimited=False) as url:
            result = _measure(client, url=url, **options, **more)
            ledger = asyncio.run(ask(url, "ledger"))
        share = ledger["accepted"] / (FREE_RATE * result["seconds"])
        print(f"  {name:44}{ledger['accepted']:>10}{share:>13.1%}{ledger['too_many_requests']:>7}", flush=True)
    print()


def _measure(client: str, **options: Any) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.clients", client, json.dumps(options)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _cost(results: list[dict[str, float]]) -> float:
    return median(result["cpu"] / max(1, result["sent"]) for result in results)


def _row(name: str, results: list[dict[str, float]], reference: float | None) -> str:
    speed = median(result["sent"] / result["seconds"] for result in results)
    core = median(result["cpu"] / result["seconds"] for result in results)
    ratio = f"{_cost(results) / reference:>8.2f}" if reference else f"{'':8}"
    return f"  {name:44}{speed:>8.0f}{_cost(results) * 1000:>12.2f}{ratio}{core:>7.0%}"
