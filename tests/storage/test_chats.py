"""Groups and channels that the bot was added to."""

from datetime import timedelta

from storage import chats, supergroups
from storage.chats import Chat, Kind
from storage.database import Database
from tests.databases import START
from tests.storage.builders import subscribe

CHANNEL, GROUP, SUPERGROUP = -1001234567890123, -700, -1009876543210987


async def test_who_added_the_bot_finds_the_chats_and_the_last_one_first(database: Database) -> None:
    channel, group = Chat(CHANNEL, Kind.CHANNEL, "قناة", 7), Chat(GROUP, Kind.GROUP, "مجموعة", 7)
    async with database.write() as connection:
        await chats.add(connection, channel, now=START)
        await chats.add(connection, group, now=START + timedelta(hours=1))
        await chats.add(connection, Chat(-5, Kind.GROUP, "أخرى", 8), now=START)
        assert await chats.added_by(connection, 7) == (group, channel)
        assert await chats.get(connection, CHANNEL) == channel
        await chats.add(connection, Chat(CHANNEL, Kind.CHANNEL, "اسم جديد", 8), now=START + timedelta(hours=2))
        assert await chats.added_by(connection, 7) == (group,)
        await chats.remove(connection, GROUP)
        assert await chats.get(connection, GROUP) is None


async def test_a_group_that_becomes_a_supergroup_is_followed_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, GROUP, "سياسة")
        await chats.add(connection, Chat(GROUP, Kind.GROUP, "مجموعة", 7), now=START)
        for _ in range(2):  # Telegram tells it in both chats
            await supergroups.follow(connection, GROUP, SUPERGROUP)
            assert await chats.added_by(connection, 7) == (Chat(SUPERGROUP, Kind.SUPERGROUP, "مجموعة", 7),)


async def test_a_supergroup_that_is_known_already_stays_as_it_is(database: Database) -> None:
    known = Chat(SUPERGROUP, Kind.SUPERGROUP, "الجديدة", 8)
    async with database.write() as connection:
        await chats.add(connection, Chat(GROUP, Kind.GROUP, "القديمة", 7), now=START)
        await chats.add(connection, known, now=START)
        await chats.migrate(connection, GROUP, SUPERGROUP)
        assert await chats.get(connection, SUPERGROUP) == known
        assert await chats.get(connection, GROUP) is None
