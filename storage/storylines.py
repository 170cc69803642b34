"""Running stories: which alerts belong together, so that each chat can follow them."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import continuation, likeness
from storage.article import Article
from storage.articles import Status
from storage.sightings import as_compared, compared_by
from storage.tables import articles

# A story of which nothing was published for so long has ended; what comes then begins anew.
WINDOW = timedelta(hours=24)


async def join(connection: AsyncConnection, article_id: int, article: Article, published_at: datetime) -> None:
    """Let the published article go on with the running story that it belongs to, if there is one.

    Of several, the one that told of it last counts.
    """
    rows = (
        await connection.execute(
            select(articles.c.id, articles.c.title_words).where(
                articles.c.published_at.between(published_at - WINDOW, published_at),
                articles.c.status == Status.PUBLISHED,
                articles.c.id != article_id,
            )
        )
    ).all()
    near = likeness.candidates(likeness.title_words(article.title), {row.id: row.title_words for row in rows})
    if not near:
        return
    this, others = as_compared(article), await compared_by(connection, near)
    earlier = max((other for other in near if continuation.goes_on(this, others[other])), default=None)
    if earlier is None:
        return
    story = select(func.coalesce(articles.c.story_id, articles.c.id)).where(articles.c.id == earlier)
    await connection.execute(
        update(articles).where(articles.c.id.in_((earlier, article_id))).values(story_id=await connection.scalar(story))
    )
