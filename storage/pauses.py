"""The one switch that stops everything that goes out, replies to people excepted. What is owed stays owed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.tables import pauses


@dataclass(frozen=True, slots=True)
class Pause:
    """Who has stopped the sending, and when."""

    paused_by: int
    paused_at: datetime


async def pause(connection: AsyncConnection, *, by: int, now: datetime) -> bool:
    """Stop the sending; return False where it was stopped already. Call `Services.recall` after the transaction."""
    result = await connection.execute(
        dialect.insert(connection, pauses).values(id=1, paused_by=by, paused_at=now).on_conflict_do_nothing()
    )
    return result.rowcount == 1


async def resume(connection: AsyncConnection) -> bool:
    """Let the sending go on; return False where it was not stopped. Call `Services.wake` after the transaction."""
    return (await connection.execute(delete(pauses))).rowcount == 1


async def current(connection: AsyncConnection) -> Pause | None:
    """Return the pause that is in force, or None."""
    row = (await connection.execute(select(pauses.c.paused_by, pauses.c.paused_at))).one_or_none()
    return Pause(*row) if row else None
