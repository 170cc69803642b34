"""Telegram's updates that came by webhook, so that each is handled once.

Telegram sends an update again until it is answered, for up to a day, and several times at once where an answer was
slow. What is answered is stored first, so that it is handled even if the process dies between.
"""

from collections.abc import Collection, Mapping
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


async def receive(
    connection: AsyncConnection, bot_id: int, bodies: Mapping[int, str], *, now: datetime
) -> frozenset[int]:
    """Store updates that are to be handled, by their numbers. Return which are new; the others are left as they are."""
    new = await connection.scalars(
        dialect.insert(connection, received_updates)
        .values(
            [
                {"bot_id": bot_id, "update_id": number, "received_at": now, "body": bodies[number]}
                # In one order, or two processes that are posted the same ones might wait for each other for ever.
                for number in sorted(bodies)
            ]
        )
        .on_conflict_do_nothing()
        .returning(_key.update_id)
    )
    return frozenset(new)


async def begin(connection: AsyncConnection, bot_id: int, numbers: Collection[int]) -> frozenset[int]:
    """Take updates to handle them now. Return those that nobody has taken before, whichever process it was.

    What they say is forgotten with that. One whose handling is cut short is not handled again: half of what it asked
    for may have been done.
    """
    taken = await connection.scalars(
        update(received_updates)
        .where(_key.bot_id == bot_id, _key.update_id.in_(numbers), _key.body.is_not(None))
        .values(body=None)
        .returning(_key.update_id)
    )
    return frozenset(taken)


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
