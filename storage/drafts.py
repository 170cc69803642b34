"""Previews that wait for an editor's button."""

from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.article import Article
from storage.tables import drafts


class State(StrEnum):
    """open: waits. released: its article was published. dropped: it was cancelled."""

    OPEN = "open"
    RELEASED = "released"
    DROPPED = "dropped"


async def save(connection: AsyncConnection, article: Article, *, author_id: int, now: datetime) -> int:
    """Keep the article as an open draft; return its number."""
    row = await connection.execute(
        drafts.insert()
        .values(author_id=author_id, article=_dump(article), state=State.OPEN, created_at=now)
        .returning(drafts.c.id)
    )
    return int(row.scalar_one())


async def get_open(connection: AsyncConnection, draft_id: int) -> Article | None:
    """Return the draft's article while it still waits, otherwise None."""
    text = await connection.scalar(
        select(drafts.c.article).where(drafts.c.id == draft_id, drafts.c.state == State.OPEN)
    )
    return _load(text) if text is not None else None


async def replace(connection: AsyncConnection, draft_id: int, article: Article) -> None:
    """Change what an open draft holds."""
    await connection.execute(
        update(drafts).where(drafts.c.id == draft_id, drafts.c.state == State.OPEN).values(article=_dump(article))
    )


async def take(connection: AsyncConnection, draft_id: int, state: State) -> Article | None:
    """End the draft as `state` and return its article; None where somebody has ended it already.

    Of two editors who press at the same moment, one gets the article.
    """
    text = (
        await connection.execute(
            update(drafts)
            .where(drafts.c.id == draft_id, drafts.c.state == State.OPEN)
            .values(state=state)
            .returning(drafts.c.article)
        )
    ).scalar_one_or_none()
    return _load(text) if text is not None else None


def _dump(article: Article) -> str:
    return TypeAdapter(Article).dump_json(article).decode()


def _load(text: str) -> Article:
    return TypeAdapter(Article).validate_json(text)
