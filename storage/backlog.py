"""How much is owed at this moment, for who watches over the bot."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.deliveries import Kind, Priority, State
from storage.tables import deliveries

_ALERTS = tuple(priority for priority in Priority if priority >= Priority.NORMAL_ALERT)


async def owed_by_kind(connection: AsyncConnection) -> dict[Kind, int]:
    """Return how many deliveries of each kind are owed and not ended."""
    counts = dict.fromkeys(Kind, 0)
    for state in (State.PENDING, State.SENDING):
        rows = await connection.execute(
            select(deliveries.c.kind, func.count())
            .where(deliveries.c.state == dialect.inline(state))
            .group_by(deliveries.c.kind)
        )
        for kind, count in rows:
            counts[Kind(kind)] += count
    return counts


async def oldest_alert(connection: AsyncConnection) -> datetime | None:
    """Return since when the alert is owed that waits longest, None where none does.

    Only the first row of each priority is looked at, so that the time does not grow with what is owed.
    """
    found = [
        await connection.scalar(
            select(deliveries.c.owed_at)
            .where(deliveries.c.state == dialect.inline(State.PENDING), deliveries.c.priority == int(priority))
            .order_by(deliveries.c.owed_at)
            .limit(1)
        )
        for priority in _ALERTS
    ]
    return min((moment for moment in found if moment is not None), default=None)
