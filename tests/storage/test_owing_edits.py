"""Who has a copy of a story is owed its edit: each copy once, and never one that is not there."""

from sqlalchemy import event, select, update

from storage import (
    owing_edits,
    settling,
    supergroups,
)
from storage.corrections import Corrected
from storage.database import Database
from storage.deliveries import Kind, Outcome, State
from storage.tables import deliveries as table
from tests.databases import START
from tests.storage.builders import claim, states
from tests.storage.repairs import MINUTE, correct, send, story


async def test_a_message_is_edited_once_at_a_time(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1)
        await send(connection, await claim(connection))
        await correct(connection, article_id)
        (under_way,) = await claim(connection, now=START + MINUTE)
        await correct(connection, article_id)
        assert await claim(connection, now=START + MINUTE) == []
        await settling.settle(connection, [Outcome(under_way.id, State.SENT, START + MINUTE)])
        (later,) = await claim(connection, now=START + MINUTE)
        assert later.revision == 3


async def test_an_edit_is_never_in_doubt(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1)
        await send(connection, await claim(connection))
        await correct(connection, article_id)
        for _ in range(3):
            (under_way,) = await claim(connection, now=START + MINUTE)
            lost = Outcome(under_way.id, State.PENDING, START, due_at=START, lost_answers=1)
            await settling.settle(connection, [lost])
            await claim(connection, now=START + MINUTE)
            await settling.recover(connection, now=START, all_of_them=True)
        assert await states(connection, table.c.kind == Kind.CORRECTION) == [(1, "pending")]


async def test_of_a_group_that_became_a_supergroup_no_old_message_is_edited(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, -5)
        await send(connection, await claim(connection))
        await correct(connection, article_id)
        await supergroups.follow(connection, -5, -1005)
        assert await states(connection) == [(-5, "gone"), (-5, "sent")]
        assert await owing_edits.owe_corrections(connection, article_id, now=START) == 0


async def test_every_copy_that_was_delivered_is_owed_its_edit_and_no_other(sqlite_database: Database) -> None:
    async with sqlite_database.write() as connection:
        article_id = await story(connection, 1)
        await send(connection, await claim(connection))
        (row,) = (await connection.execute(select(table))).mappings()
        copies = [{**row, "id": None, "chat_id": chat_id} for chat_id in range(2, 10_001)]
        await connection.execute(table.insert(), [{k: v for k, v in copy.items() if k != "id"} for copy in copies])
        await connection.execute(update(table).where(table.c.chat_id > 5_000).values(state=State.GONE))
        done = await correct(connection, article_id)
    assert done == Corrected(2, edits=5_000, follow_ups=0)


async def test_claiming_and_settling_edits_goes_through_no_table(sqlite_database: Database) -> None:
    """Or each batch would take the longer the more was ever sent."""
    async with sqlite_database.write() as connection:
        article_id = await story(connection, *range(1, 30))
        await send(connection, await claim(connection))
        await correct(connection, article_id)
        statements: list[tuple[str, object]] = []

        def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
            statements.append((statement, parameters))

        event.listen(connection.sync_connection, "before_cursor_execute", note)
        claimed = await claim(connection, limit=10, now=START + MINUTE)
        await settling.settle(connection, [Outcome(one.id, State.SENT, START + MINUTE) for one in claimed])
        event.remove(connection.sync_connection, "before_cursor_execute", note)
        assert {one.kind for one in claimed} == {Kind.CORRECTION}
        for statement, parameters in statements:
            if "deliveries" in statement and isinstance(parameters, tuple):
                plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                steps = [str(row.detail) for row in plan]
                assert [step for step in steps if step.startswith("SCAN deliveries") and "INDEX" not in step] == []
