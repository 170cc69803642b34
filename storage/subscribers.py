"""Subscribers: chats, what they chose, and whether they can still be reached."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audience, deliveries, dialect, preferences
from storage.audience import Change
from storage.tables import sections, subscribers, subscriptions


class Status(StrEnum):
    """active: gets what its sections bring. stopped: left by its own wish. gone: Telegram refuses the chat."""

    ACTIVE = "active"
    STOPPED = "stopped"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One chat. `timezone` is an IANA name, `language` an ISO 639-1 code, `sections` are ids."""

    chat_id: int
    language: str
    timezone: str
    status: Status
    sections: frozenset[int]
    digits: str = "latn"  # how numbers are written: latn 12, arab ١٢
    topics: Mapping[int, int] = field(default_factory=dict)  # section id → the topic of a forum that its alerts go to


@dataclass(frozen=True, slots=True)
class ImportedSubscriber:
    """A subscriber from elsewhere. `section_ids` replace what the chat had chosen before."""

    chat_id: int
    language: str
    timezone: str
    section_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExportedSubscriber:
    """An active subscriber, with its sections by canonical name."""

    chat_id: int
    language: str
    timezone: str
    sections: tuple[str, ...]


async def get(connection: AsyncConnection, chat_id: int) -> Subscriber | None:
    """Return the chat, or None where it never spoke with the bot."""
    row = (
        await connection.execute(
            select(subscribers.c.language, subscribers.c.timezone, subscribers.c.status, subscribers.c.digits).where(
                subscribers.c.chat_id == chat_id
            )
        )
    ).one_or_none()
    if row is None:
        return None
    chosen = (
        await connection.execute(
            select(subscriptions.c.section_id, subscriptions.c.thread_id).where(subscriptions.c.chat_id == chat_id)
        )
    ).all()
    section_ids = frozenset(choice.section_id for choice in chosen)
    topics = {choice.section_id: choice.thread_id for choice in chosen if choice.thread_id is not None}
    return Subscriber(chat_id, row.language, row.timezone, Status(row.status), section_ids, row.digits, topics)


async def start(connection: AsyncConnection, chat_id: int, *, language: str, timezone: str, now: datetime) -> bool:
    """Make the chat an active subscriber; return whether it is new. One that comes back keeps what it had chosen.

    `language` and `timezone` are those of a new one.
    """
    before = await connection.scalar(select(subscribers.c.status).where(subscribers.c.chat_id == chat_id))
    await connection.execute(
        dialect.insert(connection, subscribers)
        .values(
            chat_id=chat_id,
            language=language,
            timezone=timezone,
            status=Status.ACTIVE,
            created_at=now,
            changed_at=now,
        )
        .on_conflict_do_update(index_elements=["chat_id"], set_={"status": Status.ACTIVE, "changed_at": now})
    )
    if before != Status.ACTIVE:
        await audience.count(connection, Change.JOINED, 1, now=now)
    return before is None


async def choose(
    connection: AsyncConnection,
    chat_id: int,
    section_ids: Iterable[int],
    *,
    chosen: bool,
    now: datetime,
    thread_id: int | None = None,
) -> None:
    """Add the sections to the chat's choice, or take them out. A chat that chooses nothing any more is owed nothing.

    What is added goes to the topic `thread_id` of a forum from now on, or to the chat itself, also if it
    went elsewhere before.
    """
    # First, so that of two presses at the same moment the second one sees what the first has left.
    await connection.execute(update(subscribers).where(subscribers.c.chat_id == chat_id).values(changed_at=now))
    ids = list(section_ids)
    if chosen:
        rows = [{"chat_id": chat_id, "section_id": section_id, "thread_id": thread_id} for section_id in ids]
        statement = dialect.insert(connection, subscriptions)
        if rows:
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["chat_id", "section_id"], set_={"thread_id": statement.excluded.thread_id}
                ),
                rows,
            )
        return
    await connection.execute(
        delete(subscriptions).where(subscriptions.c.chat_id == chat_id, subscriptions.c.section_id.in_(ids))
    )
    left = await connection.scalar(
        select(func.count()).select_from(subscriptions).where(subscriptions.c.chat_id == chat_id)
    )
    if not left:
        await deliveries.forgive(connection, [chat_id], "no section chosen")


async def speak(connection: AsyncConnection, chat_id: int, *, now: datetime, **choice: str) -> None:
    """Set the chat's `language`, its `digits`, or both."""
    await connection.execute(
        update(subscribers).where(subscribers.c.chat_id == chat_id).values(**choice, changed_at=now)
    )


async def stop(connection: AsyncConnection, chat_id: int, *, status: Status, now: datetime) -> None:
    """Make the chat `stopped` or `gone`, and forgive what it was still owed."""
    await stop_many(connection, [chat_id], status=status, now=now)


async def stop_many(connection: AsyncConnection, chat_ids: Sequence[int], *, status: Status, now: datetime) -> None:
    """As `stop`, for several chats at once."""
    left = update(subscribers).where(subscribers.c.chat_id.in_(chat_ids)).values(status=status, changed_at=now)
    active = subscribers.c.status == Status.ACTIVE
    leaving = (await connection.execute(left.where(active))).rowcount  # who had left before does not leave again
    await connection.execute(left.where(~active))
    await deliveries.forgive(connection, chat_ids, f"subscriber {status}", edits=status is Status.GONE)
    if status is not Status.ACTIVE:
        await audience.count(connection, Change(status), leaving, now=now)


async def import_many(connection: AsyncConnection, batch: Sequence[ImportedSubscriber], *, now: datetime) -> int:
    """Make every chat of the batch an active subscriber with exactly the given sections, language and time zone.

    Of several rows for one chat the last counts. Who moves to another time zone moves with their digests and quiet
    hours. Return how many of the chats were not active before, for `audience.count` at the end.
    """
    batch = list({row.chat_id: row for row in batch}.values())
    if not batch:
        return 0
    known = (
        await connection.execute(
            select(subscribers.c.chat_id, subscribers.c.timezone, subscribers.c.status).where(
                subscribers.c.chat_id.in_([row.chat_id for row in batch])
            )
        )
    ).all()
    zones = {row.chat_id: row.timezone for row in known}
    active = sum(1 for row in known if row.status == Status.ACTIVE)
    statement = dialect.insert(connection, subscribers)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["chat_id"],
            set_={name: statement.excluded[name] for name in ("language", "timezone", "status", "changed_at")},
        ),
        [
            {
                "chat_id": row.chat_id,
                "language": row.language,
                "timezone": row.timezone,
                "status": Status.ACTIVE,
                "created_at": now,
                "changed_at": now,
            }
            for row in batch
        ],
    )
    await connection.execute(
        delete(subscriptions).where(subscriptions.c.chat_id == bindparam("gone_chat_id")),
        [{"gone_chat_id": row.chat_id} for row in batch],
    )
    chosen = [{"chat_id": row.chat_id, "section_id": section_id} for row in batch for section_id in row.section_ids]
    await _subscribe(connection, chosen)
    moved = {row.chat_id: row.timezone for row in batch if zones.get(row.chat_id, row.timezone) != row.timezone}
    if moved:
        await preferences.follow_zones(connection, moved, now=now)
    return len(batch) - active


async def export(connection: AsyncConnection) -> AsyncIterator[ExportedSubscriber]:
    """Yield every active subscriber, by chat id; memory does not grow with their number."""
    rows = await connection.stream(
        select(subscribers.c.chat_id, subscribers.c.language, subscribers.c.timezone, sections.c.name)
        .outerjoin(subscriptions, subscriptions.c.chat_id == subscribers.c.chat_id)
        .outerjoin(sections, sections.c.id == subscriptions.c.section_id)
        .where(subscribers.c.status == Status.ACTIVE)
        .order_by(subscribers.c.chat_id, sections.c.position)
    )
    current: ExportedSubscriber | None = None
    async for chat_id, language, timezone, name in rows:
        names = (name,) if name else ()
        if current and current.chat_id == chat_id:
            current = ExportedSubscriber(chat_id, language, timezone, current.sections + names)
            continue
        if current:
            yield current
        current = ExportedSubscriber(chat_id, language, timezone, names)
    if current:
        yield current


async def _subscribe(connection: AsyncConnection, rows: list[dict[str, int]]) -> None:
    if rows:
        await connection.execute(dialect.insert(connection, subscriptions).on_conflict_do_nothing(), rows)
