"""Figures for the newsroom."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.deliveries import State, count_by_state
from storage.tables import articles, sections, subscribers, subscriptions


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts. `subscribers` is by status, `sections` by name in their order (active chats only)."""

    subscribers: dict[str, int]
    sections: dict[str, int]
    articles: int
    deliveries: dict[State, int]


async def collect(connection: AsyncConnection, *, since: datetime) -> Stats:
    """Count subscribers as they are now, and the articles and deliveries since then."""
    by_status = await connection.execute(select(subscribers.c.status, func.count()).group_by(subscribers.c.status))
    by_section = await connection.execute(
        select(sections.c.name, func.count(subscribers.c.chat_id))
        .outerjoin(subscriptions, subscriptions.c.section_id == sections.c.id)
        .outerjoin(
            subscribers,
            (subscribers.c.chat_id == subscriptions.c.chat_id) & (subscribers.c.status == "active"),
        )
        .group_by(sections.c.id)
        .order_by(sections.c.position)
    )
    received = await connection.scalar(
        select(func.count()).select_from(articles).where(articles.c.received_at >= since)
    )
    return Stats(
        subscribers={row[0]: row[1] for row in by_status},
        sections={row[0]: row[1] for row in by_section},
        articles=received or 0,
        deliveries=await count_by_state(connection, since=since),
    )
