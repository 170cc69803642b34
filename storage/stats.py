"""Figures for the newsroom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audience, reads
from storage.articles import Status as ArticleStatus
from storage.audience import AudienceHour
from storage.deliveries import State, count_by_state
from storage.subscribers import Status as SubscriberStatus
from storage.tables import articles, sections, subscribers, subscriptions


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts. `subscribers` is by status, `sections` by name in their order (active chats only)."""

    subscribers: dict[str, int]
    sections: dict[str, int]
    articles: int
    deliveries: dict[State, int]


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened since some moment. `active` is how many chats are subscribers now, `sections` how many of each.

    `alerts` holds when each story that was pushed came in; `reads` how often summaries were opened, by hour. What is
    kept by hour is whole hours in UTC, of which the first may have begun earlier.
    """

    active: int
    sections: Mapping[str, int]
    audience: tuple[AudienceHour, ...]
    alerts: tuple[datetime, ...]
    reads: Mapping[datetime, int]


async def activity(connection: AsyncConnection, *, since: datetime) -> Activity:
    """Return what happened since then."""
    active = await connection.scalar(
        select(func.count()).select_from(subscribers).where(subscribers.c.status == SubscriberStatus.ACTIVE)
    )
    alerts = await connection.scalars(
        select(articles.c.received_at)
        .where(articles.c.received_at >= since, articles.c.breaking, articles.c.status != ArticleStatus.KEPT)
        .order_by(articles.c.received_at)
    )
    return Activity(
        active=active or 0,
        sections=await _by_section(connection),
        audience=await audience.hours(connection, since=since),
        alerts=tuple(alerts),
        reads=await reads.by_hour(connection, since=since),
    )


async def collect(connection: AsyncConnection, *, since: datetime) -> Stats:
    """Count subscribers as they are now, and the articles and deliveries since then."""
    by_status = await connection.execute(select(subscribers.c.status, func.count()).group_by(subscribers.c.status))
    received = await connection.scalar(
        select(func.count()).select_from(articles).where(articles.c.received_at >= since)
    )
    return Stats(
        subscribers={row[0]: row[1] for row in by_status},
        sections=await _by_section(connection),
        articles=received or 0,
        deliveries=await count_by_state(connection, since=since),
    )


async def _by_section(connection: AsyncConnection) -> dict[str, int]:
    rows = await connection.execute(
        select(sections.c.name, func.count(subscribers.c.chat_id))
        .outerjoin(subscriptions, subscriptions.c.section_id == sections.c.id)
        .outerjoin(
            subscribers,
            (subscribers.c.chat_id == subscriptions.c.chat_id) & (subscribers.c.status == SubscriberStatus.ACTIVE),
        )
        .group_by(sections.c.id)
        .order_by(sections.c.position)
    )
    return {row[0]: row[1] for row in rows}
