"""Digests: who wants which, when the next of each is due, and owing what is due.

A chat may have one in the morning, one in the evening, and a weekly one: the stories of its sections, and the alerts
that it was spared (`storage.owing_alerts`). Who has quiet hours, or has muted the bot, is told afterwards what was
missed, unless a digest tells it soon.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.deliveries import Kind
from storage.dialect import inline
from storage.localtime import local_date, next_occurrence
from storage.tables import deliveries, digests

NOON = 12 * 60
DEFAULT_MINUTE = 20 * 60
# A digest that could not go out in time (the bot was down) may be this late; after that it is left out.
GRACE = timedelta(hours=6)


class Edition(StrEnum):
    """Which digest; one of each for each local date at most.

    The first three are chosen. `after_quiet` comes with quiet hours, and `after_mute` once after a mute; they tell
    nothing but the alerts that were missed.
    """

    MORNING = "morning"
    EVENING = "evening"
    WEEKLY = "weekly"
    AFTER_QUIET = "after_quiet"
    AFTER_MUTE = "after_mute"


DAILY = (Edition.MORNING, Edition.EVENING)
CHOSEN = (*DAILY, Edition.WEEKLY)


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest of a chat. `minute` is of the day in the chat's time zone: 1200 is 20:00. `weekday` 1 is Monday."""

    enabled: bool
    minute: int
    next_due_at: datetime
    weekday: int | None = None


def edition_at(minute: int) -> Edition:
    """Return which daily digest one at that minute of the day is."""
    return Edition.MORNING if minute < NOON else Edition.EVENING


async def of_chat(connection: AsyncConnection, chat_id: int) -> dict[Edition, Digest]:
    """Return the digests that the chat has chosen at any time, the morning's first."""
    rows = await connection.execute(
        select(digests.c.edition, digests.c.enabled, digests.c.minute, digests.c.next_due_at, digests.c.weekday).where(
            digests.c.chat_id == chat_id, digests.c.edition.in_(CHOSEN)
        )
    )
    found = {Edition(edition): Digest(*rest) for edition, *rest in rows}
    return {edition: found[edition] for edition in CHOSEN if edition in found}


async def get(connection: AsyncConnection, chat_id: int, edition: Edition) -> Digest | None:
    """Return that digest of the chat, or None where it never had it."""
    return (await of_chat(connection, chat_id)).get(edition)


async def next_daily(connection: AsyncConnection, chat_id: int) -> Digest | None:
    """Return the chat's daily digest that comes first, or None where it wants none."""
    mine = await of_chat(connection, chat_id)
    wanted = [digest for edition, digest in mine.items() if edition in DAILY and digest.enabled]
    return min(wanted, key=lambda digest: digest.next_due_at, default=None)


async def turn_on(
    connection: AsyncConnection,
    chat_id: int,
    *,
    minute: int,
    timezone: str,
    now: datetime,
    edition: Edition | None = None,
    weekday: int | None = None,
) -> Digest:
    """Send the chat a digest at `minute` of its every day, or of every `weekday`, from now on.

    Without `edition` the daily one of that time of day. A chat that has had its digest of this date already gets the
    next one tomorrow, whatever the new hour is.
    """
    edition = edition or edition_at(minute)
    served = await connection.scalar(
        select(func.max(deliveries.c.local_date)).where(
            deliveries.c.chat_id == chat_id,
            deliveries.c.kind == inline(Kind.DIGEST),
            deliveries.c.edition == edition,
        )
    )
    following = next_occurrence(timezone, minute, after=now, after_date=served, weekday=weekday)
    values = {
        "enabled": True,
        "minute": minute,
        "weekday": weekday,
        "next_date": following.date,
        "next_due_at": following.at,
    }
    await connection.execute(
        dialect.insert(connection, digests)
        .values(chat_id=chat_id, edition=edition, **values)
        .on_conflict_do_update(index_elements=["chat_id", "edition"], set_=values)
    )
    return Digest(True, minute, following.at, weekday)


async def turn_off(connection: AsyncConnection, chat_id: int, edition: Edition | None = None) -> None:
    """Send the chat that digest no more, or none of those that it has chosen. Their hours are kept."""
    editions = CHOSEN if edition is None else (edition,)
    await connection.execute(
        update(digests).where(digests.c.chat_id == chat_id, digests.c.edition.in_(editions)).values(enabled=False)
    )


async def tell_after_mute(
    connection: AsyncConnection, chat_id: int, *, until: datetime, since: datetime, timezone: str
) -> None:
    """Tell the chat at `until` what it was spared since then; in place of what was to be told after another mute."""
    earlier: datetime | None = await connection.scalar(
        select(digests.c.covered_until).where(digests.c.chat_id == chat_id, digests.c.edition == Edition.AFTER_MUTE)
    )
    values = {
        "enabled": True,
        "minute": 0,
        "next_date": local_date(timezone, until),
        "next_due_at": until,
        "covered_until": min(since, earlier) if earlier else since,
    }
    await connection.execute(
        dialect.insert(connection, digests)
        .values(chat_id=chat_id, edition=Edition.AFTER_MUTE, **values)
        .on_conflict_do_update(index_elements=["chat_id", "edition"], set_=values)
    )


async def hasten_after_mute(connection: AsyncConnection, chat_id: int, *, now: datetime) -> None:
    """Tell the chat now what it was to be told at the end of its mute."""
    await connection.execute(
        update(digests)
        .where(digests.c.chat_id == chat_id, digests.c.edition == Edition.AFTER_MUTE)
        .values(next_due_at=now)
    )


async def follow_zones(connection: AsyncConnection, zones: Mapping[int, str], *, now: datetime) -> None:
    """Let the digests of these chats come at their hours in another time zone each. No date is served twice.

    `zones` are some thousand at most, for they stand in the statements.
    """
    served: dict[tuple[int, str], str] = {
        (chat_id, edition): date
        for chat_id, edition, date in await connection.execute(
            select(deliveries.c.chat_id, deliveries.c.edition, func.max(deliveries.c.local_date))
            .where(deliveries.c.chat_id.in_(zones), deliveries.c.kind == inline(Kind.DIGEST))
            .group_by(deliveries.c.chat_id, deliveries.c.edition)
        )
    }
    rows = await connection.execute(
        select(digests.c.chat_id, digests.c.edition, digests.c.minute, digests.c.weekday).where(
            digests.c.chat_id.in_(zones), digests.c.edition != Edition.AFTER_MUTE
        )
    )
    alike = defaultdict[tuple[str, str, int, int | None, str | None], list[int]](list)
    for chat_id, edition, minute, weekday in rows:
        alike[edition, zones[chat_id], minute, weekday, served.get((chat_id, edition))].append(chat_id)
    for (edition, zone, minute, weekday, date), chat_ids in alike.items():
        following = next_occurrence(zone, minute, after=now, after_date=date, weekday=weekday)
        await connection.execute(
            update(digests)
            .where(digests.c.chat_id.in_(chat_ids), digests.c.edition == edition)
            .values(next_date=following.date, next_due_at=following.at)
        )
