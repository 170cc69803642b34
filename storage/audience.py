"""How many chats came and went, hour by hour. Counts only: which chats they were stands nowhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.tables import audience_hours


class Change(StrEnum):
    """joined: became active, be it again. stopped: left by its own wish. gone: Telegram refuses the chat."""

    JOINED = "joined"
    STOPPED = "stopped"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class AudienceHour:
    """What happened in the hour that begins then, in UTC."""

    hour: datetime
    joined: int
    stopped: int
    gone: int


def hour_of(moment: datetime) -> datetime:
    """Return when the hour of `moment` begins."""
    return moment.replace(minute=0, second=0, microsecond=0)


async def count(connection: AsyncConnection, change: Change, chats: int, *, now: datetime) -> None:
    """Count chats that changed so. Call it after the chats' own rows are written.

    Everybody writes to the same row, so it has to be the last one that a transaction waits for.
    """
    if not chats:
        return
    column = audience_hours.c[change.value]
    await connection.execute(
        dialect.insert(connection, audience_hours)
        .values(hour=hour_of(now), **{change.value: chats})
        .on_conflict_do_update(index_elements=["hour"], set_={change.value: column + chats})
    )


async def hours(connection: AsyncConnection, *, since: datetime) -> tuple[AudienceHour, ...]:
    """Return the hours since then in which something happened, in their order."""
    rows = await connection.execute(
        select(audience_hours).where(audience_hours.c.hour >= hour_of(since)).order_by(audience_hours.c.hour)
    )
    return tuple(AudienceHour(row.hour, row.joined, row.stopped, row.gone) for row in rows)
