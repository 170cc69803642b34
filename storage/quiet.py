"""When a chat is left in peace: its quiet hours and its mutes, and the alerts that were waiting for it."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, not_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.deliveries import Kind, Priority, State
from storage.localtime import QuietHours, quiet_now
from storage.tables import deliveries, subscribers

# Alerts that `hush` ends in one transaction.
HUSHED = 5_000
_HOURS = (subscribers.c.timezone, subscribers.c.quiet_from, subscribers.c.quiet_until)


class Spared(StrEnum):
    """Why a chat is not pushed an alert; stands in the row's `error`."""

    MUTED = "muted"
    QUIET = "quiet hours"
    OVER_BUDGET = "over the day's budget"


async def choices(connection: AsyncConnection) -> list[QuietHours]:
    """Return the quiet hours that anybody has chosen, each once."""
    rows = await connection.execute(select(*_HOURS).where(subscribers.c.quiet_from.is_not(None)).distinct())
    return [QuietHours(*row) for row in rows]


def is_in(hours: Iterable[QuietHours]) -> ColumnElement[bool]:
    """The condition under which a subscriber's quiet hours are among `hours`."""
    return tuple_(*_HOURS).in_([(choice.zone, choice.start, choice.until) for choice in hours])


async def begun(connection: AsyncConnection, *, now: datetime, since: datetime | None) -> list[QuietHours]:
    """Return the quiet hours that have begun after `since` and last; all that last where `since` is None."""
    chosen = await choices(connection)
    before = set(quiet_now(chosen, since)) if since else set()
    return [hours for hours in quiet_now(chosen, now) if hours not in before]


async def hush(connection: AsyncConnection, hours: Iterable[QuietHours]) -> int:
    """Let alerts that wait not break into these quiet hours; return how many are ended.

    Up to `HUSHED` are ended at once, so that nobody waits for the write lock long: call it until there are fewer. What
    is in flight at that moment is not called back.
    """
    passes = and_(subscribers.c.flash_passes, deliveries.c.priority >= int(Priority.FLASH_ALERT))
    waiting = (
        select(deliveries.c.id)
        .join(subscribers, subscribers.c.chat_id == deliveries.c.chat_id)
        .where(
            deliveries.c.state == dialect.inline(State.PENDING),
            deliveries.c.kind == Kind.ALERT,
            subscribers.c.quiet_from.is_not(None),
            is_in(hours),
            not_(passes),
        )
        .limit(HUSHED)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    return await _spare(connection, deliveries.c.id.in_((await connection.scalars(waiting)).all()), Spared.QUIET)


async def spare(connection: AsyncConnection, chat_id: int, why: Spared, *, keep_flash: bool = False) -> datetime | None:
    """End the alerts that wait for one chat; return since when the oldest of them was owed.

    With `keep_flash`, all but those of the highest urgency.
    """
    waiting = and_(
        deliveries.c.chat_id == chat_id,
        deliveries.c.state == dialect.inline(State.PENDING),
        deliveries.c.kind == Kind.ALERT,
    )
    if keep_flash:
        waiting = and_(waiting, deliveries.c.priority < int(Priority.FLASH_ALERT))
    oldest: datetime | None = await connection.scalar(select(func.min(deliveries.c.owed_at)).where(waiting))
    if oldest is not None:
        await _spare(connection, waiting, why)
    return oldest


async def _spare(connection: AsyncConnection, which: ColumnElement[bool], why: Spared) -> int:
    result = await connection.execute(
        update(deliveries)
        .where(which, deliveries.c.state == dialect.inline(State.PENDING))
        .values(state=State.EXPIRED, error=why)
    )
    return result.rowcount
