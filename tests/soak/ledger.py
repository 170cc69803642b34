"""The ledger from both sides: what the bot's rows say, and what the emulator has accepted."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select

from storage.database import Database
from storage.deliveries import EDITS, Kind, State
from storage.privacy import NOBODY
from storage.tables import article_sections as filed
from storage.tables import articles, deliveries, sections, subscribers
from tests.soak.client import Telegram
from tests.soak.stories import MARK

_ENDS = (State.SENT, State.GONE, State.FAILED, State.EXPIRED, State.UNKNOWN)
_SHOWN = 3
_Copy = tuple[int, str]  # chat, mark


@dataclass
class Seen:
    """What the emulator has accepted."""

    sent: set[tuple[int, int]] = field(default_factory=set)  # chat, message
    changed: set[tuple[int, int]] = field(default_factory=set)
    copies: Counter[_Copy] = field(default_factory=Counter)


@dataclass
class Verdict:
    """What is wrong, in a line each, and figures for people."""

    wrong: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)

    def expect(self, holds: bool, complaint: str) -> None:
        """Complain unless it holds."""
        if not holds:
            self.wrong.append(complaint)

    def none_of(self, found: list[Any], complaint: str) -> None:
        """Complain where there is any, and show a few."""
        self.expect(not found, f"{len(found)} {complaint}, such as {found[:_SHOWN]}")


async def look(telegram: Telegram, quiet: set[int]) -> Seen:
    """Read everything that was accepted. Copies of stories are counted for the chats in `quiet`, which never ask."""
    seen = Seen()
    async for entry in telegram.accepted():
        place = entry["chat_id"], entry["message_id"]
        if not entry["method"].startswith("send"):
            seen.changed.add(place)
            continue
        seen.sent.add(place)
        if place[0] in quiet:
            seen.copies.update((place[0], mark) for mark in set(MARK.findall(entry["text"])))
    return seen


async def check(database: Database, telegram: Telegram, followers: dict[str, set[int]], quiet: set[int]) -> Verdict:
    """Compare both sides. `followers` are the chats in `quiet` that follow a section, by its name."""
    verdict = Verdict()
    seen = await look(telegram, quiet)
    rows = await _rows(database)
    _check_ends(verdict, rows)
    _check_messages(verdict, rows, seen)
    stories = await _stories(database)
    _check_copies(verdict, rows, seen, stories, quiet)
    await _check_audience(verdict, database, rows, stories, followers)
    return verdict


def _check_ends(verdict: Verdict, rows: list[Row[Any]]) -> None:
    states = Counter((row.kind, row.state) for row in rows)
    for (kind, state), count in sorted(states.items()):
        verdict.figures.append(f"  {kind:14}{state:10}{count:>10,}")
        verdict.expect(state in _ENDS, f"{count} deliveries of kind {kind} are still {state}")
    bad = [row for row in rows if row.state in (State.FAILED, State.GONE)]
    nameless = [row.id for row in bad if not row.error and row.chat_id > NOBODY]
    verdict.none_of(nameless, "deliveries have failed without a reason")
    inner = [row.id for row in bad if row.error == "internal error"]
    verdict.none_of(inner, "deliveries have failed by a mistake of ours")


def _check_messages(verdict: Verdict, rows: list[Row[Any]], seen: Seen) -> None:
    # Whose chat nobody can name any more had their data deleted.
    sent = [row for row in rows if row.state == State.SENT and row.chat_id > NOBODY]
    messages = [row for row in sent if row.kind not in EDITS]
    edits = [row for row in sent if row.kind in EDITS]
    verdict.none_of(
        [row.id for row in messages if (row.chat_id, row.message_id) not in seen.sent],
        "deliveries are said to be sent and were never accepted",
    )
    verdict.none_of(
        [row.id for row in edits if (row.chat_id, row.target_id) not in seen.changed],
        "edits are said to be made and were never accepted",
    )


def _check_copies(verdict: Verdict, rows: list[Row[Any]], seen: Seen, stories: dict[int, str], quiet: set[int]) -> None:
    alerts: dict[_Copy, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.kind == Kind.ALERT and row.chat_id in quiet and row.article_id in stories:
            alerts[row.chat_id, stories[row.article_id]].append(row)
    verdict.none_of([copy for copy in seen.copies if copy not in alerts], "copies were sent that nobody was owed")
    verdict.none_of([copy for copy, count in seen.copies.items() if count > 2], "chats have more than two copies")
    twice = [copy for copy, count in seen.copies.items() if count == 2]
    doubtful = [copy for copy in twice if any(row.lost_answers + row.interruptions for row in alerts[copy])]
    verdict.figures.append(f"  {len(twice):,} chats have a second copy, after a lost answer or a kill")
    verdict.none_of(sorted(set(twice) - set(doubtful)), "second copies are explained by nothing")
    surely_not = [State.GONE, State.FAILED, State.EXPIRED]
    verdict.none_of(
        [copy for copy, owed in alerts.items() if copy in seen.copies and all(row.state in surely_not for row in owed)],
        "chats have a copy of which the rows say that it was not sent",
    )
    lost = [copy for copy, owed in alerts.items() if any(row.state == State.SENT for row in owed)]
    verdict.none_of([copy for copy in lost if copy not in seen.copies], "chats miss a copy that is said to be sent")


async def _check_audience(
    verdict: Verdict,
    database: Database,
    rows: list[Row[Any]],
    stories: dict[int, str],
    followers: dict[str, set[int]],
) -> None:
    async with database.read() as connection:
        names = await connection.execute(
            select(filed.c.article_id, sections.c.name).join(sections, sections.c.id == filed.c.section_id)
        )
        left = set(await connection.scalars(select(subscribers.c.chat_id).where(subscribers.c.status != "active")))
    audience: dict[int, set[int]] = defaultdict(set)
    for article_id, name in names:
        audience[article_id] |= followers[name]
    told: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.kind == Kind.ALERT:
            told[row.article_id].add(row.chat_id)
    everybody = set().union(*followers.values())
    published = [article_id for article_id in stories if told[article_id]]
    for article_id in published:
        missing = audience[article_id] - told[article_id] - left
        verdict.none_of(sorted(missing), f"chats were never owed story {article_id}")
        verdict.none_of(
            sorted((told[article_id] & everybody) - audience[article_id]), f"chats do not follow story {article_id}"
        )
    verdict.figures.append(f"  {len(published)} of {len(stories)} stories were owed to whoever followed them")


async def _rows(database: Database) -> list[Row[Any]]:
    column = deliveries.c
    wanted = select(
        column.id, column.kind, column.state, column.chat_id, column.article_id, column.message_id, column.target_id,
        column.error, column.lost_answers, column.interruptions,
    )  # fmt: skip
    async with database.read() as connection:
        rows: list[Row[Any]] = list(await connection.execute(wanted))
    return rows


async def _stories(database: Database) -> dict[int, str]:
    """Return the marks of all stories by their numbers."""
    async with database.read() as connection:
        rows = await connection.execute(select(articles.c.id, articles.c.title))
    return {row.id: found[0] for row in rows if (found := MARK.search(row.title))}
