"""The ledger from both sides: what the bot's rows say, and what the emulator has accepted."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select

from storage.articles import Status
from storage.changes import Field
from storage.database import Database
from storage.deliveries import EDITS, Kind, State
from storage.privacy import NOBODY
from storage.tables import article_sections as filed
from storage.tables import articles, corrections, deliveries, sections, subscribers
from tests.soak.client import Telegram
from tests.soak.stories import MARK

_ENDS = (State.SENT, State.GONE, State.FAILED, State.EXPIRED, State.UNKNOWN)
_SHOWN = 3
# What keeps a title's direction in a message that runs the other way.
_INVISIBLE = re.compile("[\u200e\u200f\u2066-\u2069]")
_Copy = tuple[int, str]  # chat, mark
_Place = tuple[int, int]  # chat, message


@dataclass
class Seen:
    """What the emulator has accepted. `shows` is how each message looks now: nothing where it was deleted."""

    sent: set[_Place] = field(default_factory=set)
    shows: dict[_Place, str] = field(default_factory=dict)
    copies: Counter[_Copy] = field(default_factory=Counter)


@dataclass(frozen=True)
class Told:
    """A story as its copies must tell it: under the title that it has since a revision, or not at all."""

    mark: str
    title: str
    retracted: bool
    retitled: tuple[tuple[int, str, str], ...]  # revision, wrong, right

    def is_told_by(self, text: str, revision: int) -> bool:
        """Whether a message that was brought to this revision, or to a later one, says what it must."""
        if self.retracted:
            return self.mark not in text
        right = {self.title}
        right |= {title for since, _wrong, title in self.retitled if since >= revision}
        right |= {title for until, title, _right in self.retitled if until > revision}
        return any(title in text for title in right)


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
    seen, texts = Seen(), dict[str, str]()
    async for entry in telegram.accepted():
        place = entry["chat_id"], entry["message_id"]
        text = "" if entry["method"].startswith("delete") else _INVISIBLE.sub("", entry["text"])
        seen.shows[place] = texts.setdefault(text, text)
        if not entry["method"].startswith("send"):
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
    told = await _told(database)
    stories = {article_id: story.mark for article_id, story in told.items()}
    _check_messages(verdict, rows, seen)
    _check_edits(verdict, rows, seen, told)
    _check_corrected(verdict, rows, seen, told, quiet)
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
    messages = [row for row in _sent(rows) if row.kind not in EDITS]
    verdict.none_of(
        [row.id for row in messages if (row.chat_id, row.message_id) not in seen.sent],
        "deliveries are said to be sent and were never accepted",
    )


def _check_edits(verdict: Verdict, rows: list[Row[Any]], seen: Seen, told: dict[int, Told]) -> None:
    """Look at the messages themselves: one that was sent again in its corrected form has needed no edit."""
    wrong = []
    for row in [row for row in _sent(rows) if row.kind in EDITS]:
        text, story = seen.shows.get((row.chat_id, row.target_id)), told.get(row.article_id)
        # What a correction said of a story that was retracted later, the retraction has taken away.
        is_judged = story is not None and (row.kind == Kind.RETRACTION or not story.retracted)
        if text is None or (is_judged and story and not story.is_told_by(text, row.revision)):
            wrong.append(row.id)
    verdict.none_of(wrong, "edits are said to be made, and the messages do not show it")


def _check_corrected(
    verdict: Verdict, rows: list[Row[Any]], seen: Seen, told: dict[int, Told], quiet: set[int]
) -> None:
    """Look for copies that still say what is wrong, though nothing is said to have kept them from being edited."""
    excused = {
        (row.chat_id, row.target_id, row.article_id) for row in rows if row.kind in EDITS and row.state != State.SENT
    }
    wrong = []
    for row in _sent(rows):
        story = told.get(row.article_id)
        if row.kind != Kind.ALERT or story is None or row.chat_id not in quiet:
            continue
        place = row.chat_id, row.message_id
        newest = max((since for since, _wrong, _right in story.retitled), default=row.revision)
        if not story.is_told_by(seen.shows.get(place, ""), newest) and (*place, row.article_id) not in excused:
            wrong.append(row.id)
    verdict.none_of(wrong, "copies still tell what was corrected or retracted")


def _sent(rows: list[Row[Any]]) -> list[Row[Any]]:
    # Whose chat nobody can name any more had their data deleted.
    return [row for row in rows if row.state == State.SENT and row.chat_id > NOBODY]


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
        column.id, column.kind, column.state, column.chat_id, column.article_id, column.revision, column.message_id,
        column.target_id, column.error, column.lost_answers, column.interruptions,
    )  # fmt: skip
    async with database.read() as connection:
        rows: list[Row[Any]] = list(await connection.execute(wanted))
    return rows


async def _told(database: Database) -> dict[int, Told]:
    """Return all stories that have a mark by their numbers."""
    async with database.read() as connection:
        rows = await connection.execute(select(articles.c.id, articles.c.title, articles.c.status))
        titles = select(corrections).where(corrections.c.field == Field.TITLE)
        retitled: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
        for row in await connection.execute(titles):
            retitled[row.article_id].append((row.revision, row.wrong, row.right))
    return {
        row.id: Told(found[0], row.title, row.status == Status.RETRACTED, tuple(retitled[row.id]))
        for row in rows
        if (found := MARK.search(row.title))
    }
