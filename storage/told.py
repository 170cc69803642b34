"""What a story's source told last, where the desk has changed something of it by hand."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import serial
from storage.article import Article
from storage.tables import articles


async def get(connection: AsyncConnection, article_id: int) -> Article | None:
    """Return it; None where what stands is what the source told."""
    text = await connection.scalar(select(articles.c.told).where(articles.c.id == article_id))
    return serial.load(text) if text else None


async def put(connection: AsyncConnection, article_id: int, article: Article | None) -> None:
    """Write down what `get` returns from now on."""
    text = serial.dump(article) if article else None
    await connection.execute(update(articles).where(articles.c.id == article_id).values(told=text))
