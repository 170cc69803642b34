"""When a chat is left in peace: its quiet hours and its mutes, and the alerts that were waiting for it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.deliveries import Kind, Priority, State
from storage.localtime import QuietHours, quiet_end, quiet_now
from storage.tables import articles, deliveries, subscribers

# Alerts that `hush` ends in one transaction.
HUSHED = 5_000
_HOURS = (subscribers.c.timezone, subscribers.c.quiet_from, subscribers.c.quiet_until)
# Alerts that wait: for their turn, or for the newsroom to let their story go on. An index serves each alone.
_WAITING = (
    and_(deliveries.c.state == dialect.inline(State.PENDING), deliveries.c.kind == Kind.ALERT),
    and_(
        deliveries.c.state == State.HELD,
        deliveries.c.kind == Kind.ALERT,
        deliveries.c.article_id.in_(select(articles.c.id).where(articles.c.held)),
    ),
)


class Spared(StrEnum):
    """Why a chat is not pushed an alert; stands in the row's `error`."""

    MUTED = "muted"
    QUIET = "quiet hours"
    OVER_BUDGET = "over the day's budget"


async def choices(connection: AsyncConnection, *, among: Iterable[int] | None = None) -> list[QuietHours]:
    """Return the quiet hours that anybody has chosen, or somebody `among` these chats, each once."""
    chosen = select(*_HOURS).where(subscribers.c.quiet_from.is_not(None)).distinct()
    rows = await connection.execute(chosen if among is None else chosen.where(subscribers.c.chat_id.in_(among)))
    return [QuietHours(*row) for row in rows]


def is_in(hours: Iterable[QuietHours]) -> ColumnElement[bool]:
    """The condition under which a subscriber's quiet hours are among `hours`."""
    return tuple_(*_HOURS).in_([(choice.zone, choice.start, choice.until) for choice in hours])


async def begun(connection: AsyncConnection, *, now: datetime, since: datetime | None) -> list[QuietHours]:
    """Return the quiet hours that have begun after `since` and last; all that last where `since` is None."""
    chosen = await choices(connection)
    before = set(quiet_now(chosen, since)) if since else set()
    return [hours for hours in quiet_now(chosen, now) if hours not in before]


async def hush(connection: AsyncConnection, hours: Iterable[QuietHours]) -> Counter[State]:
    """Let alerts that wait not break into these quiet hours; return how many end in which state.

    Up to `HUSHED` are ended at once, so that nobody waits for the write lock long: call it until there are fewer. What
    is in flight at that moment is not called back.
    """
    hours = list(hours)
    passes = and_(subscribers.c.flash_passes, deliveries.c.priority >= int(Priority.FLASH_ALERT))
    ended = Counter[State]()
    for waiting in _WAITING:
        which = (
            select(deliveries.c.id)
            .join(subscribers, subscribers.c.chat_id == deliveries.c.chat_id)
            .where(waiting, subscribers.c.quiet_from.is_not(None), is_in(hours), not_(passes))
            .limit(HUSHED - ended.total())
            .with_for_update(skip_locked=True, of=deliveries)
        )
        ids = (await connection.scalars(which)).all()
        ended += await _spare(connection, and_(waiting, deliveries.c.id.in_(ids)), Spared.QUIET)
    return ended


async def spare(connection: AsyncConnection, chat_id: int, why: Spared, *, keep_flash: bool = False) -> datetime | None:
    """End the alerts that wait for one chat; return since when the oldest of them was owed.

    With `keep_flash`, all but those of the highest urgency.
    """
    mine = deliveries.c.chat_id == chat_id
    if keep_flash:
        mine = and_(mine, deliveries.c.priority < int(Priority.FLASH_ALERT))
    since: list[datetime] = []
    for waiting in _WAITING:
        oldest = await connection.scalar(select(func.min(deliveries.c.owed_at)).where(mine, waiting))
        if oldest is not None:
            since.append(oldest)
            await _spare(connection, and_(mine, waiting), why)
    return min(since, default=None)


async def may_speak_at(connection: AsyncConnection, now: datetime) -> ColumnElement[datetime]:
    """When a subscriber may be told what is not pressing: now, or where it is left in peace, at the end of that."""
    moment = subscribers.c.muted_until.type
    ends: dict[datetime, list[QuietHours]] = {}
    for hours in quiet_now(await choices(connection), now):
        ends.setdefault(quiet_end(hours, now) or now, []).append(hours)
    return case(
        (subscribers.c.muted_until > now, subscribers.c.muted_until),
        *(
            (and_(subscribers.c.quiet_from.is_not(None), is_in(hours)), literal(end, moment))
            for end, hours in ends.items()
        ),
        else_=literal(now, moment),
    )


async def _spare(connection: AsyncConnection, which: ColumnElement[bool], why: Spared) -> Counter[State]:
    """End them. A copy that may be in its chat, since an answer was lost or a process died, was not missed."""
    may_be_there = deliveries.c.lost_answers + deliveries.c.interruptions > 0
    states = await connection.scalars(
        update(deliveries)
        .where(which)
        .values(state=case((may_be_there, State.UNKNOWN.value), else_=State.EXPIRED.value), error=why)
        .returning(deliveries.c.state)
    )
    return Counter(map(State, states))
