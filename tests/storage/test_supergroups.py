"""A group that becomes a supergroup stays the same chat: it takes along what it chose and what it is owed."""

from sqlalchemy import insert, select

from storage import digests, subscribers, supergroups
from storage.database import Database
from storage.deliveries import Kind, Priority
from storage.digests import Edition
from storage.subscribers import Status, Subscriber
from storage.tables import deliveries as table
from tests.databases import START
from tests.storage.builders import an_article, chosen, claim, publish, section_ids, states, subscribe

OLD, NEW = -4711, -1001234567890123


async def test_a_group_that_becomes_a_supergroup_takes_all_it_has_along(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, OLD, "سياسة", "رياضة", timezone="Africa/Cairo", language="en")
        digest = await digests.turn_on(connection, OLD, minute=480, timezone="Africa/Cairo", now=START)
        await publish(connection, an_article("الأول"))
        await claim(connection, 1)
        await publish(connection, an_article("الثاني"))
        for _ in range(2):
            await supergroups.follow(connection, OLD, NEW)
            assert await subscribers.get(connection, OLD) is None
            moved = await subscribers.get(connection, NEW)
            assert moved == Subscriber(
                NEW, "en", "Africa/Cairo", Status.ACTIVE, frozenset(await section_ids(connection, ["سياسة", "رياضة"]))
            )
            assert await digests.get(connection, NEW, Edition.MORNING) == digest
            assert await states(connection) == [(NEW, "pending"), (NEW, "sending")]
        assert [one.chat_id for one in await claim(connection, 9)] == [NEW]


async def test_a_supergroup_that_is_known_already_gets_the_groups_choice_besides(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, OLD, "سياسة", "رياضة", timezone="Africa/Cairo")
        digest = await digests.turn_on(connection, OLD, minute=480, timezone="Africa/Cairo", now=START)
        await subscribe(connection, NEW, "رياضة", "اقتصاد")
        await supergroups.follow(connection, OLD, NEW)
        assert await subscribers.get(connection, OLD) is None
        assert await chosen(connection, NEW) == set(await section_ids(connection, ["سياسة", "رياضة", "اقتصاد"]))
        assert await digests.get(connection, NEW, Edition.MORNING) == digest


async def test_a_supergroup_keeps_its_own_digest(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, OLD, "سياسة")
        await subscribe(connection, NEW, "سياسة")
        await digests.turn_on(connection, OLD, minute=1080, timezone="Asia/Riyadh", now=START)
        own = await digests.turn_on(connection, NEW, minute=1200, timezone="Asia/Riyadh", now=START)
        await supergroups.follow(connection, OLD, NEW)
        assert await digests.get(connection, NEW, Edition.EVENING) == own
        assert await digests.of_chat(connection, OLD) == {}


async def test_a_supergroup_that_is_owed_the_same_alert_gets_it_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, OLD, "سياسة")
        await publish(connection, an_article("الأول"))
        await claim(connection, 1)
        await subscribe(connection, NEW, "رياضة")
        await publish(connection, an_article("الثاني", "سياسة", "رياضة"))
        first = await connection.scalar(select(table.c.article_id).order_by(table.c.id))
        await connection.execute(
            insert(table).values(
                kind=Kind.ALERT, chat_id=NEW, article_id=first, revision=1, priority=Priority.URGENT_ALERT,
                owed_at=START, due_at=START,
            )
        )  # fmt: skip
        await supergroups.follow(connection, OLD, NEW)
        # What was under way to the old chat ends too: its answer will say that the chat has moved.
        assert await states(connection) == [(NEW, "pending"), (NEW, "pending"), (OLD, "gone"), (OLD, "gone")]
        assert len(await claim(connection, 9)) == 2


async def test_a_supergroup_that_has_had_its_digest_of_the_day_gets_no_second(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, OLD, "سياسة")
        await subscribe(connection, NEW, "سياسة")
        for chat_id, date, state in (
            (NEW, "2026-03-01", "sent"), (OLD, "2026-03-01", "pending"), (OLD, "2026-03-02", "pending"),
        ):  # fmt: skip
            await connection.execute(
                insert(table).values(
                    kind=Kind.DIGEST, edition=Edition.EVENING, chat_id=chat_id, local_date=date,
                        state=state, priority=Priority.DIGEST,
                    owed_at=START, due_at=START,
                )
            )  # fmt: skip
        await supergroups.follow(connection, OLD, NEW)
        assert await states(connection) == [(NEW, "pending"), (NEW, "sent"), (OLD, "gone")]


async def test_moving_a_chat_that_is_unknown_does_nothing(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await supergroups.follow(connection, OLD, NEW)
        await supergroups.follow(connection, OLD, 1)
        assert await subscribers.get(connection, NEW) is None
        assert await chosen(connection, 1)
