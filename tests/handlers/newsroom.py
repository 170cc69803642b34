"""What the newsroom and the sender do, for tests of what readers see of it."""

from zoneinfo import ZoneInfo

from handlers import keyboards, messages
from handlers.texts import Texts
from storage import articles, deliveries, publishing
from storage.deliveries import Outcome, State
from tests.handlers.articles import an_article
from tests.handlers.conftest import TTL, Chats


async def publish(chats: Chats, title: str, *sections: str, url: str | None = None) -> int:
    """Publish an article a minute after the last one; return its number."""
    now = chats.clock.advance(minutes=1)
    async with chats.database.write() as connection:
        done = await publishing.publish(connection, an_article(title, *sections, url=url), now=now, ttl=TTL)
    return done.stored.id


async def send(chats: Chats, *, with_buttons: bool = True) -> None:
    """Pay what is owed, as the dispatcher does."""
    words, zone = Texts.load().of("ar"), ZoneInfo("Asia/Riyadh")
    async with chats.database.write() as connection:
        claims = await deliveries.claim(connection, limit=100, now=chats.clock())
    for claim in claims:
        async with chats.database.read() as connection:
            stored = await articles.get(connection, claim.article_id or 0)
        assert stored is not None
        sent = await chats.bot.bot.send_message(
            claim.chat_id,
            messages.alert(stored.article, stored.published_at, zone, words),
            parse_mode="HTML",
            reply_markup=keyboards.alert_keyboard(stored.id, stored.article.url, words) if with_buttons else None,
        )
        outcome = Outcome(claim.id, State.SENT, chats.clock(), message_id=sent.message_id)
        async with chats.database.write() as connection:
            await deliveries.settle(connection, [outcome])
