"""Sources: where articles come from by themselves, when to look there next, and how it went."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import sections, source_sections, sources

# What was claimed and not settled within this time was forgotten: no poll lives so long.
LEASE = timedelta(minutes=10)
FIRST_INTERVAL = timedelta(minutes=5)
# One failure is no news, a few in a row are.
FAILING_AFTER = 3


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
    """What the newsroom is told of a source."""

    WELL = "well"
    FAILING = "failing"
    GONE = "gone"


class KnownSourceError(ValueError):
    """There is a source of this URL already."""


class NoSectionError(ValueError):
    """There is no section of this name."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it stands. `filled_at` is None until its first poll is through; `sections` are names."""

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

    @property
    def health(self) -> Health:
        if self.state is State.GONE:
            return Health.GONE
        return Health.FAILING if self.failures >= FAILING_AFTER else Health.WELL


@dataclass(frozen=True, slots=True)
class Answered:
    """A poll that went well: the validators and the hash of the answer, and the links of a page that lists stories."""

    etag: str | None
    last_modified: str | None
    body_hash: str | None
    seen_links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A poll that did not. With `gone` there will be no other."""

    error: str
    gone: bool = False


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
    return await _load(connection, select(sources).order_by(sources.c.id))


async def find(connection: AsyncConnection, number_or_url: str) -> Source | None:
    """Return the source of this number or URL."""
    mine = sources.c.url == number_or_url
    if number_or_url.isascii() and number_or_url.isdigit() and len(number_or_url) < 19:
        mine = or_(mine, sources.c.id == int(number_or_url))
    found = await _load(connection, select(sources).where(mine).order_by(sources.c.id).limit(1))
    return found[0] if found else None


async def set_state(connection: AsyncConnection, source_id: int, state: State, *, now: datetime) -> None:
    """Pause or resume a source. One that is resumed is due at once, and its failures are forgotten."""
    values: dict[str, Any] = {"state": state}
    if state is State.ACTIVE:
        values |= {"next_poll_at": now, "failures": 0, "last_error": None}
    await connection.execute(update(sources).where(sources.c.id == source_id).values(values))


async def set_release(connection: AsyncConnection, source_id: int, release: Release) -> None:
    """Say whether what a source brings from now on goes out by itself."""
    await connection.execute(update(sources).where(sources.c.id == source_id).values(release=release))


async def remove(connection: AsyncConnection, source_id: int) -> None:
    """Forget a source. The articles that it brought stay."""
    await connection.execute(delete(sources).where(sources.c.id == source_id))


async def claim(connection: AsyncConnection, *, limit: int, now: datetime) -> tuple[Source, ...]:
    """Take up to `limit` sources that are due, the longest waiting first. Two processes never get the same one.

    One that is not settled is due again after `LEASE`.
    """
    due = (
        select(sources.c.id)
        .where(sources.c.state == State.ACTIVE, sources.c.next_poll_at <= now)
        .order_by(sources.c.next_poll_at, sources.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claimed = await connection.scalars(
        update(sources)
        .where(sources.c.id.in_(select(due.c.id)))
        .values(next_poll_at=now + LEASE)
        .returning(sources.c.id)
    )
    ids = claimed.all()
    return await _load(connection, select(sources).where(sources.c.id.in_(ids)).order_by(sources.c.id)) if ids else ()


async def settle(
    connection: AsyncConnection,
    source_id: int,
    result: Answered | Failed,
    *,
    interval: timedelta,
    next_poll_at: datetime,
    now: datetime,
) -> None:
    """Write how a poll went, and when to look next. A source that was paused meanwhile stays paused."""
    values: dict[str, Any] = {"interval_s": int(interval.total_seconds()), "next_poll_at": next_poll_at}
    if isinstance(result, Answered):
        values |= {
            "etag": result.etag,
            "last_modified": result.last_modified,
            "body_hash": result.body_hash,
            "seen_links": json.dumps(result.seen_links) if result.seen_links else None,
            "failures": 0,
            "last_error": None,
            "filled_at": case((sources.c.filled_at.is_(None), now), else_=sources.c.filled_at),
        }
    else:
        values |= {"failures": sources.c.failures + 1, "last_error": result.error}
        if result.gone:
            values["state"] = case((sources.c.state == State.ACTIVE, State.GONE.value), else_=sources.c.state)
    await connection.execute(update(sources).where(sources.c.id == source_id).values(values))


async def untold(connection: AsyncConnection) -> tuple[Source, ...]:
    """Return the sources whose health is another than the newsroom was told."""
    health = case(
        (sources.c.state == State.GONE, Health.GONE.value),
        (sources.c.failures >= FAILING_AFTER, Health.FAILING.value),
        else_=Health.WELL.value,
    )
    return await _load(connection, select(sources).where(sources.c.told != health).order_by(sources.c.id))


async def mark_told(connection: AsyncConnection, source_id: int, health: Health) -> None:
    """The newsroom knows of this now."""
    await connection.execute(update(sources).where(sources.c.id == source_id).values(told=health))


async def _load(connection: AsyncConnection, query: Any) -> tuple[Source, ...]:
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
            told=Health(row.told),
            sections=names.get(row.id, ()),
            release=Release(row.release),
        )
        for row in rows
    )
