"""Corrections and retractions that an editor is at: rows, so that their buttons outlive a restart and work once."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.article import Article
from storage.tables import amendments

# The author of what a source corrects by itself. Telegram gives nobody this id.
SOURCE_AUTHOR = 0


class Kind(StrEnum):
    """What it will be."""

    CORRECTION = "correction"
    RETRACTION = "retraction"


class State(StrEnum):
    """open: waits for its button. released: done. dropped: cancelled."""

    OPEN = "open"
    RELEASED = "released"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Content:
    """What it holds so far. `version` counts its changes, so that a button knows whether it shows the last one.

    Of a correction `article` is the story as it will be, None before anything was changed; `follow_up` says that those
    who read it long ago are told in a message besides. `reason` is a retraction's.
    """

    article: Article | None = None
    follow_up: bool = False
    reason: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Amendment:
    """One of them. `revision` is the story's when it was begun."""

    id: int
    kind: Kind
    article_id: int
    revision: int
    state: State
    content: Content


async def begin(
    connection: AsyncConnection, kind: Kind, article_id: int, revision: int, *, author_id: int, now: datetime
) -> Amendment:
    """Begin one; nothing is corrected or retracted yet."""
    amendment_id = (
        await connection.execute(
            amendments.insert()
            .values(
                kind=kind,
                article_id=article_id,
                revision=revision,
                author_id=author_id,
                content=_dump(Content()),
                state=State.OPEN,
                created_at=now,
            )
            .returning(amendments.c.id)
        )
    ).scalar_one()
    return Amendment(amendment_id, kind, article_id, revision, State.OPEN, Content())


async def get(connection: AsyncConnection, amendment_id: int) -> Amendment | None:
    """Return it, open or not."""
    row = (
        await connection.execute(
            select(
                amendments.c.id,
                amendments.c.kind,
                amendments.c.article_id,
                amendments.c.revision,
                amendments.c.state,
                amendments.c.content,
            ).where(amendments.c.id == amendment_id)
        )
    ).one_or_none()
    if row is None:
        return None
    return Amendment(row.id, Kind(row.kind), row.article_id, row.revision, State(row.state), _load(row.content))


async def change(connection: AsyncConnection, amendment: Amendment, content: Content) -> Amendment | None:
    """Let it hold `content`, as its next version; None where it was changed or ended since it was read."""
    changed = replace(content, version=amendment.content.version + 1)
    return await _update(connection, amendment, changed, State.OPEN)


async def renew(connection: AsyncConnection, amendment: Amendment, article: Article, revision: int) -> Amendment | None:
    """Let an open correction be of that revision of its story, and hold `article` as its next version."""
    content = replace(amendment.content, article=article, version=amendment.content.version + 1)
    renewed = await _update(connection, amendment, content, State.OPEN)
    if renewed is None:
        return None
    await connection.execute(update(amendments).where(amendments.c.id == amendment.id).values(revision=revision))
    return replace(renewed, revision=revision)


async def end(connection: AsyncConnection, amendment: Amendment, state: State) -> bool:
    """End it; return False where it was changed or ended since it was read. Of two who press, one ends it."""
    return await _update(connection, amendment, amendment.content, state) is not None


async def drop_all_of(connection: AsyncConnection, author_id: int) -> None:
    """End what this person was at."""
    mine = (amendments.c.author_id == author_id, amendments.c.state == State.OPEN)
    await connection.execute(update(amendments).where(*mine).values(state=State.DROPPED))


async def _update(
    connection: AsyncConnection, amendment: Amendment, content: Content, state: State
) -> Amendment | None:
    result = await connection.execute(
        update(amendments)
        .where(
            amendments.c.id == amendment.id,
            amendments.c.state == State.OPEN,
            amendments.c.content == _dump(amendment.content),
        )
        .values(content=_dump(content), state=state)
    )
    return replace(amendment, content=content, state=state) if result.rowcount == 1 else None


def _dump(content: Content) -> str:
    return TypeAdapter(Content).dump_json(content).decode()


def _load(text: str) -> Content:
    return TypeAdapter(Content).validate_json(text)
