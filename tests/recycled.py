"""Databases on PostgreSQL that tests use one after another: creating one takes longer than most of what they do in it.

Each test finds its database as it came from the template, row by row and number by number. A database in which anything
else has changed (a table, a trigger, what the planner believes) is not used again.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it tells no types

from tests.databases import PostgresServer

# Whoever is still connected: a process that was killed, for example. Each is given five seconds to go.
_END_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_NUMBERS = "SELECT sequencename AS name, start_value AS first, last_value AS last FROM pg_sequences"
# Every row of these catalogs, by the transaction that wrote it; and the planner's figures, which are written in place.
_CATALOGS = ("pg_class", "pg_attribute", "pg_attrdef", "pg_index", "pg_constraint", "pg_trigger", "pg_proc", "pg_type")
_SHAPE = f"""
    SELECT {", ".join(f"(SELECT (count(*), sum(xmin::text::bigint))::text FROM {catalog})" for catalog in _CATALOGS)},
        (SELECT sum(relpages) FROM pg_class), (SELECT count(*) FROM pg_statistic)
"""  # noqa: S608 - names of catalogs
# What has grown beyond this is slow for all who come later: deleted rows stay where they are.
_MOST_BYTES = 32_000_000


@dataclass(frozen=True)
class _Used:
    name: str
    connection: Any
    shape: Any


class Recycled:
    """The databases of one server. Close it before the server stops."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        """`template` is a database of `server` that nobody changes any more."""
        self._server = server
        self.template = template
        self._runner = asyncio.Runner()
        self._free: list[_Used] = []
        self._rows: dict[str, bytes] = {}
        self._clear = ""

    def close(self) -> None:
        """Let go of every database."""
        for used in self._free:
            self._runner.run(used.connection.close())
        self._runner.close()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a database that nobody else uses meanwhile."""
        used = self._free.pop() if self._free else self._runner.run(self._create())
        try:
            yield self._server.url(used.name)
        finally:
            self._runner.run(self._take_back(used))

    async def _create(self) -> _Used:
        name = f"recycled_{next(self._server.numbers)}"
        await self._server.run(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        connection = await asyncpg.connect(user="postgres", database=name, host=str(self._server.socket_folder))
        if not self._clear:
            await self._learn(connection)
        return _Used(name, connection, await connection.fetchrow(_SHAPE))

    async def _learn(self, connection: Any) -> None:
        """Look at what a new database holds."""
        tables = [row["relname"] for row in await connection.fetch(_TABLES)]
        numbers = [
            f"setval('{row['name']}', {row['last'] or row['first']}, {row['last'] is not None})"
            for row in await connection.fetch(_NUMBERS)
        ]
        # So that no trigger refuses, and no order has to be kept.
        self._clear = "SET LOCAL session_replication_role = replica;"
        self._clear += "".join(f'DELETE FROM "{table}";' for table in tables)  # noqa: S608 - names from the catalog
        self._clear += f"SELECT {', '.join(numbers)}"
        for table in tables:
            file = BytesIO()
            if await connection.copy_from_table(table, output=file, format="binary") != "COPY 0":
                self._rows[table] = file.getvalue()

    async def _take_back(self, used: _Used) -> None:
        await used.connection.execute(_END_OTHERS)
        size = await used.connection.fetchval("SELECT pg_database_size(current_database())")
        if size > _MOST_BYTES or await used.connection.fetchrow(_SHAPE) != used.shape:
            await used.connection.close()
            await self._server.run(f"DROP DATABASE {used.name} WITH (FORCE)")
            return
        async with used.connection.transaction():
            await used.connection.execute(self._clear)
            for table, rows in self._rows.items():
                await used.connection.copy_to_table(table, source=BytesIO(rows), format="binary")
        self._free.append(used)
