"""What a digest tells: which stories and missed alerts belong to its window."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import headlines, phrases
from storage.articles import Status
from storage.deliveries import Kind, State
from storage.dialect import inline
from storage.digests import CHOSEN, Edition
from storage.headlines import RANK, Headline
from storage.tables import article_sections, articles, deliveries, subscriptions

# A story that arrives long after it was published is stored, but is no news of the day. Longer than a day, because a
# digest may be late.
DIGEST_BACKLOG = timedelta(hours=36)
WEEKLY_BACKLOG = timedelta(days=7) + DIGEST_BACKLOG - timedelta(days=1)


async def stories(
    connection: AsyncConnection, chat_id: int, edition: Edition, *, since: datetime, until: datetime, limit: int
) -> tuple[Headline, ...]:
    """Return what a digest tells of [since, until): the most urgent first, then the newest first.

    These are the stories that came in the chat's sections, and the alerts that it was spared; without those that are
    retracted, and those that hold a word it has muted.
    """
    told = select(deliveries.c.article_id).where(*spared(since, until), deliveries.c.chat_id == chat_id)
    if edition in CHOSEN:
        mine = (
            select(1)
            .select_from(article_sections)
            .join(subscriptions, subscriptions.c.section_id == article_sections.c.section_id)
            .where(
                article_sections.c.article_id == articles.c.id,
                subscriptions.c.chat_id == chat_id,
                subscriptions.c.in_digest,
            )
            .exists()
        )
        arrived = select(articles.c.id).where(came(edition, since, until), mine)
        # Not one condition or the other: for that, every article there is would be looked at.
        told = union(told, arrived).subquery().select()
    query = (
        select(articles.c.id)
        .where(articles.c.status != Status.RETRACTED, articles.c.id.in_(told))
        .order_by(articles.c.breaking.desc(), RANK, articles.c.published_at.desc(), articles.c.id.desc())
        .limit(limit)
    )
    found = await headlines.load(connection, query)
    muted = await phrases.muted_among(connection, chat_id, (headline.id for headline in found))
    return tuple(headline for headline in found if headline.id not in muted)


def came(edition: Edition, since: datetime, until: datetime) -> ColumnElement[bool]:
    """The condition under which an article is news of [since, until)."""
    return and_(
        articles.c.received_at >= since,
        articles.c.received_at < until,
        articles.c.published_at >= until - backlog(edition),
    )


def spared(since: datetime | ColumnElement[datetime], until: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a delivery is an alert that a chat was spared in [since, until)."""
    return (
        deliveries.c.state == inline(State.EXPIRED),
        deliveries.c.kind == Kind.ALERT,
        deliveries.c.owed_at >= since,
        deliveries.c.owed_at < until,
    )


def backlog(edition: Edition) -> timedelta:
    """How long before its digest a story may have been published and still be news."""
    return WEEKLY_BACKLOG if edition is Edition.WEEKLY else DIGEST_BACKLOG
