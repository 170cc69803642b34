"""What is stored about a person or a chat: all of it to hand out, and its end.

Telegram gives the private chat with a person that person's id, so that one number names both.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import phrases
from storage.database import Database
from storage.tables import metadata

# The names of columns that hold the id of a person or of a chat, in whichever table. A column that is new and named
# otherwise fails a test until it stands here or among those that name nobody.
PERSONAL = frozenset(
    {
        "chat_id",
        "user_id",
        "author_id",
        "added_by",
        "approved_by",
        "released_by",
        "paused_by",
        "actor_id",
    }
)
# Far beyond every id of Telegram's, which has 52 bits: nobody's, and another one for each row.
NOBODY = -(1 << 60)
_BATCH = 1_000


class End(Enum):
    """What forgetting does with a row that names somebody."""

    DELETE = "delete"
    BLANK = "blank"  # the row stays, the id goes
    ANONYMISE = "anonymise"  # the record of a delivery: it counts on, and leads to nobody
    KEEP = "keep"  # what somebody did for the newsroom


_ENDS = {
    ("deliveries", "chat_id"): End.ANONYMISE,
    ("chats", "added_by"): End.BLANK,
    ("admins", "user_id"): End.KEEP,
}
# Columns that say whose a row is. The others say who did something for the newsroom.
_WHOSE = frozenset({"chat_id", "user_id"})
# What a number leads to that a person can read.
_NAMES = {"sections": "name", "articles": "title", "phrases": "text"}


async def collect(connection: AsyncConnection, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return every row that names the person or chat, by table, in values that JSON knows.

    Beside the number of a section, an article or a phrase stands what it is called.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        for column in _personal(table):
            rows = (await connection.execute(select(table).where(column == person_id))).mappings().all()
            named = await _names(connection, table, rows)
            for row in rows:
                told = {key: _plain(value) for key, value in row.items()}
                told |= {kind: names.get(row[key]) for (key, kind), names in named.items()}
                if told not in (known := found.setdefault(table.name, [])):
                    known.append(told)
    return found


async def forget(database: Database, person_id: int) -> None:
    """Delete what is stored about the person or chat.

    What was delivered stays counted, under the number of nobody. What somebody did for the newsroom (the audit log,
    drafts, corrections, their role) stays: it is the newsroom's record. Many deliveries are done in batches, so that
    the write lock is never held long; after a crash in between, asking again ends it.
    """
    while True:
        async with database.write() as connection:
            if not await _anonymise(connection, person_id):
                break
    async with database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            for column in _personal(table):
                match end_of(table, column):
                    case End.DELETE:
                        await connection.execute(delete(table).where(column == person_id))
                    case End.BLANK:
                        await connection.execute(update(table).where(column == person_id).values({column: None}))
                    case End.ANONYMISE | End.KEEP:
                        pass
        await phrases.drop_unused(connection)  # what somebody has typed stands in no row of theirs


def end_of(table: Table, column: Column[Any]) -> End:
    """Return what forgetting does with the rows of `table` that name somebody in `column`."""
    otherwise = End.DELETE if column.name in _WHOSE else End.KEEP
    return _ENDS.get((table.name, column.name), otherwise)


def _personal(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.name in PERSONAL]


async def _anonymise(connection: AsyncConnection, person_id: int) -> bool:
    """Let some records of deliveries lead to nobody; return whether there were any. What is still owed is deleted."""
    deliveries = metadata.tables["deliveries"]
    rows = (
        await connection.execute(
            select(deliveries.c.id, deliveries.c.state).where(deliveries.c.chat_id == person_id).limit(_BATCH)
        )
    ).all()
    unpaid = [row.id for row in rows if row.state in ("pending", "sending")]
    paid = [row.id for row in rows if row.state not in ("pending", "sending")]
    if unpaid:
        await connection.execute(delete(deliveries).where(deliveries.c.id.in_(unpaid)))
    if paid:
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(paid))
            .values(chat_id=NOBODY - deliveries.c.id, message_id=None, error=None)
        )
    return bool(rows)


async def _names(connection: AsyncConnection, table: Table, rows: Any) -> dict[tuple[str, str], Mapping[int, str]]:
    """Return for each column that leads to something with a name: (column, key of the name) → number → name."""
    named: dict[tuple[str, str], Mapping[int, str]] = {}
    for column in table.columns:
        for key in column.foreign_keys:
            target = key.column.table
            if target.name not in _NAMES or not rows:
                continue
            wanted = sorted({row[column.name] for row in rows if row[column.name] is not None})
            names: dict[int, str] = {}
            for start in range(0, len(wanted), _BATCH):
                some = await connection.execute(
                    select(target.c.id, target.c[_NAMES[target.name]]).where(
                        target.c.id.in_(wanted[start : start + _BATCH])
                    )
                )
                names |= {row[0]: row[1] for row in some}
            named[column.name, column.name.removesuffix("_id")] = names
    return named


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
