"""What is old enough is forgotten, some rows at a time, so that nobody waits for the write lock long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.deliveries import State
from storage.tables import articles, deliveries, digest_messages

_DELIVERIES_AT_ONCE = 2_000
# Its paragraphs, quotes, words and sightings go along.
_ARTICLES_AT_ONCE = 50
# Nobody reads an older digest again, so what it tells needs no mending.
_DIGEST_MESSAGES = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Policy:
    """How long rows are kept; None is for ever.

    Without its deliveries a story cannot be corrected any more in the chats that have it. An article stays for as long
    as its deliveries do.
    """

    deliveries: timedelta | None
    articles: timedelta | None


async def forget_some(connection: AsyncConnection, policy: Policy, *, now: datetime) -> int:
    """Delete some of what is older than the policy says; return how many rows, 0 when there is nothing left to do."""
    oldest_messages = (
        select(digest_messages.c.id)
        .where(digest_messages.c.sent_at < now - _DIGEST_MESSAGES)
        .order_by(digest_messages.c.sent_at)
        .limit(_DELIVERIES_AT_ONCE)
    )
    gone = await connection.execute(delete(digest_messages).where(digest_messages.c.id.in_(oldest_messages)))
    forgotten = gone.rowcount
    if policy.deliveries is not None:
        # Numbers grow with time: the oldest rows are looked at, and no others.
        oldest = select(deliveries).order_by(deliveries.c.id).limit(_DELIVERIES_AT_ONCE).subquery()
        old = select(oldest.c.id).where(
            oldest.c.owed_at < now - policy.deliveries, oldest.c.state.not_in((State.PENDING, State.SENDING))
        )
        forgotten += (await connection.execute(delete(deliveries).where(deliveries.c.id.in_(old)))).rowcount
    if policy.articles is not None:
        has_deliveries = select(1).where(deliveries.c.article_id == articles.c.id).exists()
        old = (
            select(articles.c.id)
            .where(
                articles.c.published_at < now - policy.articles,
                articles.c.received_at < now - policy.articles,
                ~has_deliveries,
            )
            .order_by(articles.c.published_at)
            .limit(_ARTICLES_AT_ONCE)
        )
        forgotten += (await connection.execute(delete(articles).where(articles.c.id.in_(old)))).rowcount
    return forgotten


async def optimize(connection: AsyncConnection) -> None:
    """Let the planner know how the tables have grown. PostgreSQL does so by itself.

    https://sqlite.org/lang_analyze.html#periodically_run_pragma_optimize_
    """
    if connection.dialect.name == "sqlite":
        await connection.execute(text("PRAGMA optimize"))
