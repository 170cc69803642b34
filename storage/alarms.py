"""What the owners were told that needs a person, so that they are told once, also across restarts."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.tables import alarms


class Alarm(StrEnum):
    """updates: none come from Telegram. database: it does not answer. disk: it is nearly full."""

    UPDATES = "updates"
    DATABASE = "database"
    DISK = "disk"


async def told(connection: AsyncConnection) -> frozenset[Alarm]:
    """Return what the owners were told and what is not over."""
    return frozenset(Alarm(name) for name in await connection.scalars(select(alarms.c.name)))


async def remember(connection: AsyncConnection, names: AbstractSet[Alarm], *, now: datetime) -> None:
    """The owners have been told exactly these, and of all others that they are over."""
    await connection.execute(delete(alarms).where(alarms.c.name.not_in(names)))
    for name in names:
        await connection.execute(
            dialect.insert(connection, alarms).values(name=name, told_at=now).on_conflict_do_nothing()
        )
