"""How a chat wishes to be told: quiet hours, mutes, its budget of alerts, its time zone, and its wishes by section."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Update, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import digests, quiet
from storage.digests import Edition
from storage.localtime import QuietHours, quiet_end, quiet_now
from storage.quiet import Spared
from storage.tables import sections, subscribers, subscriptions

# Alerts a day that a chat may choose as its budget.
BUDGETS = (5, 10, 20)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The wishes of one chat. `quiet` is None without quiet hours, `budget` None without a limit.

    `muted_until` may be in the past.
    """

    timezone: str
    quiet: QuietHours | None = None
    flash_passes: bool = False
    muted_until: datetime | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class FollowedSection:
    """A section of a chat, and what the chat wants of it."""

    name: str
    slug: str
    urgent_only: bool
    in_digest: bool


async def get(connection: AsyncConnection, chat_id: int) -> Preferences | None:
    """Return the chat's wishes, or None where it never spoke with the bot."""
    row = (
        await connection.execute(
            select(
                subscribers.c.timezone,
                subscribers.c.quiet_from,
                subscribers.c.quiet_until,
                subscribers.c.flash_passes,
                subscribers.c.muted_until,
                subscribers.c.alert_budget,
            ).where(subscribers.c.chat_id == chat_id)
        )
    ).one_or_none()
    if row is None:
        return None
    has_hours = row.quiet_from is not None and row.quiet_until is not None
    return Preferences(
        timezone=row.timezone,
        quiet=QuietHours(row.timezone, row.quiet_from, row.quiet_until) if has_hours else None,
        flash_passes=row.flash_passes,
        muted_until=row.muted_until,
        budget=row.alert_budget,
    )


async def set_quiet(connection: AsyncConnection, chat_id: int, hours: QuietHours | None, *, now: datetime) -> None:
    """Leave the chat in peace during these hours of its time zone, and tell it afterwards what it missed.

    Raise `ValueError` for hours that end when they begin.
    """
    if hours is None:
        await connection.execute(_of(chat_id).values(quiet_from=None, quiet_until=None))
        await digests.turn_off(connection, chat_id, Edition.AFTER_QUIET)
        return
    if hours.start == hours.until:
        raise ValueError("these hours have no end")
    await connection.execute(_of(chat_id).values(quiet_from=hours.start, quiet_until=hours.until))
    await digests.turn_on(
        connection, chat_id, minute=hours.until, timezone=hours.zone, now=now, edition=Edition.AFTER_QUIET
    )
    await _hush(connection, chat_id, now)


async def let_flash_pass(connection: AsyncConnection, chat_id: int, passes: bool) -> None:
    """Whether alerts of the highest urgency are pushed during the chat's quiet hours."""
    await connection.execute(_of(chat_id).values(flash_passes=passes))


async def mute(connection: AsyncConnection, chat_id: int, until: datetime, *, now: datetime) -> None:
    """Push no alert to the chat until then, and tell it then what it missed.

    `until` is cut to the minute. A second mute takes the place of the first.
    """
    until = until.replace(second=0, microsecond=0)
    timezone = await _timezone(connection, chat_id)
    waiting_since = await quiet.spare(connection, chat_id, Spared.MUTED)
    await connection.execute(_of(chat_id).values(muted_until=until))
    await digests.tell_after_mute(connection, chat_id, until=until, since=waiting_since or now, timezone=timezone)


async def unmute(connection: AsyncConnection, chat_id: int, *, now: datetime) -> None:
    """Push alerts to the chat again, and tell it now what it missed."""
    await connection.execute(_of(chat_id).values(muted_until=None))
    await digests.hasten_after_mute(connection, chat_id, now=now)


async def set_budget(connection: AsyncConnection, chat_id: int, alerts: int | None) -> None:
    """Push the chat so many alerts a day at most. Raise `ValueError` for another number than those of `BUDGETS`."""
    if alerts is not None and alerts not in BUDGETS:
        raise ValueError(f"no budget of {alerts}")
    await connection.execute(_of(chat_id).values(alert_budget=alerts))


async def set_timezone(connection: AsyncConnection, chat_id: int, timezone: str, *, now: datetime) -> None:
    """Move the chat to another time zone, an IANA name, with its quiet hours and its digests."""
    await connection.execute(_of(chat_id).values(timezone=timezone, changed_at=now))
    await follow_zones(connection, {chat_id: timezone}, now=now)


async def follow_zones(connection: AsyncConnection, zones: Mapping[int, str], *, now: datetime) -> None:
    """Do what has to be done when chats have moved to these time zones: with their digests, and their quiet hours.

    `zones` are some thousand at most.
    """
    await digests.follow_zones(connection, zones, now=now)
    # Where it is quiet there now, what waits must not break into that.
    hours = await quiet.choices(connection, among=zones)
    while await quiet.hush(connection, quiet_now(hours, now)) == quiet.HUSHED:
        pass


async def followed(connection: AsyncConnection, chat_id: int) -> tuple[FollowedSection, ...]:
    """Return the sections of the chat in their order."""
    rows = await connection.execute(
        select(sections.c.name, sections.c.slug, subscriptions.c.urgent_only, subscriptions.c.in_digest)
        .join(subscriptions, subscriptions.c.section_id == sections.c.id)
        .where(subscriptions.c.chat_id == chat_id)
        .order_by(sections.c.position, sections.c.id)
    )
    return tuple(FollowedSection(*row) for row in rows)


async def wish_of_section(
    connection: AsyncConnection,
    chat_id: int,
    slug: str,
    *,
    urgent_only: bool | None = None,
    in_digest: bool | None = None,
) -> bool:
    """Change what the chat wants of one of its sections; return whether it follows that one. None leaves a wish."""
    wishes = {"urgent_only": urgent_only, "in_digest": in_digest}
    section = select(sections.c.id).where(sections.c.slug == slug).scalar_subquery()
    result = await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.chat_id == chat_id, subscriptions.c.section_id == section)
        .values({name: value for name, value in wishes.items() if value is not None})
    )
    return result.rowcount > 0


async def _hush(connection: AsyncConnection, chat_id: int, now: datetime) -> None:
    """Where the chat's quiet hours are now, what waits for it must not break into them."""
    mine = await get(connection, chat_id)
    if mine and mine.quiet and quiet_end(mine.quiet, now):
        await quiet.spare(connection, chat_id, Spared.QUIET, keep_flash=mine.flash_passes)


async def _timezone(connection: AsyncConnection, chat_id: int) -> str:
    zone: str = (
        await connection.execute(select(subscribers.c.timezone).where(subscribers.c.chat_id == chat_id))
    ).scalar_one()
    return zone


def _of(chat_id: int) -> Update:
    return update(subscribers).where(subscribers.c.chat_id == chat_id)
