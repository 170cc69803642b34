"""Headlines: articles as the lines of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.article import Urgency
from storage.articles import Status, section_names
from storage.tables import article_sections, articles, subscriptions

# The most urgent first.
RANK = case({urgency.value: rank for rank, urgency in enumerate(Urgency)}, value=articles.c.urgency)


@dataclass(frozen=True, slots=True)
class Headline:
    """One line of a list. `sections` holds every section of the story, in the article's order."""

    id: int
    title: str
    breaking: bool
    published_at: datetime
    sections: tuple[str, ...]


async def latest(connection: AsyncConnection, *, chat_id: int | None, limit: int) -> tuple[Headline, ...]:
    """Return the newest stories first: those of the chat's sections, or of every section where `chat_id` is None."""
    query = select(articles.c.id).order_by(articles.c.published_at.desc(), articles.c.id.desc()).limit(limit)
    return await load(connection, of_chat(query, chat_id))


def of_chat(query: Select[tuple[int]], chat_id: int | None) -> Select[tuple[int]]:
    """Return `query` for what stands, in the chat's sections, or in every section where `chat_id` is None."""
    query = query.where(articles.c.status != Status.RETRACTED)
    if chat_id is None:
        return query
    return query.where(
        select(1)
        .select_from(article_sections)
        .join(subscriptions, subscriptions.c.section_id == article_sections.c.section_id)
        .where(article_sections.c.article_id == articles.c.id, subscriptions.c.chat_id == chat_id)
        .exists()
    )


async def of(connection: AsyncConnection, article_ids: Sequence[int]) -> tuple[Headline, ...]:
    """Return these stories in their order, also those that were retracted; without those that are deleted."""
    found = await load(connection, select(articles.c.id).where(articles.c.id.in_(article_ids)))
    return tuple(sorted(found, key=lambda headline: article_ids.index(headline.id)))


async def load(connection: AsyncConnection, ids: Select[tuple[int]]) -> tuple[Headline, ...]:
    """Return the articles that `ids` selects, in its order."""
    wanted = [row.id for row in await connection.execute(ids)]
    names = await section_names(connection, wanted)
    rows = {
        row.id: row
        for row in await connection.execute(
            select(articles.c.id, articles.c.title, articles.c.breaking, articles.c.published_at).where(
                articles.c.id.in_(wanted)
            )
        )
    }
    return tuple(
        Headline(key, rows[key].title, rows[key].breaking, rows[key].published_at, names[key]) for key in wanted
    )
