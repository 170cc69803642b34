"""Everything that names a person is handed out and forgotten, in every table there is or will be."""

from sqlalchemy import BigInteger, func, insert, select

from storage import chats, digests, phrases, privacy
from storage.chats import Chat, Kind
from storage.database import Database
from storage.deliveries import Outcome, State
from storage.privacy import NOBODY, PERSONAL
from storage.settling import settle
from storage.tables import admins, drafts, metadata
from storage.tables import chats as chats_table
from storage.tables import deliveries as outbox
from storage.tables import phrases as phrase_rows
from tests.databases import START
from tests.storage.builders import an_article, claim, publish, subscribe

CHANNEL = -1001234567890123
# Large numbers that name no person and no chat.
IMPERSONAL = {"id", "article_id", "draft_id", "story_id", "target_id", "position", "update_id", "bot_id"}


def test_every_column_that_may_name_somebody_is_known() -> None:
    """A new one belongs to storage.privacy.PERSONAL, or to IMPERSONAL here."""
    numbers = {
        column.name
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, BigInteger) and not column.foreign_keys and not column.name.endswith("message_id")
    }
    assert numbers - PERSONAL - IMPERSONAL == set()
    assert {column.name for table in metadata.tables.values() for column in table.columns} >= PERSONAL


async def fill(database: Database) -> None:
    """Person 1 has had an alert and is owed another one, has a digest, a channel and a draft; person 2 follows too."""
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة")
        await subscribe(connection, 2, "سياسة")
        await digests.turn_on(connection, 1, minute=1200, timezone="Asia/Riyadh", now=START)
        await chats.add(connection, Chat(CHANNEL, Kind.CHANNEL, "قناة", added_by=1), now=START)
        await connection.execute(insert(admins).values(user_id=1, role="owner", added_at=START))
        await connection.execute(insert(drafts).values(author_id=1, article="{}", created_at=START))
        await publish(connection, an_article("زلزال"))
        told = [
            Outcome(each.id, State.SENT, START, message_id=each.id + 500, attempts=1)
            for each in await claim(connection)
        ]
        await settle(connection, told)
        await publish(connection, an_article("هزة ارتدادية"))


async def test_everything_that_names_the_person_is_handed_out_with_names_beside_numbers(database: Database) -> None:
    await fill(database)
    async with database.read() as connection:
        found = await privacy.collect(connection, 1)
    assert {table: len(rows) for table, rows in found.items()} == {
        "subscribers": 1,
        "subscriptions": 2,
        "digests": 1,
        "chats": 1,
        "admins": 1,
        "drafts": 1,
        "deliveries": 2,
    }
    assert {row["section"] for row in found["subscriptions"]} == {"سياسة", "رياضة"}
    assert {(row["article"], row["state"]) for row in found["deliveries"]} == {
        ("زلزال", "sent"),
        ("هزة ارتدادية", "pending"),
    }
    assert found["subscribers"][0]["created_at"] == START.isoformat()


async def test_nothing_that_names_the_person_is_left_but_the_newsrooms_record(database: Database) -> None:
    await fill(database)
    async with database.read() as connection:
        others = await privacy.collect(connection, 2)
        sent = await connection.scalar(select(func.count()).where(outbox.c.state == "sent"))
    await privacy.forget(database, 1)
    async with database.read() as connection:
        assert set(await privacy.collect(connection, 1)) == {"admins", "drafts"}
        assert await privacy.collect(connection, 2) == others
        assert await connection.scalar(select(chats_table.c.added_by)) is None
        assert await connection.scalar(select(func.count()).where(outbox.c.state == "sent")) == sent
        row = (await connection.execute(select(outbox).where(outbox.c.chat_id < NOBODY))).one()
        assert (row.chat_id, row.message_id, row.error) == (NOBODY - row.id, None, None)


async def test_the_words_that_only_one_chat_had_are_forgotten_with_it(database: Database) -> None:
    async with database.write() as connection:
        for chat_id, typed in ((1, "إيران"), (1, "كأس العالم"), (2, "إيران")):
            await subscribe(connection, chat_id, "سياسة")
            await phrases.put(connection, chat_id, typed, muted=False)
    async with database.read() as connection:
        assert {row["typed"] for row in (await privacy.collect(connection, 1))["chat_phrases"]} == {
            "إيران",
            "كأس العالم",
        }
    await privacy.forget(database, 1)
    async with database.read() as connection:
        assert list(await connection.scalars(select(phrase_rows.c.text))) == ["ايران"]
        assert len(await phrases.of_chat(connection, 2)) == 1


async def test_a_channel_is_forgotten_by_its_own_number(database: Database) -> None:
    await fill(database)
    async with database.write() as connection:
        await subscribe(connection, CHANNEL, "سياسة")
    await privacy.forget(database, CHANNEL)
    async with database.read() as connection:
        assert await privacy.collect(connection, CHANNEL) == {}
        assert "subscribers" in await privacy.collect(connection, 1)


async def test_many_deliveries_are_forgotten_in_batches(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        number = (await publish(connection, an_article())).stored.id
        values = {"kind": "alert", "chat_id": 1, "article_id": number, "state": "sent", "priority": 30}
        await connection.execute(
            insert(outbox),
            [{**values, "revision": n, "owed_at": START, "due_at": START} for n in range(2, 2_502)],
        )
    await privacy.forget(database, 1)
    async with database.read() as connection:
        assert await privacy.collect(connection, 1) == {}
        assert await connection.scalar(select(func.count()).select_from(outbox)) == 2_500
