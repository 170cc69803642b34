"""The few places where SQLite and PostgreSQL have to be spoken to differently."""

import zlib

from sqlalchemy import BindParameter, Table, literal, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT with `on_conflict_do_nothing` and `on_conflict_do_update`, for the connection's database."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def inline(word: str) -> BindParameter[str]:
    """A word that is written into the statement. A partial index serves only where its condition stands there."""
    return literal(str(word), literal_execute=True)


async def serialize(connection: AsyncConnection, task: str) -> None:
    """Let no other transaction do `task` until this one ends.

    SQLite has one writer at a time anyway; PostgreSQL is told with an advisory lock.
    """
    if connection.dialect.name != "sqlite":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": zlib.crc32(task.encode())})


async def freeze(connection: AsyncConnection) -> None:
    """Let the transaction see the database as it is now, whatever others write. Call it before anything else.

    SQLite's transactions do so by themselves.
    """
    if connection.dialect.name != "sqlite":
        await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
