"""How fast stories are found among 100,000, on both databases."""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import quantiles

from sqlalchemy import ARRAY, Text, bindparam, func, text

from storage import search, stems
from storage.database import Database
from storage.search import Direction, Turn
from storage.search_index import position_of
from storage.tables import article_sections, article_words, articles
from tests.databases import START, running_postgres, set_up, sqlite_url

_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_VOCABULARY = 30_000
_WORDS_PER_ARTICLE = 160
_BATCH = 2_000
_PAGE = 10
_AIM_MS = 50


def run(quick: bool) -> None:
    """Print a table of latencies; with `quick`, of 5,000 articles only."""
    size, queries = (5_000, 40) if quick else (100_000, 150)
    print(f"search: {size:,} articles of {_WORDS_PER_ARTICLE} words, milliseconds until a page of {_PAGE} is there")
    print(f"{'':12}{'query':26}{'p50':>8}{'p95':>8}{'worst':>8}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure("SQLite", sqlite_url(Path(folder) / "news.db"), size, queries))
    with running_postgres() as server, server.fresh_database() as url:
        asyncio.run(_measure("PostgreSQL", url, size, queries))


async def _measure(name: str, url: str, size: int, queries: int) -> None:
    language = _Language()
    await set_up(url)
    database = Database(url)
    await _fill(database, language, size)
    everything: list[float] = []
    for kind, ask in language.kinds().items():
        times = [await _time(database, ask(), size) for _ in range(queries)]
        everything += times
        print(_line(name, kind, times))
    print(_line(name, f"all (aim: p95 < {_AIM_MS} ms)", everything), flush=True)
    await database.close()


async def _time(database: Database, query: str, size: int) -> float:
    """Milliseconds for the first page of `query`, or for the page in the middle of all time, in turns."""
    turn = Turn(Direction.OLDER, size // 2) if len(query) % 2 else None
    async with database.read() as connection:
        begin = time.perf_counter()
        await search.search(connection, query, limit=_PAGE, turn=turn)
        return (time.perf_counter() - begin) * 1_000


def _line(name: str, kind: str, times: Sequence[float]) -> str:
    p95 = quantiles(times, n=20)[-1]
    return f"{name:12}{kind:26}{quantiles(times, n=2)[0]:8.1f}{p95:8.1f}{max(times):8.1f}"


class _Language:
    """Made-up words that occur as often as words of a language do: the nth as often as the first, divided by n."""

    def __init__(self) -> None:
        self._random = random.Random(7)  # noqa: S311 - the same articles every time
        words = dict[str, None]()
        while len(words) < _VOCABULARY:
            words["".join(self._random.choices(_LETTERS, k=self._random.randint(3, 7)))] = None
        self.words = list(words)
        self._weights = list(_running(1 / rank for rank in range(1, _VOCABULARY + 1)))

    def article(self) -> list[str]:
        return [
            self._random.choice(("", "", "", "ال", "و", "وال", "ب")) + word
            for word in self._random.choices(self.words, cum_weights=self._weights, k=_WORDS_PER_ARTICLE)
        ]

    def kinds(self) -> dict[str, Callable[[], str]]:
        """Ways to ask."""
        return {
            "a frequent word": lambda: self._word(0, 50) + " ",
            "a word": lambda: "ال" + self._word(50, 3_000),
            "a rare word": lambda: self._word(3_000, _VOCABULARY),
            "an unknown word": lambda: "ققق" + self._word(0, 100),
            "two frequent words": lambda: f"{self._word(0, 50)} {self._word(0, 50)}",
            "two words": lambda: f"ال{self._word(0, 500)} {self._word(50, 3_000)}",
            "three words": lambda: " ".join(self._word(0, 300) for _ in range(3)),
            "three letters": lambda: self._word(0, _VOCABULARY)[:3],
        }

    def _word(self, first: int, last: int) -> str:
        return self._random.choice(self.words[first:last])


def _running(values: Iterator[float]) -> Iterator[float]:
    total = 0.0
    for value in values:
        total += value
        yield total


async def _fill(database: Database, language: _Language, size: int) -> None:
    """Store articles as `storage.articles` does, but many at a time, and index them afterwards where that is faster."""
    is_sqlite = database.is_sqlite
    known: dict[str, list[str]] = {}
    words = bindparam("words", type_=Text() if is_sqlite else ARRAY(Text))
    insert = article_words.insert().values(words=words if is_sqlite else func.array_to_tsvector(words))
    async with database.write() as connection:
        if not is_sqlite:
            await connection.execute(text("DROP INDEX article_search_words"))
        numbers = iter(range(1, size + 1))
        while batch := list(islice(numbers, _BATCH)):
            rows = []
            for number in batch:
                terms = dict[str, None]()
                for word in language.article():
                    if word not in known:
                        known[word] = stems.terms([word])
                    terms.update(dict.fromkeys(known[word]))
                rows.append(
                    {
                        "position": position_of(START + timedelta(minutes=number), number),
                        "article_id": number,
                        "words": " ".join(terms) if is_sqlite else list(terms),
                    }
                )
            await connection.execute(articles.insert(), [_article(number) for number in batch])
            await connection.execute(
                article_sections.insert(), [{"article_id": n, "section_id": 1 + n % 10, "position": 0} for n in batch]
            )
            await connection.execute(insert, rows)
        if not is_sqlite:
            await connection.execute(text("CREATE INDEX article_search_words ON article_words USING gin (words)"))
            await connection.execute(text("ANALYZE"))


def _article(number: int) -> dict[str, object]:
    when = START + timedelta(minutes=number)
    return {
        "id": number,
        "status": "published",
        "breaking": False,
        "title": f"خبر {number}",
        "title_words": "خبر",
        "language": "ar",
        "published_at": when,
        "received_at": when,
    }
