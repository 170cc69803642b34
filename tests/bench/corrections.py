"""A story that very many have is corrected, and the next one is published meanwhile: who waits for whom."""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.delivery.budget import SendBudget
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.render import Renderer
from bot.delivery.telegram_api import TelegramApi
from bot.delivery.transport import AiohttpRequest
from handlers.texts import Texts
from storage import articles, corrections
from storage.changes import change_title, changes
from storage.database import Database
from storage.deliveries import Claim, Kind, Outcome, State
from tests.bench.owing import TTL, prepare, publish_alert
from tests.bench.server import TOKEN, ask, telegram

COPIES, RATE, IN_FLIGHT = 10_000, 400.0, 64
_QUICK_COPIES, _QUICK_RATE = 1_000, 200.0
# When so many copies are corrected, the next story comes.
_INTERRUPTED_AT = 0.2
_EDITOR = 7
_LOOK_S = 0.01


@dataclass
class _Log:
    """When each delivery ended, in seconds of the steady clock, in order."""

    ended: list[tuple[float, Kind]] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)

    def note(self, claim: Claim, outcome: Outcome) -> None:
        if outcome.state is State.SENT:
            self.ended.append((time.monotonic(), claim.kind))
        else:
            self.failed[f"{claim.kind} {outcome.state}"] += 1

    async def wait(self, number: int) -> None:
        """Wait until so many deliveries have ended well."""
        while len(self.ended) + sum(self.failed.values()) < number:  # noqa: ASYNC110  # its own loop ends them
            await asyncio.sleep(_LOOK_S)


def run(quick: bool) -> None:
    """Print the rate of edits beside the budget, and how long a new alert has to wait for them."""
    copies, rate = (_QUICK_COPIES, _QUICK_RATE) if quick else (COPIES, RATE)
    print(f"correcting {copies:,} delivered copies at {rate:g} a second, against an emulator that enforces that rate")
    with tempfile.TemporaryDirectory() as folder, telegram(rate=rate) as url:
        asyncio.run(_run(Path(folder) / "corrections.db", url, copies, rate))


async def _run(file: Path, url: str, copies: int, rate: float) -> None:
    database = Database(await prepare(file, copies, publish=True))
    request, log = AiohttpRequest(), _Log()
    await request.initialize()
    dispatcher = Dispatcher(
        database,
        TelegramApi(request, url, TOKEN),
        SendBudget(rate, clock=time.monotonic),
        Renderer(database, Texts.load()),
        max_in_flight=IN_FLIGHT,
        now=lambda: datetime.now(UTC),
        observe=log.note,
    )
    sending = asyncio.create_task(dispatcher.run())
    took = await _timed(lambda: log.wait(copies))
    print(_row("alerts, to have copies", copies, took, rate))

    log.ended.clear()
    owing = await _timed(lambda: _correct(database, dispatcher))
    print(f"  the correction, and {copies:,} edits owed: {owing:.2f} s, one transaction", flush=True)
    await log.wait(int(copies * _INTERRUPTED_AT))
    begin = time.monotonic()
    await publish_alert(database, "إجلاء سكان الساحل", "سياسة")
    dispatcher.wake()
    published = time.monotonic()
    await log.wait(2 * copies)
    dispatcher.stop()
    await sending
    await request.shutdown()
    await database.close()

    _tell(log, begin=begin, published=published, rate=rate)
    ledger = await ask(url, "ledger")
    print(f"  429s: {ledger['too_many_requests']}; not delivered: {dict(log.failed) or 'none'}")


async def _correct(database: Database, dispatcher: Dispatcher) -> None:
    async with database.write() as connection:
        stored = await articles.get(connection, 1)
        assert stored is not None
        new = change_title(stored.article, "زلزال يضرب الجبل")
        await corrections.correct(
            connection,
            stored.id,
            new,
            changes(stored.article, new),
            base=stored.revision,
            author_id=_EDITOR,
            now=datetime.now(UTC),
            ttl=TTL,
        )
    dispatcher.recall()


def _tell(log: _Log, *, begin: float, published: float, rate: float) -> None:
    alerts = [at for at, kind in log.ended if kind is Kind.ALERT]
    edits = [at for at, kind in log.ended if kind is Kind.CORRECTION]
    first, last = alerts[0], alerts[-1]
    ahead = sum(published <= at < first for at in edits)
    among = sum(first <= at <= last for at in edits)
    early, late = [at for at in edits if at < begin], [at for at in edits if at > last]
    print(_row("edits before the new alert", len(early), early[-1] - early[0], rate))
    print(_row("the new alert", len(alerts), last - first, rate))
    print(_row("edits after it", len(late), late[-1] - late[0], rate))
    print(f"  publishing it took {published - begin:.2f} s; its first message arrived {first - published:.2f} s later,")
    print(f"  its last {last - published:.1f} s later; {ahead} edits, claimed already, went before the first,")
    print(f"  and {among} between the first and the last", flush=True)


async def _timed(step: Callable[[], Awaitable[None]]) -> float:
    begin = time.monotonic()
    await step()
    return time.monotonic() - begin


def _row(name: str, number: int, seconds: float, rate: float) -> str:
    speed = number / seconds
    return f"  {name:28}{number:>8,} in {seconds:>5.1f} s{speed:>8.0f} a second{speed / rate:>8.1%} of the rate"
