"""How the process went: one line a minute, a verdict on its memory and its file handles, a picture."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from matplotlib.figure import Figure

from storage.database import Database
from tests.soak.bot_process import BotProcess, Life, Sample
from tests.soak.client import Telegram
from tests.soak.people import Answers, Newsroom, owed
from tests.soak.trouble import Trouble

# While a process begins, it grows; a shorter life after that says nothing.
_WARM_S, _LONG_ENOUGH_S = 30.0, 45.0
# What the last quarter of a life may have more than its second one.
_MEMORY_SHARE, _MEMORY_MB = 0.10, 8.0
# File handles are compared at rest: under load the connections to Telegram go up and down with it, by more than any
# leak adds. Idle ones are closed after 15 s, those of who asks the bot's own server after 20 s.
_REST_S, _LOOK_S = 25.0, 15.0
# What a process may hold at rest more than one that has just begun: one connection of SQLite's.
_HANDLES = 3
_MINUTE_S = 60.0
_HEAD = (
    f"{'minute':>6}{'owed':>9}{'accepted':>10}{'acts':>7}{'p50 s':>7}{'p95 s':>7}{'in vain':>9}{'MB':>6}{'handles':>9}"
    "  published/corrected/retracted/failed  trouble"
)


async def print_minutes(
    bot: BotProcess, telegram: Telegram, database: Database, answers: Answers, newsroom: Newsroom, trouble: Trouble
) -> None:
    """Print a line a minute until cancelled."""
    print(_HEAD, flush=True)
    minute, before = 0, 0
    while True:
        await asyncio.sleep(_MINUTE_S)
        minute += 1
        accepted = (await telegram.ask("ledger"))["accepted"]
        seconds, answers.seconds = answers.seconds, []
        in_vain, answers.unanswered = answers.unanswered, 0
        recent, trouble.recent = trouble.recent, []
        cuts = quantiles(seconds, n=20) if len(seconds) > 1 else [0.0] * 19
        last = bot.lives[-1].samples[-1] if bot.lives[-1].samples else Sample(0, 0, 0)
        done = "/".join(str(count) for count in newsroom.done.values())
        print(
            f"{minute:>6}{await owed(database):>9,}{accepted - before:>10,}{len(seconds):>7}{cuts[9]:>7.2f}"
            f"{cuts[18]:>7.2f}{in_vain:>9}{last.memory_mb:>6.0f}{last.handles:>9}  {done:36}  {', '.join(recent)}",
            flush=True,
        )
        before = accepted


def judge(lives: Sequence[Life]) -> tuple[list[str], list[str]]:
    """Compare the memory of each life's last quarter with its second's; return a line on each, and what is wrong."""
    lines, wrong = [], []
    for number, life in enumerate(lives, start=1):
        began = life.began + _WARM_S
        lived = life.samples[-1].at - began if life.samples else 0.0
        if lived < _LONG_ENOUGH_S:
            continue
        second, last = (
            [sample for sample in life.samples if low <= (sample.at - began) / lived <= high]
            for low, high in ((0.25, 0.5), (0.75, 1.0))
        )
        memory = [median(sample.memory_mb for sample in part) for part in (second, last)]
        is_flat = memory[1] - memory[0] <= _MEMORY_SHARE * memory[0] + _MEMORY_MB
        line = (
            f"process {number}, {lived:.0f} s after it has begun: {memory[0]:.0f} → {memory[1]:.0f} MB "
            "from its second to its last quarter"
        )
        lines.append(f"  {line}: {'flat' if is_flat else 'it grows'}")
        if not is_flat:
            wrong.append(line)
    if not lines:
        wrong.append("no process has lived long enough to tell whether its memory is flat")
    return lines, wrong


async def handles_at_rest(bot: BotProcess) -> int:
    """Leave the bot in peace, and return how many file handles its process holds when nothing is under way."""
    await asyncio.sleep(_REST_S)
    rested = time.monotonic()
    await asyncio.sleep(_LOOK_S)
    return min(sample.handles for sample in bot.lives[-1].samples if sample.at >= rested - bot.begin)


def judge_handles(old: int, fresh: int) -> tuple[str, list[str]]:
    """Compare what an old and a fresh process hold at rest; return a line on it, and what is wrong."""
    line = f"at rest the last process held {old} handles, and a fresh one holds {fresh}"
    leaks = old - fresh > _HANDLES
    return f"  {line}: {'it grows' if leaks else 'flat'}", [line] if leaks else []


def draw(lives: Sequence[Life], file: Path) -> None:
    """Draw memory and file handles over time; a line where a process ended."""
    figure = Figure(figsize=(11, 5), layout="constrained")
    memory, handles = figure.subplots(2, 1, sharex=True)
    for life in lives:
        minutes = [sample.at / _MINUTE_S for sample in life.samples]
        memory.plot(minutes, [sample.memory_mb for sample in life.samples], color="tab:blue", linewidth=1)
        handles.plot(minutes, [sample.handles for sample in life.samples], color="tab:green", linewidth=1)
        if life.samples and life.ended:
            for axes in (memory, handles):
                axes.axvline(minutes[-1], color="tab:red", linewidth=0.6, linestyle=":")
    memory.set_ylabel("MB resident")
    memory.set_ylim(bottom=0)
    handles.set_ylabel("file handles")
    handles.set_ylim(bottom=0)
    handles.set_xlabel("minutes; a dotted line where the process was killed or told to end")
    figure.savefig(file, dpi=110)
