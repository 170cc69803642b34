"""A newsroom that has worked for a while: rows in every table that an operator wants to keep."""

from storage import admins, dialogs, digests, sources
from storage.article import Block, BlockKind, Quote
from storage.database import Database
from storage.deliveries import Outcome, State
from storage.settling import settle
from storage.sources import Kind
from storage.tables import audit_log
from tests.databases import START
from tests.storage.builders import an_article, claim, keep, publish, subscribe

OWNER = 900
SAID = "سنعيد فتح الطريق الساحلي قبل نهاية الأسبوع"


async def work(database: Database) -> None:
    """Subscribe three chats, publish, deliver to one of them, and leave something of everything else."""
    async with database.write() as connection:
        await admins.set_owners(connection, [OWNER], now=START)
        for chat_id in (1, 2, -1001234567890123):
            await subscribe(connection, chat_id, "سياسة", "اقتصاد")
        await digests.turn_on(connection, 1, minute=1200, timezone="Asia/Riyadh", now=START)
        body = Block(BlockKind.PARAGRAPH, f"وقال الوزير: “{SAID}”.")
        quote = Quote(SAID, "الوزير", 0, 14, 14 + len(SAID))
        story = an_article("إغلاق الطريق الساحلي", blocks=(body,), quotes=(quote,), url="https://example.com/1")
        await publish(connection, story)
        await keep(connection, an_article("ارتفاع أسعار النفط", "اقتصاد", breaking=False))
        [first, *_] = await claim(connection)
        await settle(connection, [Outcome(first.id, State.SENT, START, message_id=77, attempts=1)])
        await sources.add(
            connection,
            url="https://example.com/feed",
            kind=Kind.FEED,
            name="وكالة",
            section_names=("سياسة",),
            now=START,
        )
        await dialogs.ask(connection, OWNER, OWNER, topic="title", subject="1", now=START)
        await connection.execute(
            audit_log.insert().values(at=START, actor_id=OWNER, act="publish", article_id=1, detail="")
        )
