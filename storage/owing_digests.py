"""Owing the digests that are due, each to whom it has anything to tell (`storage.digest_stories`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.articles import Status
from storage.deliveries import Kind, Priority, State
from storage.digest_stories import backlog, came, spared
from storage.digests import CHOSEN, DAILY, GRACE, Edition
from storage.localtime import next_occurrence
from storage.subscribers import Status as SubscriberStatus
from storage.tables import article_sections, articles, deliveries, digests, subscribers, subscriptions

# Who gets a digest so soon after the quiet hours or a mute is told there what was missed.
SOON = timedelta(hours=3)
# Whose windows a window begins behind, so that no story of the day is told twice.
_BEHIND = {
    Edition.MORNING: DAILY,
    Edition.EVENING: DAILY,
    Edition.WEEKLY: (Edition.WEEKLY,),
    Edition.AFTER_QUIET: (*DAILY, Edition.AFTER_QUIET),
}


async def owe_due(connection: AsyncConnection, *, now: datetime) -> int:
    """Owe every digest that is due, and set when each next one is; return how many are owed.

    A few statements for each combination of edition, time zone and hour, whatever the number of chats. A chat for which
    there is nothing to tell is owed nothing. A row is due once: the local date of the next one is always a later date.
    """
    await dialect.serialize(connection, "owe digests")
    # First, since today's may be due although yesterday's was missed.
    for group in await _groups(connection, digests.c.next_due_at < now - GRACE):
        await _move_on(connection, group, after=now - GRACE)
    owed = 0
    # Those that tell only what was missed come last: a digest that is due at the same moment tells it too.
    for group in await _groups(connection, digests.c.next_due_at <= now):
        owed += await _owe(connection, group.edition, group.members(), now, expires_at=group.due_at + GRACE)
        await _move_on(connection, group, after=now, covered_until=now)
    return owed + await _owe_after_mutes(connection, now)


@dataclass(frozen=True, slots=True)
class _Group:
    """Chats whose digests are due at one moment and will be at one moment again."""

    edition: Edition
    timezone: str
    minute: int
    weekday: int | None
    date: str
    due_at: datetime

    def members(self) -> ColumnElement[bool]:
        home = subscribers.alias("home")
        # Not as a list of all who live in the zone: they are many, and few are due at the moment.
        lives_there = select(1).where(home.c.chat_id == digests.c.chat_id, home.c.timezone == self.timezone).exists()
        return and_(
            digests.c.enabled,
            digests.c.edition == self.edition,
            digests.c.minute == self.minute,
            digests.c.weekday.is_(None) if self.weekday is None else digests.c.weekday == self.weekday,
            digests.c.next_date == self.date,
            digests.c.next_due_at == self.due_at,
            lives_there,
        )


async def _groups(connection: AsyncConnection, due: ColumnElement[bool]) -> list[_Group]:
    rows = await connection.execute(
        select(
            digests.c.edition,
            subscribers.c.timezone,
            digests.c.minute,
            digests.c.weekday,
            digests.c.next_date,
            digests.c.next_due_at,
        )
        .join(subscribers, subscribers.c.chat_id == digests.c.chat_id)
        .where(digests.c.enabled, digests.c.edition != Edition.AFTER_MUTE, due)
        .distinct()
    )
    order = list(Edition)
    found = [_Group(Edition(edition), *rest) for edition, *rest in rows]
    return sorted(found, key=lambda group: order.index(group.edition))


async def _move_on(connection: AsyncConnection, group: _Group, *, after: datetime, **values: datetime) -> None:
    following = next_occurrence(group.timezone, group.minute, after=after, after_date=group.date, weekday=group.weekday)
    await connection.execute(
        update(digests).where(group.members()).values(next_date=following.date, next_due_at=following.at, **values)
    )


async def _owe_after_mutes(connection: AsyncConnection, now: datetime) -> int:
    """They come once, each at a moment of its own: all that are due are owed together."""
    over = and_(digests.c.edition == Edition.AFTER_MUTE, digests.c.next_due_at <= now)
    in_time = and_(over, digests.c.next_due_at >= now - GRACE)
    if await connection.scalar(select(digests.c.chat_id).where(over).limit(1)) is None:
        return 0
    owed = await _owe(connection, Edition.AFTER_MUTE, in_time, now, expires_at=now + GRACE)
    await connection.execute(delete(digests).where(over))
    return owed


async def _owe(
    connection: AsyncConnection, edition: Edition, members: ColumnElement[bool], now: datetime, *, expires_at: datetime
) -> int:
    moment = deliveries.c.window_start.type
    since = _since(edition, now)
    chats = (
        select(
            literal(Kind.DIGEST.value),
            literal(edition.value),
            digests.c.chat_id,
            # Of several mutes on one date each has its round-up.
            digests.c.next_date if edition is not Edition.AFTER_MUTE else literal(None, digests.c.next_date.type),
            since,
            literal(now, moment),
            literal(State.PENDING.value),
            literal(int(Priority.DIGEST)),
            literal(now, moment),
            literal(now, moment),
            literal(expires_at, moment),
        )
        .join(subscribers, subscribers.c.chat_id == digests.c.chat_id)
        .where(
            members,
            subscribers.c.status == SubscriberStatus.ACTIVE,
            await _is_worth_it(connection, edition, since, now),
        )
    )
    columns = (
        "kind",
        "edition",
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


async def _is_worth_it(
    connection: AsyncConnection, edition: Edition, since: ColumnElement[datetime], now: datetime
) -> ColumnElement[bool]:
    """Whether a chat's digest has anything to tell."""
    missed = (
        select(1)
        .join(articles, articles.c.id == deliveries.c.article_id)
        .where(*spared(since, now), deliveries.c.chat_id == digests.c.chat_id, articles.c.status != Status.RETRACTED)
        .exists()
    )
    if edition in CHOSEN:
        return or_(await _news(connection, edition, since, now), missed)
    later = digests.alias("later")
    told_soon = (
        select(1)
        .where(
            later.c.chat_id == digests.c.chat_id,
            later.c.edition.in_(DAILY),
            later.c.enabled,
            later.c.next_due_at <= now + SOON,
        )
        .exists()
    )
    return and_(missed, ~told_soon)


async def _news(
    connection: AsyncConnection, edition: Edition, since: ColumnElement[datetime], now: datetime
) -> ColumnElement[bool]:
    """Whether a chat's sections brought anything.

    Only the newest story of each section is looked at, once for all chats: stories are many, sections few.
    """
    newest = (
        await connection.execute(
            select(article_sections.c.section_id, func.max(articles.c.received_at))
            .join(articles, articles.c.id == article_sections.c.article_id)
            .where(came(edition, now - backlog(edition), now), articles.c.status != Status.RETRACTED)
            .group_by(article_sections.c.section_id)
        )
    ).all()
    if not newest:
        return false()
    moment = articles.c.received_at.type
    came_at = case(
        {section_id: literal(received_at, moment) for section_id, received_at in newest},
        value=subscriptions.c.section_id,
    )
    return (
        select(1)
        .where(subscriptions.c.chat_id == digests.c.chat_id, subscriptions.c.in_digest, came_at >= since)
        .exists()
    )


def _since(edition: Edition, now: datetime) -> ColumnElement[datetime]:
    """Where a chat's window begins: where the one before has ended, if that is not too long ago."""
    moment = deliveries.c.window_start.type
    first = literal(now - timedelta(days=7 if edition is Edition.WEEKLY else 1), moment)
    earliest = literal(now - backlog(edition), moment)

    def clamped(covered: ColumnElement[datetime | None]) -> ColumnElement[datetime | None]:
        return case((covered < earliest, earliest), else_=covered)

    if edition not in _BEHIND:
        return func.coalesce(clamped(digests.c.covered_until), first)
    earlier = digests.alias("earlier")
    last = (
        select(func.max(clamped(earlier.c.covered_until)))
        .where(earlier.c.chat_id == digests.c.chat_id, earlier.c.edition.in_(_BEHIND[edition]))
        .correlate(digests)  # also where it stands inside another subquery
        .scalar_subquery()
    )
    return func.coalesce(last, first)
