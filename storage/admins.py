"""The newsroom: who may publish."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.tables import admins


async def set_owners(connection: AsyncConnection, user_ids: Iterable[int], *, now: datetime) -> None:
    """Make exactly these people owners."""
    ids = list(user_ids)
    await connection.execute(delete(admins).where(admins.c.role == "owner", admins.c.user_id.not_in(ids)))
    if ids:
        await connection.execute(
            dialect.insert(connection, admins).on_conflict_do_nothing(),
            [{"user_id": user_id, "role": "owner", "added_at": now} for user_id in ids],
        )


async def is_admin(connection: AsyncConnection, user_id: int) -> bool:
    """Whether this person may publish."""
    return await connection.scalar(select(admins.c.user_id).where(admins.c.user_id == user_id)) is not None


async def every(connection: AsyncConnection) -> tuple[int, ...]:
    """Return the ids of all admins."""
    return tuple(await connection.scalars(select(admins.c.user_id).order_by(admins.c.user_id)))
