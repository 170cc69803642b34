"""Announcements: messages of the newsroom's own, to everybody, to a section's followers, or in one language."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect, quiet
from storage.deliveries import Kind, Priority
from storage.deliveries import State as Delivery
from storage.subscribers import Status as SubscriberStatus
from storage.tables import announcements, deliveries, subscribers, subscriptions


class State(StrEnum):
    """open: waits for its button. released: owed to its readers. dropped: cancelled."""

    OPEN = "open"
    RELEASED = "released"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom it is for: who follows the section, if one is named, and reads the language, if one is named."""

    section_id: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """`text` is plain, as it was written."""

    id: int
    text: str
    audience: Audience


async def save(connection: AsyncConnection, text: str, *, author_id: int, now: datetime) -> int:
    """Keep an open announcement to everybody; return its number."""
    row = await connection.execute(
        announcements.insert()
        .values(author_id=author_id, text=text, state=State.OPEN, created_at=now)
        .returning(announcements.c.id)
    )
    return int(row.scalar_one())


async def get(connection: AsyncConnection, announcement_id: int, *, state: State | None = None) -> Announcement | None:
    """Return the announcement; None where there is none, or where it is not in the given state."""
    query = select(
        announcements.c.id, announcements.c.text, announcements.c.section_id, announcements.c.language
    ).where(announcements.c.id == announcement_id)
    if state is not None:
        query = query.where(announcements.c.state == state)
    row = (await connection.execute(query)).one_or_none()
    return Announcement(row.id, row.text, Audience(row.section_id, row.language)) if row else None


async def address(connection: AsyncConnection, announcement_id: int, audience: Audience) -> bool:
    """Say whom an open announcement is for; return False where it is open no more."""
    result = await connection.execute(
        update(announcements)
        .where(announcements.c.id == announcement_id, announcements.c.state == State.OPEN)
        .values(section_id=audience.section_id, language=audience.language)
    )
    return result.rowcount == 1


async def drop(connection: AsyncConnection, announcement_id: int) -> bool:
    """Cancel an open announcement; return False where it is open no more."""
    return await _end(connection, announcement_id, State.DROPPED) is not None


async def drop_all_of(connection: AsyncConnection, author_id: int) -> None:
    """Cancel every open announcement of this person."""
    mine = (announcements.c.author_id == author_id, announcements.c.state == State.OPEN)
    await connection.execute(update(announcements).where(*mine).values(state=State.DROPPED))


async def release(connection: AsyncConnection, announcement_id: int, *, now: datetime) -> int | None:
    """Owe an open announcement to its readers; return how many, or None where it is open no more.

    Of two who press at the same moment, one releases it. It waits behind everything else, and for the end of quiet
    hours and mutes; it never expires.
    """
    audience = await _end(connection, announcement_id, State.RELEASED)
    if audience is None:
        return None
    moment = deliveries.c.owed_at.type
    chats = select(
        literal(Kind.ANNOUNCEMENT.value),
        subscribers.c.chat_id,
        literal(announcement_id),
        literal(Delivery.PENDING.value),
        literal(int(Priority.ANNOUNCEMENT)),
        literal(now, moment),
        await quiet.may_speak_at(connection, now),
    ).where(*_readers(audience))
    columns = ("kind", "chat_id", "announcement_id", "state", "priority", "owed_at", "due_at")
    result = await connection.execute(
        dialect.insert(connection, deliveries).from_select(columns, chats).on_conflict_do_nothing()
    )
    return result.rowcount


async def count(connection: AsyncConnection, audience: Audience) -> int:
    """Return how many chats an announcement to this audience would be owed to."""
    return (await connection.scalar(select(func.count()).select_from(subscribers).where(*_readers(audience)))) or 0


def _readers(audience: Audience) -> list[ColumnElement[bool]]:
    # Nothing is pushed to a chat that has chosen no section.
    follows = select(1).where(subscriptions.c.chat_id == subscribers.c.chat_id)
    if audience.section_id is not None:
        follows = follows.where(subscriptions.c.section_id == audience.section_id)
    conditions: list[ColumnElement[bool]] = [subscribers.c.status == SubscriberStatus.ACTIVE, follows.exists()]
    if audience.language is not None:
        conditions.append(subscribers.c.language == audience.language)
    return conditions


async def _end(connection: AsyncConnection, announcement_id: int, state: State) -> Audience | None:
    row = (
        await connection.execute(
            update(announcements)
            .where(announcements.c.id == announcement_id, announcements.c.state == State.OPEN)
            .values(state=state)
            .returning(announcements.c.section_id, announcements.c.language)
        )
    ).one_or_none()
    return Audience(*row) if row else None
