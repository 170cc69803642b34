"""The index that `storage.search` looks into, kept in step with the articles by whoever stores one."""

from datetime import datetime

from sqlalchemy import ARRAY, Text, delete, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import stems
from storage.article import Article
from storage.tables import article_words, articles

# Articles that share a second are told apart by their number, for which 31 bits are left.
_NUMBERS = 2**31
_SECONDS = 2**32


async def put(connection: AsyncConnection, article_id: int, article: Article) -> None:
    """Index the words of a stored article in place of those that stood there. What is retracted may stay indexed."""
    published_at = (
        await connection.execute(select(articles.c.published_at).where(articles.c.id == article_id))
    ).scalar_one()
    await connection.execute(delete(article_words).where(article_words.c.article_id == article_id))
    words = stems.terms([article.title, article.lead or "", article.byline or "", *(b.text for b in article.blocks)])
    await connection.execute(
        article_words.insert().values(
            position=position_of(published_at, article_id),
            article_id=article_id,
            # Not to_tsvector, whose parser has an opinion on what a word is.
            words=" ".join(words)
            if connection.dialect.name == "sqlite"
            else func.array_to_tsvector(literal(words, ARRAY(Text))),
        )
    )


def position_of(published_at: datetime, article_id: int) -> int:
    """Return an article's place in time: of two articles, the newer one has the larger.

    As the index's own key it lets both databases read the newest matches first, and stop when a page is full.
    """
    seconds = min(max(int(published_at.timestamp()), 0), _SECONDS - 1)
    return seconds * _NUMBERS + article_id
