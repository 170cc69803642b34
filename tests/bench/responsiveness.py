"""Who waits, and how long: the first message of an alert, and people who ask while a broadcast runs."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from pydantic import SecretStr
from sqlalchemy import text

from bot.application import running
from bot.config import Settings
from bot.delivery.budget import SendBudget
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.render import Renderer
from bot.delivery.telegram_api import TelegramApi
from bot.delivery.transport import AiohttpRequest
from handlers.texts import Texts
from storage.database import Database
from tests.bench.owing import prepare, publish_alert, subscribe
from tests.bench.server import TOKEN, act, ask, telegram

RATE = 30.0
BACKLOG = 100_000
_FIRST_PERSON = 900_000_000
_SPORT = "رياضة"


def run(folder: Path, quick: bool) -> None:
    """Print latencies. The emulator's clock is this machine's, so the times of two processes compare."""
    print("latency in ms, the bot and the emulator in two processes")
    print(f"{'':62}{'p50':>8}{'p95':>8}{'p99':>8}{'worst':>8}")
    with telegram(unlimited=True) as url:
        asyncio.run(_from_commit_to_wire(folder / "wire.db", url, 30 if quick else 200))
    with telegram(unlimited=True) as url:
        asyncio.run(_under_broadcast(folder / "broadcast.db", url, 20 if quick else 100, 3 if quick else 10))


async def _from_commit_to_wire(file: Path, url: str, count: int) -> None:
    database, request = Database(await prepare(file, 1)), AiohttpRequest()
    await request.initialize()
    dispatcher = Dispatcher(
        database,
        TelegramApi(request, url, TOKEN),
        SendBudget(RATE, clock=time.monotonic),
        Renderer(database, Texts.load()),
        max_in_flight=64,
        now=lambda: datetime.now(UTC),
    )
    sending, waits = asyncio.create_task(dispatcher.run()), []
    for chat_id in range(1, count + 1):
        await _let_follow(database, chat_id)
        await asyncio.sleep(0.05)  # so that it begins from rest
        await publish_alert(database, f"خبر {chat_id}", _SPORT)
        committed = time.monotonic()
        dispatcher.wake()
        await ask(url, "wait", chat_id=chat_id, timeout=10)
        entries = (await ask(url, "ledger", chat_id=chat_id))["entries"]
        waits.append((entries[0]["time"] - committed) * 1000)
    dispatcher.stop()
    await sending
    await request.shutdown()
    await database.close()
    _print("from an alert's commit to its first message at the emulator", waits)


async def _let_follow(database: Database, chat_id: int) -> None:
    """Make this chat the only one that follows sport."""
    async with database.write() as connection:
        await connection.execute(
            text("DELETE FROM subscriptions WHERE section_id = (SELECT id FROM sections WHERE name = :name)"),
            {"name": _SPORT},
        )
        await subscribe(connection, chat_id, 1, _SPORT)


async def _under_broadcast(file: Path, url: str, people: int, alerts: int) -> None:
    database_url = await prepare(file, BACKLOG)
    database = Database(database_url)
    async with database.write() as connection:
        await subscribe(connection, _FIRST_PERSON, people, _SPORT)
    await publish_alert(database, "هدف في الدقيقة الأخيرة", _SPORT)
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM deliveries"))
    for person in range(_FIRST_PERSON, _FIRST_PERSON + people):
        await act(url, "people", user_id=person, name="قارئ", started=True)
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
        bot_token=SecretStr(TOKEN),
        bot_api_url=url,
        database_url=database_url,
        send_rate=RATE,
    )
    async with running(settings):
        alone = [await _time_summary(url, person) for person in range(_FIRST_PERSON, _FIRST_PERSON + people)]
        await publish_alert(database, "زلزال يضرب الساحل", "سياسة")
        await asyncio.sleep(3)
        busy = [await _time_summary(url, person) for person in range(_FIRST_PERSON, _FIRST_PERSON + people)]
        overtaking = [await _time_alert(database, url, number, _FIRST_PERSON + people - 1) for number in range(alerts)]
        entries = await ask(url, "ledger")
    await database.close()
    _print("/summary, nothing else to send", alone)
    _print(f"/summary while {BACKLOG:,} are owed at {RATE:g} a second", busy)
    _print("a newer alert of another process overtakes them", overtaking)
    print(f"  ({entries['accepted']:,} messages accepted in all, {entries['refused']} refused)")


async def _time_summary(url: str, person: int) -> float:
    begin = time.monotonic()
    said = await act(url, "say", user_id=person, text="/summary")
    await ask(url, "wait", chat_id=person, after=said["message"]["message_id"], timeout=30)
    return (time.monotonic() - begin) * 1000


async def _time_alert(database: Database, url: str, number: int, last: int) -> float:
    title = f"نتيجة المباراة {number}"
    await asyncio.sleep(3)  # a chat gets one message a second
    await publish_alert(database, title, _SPORT)
    begin = time.monotonic()
    # The chat with the highest number is told first of those that are owed the same.
    await ask(url, "wait", chat_id=last, text=title, timeout=30)
    return (time.monotonic() - begin) * 1000


def _print(name: str, waits: list[float]) -> None:
    cuts = quantiles(waits, n=100, method="inclusive")
    print(f"  {name:60}{cuts[49]:>8.0f}{cuts[94]:>8.0f}{cuts[98]:>8.0f}{max(waits):>8.0f}", flush=True)
