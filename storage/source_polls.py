"""Polling sources: which are due, how it went, and what the newsroom was told of it."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sources import FAILING_AFTER, Health, Source, State, load
from storage.tables import sources

# What was claimed and not settled within this time was forgotten: no poll lives so long.
LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Answered:
    """A poll that went well: the validators and the hash of the answer, and the links of a page that lists stories.

    `a_day` and `silent_from` are None where nothing new is known of them.
    """

    etag: str | None
    last_modified: str | None
    body_hash: str | None
    seen_links: tuple[str, ...] = ()
    a_day: float | None = None
    silent_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A poll that did not. With `gone` there will be no other."""

    error: str
    gone: bool = False


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
    return await load(connection, select(sources).where(sources.c.id.in_(ids)).order_by(sources.c.id)) if ids else ()


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
            "answered_at": now,
            "failures": 0,
            "last_error": None,
            "filled_at": case((sources.c.filled_at.is_(None), now), else_=sources.c.filled_at),
        }
        known = {"a_day": result.a_day, "silent_from": result.silent_from}
        values |= {name: value for name, value in known.items() if value is not None}
    else:
        values |= {"failures": sources.c.failures + 1, "last_error": result.error}
        if result.gone:
            values["state"] = case((sources.c.state == State.ACTIVE, State.GONE.value), else_=sources.c.state)
    await connection.execute(update(sources).where(sources.c.id == source_id).values(values))


async def untold(connection: AsyncConnection, *, now: datetime) -> tuple[Source, ...]:
    """Return the sources whose health is another than the newsroom was told."""
    told = case((sources.c.told_silent, Health.SILENT.value), else_=sources.c.told)
    return await load(connection, select(sources).where(told != _health(now)).order_by(sources.c.id))


async def mark_told(connection: AsyncConnection, source_id: int, health: Health) -> None:
    """The newsroom knows of this now."""
    silent = health is Health.SILENT
    await connection.execute(
        update(sources)
        .where(sources.c.id == source_id)
        .values(told=Health.WELL if silent else health, told_silent=silent)
    )


async def count_by_health(connection: AsyncConnection, *, now: datetime) -> dict[Health, int]:
    """Return how many sources stand in each state of health."""
    judged = select(_health(now).label("health")).subquery()
    rows = await connection.execute(select(judged.c.health, func.count()).group_by(judged.c.health))
    return dict.fromkeys(Health, 0) | {Health(word): count for word, count in rows}


def _health(now: datetime) -> ColumnElement[str]:
    """`Source.health`, as the database judges it."""
    return case(
        (sources.c.state == State.GONE, Health.GONE.value),
        (sources.c.failures >= FAILING_AFTER, Health.FAILING.value),
        ((sources.c.state == State.ACTIVE) & (sources.c.silent_from <= now), Health.SILENT.value),
        else_=Health.WELL.value,
    )
