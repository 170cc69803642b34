"""How many sources are polled a minute on one core, and whether memory stays flat."""

import asyncio
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bot.ingest import Policy
from bot.sources.fetch import Fetcher
from bot.sources.ingester import Ingester
from bot.sources.looking import Looker
from bot.sources.poller import Poller
from storage import sources
from storage.database import Database
from storage.sources import Kind
from tests.databases import Clock, set_up, sqlite_url
from tests.sources.feeds import Item, rss
from tests.sources.web import Web, serving

_ITEMS = 20
_AIM = 1_000
# Every feed is new, then none has changed, then each has one item more, then none again.
_ROUNDS = (("first", 0), ("unchanged", 0), ("one new item each", 1), ("unchanged", 1))


def run(quick: bool) -> None:
    """Print for each round the sources polled a minute of processor time, the local server's included."""
    count = 100 if quick else 1_000
    print(f"sources: {count:,} feeds of {_ITEMS} items on a local server, polled and stored in SQLite")
    print(f"{'':24}{'a minute':>10}{'peak MiB':>10}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(sqlite_url(Path(folder) / "news.db"), count))
    print(f"aim: more than {_AIM:,} a minute in every round, and a peak that stays", flush=True)


async def _measure(url: str, count: int) -> None:
    await set_up(url)
    database, clock = Database(url), Clock()
    policy = Policy(timedelta(hours=2), keep_unflagged=False)
    async with serving() as web, Fetcher(allow_private=True, now=clock) as fetcher:
        async with database.write() as connection:
            for number in range(count):
                await sources.add(
                    connection, web.url(f"/{number}"), kind=Kind.FEED, name=f"source {number}", now=clock()
                )
        ingester = Ingester(database, policy, owed=lambda: None, recall=lambda: None, now=clock)
        poller = Poller(database, Looker(database, fetcher, clock), ingester, now=clock, jitter=lambda: 0.0)
        for name, newer in _ROUNDS:
            _publish(web, count, newer)
            begin = time.process_time()
            await poller.poll_due()
            took = time.process_time() - begin
            print(f"{name:24}{count / took * 60:>10,.0f}{_peak_mib():>10,.0f}", flush=True)
            clock.advance(minutes=31)
    await database.close()


def _publish(web: Web, count: int, newer: int) -> None:
    for number in range(count):
        web.serve(f"/{number}", rss(_item(number, newer + position) for position in range(_ITEMS)))


def _item(source: int, number: int) -> Item:
    flag = "عاجل | " if number % _ITEMS == 0 else ""
    return Item(
        title=f"{flag}خبر رقم {number} من المدينة {source} عن حدث {number * 13 + source * 7}",
        body=f"تفاصيل الخبر {number} من المدينة {source} تأتي تباعا من مراسلنا. " * 15,
        guid=f"{source}-{number}",
        link=f"https://source{source}.example/story/{1000 + number}",
        categories=("سياسة",),
    )


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10  # bytes there, kilobytes elsewhere
