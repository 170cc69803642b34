"""The audit log: rows that stay, by person, story and time."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import admins, audit, drafts
from storage.audit import Act, Entry, Filter, Page
from storage.database import Database
from storage.roles import Role
from storage.tables import audit_log
from tests.databases import START
from tests.storage.builders import an_article, publish

EDITOR, SECOND = 7, 8
A_MINUTE = timedelta(minutes=1)


async def do(connection: AsyncConnection, *details: str, actor_id: int | None = EDITOR) -> None:
    for minute, detail in enumerate(details):
        await audit.record(connection, actor_id, Act.CORRECT, detail=detail, now=START + minute * A_MINUTE)


def details(page: Page | tuple[Entry, ...]) -> list[str]:
    return [entry.detail for entry in (page.entries if isinstance(page, Page) else page)]


async def test_an_entry_says_who_did_what_as_they_were_then(database: Database) -> None:
    async with database.write() as connection:
        await admins.grant(connection, EDITOR, Role.EDITOR, name="هدى", actor_id=1, now=START)
        await audit.record(connection, EDITOR, Act.RETRACT, article_id=12, draft_id=3, detail="خطأ", now=START)
        await admins.grant(connection, EDITOR, Role.ANALYST, name="هدى علي", actor_id=1, now=START)
        entry = (await audit.newest(connection, Filter(actor_id=EDITOR), limit=1)).entries[0]
    assert entry == Entry(entry.id, START, EDITOR, "هدى", "editor", Act.RETRACT, 12, 3, "خطأ")


async def test_what_the_bot_does_by_itself_has_no_actor(database: Database) -> None:
    async with database.write() as connection:
        await audit.record(connection, None, Act.PUBLISH, now=START)
        entry = (await audit.newest(connection, Filter(), limit=1)).entries[0]
    assert (entry.actor_id, entry.actor_name, entry.actor_role, entry.detail) == (None, "", "", "")


async def test_a_long_detail_is_cut(database: Database) -> None:
    async with database.write() as connection:
        await do(connection, "ط" * (audit.MAX_DETAIL + 1))
        assert details(await audit.newest(connection, Filter(), limit=1)) == ["ط" * audit.MAX_DETAIL]


@pytest.mark.parametrize("statement", [update(audit_log).values(detail="x"), delete(audit_log)])
async def test_the_database_lets_nobody_change_or_delete_an_entry(database: Database, statement: object) -> None:
    async with database.write() as connection:
        await do(connection, "كما كان")
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.write() as connection:
            await connection.execute(statement)  # type: ignore[call-overload]  # two kinds of statement
    async with database.read() as connection:
        assert details(await audit.newest(connection, Filter(), limit=9)) == ["كما كان"]


async def test_an_act_that_fails_leaves_no_entry(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await do(connection, "لم يكن")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.read() as connection:
        assert await audit.newest(connection, Filter(), limit=9) == Page((), False, False)


async def test_pages_are_turned_in_both_directions(database: Database) -> None:
    async with database.write() as connection:
        await do(connection, *"abcdefg")
        first = await audit.newest(connection, Filter(), limit=3)
        second = await audit.older(connection, Filter(), first.entries[-1].id, limit=3)
        third = await audit.older(connection, Filter(), second.entries[-1].id, limit=3)
        back = await audit.newer(connection, Filter(), third.entries[0].id, limit=3)
        front = await audit.newer(connection, Filter(), second.entries[0].id, limit=3)
    assert [details(page) for page in (first, second, third)] == [["g", "f", "e"], ["d", "c", "b"], ["a"]]
    assert (back, front) == (second, Page(first.entries, has_newer=False, has_older=True))
    turns = [(page.has_newer, page.has_older) for page in (first, second, third)]
    assert turns == [(False, True), (True, True), (True, False)]


async def test_entries_of_one_person_and_of_a_time(database: Database) -> None:
    async with database.write() as connection:
        await do(connection, "a", "b", "c")
        await do(connection, "x", actor_id=SECOND)
        await do(connection, "y", actor_id=None)
        assert details(await audit.newest(connection, Filter(actor_id=SECOND), limit=9)) == ["x"]
        window = Filter(since=START + A_MINUTE, until=START + 2 * A_MINUTE)
        assert details(await audit.newest(connection, window, limit=9)) == ["b"]
        assert await audit.actors(connection, limit=9) == ((SECOND, ""), (EDITOR, ""))
        assert await audit.actors(connection, limit=1) == ((SECOND, ""),)


async def test_a_story_has_the_acts_of_its_draft_too(database: Database) -> None:
    async with database.write() as connection:
        story = (await publish(connection, an_article())).stored.id
        mine, other = [await drafts.save(connection, an_article(), author_id=EDITOR, now=START) for _ in range(2)]
        await drafts.note_article(connection, mine, story)
        for draft, detail in ((mine, "mine"), (other, "other")):
            await audit.record(connection, EDITOR, Act.FLAG, draft_id=draft, detail=detail, now=START)
        await audit.record(connection, EDITOR, Act.PUBLISH, article_id=story, detail="story", now=START)
        assert details(await audit.newest(connection, Filter(article_id=story), limit=9)) == ["story", "mine"]


async def test_everything_is_exported_from_the_beginning(database: Database) -> None:
    async with database.write() as connection:
        await do(connection, *map(str, range(2_001)))
        exported = [entry.detail async for entry in audit.export(connection, Filter(actor_id=EDITOR))]
    assert exported == list(map(str, range(2_001)))
