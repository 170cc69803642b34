"""Subscriptions at WebSub hubs, which push what a source publishes. https://www.w3.org/TR/websub/

wanted → asked → active, and again asked for before its lease ends; denied where the hub will not; leaving until the hub
has forgotten it. A source has one at most, and one that no source has any more is left.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sources import State as SourceState
from storage.tables import hub_subscriptions, sources

# A hub that has taken a request verifies it within this time; doubled with every try that led to nothing.
VERIFIED_WITHIN = timedelta(minutes=10)
LONGEST_WAIT = timedelta(days=1)
# A hub that does not answer to so many requests to be left forgets us when the lease ends.
_MOST_FAREWELLS = 5
# A lease is renewed when this much of it has passed. A shorter one than the first is taken for that long, and a longer
# one than the second for not longer: hubs forget.
_RENEW_AT = 0.8
SHORTEST_LEASE = timedelta(minutes=5)
LONGEST_LEASE = timedelta(days=30)
_LONGEST_REASON = 200

_column = hub_subscriptions.c


class State(StrEnum):
    """See the module's docstring."""

    WANTED = "wanted"
    ASKED = "asked"
    ACTIVE = "active"
    DENIED = "denied"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One as it stands. `token` is the unguessable end of its callback's address; `secret` signs what is pushed.

    `public_url` is the root of that address. `failures` counts requests since the hub last confirmed it.
    """

    id: int
    source_id: int | None
    hub: str
    topic: str
    token: str
    secret: str
    public_url: str
    state: State
    failures: int
    expires_at: datetime | None
    pushed_at: datetime | None

    @property
    def names(self) -> tuple[str, str]:
        """The hub and the topic."""
        return self.hub, self.topic

    def is_pushing(self, now: datetime) -> bool:
        """Whether the hub can be relied on: it has pushed, and has missed nothing since.

        Many feeds name a hub that their publisher tells nothing; it confirms every subscription, and never pushes.
        """
        lasts = self.expires_at is not None and self.expires_at > now
        return self.state is State.ACTIVE and self.pushed_at is not None and lasts


async def follow(
    connection: AsyncConnection, source_id: int, named: tuple[str, str] | None, *, public_url: str, now: datetime
) -> None:
    """Want what a source names: a hub and a topic, or none any more. What was named before is left."""
    current = await of_source(connection, source_id)
    if current is not None:
        if named == current.names:
            return
        await _leave(connection, _column.id == current.id, now=now)
    if named is None:
        return
    hub, topic = named
    await connection.execute(
        hub_subscriptions.insert().values(
            source_id=source_id,
            hub=hub,
            topic=topic,
            token=secrets.token_urlsafe(32),
            secret=secrets.token_hex(32),
            public_url=public_url,
            state=State.WANTED,
            next_try_at=now,
            failures=0,
        )
    )


async def of_source(connection: AsyncConnection, source_id: int) -> Subscription | None:
    """Return the source's subscription."""
    return await _one(connection, _column.source_id == source_id)


async def by_token(connection: AsyncConnection, token: str) -> Subscription | None:
    """Return the subscription whose callback is called."""
    return await _one(connection, _column.token == token)


async def retire(connection: AsyncConnection, *, public_url: str, now: datetime) -> None:
    """Leave what no source that is followed needs any more, and ask again for what leads to an old address of ours."""
    active = select(1).where(sources.c.id == _column.source_id, sources.c.state == SourceState.ACTIVE).exists()
    await _leave(connection, ~active, now=now)
    await connection.execute(
        update(hub_subscriptions)
        .where(_column.public_url != public_url, _column.state != State.LEAVING)
        .values(public_url=public_url, state=State.WANTED, next_try_at=now, failures=0, pushed_at=None)
    )


async def claim(connection: AsyncConnection, *, limit: int, now: datetime) -> tuple[Subscription, ...]:
    """Take up to `limit` of those whose hub is to be asked for something now. Two processes never get the same one.

    Each is due again after a while, longer with every failure, unless the hub confirms what it was asked for.
    """
    due = (
        select(hub_subscriptions)
        .where(_column.state != State.DENIED, _column.next_try_at <= now)
        .order_by(_column.next_try_at, _column.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = [_read(row) for row in await connection.execute(due)]
    for subscription in taken:
        wait = min(VERIFIED_WITHIN * 2.0 ** min(subscription.failures, 10), LONGEST_WAIT)
        if subscription.state is State.LEAVING and subscription.failures >= _MOST_FAREWELLS:
            await forget(connection, subscription.id)
        else:
            await connection.execute(
                update(hub_subscriptions)
                .where(_column.id == subscription.id)
                .values(next_try_at=now + wait, failures=_column.failures + 1)
            )
    return tuple(one for one in taken if one.state is not State.LEAVING or one.failures < _MOST_FAREWELLS)


async def note_asked(connection: AsyncConnection, subscription_id: int) -> None:
    """The hub has taken the request, and has perhaps verified it already."""
    await connection.execute(
        update(hub_subscriptions)
        .where(_column.id == subscription_id, _column.state == State.WANTED)
        .values(state=State.ASKED, error=None)
    )


async def note_error(connection: AsyncConnection, subscription_id: int, error: str) -> None:
    """The hub has not taken the request."""
    await connection.execute(
        update(hub_subscriptions).where(_column.id == subscription_id).values(error=error[:_LONGEST_REASON])
    )


async def confirm(connection: AsyncConnection, subscription_id: int, lease: timedelta, *, now: datetime) -> None:
    """The hub pushes until the lease ends; it is asked again before."""
    lease = min(max(lease, SHORTEST_LEASE), LONGEST_LEASE)
    await connection.execute(
        update(hub_subscriptions)
        .where(_column.id == subscription_id)
        .values(state=State.ACTIVE, expires_at=now + lease, next_try_at=now + lease * _RENEW_AT, failures=0, error=None)
    )


async def deny(connection: AsyncConnection, subscription_id: int, reason: str) -> None:
    """The hub will not push this, now or any more. It is not asked again unless the source names another one."""
    await connection.execute(
        update(hub_subscriptions)
        .where(_column.id == subscription_id)
        .values(state=State.DENIED, error=reason[:_LONGEST_REASON], expires_at=None, pushed_at=None)
    )


async def forget(connection: AsyncConnection, subscription_id: int) -> None:
    """Delete a subscription that has been left."""
    await connection.execute(delete(hub_subscriptions).where(_column.id == subscription_id))


async def note_push(connection: AsyncConnection, subscription_id: int, *, now: datetime) -> None:
    """The hub has pushed something."""
    await connection.execute(update(hub_subscriptions).where(_column.id == subscription_id).values(pushed_at=now))


async def distrust(connection: AsyncConnection, subscription_id: int) -> None:
    """The source has published something that the hub has not pushed."""
    await connection.execute(update(hub_subscriptions).where(_column.id == subscription_id).values(pushed_at=None))


async def _leave(connection: AsyncConnection, which: Any, *, now: datetime) -> None:
    """Let go of subscriptions; those that a hub may know of are said farewell to."""
    unknown = or_(_column.state == State.WANTED, _column.state == State.DENIED)
    await connection.execute(delete(hub_subscriptions).where(which, unknown))
    await connection.execute(
        update(hub_subscriptions)
        .where(which, _column.state != State.LEAVING)
        .values(state=State.LEAVING, source_id=None, next_try_at=now, failures=0)
    )


async def _one(connection: AsyncConnection, which: Any) -> Subscription | None:
    row = (await connection.execute(select(hub_subscriptions).where(which))).first()
    return _read(row) if row else None


def _read(row: Any) -> Subscription:
    return Subscription(
        id=row.id,
        source_id=row.source_id,
        hub=row.hub,
        topic=row.topic,
        token=row.token,
        secret=row.secret,
        public_url=row.public_url,
        state=State(row.state),
        failures=row.failures,
        expires_at=row.expires_at,
        pushed_at=row.pushed_at,
    )
