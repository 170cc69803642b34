"""Telegram's updates that came by webhook, so that each is handled once.

Telegram sends an update again until it is answered, for up to a day, and several times at once where an answer was
slow. What is answered is stored first, so that it is handled even if the process dies between.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.tables import received_updates

# Twice as long as Telegram goes on sending one. https://core.telegram.org/bots/api#getting-updates
KEPT = timedelta(days=2)
# Rows that are deleted in one transaction, so that nobody waits for the write lock long.
_BATCH = 5_000
# Bodies of updates that are read at once: each may have a mebibyte.
_AT_ONCE = 200

_key = received_updates.c


async def receive(connection: AsyncConnection, bot_id: int, update_id: int, body: str, *, now: datetime) -> bool:
    """Store an update that is to be handled. Return False, and change nothing, where it has come before."""
    result = await connection.execute(
        dialect.insert(connection, received_updates)
        .values(bot_id=bot_id, update_id=update_id, received_at=now, body=body)
        .on_conflict_do_nothing()
    )
    return result.rowcount == 1


async def begin(connection: AsyncConnection, bot_id: int, update_id: int) -> bool:
    """Take an update to handle it now. Return False where it was taken before, by whichever process.

    What it says is forgotten with that. One whose handling is cut short is not handled again: half of what it asked
    for may have been done.
    """
    result = await connection.execute(
        update(received_updates)
        .where(_key.bot_id == bot_id, _key.update_id == update_id, _key.body.is_not(None))
        .values(body=None)
    )
    return result.rowcount == 1


async def waiting(connection: AsyncConnection, bot_id: int, *, besides: Collection[int] = ()) -> tuple[str, ...]:
    """Return the bodies of updates that nobody has begun to handle, the oldest first, up to some hundred at a time.

    `besides` are numbers of which the caller knows already.
    """
    mine = (_key.bot_id == bot_id, _key.body.is_not(None))
    numbers = await connection.scalars(select(_key.update_id).where(*mine).order_by(_key.update_id))
    new = [number for number in numbers if number not in besides][:_AT_ONCE]
    if not new:
        return ()
    rows = await connection.scalars(select(_key.body).where(*mine, _key.update_id.in_(new)).order_by(_key.update_id))
    return tuple(rows)


async def forget_old(connection: AsyncConnection, *, now: datetime) -> int:
    """Forget updates that Telegram sends no more, some thousand at a time; return how many that were."""
    old = select(_key.bot_id, _key.update_id).where(_key.received_at <= now - KEPT).limit(_BATCH).subquery()
    result = await connection.execute(
        delete(received_updates).where(
            select(1).where(old.c.bot_id == _key.bot_id, old.c.update_id == _key.update_id).exists()
        )
    )
    return result.rowcount
