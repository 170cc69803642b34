"""Digests: who wants one, when the next is due, and owing what is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.articles import DIGEST_BACKLOG, in_digest_window
from storage.deliveries import Kind, Priority, State
from storage.dialect import inline
from storage.localtime import next_occurrence
from storage.tables import article_sections, articles, deliveries, digests, subscribers, subscriptions

DEFAULT_MINUTE = 20 * 60
# A digest that could not go out in time (the bot was down) may be this late; after that it is left out.
GRACE = timedelta(hours=6)
_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Digest:
    """A chat's digest. `minute` is of the day in the chat's time zone: 1200 is 20:00."""

    enabled: bool
    minute: int
    next_due_at: datetime


async def get(connection: AsyncConnection, chat_id: int) -> Digest | None:
    """Return the chat's digest, or None where it never had one."""
    row = (
        await connection.execute(
            select(digests.c.enabled, digests.c.minute, digests.c.next_due_at).where(digests.c.chat_id == chat_id)
        )
    ).one_or_none()
    return Digest(*row) if row else None


async def turn_on(connection: AsyncConnection, chat_id: int, *, minute: int, timezone: str, now: datetime) -> Digest:
    """Send the chat a digest at `minute` of its every day from now on.

    A chat that has had its digest of this date already gets the next one tomorrow, whatever the new hour is.
    """
    served = await connection.scalar(
        select(func.max(deliveries.c.local_date)).where(
            deliveries.c.chat_id == chat_id, deliveries.c.kind == inline(Kind.DIGEST)
        )
    )
    following = next_occurrence(timezone, minute, after=now, after_date=served)
    values = {
        "enabled": True,
        "minute": minute,
        "next_date": following.date,
        "next_due_at": following.at,
    }
    await connection.execute(
        dialect.insert(connection, digests)
        .values(chat_id=chat_id, **values)
        .on_conflict_do_update(index_elements=["chat_id"], set_=values)
    )
    return Digest(True, minute, following.at)


async def turn_off(connection: AsyncConnection, chat_id: int) -> None:
    """Send the chat no digest any more. Its hour is kept."""
    await connection.execute(update(digests).where(digests.c.chat_id == chat_id).values(enabled=False))


async def owe_due(connection: AsyncConnection, *, now: datetime) -> int:
    """Owe every digest that is due, and set when each next one is; return how many are owed.

    A few statements for each combination of time zone and hour, whatever the number of chats. A chat whose sections
    brought nothing is owed nothing. A row is due once: the local date of the next one is always a later date.
    """
    await dialect.serialize(connection, "owe digests")
    # First, since today's may be due although yesterday's was missed.
    for group in await _groups(connection, digests.c.next_due_at < now - GRACE):
        await _move_on(connection, group, after=now - GRACE)
    owed = 0
    for group in await _groups(connection, digests.c.next_due_at <= now):
        owed += await _owe_group(connection, group, now)
        await _move_on(connection, group, after=now, covered_until=now)
    return owed


@dataclass(frozen=True, slots=True)
class _Group:
    """Chats whose digests are due at one moment and will be at one moment again."""

    timezone: str
    minute: int
    date: str
    due_at: datetime

    def members(self) -> ColumnElement[bool]:
        return and_(
            digests.c.enabled,
            digests.c.minute == self.minute,
            digests.c.next_date == self.date,
            digests.c.next_due_at == self.due_at,
            digests.c.chat_id.in_(select(subscribers.c.chat_id).where(subscribers.c.timezone == self.timezone)),
        )


async def _groups(connection: AsyncConnection, due: ColumnElement[bool]) -> list[_Group]:
    rows = await connection.execute(
        select(subscribers.c.timezone, digests.c.minute, digests.c.next_date, digests.c.next_due_at)
        .join(subscribers, subscribers.c.chat_id == digests.c.chat_id)
        .where(digests.c.enabled, due)
        .distinct()
    )
    return [_Group(*row) for row in rows]


async def _move_on(connection: AsyncConnection, group: _Group, *, after: datetime, **values: datetime) -> None:
    following = next_occurrence(group.timezone, group.minute, after=after, after_date=group.date)
    await connection.execute(
        update(digests).where(group.members()).values(next_date=following.date, next_due_at=following.at, **values)
    )


async def _owe_group(connection: AsyncConnection, group: _Group, now: datetime) -> int:
    moment = deliveries.c.window_start.type
    earliest = now - DIGEST_BACKLOG
    since = case(
        (digests.c.covered_until.is_(None), literal(now - _DAY, moment)),
        (digests.c.covered_until < earliest, literal(earliest, moment)),
        else_=digests.c.covered_until,
    )
    something_came = (
        select(1)
        .select_from(articles)
        .join(article_sections, article_sections.c.article_id == articles.c.id)
        .join(subscriptions, subscriptions.c.section_id == article_sections.c.section_id)
        .where(subscriptions.c.chat_id == digests.c.chat_id, in_digest_window(since, now))
        .exists()
    )
    chats = (
        select(
            literal(Kind.DIGEST.value),
            digests.c.chat_id,
            digests.c.next_date,
            since,
            literal(now, moment),
            literal(State.PENDING.value),
            literal(int(Priority.DIGEST)),
            literal(now, moment),
            literal(now, moment),
            literal(group.due_at + GRACE, moment),
        )
        .join(subscribers, subscribers.c.chat_id == digests.c.chat_id)
        .where(group.members(), subscribers.c.status == "active", something_came)
    )
    columns = (
        "kind",
        "chat_id",
        "local_date",
        "window_start",
        "window_end",
        "state",
        "priority",
        "owed_at",
        "due_at",
        "expires_at",
    )
    result = await connection.execute(
        dialect.insert(connection, deliveries).from_select(columns, chats).on_conflict_do_nothing()
    )
    return result.rowcount
