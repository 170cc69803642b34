"""Messages over the free limit, which cost Stars: counted by day before they are sent, so that no crash loses count."""

from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.tables import paid_days

# https://core.telegram.org/bots/api#paid-broadcasts
MESSAGES_PER_STAR = 10


async def take(connection: AsyncConnection, *, wanted: int, most: int, now: datetime) -> int:
    """Count up to `wanted` messages as paid for today (UTC), `most` in all; return how many were counted.

    They stay counted if they are never sent: the day's ceiling is not passed even so.
    """
    day = now.astimezone(UTC).date().isoformat()
    await connection.execute(dialect.insert(connection, paid_days).values(day=day, messages=0).on_conflict_do_nothing())
    spent: int = (
        await connection.execute(select(paid_days.c.messages).where(paid_days.c.day == day).with_for_update())
    ).scalar_one()
    granted: int = max(0, min(wanted, most - spent))
    if granted:
        await connection.execute(update(paid_days).where(paid_days.c.day == day).values(messages=spent + granted))
    return granted
