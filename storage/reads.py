"""How often summaries were opened by their buttons, by story and hour. Counts only: who pressed stands nowhere."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.audience import hour_of
from storage.tables import story_reads


async def count(connection: AsyncConnection, article_id: int, *, now: datetime) -> None:
    """Count one press of the story's summary button."""
    await connection.execute(
        dialect.insert(connection, story_reads)
        .values(article_id=article_id, hour=hour_of(now), presses=1)
        .on_conflict_do_update(index_elements=["article_id", "hour"], set_={"presses": story_reads.c.presses + 1})
    )


async def of_story(connection: AsyncConnection, article_id: int) -> int:
    """Return how often the summary of one story was opened."""
    query = select(func.sum(story_reads.c.presses)).where(story_reads.c.article_id == article_id)
    return await connection.scalar(query) or 0


async def by_hour(connection: AsyncConnection, *, since: datetime) -> dict[datetime, int]:
    """Return hour → presses of all stories, for the hours since then in which there were any."""
    rows = await connection.execute(
        select(story_reads.c.hour, func.sum(story_reads.c.presses))
        .where(story_reads.c.hour >= hour_of(since))
        .group_by(story_reads.c.hour)
        .order_by(story_reads.c.hour)
    )
    return {row[0]: row[1] for row in rows}
