"""The outbox: what is owed to whom, and how each debt was paid.

pending → sending → sent | failed | gone | expired | unknown. A row is `sending` from before its request until after
its answer, so that after a crash only these rows are in doubt. `unknown` is a send whose answer was lost and that must
not be tried again, since the chat might get a third copy. `expired` is left to a digest: it has waited too long, or the
chat wished to be left in peace (`storage.owing`), which `error` says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect, paid
from storage.tables import article_sections, articles, deliveries, subscribers, subscriptions

# What is still being sent after this long was forgotten: no request lives so long.
LEASE = timedelta(minutes=5)
# Alerts that are told in one message at most.
MOST_JOINED = 5
# Rows that are ended in one transaction, so that nobody waits for the write lock long.
_BATCH = 5_000


class Kind(StrEnum):
    """What is delivered."""

    ALERT = "alert"
    DIGEST = "digest"


class Priority(IntEnum):
    """The order of sending; larger goes first."""

    DIGEST = 10
    NORMAL_ALERT = 30
    URGENT_ALERT = 31
    FLASH_ALERT = 32


class State(StrEnum):
    """Where a debt stands; see the module's docstring."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GONE = "gone"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


_PENDING = dialect.inline(State.PENDING)
_SENDING = dialect.inline(State.SENDING)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this process must send now, and everything that is needed to do so."""

    id: int
    kind: Kind
    chat_id: int
    language: str
    timezone: str
    attempts: int  # requests made so far
    refusals: int
    lost_answers: int
    interruptions: int
    article_id: int | None
    revision: int | None
    window_start: datetime | None
    window_end: datetime | None
    digits: str = "latn"  # how the chat wants numbers written; see storage.tables
    edition: str | None = None  # of a digest
    thread_id: int | None = None  # the topic of a forum
    reply_to: int | None = None  # the chat's last message about the same running story


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a process must send now, the most pressing first.

    A parcel is what one chat is to be told at once: a digest, or alerts that have waited together, the newest first.
    """

    parcels: tuple[tuple[Claim, ...], ...]
    more: bool  # other deliveries may be waiting
    paid: tuple[tuple[Claim, ...], ...] = ()  # further parcels, which may pass the free limit

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(claim for parcel in self.parcels + self.paid for claim in parcel)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a claim ended. With `state` pending it is tried again at `due_at`; the counters hold their new values."""

    id: int
    state: State
    at: datetime
    due_at: datetime | None = None
    message_id: int | None = None
    error: str | None = None
    attempts: int = 0
    refusals: int = 0
    lost_answers: int = 0


async def is_waiting(connection: AsyncConnection, *, now: datetime) -> bool:
    """Return whether `claim` would find anything. It only reads."""
    return (await connection.execute(_due(select(deliveries.c.id), now).limit(1))).first() is not None


async def claim(
    connection: AsyncConnection, *, limit: int, now: datetime, paid_limit: int = 0, paid_a_day: int = 0
) -> Claimed:
    """Mark deliveries to up to `limit` chats `sending`, the most pressing first, and return them in that order.

    Beyond these, alerts to up to `paid_limit` chats are claimed to be paid for, never more than `paid_a_day` on one
    day (UTC).

    Two processes never get the same row. A chat that has stopped or chosen no section meanwhile gets nothing, even if
    its delivery became pending again after that. Alerts that wait for a chat whose turn it is come along. What has
    waited past its time to live is ended instead, some at a time.
    """
    wanted = select(*_CLAIM_COLUMNS)
    rows = await _lock(connection, _due(wanted, now).limit(limit + paid_limit))
    stale = [row.id for row in rows if _is_stale(row, now)]
    if stale:
        await _end(connection, stale)
        await expire(connection, now=now)
    parcels: dict[tuple[int, int | None], dict[int, Claim]] = {}
    for row in rows:
        if not _is_stale(row, now):
            _add(parcels.setdefault(_parcel_key(row), {}), row)
    free, further = list(parcels)[:limit], [key for key in list(parcels)[limit:] if key[1] is None]
    granted = await paid.take(connection, wanted=len(further), most=paid_a_day, now=now) if further else 0
    left = len(parcels) - len(free) - granted
    parcels = {key: parcels[key] for key in free + further[:granted]}
    if alerted := {chat_id for chat_id, digest_id in parcels if digest_id is None}:
        others = wanted.where(deliveries.c.chat_id.in_(alerted), deliveries.c.kind == Kind.ALERT)
        for row in await _lock(connection, _due(others, now)):
            if not _is_stale(row, now):
                _add(parcels[_parcel_key(row)], row)
    left += await _place(connection, parcels)
    if parcels:
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_([delivery_id for parcel in parcels.values() for delivery_id in parcel]))
            .values(state=State.SENDING, due_at=now + LEASE)  # the lease's end
        )
    told = [tuple(parcel.values()) for parcel in parcels.values()]
    return Claimed(
        tuple(told[: len(free)]),
        more=len(rows) == limit + paid_limit or left > 0 or bool(stale),
        paid=tuple(told[len(free) :]),
    )


async def settle(connection: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    """Write how claims ended.

    A row that something else has ended meanwhile is left as it is. One that `recover` has freed although its request
    was still under way is not: it would be sent again.
    """
    if not outcomes:
        return
    await connection.execute(
        update(deliveries)
        # Not IN: its parameters cannot stand in a statement for many rows.
        .where(
            deliveries.c.id == bindparam("claim_id"),
            or_(deliveries.c.state == State.SENDING, deliveries.c.state == State.PENDING),
        )
        .values(
            state=bindparam("new_state"),
            due_at=func.coalesce(bindparam("new_due_at", type_=deliveries.c.due_at.type), deliveries.c.due_at),
            message_id=bindparam("new_message_id"),
            sent_at=bindparam("new_sent_at", type_=deliveries.c.sent_at.type),
            error=bindparam("new_error"),
            attempts=bindparam("new_attempts"),
            refusals=bindparam("new_refusals"),
            lost_answers=bindparam("new_lost_answers"),
        ),
        [
            {
                "claim_id": outcome.id,
                "new_state": outcome.state,
                "new_due_at": outcome.due_at,
                "new_message_id": outcome.message_id,
                "new_sent_at": outcome.at if outcome.state is State.SENT else None,
                "new_error": outcome.error,
                "new_attempts": outcome.attempts,
                "new_refusals": outcome.refusals,
                "new_lost_answers": outcome.lost_answers,
            }
            for outcome in outcomes
        ],
    )


async def recover(connection: AsyncConnection, *, now: datetime, all_of_them: bool) -> int:
    """Free what a process left in `sending` when it died; return how many rows that were.

    With `all_of_them` every such row, which only the one process that sends may ask for, at its start; otherwise those
    whose lease has run out. A row whose answer had already been lost once becomes `unknown`: the chat may have two
    copies by now.
    """
    mine: ColumnElement[bool] = deliveries.c.state == _SENDING
    if not all_of_them:
        mine = mine & (deliveries.c.due_at <= now)
    result = await connection.execute(
        update(deliveries)
        .where(mine)
        .values(
            state=case((deliveries.c.lost_answers > 0, State.UNKNOWN.value), else_=State.PENDING.value),
            attempts=deliveries.c.attempts + 1,
            interruptions=deliveries.c.interruptions + 1,
            due_at=now,
        )
    )
    return result.rowcount


async def expire(connection: AsyncConnection, *, now: datetime) -> int:
    """End what waited too long, some thousand at a time; return how many that were.

    An alert past its time to live is in the digest; a digest past its grace is left out. Only the oldest of each
    priority are looked at, so that the time does not grow with what is owed.
    """
    ended = 0
    for priority in Priority:
        oldest = (
            select(deliveries.c.id, deliveries.c.expires_at)
            .where(deliveries.c.state == _PENDING, deliveries.c.priority == int(priority))
            .order_by(deliveries.c.owed_at, deliveries.c.id)
            .limit(_BATCH)
            .subquery()
        )
        ended += await _end(connection, select(oldest.c.id).where(oldest.c.expires_at <= now))
    return ended


async def hasten(connection: AsyncConnection, *, now: datetime) -> int:
    """Let what waits for a later time wait no more, since the clock was set back; return how many rows that were."""
    result = await connection.execute(
        update(deliveries).where(deliveries.c.state == _PENDING, deliveries.c.due_at > now).values(due_at=now)
    )
    return result.rowcount


async def article_of_message(connection: AsyncConnection, chat_id: int, message_id: int) -> int | None:
    """Return the article that this message in this chat was an alert of."""
    return (
        await connection.execute(
            select(deliveries.c.article_id)
            .where(
                deliveries.c.chat_id == chat_id,
                deliveries.c.message_id == message_id,
                deliveries.c.article_id.is_not(None),
            )
            .order_by(deliveries.c.id.desc())
            .limit(1)
        )
    ).scalar_one_or_none()


async def count_by_state(connection: AsyncConnection, *, since: datetime) -> dict[State, int]:
    """Return how many deliveries owed since then stand in each state, and whatever is still open of older ones."""
    rows = await connection.execute(
        select(deliveries.c.state, func.count())
        .where(
            or_(
                deliveries.c.owed_at >= since,
                deliveries.c.state.in_((State.PENDING, State.SENDING)),
            )
        )
        .group_by(deliveries.c.state)
    )
    return {State(state): count for state, count in rows}


_CLAIM_COLUMNS = (
    deliveries.c.id,
    deliveries.c.kind,
    deliveries.c.chat_id,
    subscribers.c.language,
    subscribers.c.timezone,
    deliveries.c.attempts,
    deliveries.c.refusals,
    deliveries.c.lost_answers,
    deliveries.c.interruptions,
    deliveries.c.article_id,
    deliveries.c.revision,
    deliveries.c.window_start,
    deliveries.c.window_end,
    subscribers.c.digits,
    deliveries.c.edition,
    deliveries.c.expires_at,
)

# The topic of the first of the article's sections that the chat follows.
_TOPIC = (
    select(subscriptions.c.thread_id)
    .join(article_sections, article_sections.c.section_id == subscriptions.c.section_id)
    .where(subscriptions.c.chat_id == deliveries.c.chat_id, article_sections.c.article_id == deliveries.c.article_id)
    .order_by(article_sections.c.position)
    .limit(1)
    .scalar_subquery()
)
_this, _other, _told = articles.alias("this"), articles.alias("other"), deliveries.alias("told")
_LAST_TOLD = (
    select(_told.c.message_id)
    .join(_other, _other.c.id == _told.c.article_id)
    .join(_this, _this.c.story_id == _other.c.story_id)
    .where(
        _this.c.id == deliveries.c.article_id,
        _other.c.id != _this.c.id,
        _other.c.status != "retracted",
        _told.c.chat_id == deliveries.c.chat_id,
        _told.c.message_id.is_not(None),
    )
    .order_by(_told.c.sent_at.desc())
    .limit(1)
    .scalar_subquery()
)


def _due(query: Select[Any], now: datetime) -> Select[Any]:
    """Of the deliveries only those that may go out now, to chats that still want them, the most pressing first."""
    follows = select(1).where(subscriptions.c.chat_id == deliveries.c.chat_id).exists()
    return (
        query.join_from(deliveries, subscribers, subscribers.c.chat_id == deliveries.c.chat_id)
        .where(deliveries.c.state == _PENDING, deliveries.c.due_at <= now, subscribers.c.status == "active", follows)
        .order_by(deliveries.c.priority.desc(), deliveries.c.owed_at.desc(), deliveries.c.id.desc())
    )


async def _lock(connection: AsyncConnection, query: Select[Any]) -> Sequence[Row[Any]]:
    rows: Sequence[Row[Any]] = (await connection.execute(query.with_for_update(skip_locked=True, of=deliveries))).all()
    return rows


async def _end(connection: AsyncConnection, ids: Sequence[int] | Select[Any]) -> int:
    result = await connection.execute(
        update(deliveries).where(deliveries.c.id.in_(ids), deliveries.c.state == _PENDING).values(state=State.EXPIRED)
    )
    return result.rowcount


async def _place(connection: AsyncConnection, parcels: dict[tuple[int, int | None], dict[int, Claim]]) -> int:
    """Say of each alert where in its chat it goes; return how many are left for later, since one message is one place.

    One statement for all, after they were chosen: what it looks up would be computed for every row that is due.
    """
    alerts = [delivery_id for (_, digest_id), parcel in parcels.items() if digest_id is None for delivery_id in parcel]
    if not alerts:
        return 0
    rows = await connection.execute(select(deliveries.c.id, _TOPIC, _LAST_TOLD).where(deliveries.c.id.in_(alerts)))
    places: dict[int, tuple[int | None, int | None]] = {row[0]: (row[1], row[2]) for row in rows}
    left = 0
    for key, parcel in parcels.items():
        if key[1] is not None:
            continue
        topic = places[next(iter(parcel))][0]
        here = {
            delivery_id: replace(claim, thread_id=topic, reply_to=places[delivery_id][1])
            for delivery_id, claim in parcel.items()
            if places[delivery_id][0] == topic
        }
        left += len(parcel) - len(here)
        parcels[key] = here
    return left


def _is_stale(row: Row[Any], now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= now


def _parcel_key(row: Row[Any]) -> tuple[int, int | None]:
    """Alerts to one chat are told together; every digest goes alone."""
    return row.chat_id, None if row.kind == Kind.ALERT else row.id


def _add(parcel: dict[int, Claim], row: Row[Any]) -> None:
    if row.id not in parcel and len(parcel) < MOST_JOINED:
        rest: tuple[Any, ...] = tuple(row)[2:-1]
        parcel[row.id] = Claim(row.id, Kind(row.kind), *rest)
