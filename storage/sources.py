"""Sources: where articles come from by themselves, and how the newsroom wants them. How they are polled: `polls`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.source_corrections import Corrections
from storage.tables import sections, sightings, source_sections, sources

FIRST_INTERVAL = timedelta(minutes=5)
# One failure is no news, a few in a row are.
FAILING_AFTER = 3
# A source that is resumed is not called silent before it has had so long to publish something.
RESUMED_PATIENCE = timedelta(days=1)


class Kind(StrEnum):
    """feed: RSS, Atom or JSON Feed. wordpress: its REST API. page: one that is watched."""

    FEED = "feed"
    WORDPRESS = "wordpress"
    PAGE = "page"


class State(StrEnum):
    """active: polled. paused: not, by the newsroom's wish. gone: not, since the server answered 410."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


class Release(StrEnum):
    """at_once: what a source brings goes out by itself. approval: it waits for an editor as a draft."""

    AT_ONCE = "at_once"
    APPROVAL = "approval"


class Health(StrEnum):
    """What the newsroom is told of a source. silent: it answers, and has long published nothing new."""

    WELL = "well"
    SILENT = "silent"
    FAILING = "failing"
    GONE = "gone"


class Trouble(StrEnum):
    """Why the newsroom's wish about a source could not be fulfilled. Each has a sentence of its own in the texts."""

    URL = "url"
    ADDRESS = "address"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    REDIRECTS = "redirects"
    TOO_LARGE = "too_large"
    BROKEN = "broken"
    ENTITIES = "entities"
    STATUS = "status"
    NO_SOURCE = "no_source"
    KNOWN = "known"
    REMOVED = "removed"
    NO_LIST = "no_list"


class TroubleError(Exception):
    """A wish about a source that could not be fulfilled. `str()` is one line for the operator."""

    def __init__(self, trouble: Trouble, line: str) -> None:
        super().__init__(line)
        self.trouble = trouble


class KnownSourceError(ValueError):
    """There is a source of this URL already."""


class NoSectionError(ValueError):
    """There is no section of this name."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it stands. `filled_at` is None until its first poll is through; `sections` are names.

    `answered_at` is when a poll last went well. `fixed_interval` is the newsroom's wish; without it `interval` follows
    the news. `a_day` is how many stories it publishes, as far as its dates tell; `silent_from` when it will have fallen
    silent, if nothing new comes before.
    """

    id: int
    url: str
    kind: Kind
    name: str
    state: State
    added_at: datetime
    next_poll_at: datetime
    interval: timedelta
    filled_at: datetime | None
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    seen_links: tuple[str, ...]
    failures: int
    last_error: str | None
    told: Health
    sections: tuple[str, ...]
    release: Release = Release.AT_ONCE
    corrections: Corrections = Corrections.PROPOSED
    answered_at: datetime | None = None
    fixed_interval: timedelta | None = None
    a_day: float | None = None
    silent_from: datetime | None = None

    def health(self, now: datetime) -> Health:
        if self.state is State.GONE:
            return Health.GONE
        if self.failures >= FAILING_AFTER:
            return Health.FAILING
        silent = self.state is State.ACTIVE and self.silent_from is not None and self.silent_from <= now
        return Health.SILENT if silent else Health.WELL


async def add(
    connection: AsyncConnection,
    url: str,
    *,
    kind: Kind,
    name: str,
    section_names: Iterable[str] = (),
    state: State = State.ACTIVE,
    now: datetime,
) -> int:
    """Add a source that is due at once; return its number. Raise `KnownSourceError` or `NoSectionError`."""
    if await connection.scalar(select(sources.c.id).where(sources.c.url == url)) is not None:
        raise KnownSourceError(url)
    names = list(dict.fromkeys(section_names))
    ids = {row.name: row.id for row in await connection.execute(select(sections.c.name, sections.c.id))}
    for wanted in names:
        if wanted not in ids:
            raise NoSectionError(wanted)
    source_id = (
        await connection.execute(
            sources.insert()
            .values(
                url=url,
                kind=kind,
                name=name,
                state=state,
                added_at=now,
                next_poll_at=now,
                interval_s=int(FIRST_INTERVAL.total_seconds()),
            )
            .returning(sources.c.id)
        )
    ).scalar_one()
    if names:
        await connection.execute(
            source_sections.insert(), [{"source_id": source_id, "section_id": ids[wanted]} for wanted in names]
        )
    return int(source_id)


async def every(connection: AsyncConnection) -> tuple[Source, ...]:
    """Return all sources in the order in which they were added."""
    return await load(connection, select(sources).order_by(sources.c.id))


async def find(connection: AsyncConnection, number_or_url: str) -> Source | None:
    """Return the source of this number or URL."""
    mine = sources.c.url == number_or_url
    if number_or_url.isascii() and number_or_url.isdigit() and len(number_or_url) < 19:
        mine = or_(mine, sources.c.id == int(number_or_url))
    found = await load(connection, select(sources).where(mine).order_by(sources.c.id).limit(1))
    return found[0] if found else None


async def page(connection: AsyncConnection, *, skip: int, limit: int) -> tuple[Source, ...]:
    """Return some sources in the order in which they were added, all but the first `skip` ones."""
    return await load(connection, select(sources).order_by(sources.c.id).offset(skip).limit(limit))


async def count(connection: AsyncConnection) -> int:
    """Return how many sources there are."""
    return await connection.scalar(select(func.count()).select_from(sources)) or 0


async def count_brought(connection: AsyncConnection, source_id: int, *, since: datetime) -> int:
    """Return how many stories came into the store from a source since then, those that others had told too included."""
    return (
        await connection.scalar(
            select(func.count(sightings.c.article_id.distinct())).where(
                sightings.c.source_id == source_id, sightings.c.seen_at >= since
            )
        )
    ) or 0


async def set_state(connection: AsyncConnection, source_id: int, state: State, *, now: datetime) -> None:
    """Pause or resume a source. One that is resumed is due at once; its failures and its silence are forgotten."""
    values: dict[str, Any] = {"state": state}
    if state is State.ACTIVE:
        # What it has published meanwhile is not known before the next poll.
        patience = literal(now + RESUMED_PATIENCE, sources.c.silent_from.type)
        silent_from = case((sources.c.silent_from < patience, patience), else_=sources.c.silent_from)
        values |= {"next_poll_at": now, "failures": 0, "last_error": None, "silent_from": silent_from}
    await connection.execute(update(sources).where(sources.c.id == source_id).values(values))


async def set_release(connection: AsyncConnection, source_id: int, release: Release) -> None:
    """Say whether what a source brings from now on goes out by itself."""
    await connection.execute(update(sources).where(sources.c.id == source_id).values(release=release))


async def fix_interval(
    connection: AsyncConnection, source_id: int, interval: timedelta | None, *, now: datetime
) -> None:
    """Look at a source every so often, or as its news comes where `interval` is None; and look now."""
    seconds = int(interval.total_seconds()) if interval else None
    await connection.execute(
        update(sources).where(sources.c.id == source_id).values(fixed_interval_s=seconds, next_poll_at=now)
    )


async def map_to_section(connection: AsyncConnection, source_id: int, section_id: int, *, mapped: bool) -> None:
    """Let what a source brings without naming a section be in this one, too, or no more."""
    if mapped:
        await connection.execute(
            dialect.insert(connection, source_sections)
            .values(source_id=source_id, section_id=section_id)
            .on_conflict_do_nothing()
        )
        return
    await connection.execute(
        delete(source_sections).where(
            source_sections.c.source_id == source_id, source_sections.c.section_id == section_id
        )
    )


async def remove(connection: AsyncConnection, source_id: int) -> None:
    """Forget a source. The articles that it brought stay."""
    await connection.execute(delete(sources).where(sources.c.id == source_id))


async def load(connection: AsyncConnection, query: Any) -> tuple[Source, ...]:
    """Return the sources whose rows a query selects, in its order."""
    rows = (await connection.execute(query)).all()
    names: dict[int, tuple[str, ...]] = {}
    mapped = await connection.execute(
        select(source_sections.c.source_id, sections.c.name)
        .join(sections, sections.c.id == source_sections.c.section_id)
        .where(source_sections.c.source_id.in_([row.id for row in rows]))
        .order_by(sections.c.position)
    )
    for source_id, name in mapped:
        names[source_id] = (*names.get(source_id, ()), name)
    return tuple(
        Source(
            id=row.id,
            url=row.url,
            kind=Kind(row.kind),
            name=row.name,
            state=State(row.state),
            added_at=row.added_at,
            next_poll_at=row.next_poll_at,
            interval=timedelta(seconds=row.interval_s),
            filled_at=row.filled_at,
            etag=row.etag,
            last_modified=row.last_modified,
            body_hash=row.body_hash,
            seen_links=tuple(json.loads(row.seen_links)) if row.seen_links else (),
            failures=row.failures,
            last_error=row.last_error,
            told=Health.SILENT if row.told_silent else Health(row.told),
            sections=names.get(row.id, ()),
            release=Release(row.release),
            corrections=Corrections(row.corrections),
            answered_at=row.answered_at,
            fixed_interval=timedelta(seconds=row.fixed_interval_s) if row.fixed_interval_s else None,
            a_day=row.a_day,
            silent_from=row.silent_from,
        )
        for row in rows
    )
