"""What the newsroom and the sender do, for tests of what readers see of it."""

from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from handlers import messages, story_buttons
from handlers.texts import Texts
from storage import articles, publishing
from storage.deliveries import State
from storage.tables import deliveries
from tests.handlers.articles import an_article
from tests.handlers.conftest import TTL, Chats


async def publish(chats: Chats, title: str, *sections: str, url: str | None = None) -> int:
    """Publish an article a minute after the last one; return its number."""
    now = chats.clock.advance(minutes=1)
    async with chats.database.write() as connection:
        done = await publishing.publish(connection, an_article(title, *sections, url=url), now=now, ttl=TTL)
    return done.stored.id


async def send(chats: Chats, *, with_buttons: bool = True) -> None:
    """Pay what is owed, and note the message as the dispatcher does."""
    words, zone = Texts.load().of("ar"), ZoneInfo("Asia/Riyadh")
    async with chats.database.read() as connection:
        owed = (await connection.execute(select(deliveries).where(deliveries.c.state == State.PENDING))).all()
        stories = {row.id: await articles.get(connection, row.article_id) for row in owed}
    for row in owed:
        story = stories[row.id]
        assert story is not None
        sent = await chats.bot.bot.send_message(
            row.chat_id,
            messages.alert(story.article, story.published_at, zone, words),
            parse_mode="HTML",
            reply_markup=story_buttons.alert_keyboard(story.id, story.article.url, words) if with_buttons else None,
        )
        paid = {"state": State.SENT, "message_id": sent.message_id, "sent_at": chats.clock()}
        async with chats.database.write() as connection:
            await connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(paid))
