"""What outlives a token, as JSON Lines: a bot that Telegram deleted starts again under another one with it.

The first line names the format, each further one a table and a row. What a row refers to stands before it.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import SQLAlchemyError

from bot.console import RefusedError
from storage import copying
from storage.copying import PORTABLE, Cells
from storage.database import Database
from storage.tables import UtcDateTime

FORMAT = {"format": "breaking-news-bot", "version": 1}
_BATCH = 1_000


async def export_to(database: Database, file: Path) -> int:
    """Write everything portable into `file`; return how many rows that were."""
    written = 0
    with file.open("w", encoding="utf-8") as opened:
        opened.write(json.dumps(FORMAT) + "\n")
        async with database.read() as connection:
            for table in PORTABLE:
                async for row in copying.rows(connection, table):
                    line = {"table": table.name, "row": {name: _plain(cell) for name, cell in row.items()}}
                    opened.write(json.dumps(line, ensure_ascii=False) + "\n")
                    written += 1
    return written


async def import_from(database: Database, file: Path) -> int:
    """Read what `export_to` has written into an unused database; return how many rows that were.

    All of it or, where a line is wrong, nothing. Raise `RefusedError`.
    """
    read = 0
    async with database.write() as connection:
        if await copying.is_in_use(connection):
            raise RefusedError("the database is in use already; DATABASE_URL must name a new one")
        await copying.clear(connection)
        table: Table | None = None
        batch: list[Cells] = []

        async def insert() -> None:
            if table is not None:
                try:
                    await copying.insert(connection, table, batch)
                except SQLAlchemyError as error:
                    cause = str(getattr(error, "orig", None) or error).partition("\n")[0]
                    raise RefusedError(f"{file}: {table.name}: {cause}") from None

        for found, cells in _lines(file):
            if found is not table or len(batch) == _BATCH:
                await insert()
                table, batch = found, []
            batch.append(cells)
            read += 1
        await insert()
        await copying.renumber(connection)
    return read


def _lines(file: Path) -> Iterator[tuple[Table, Cells]]:
    tables = {table.name: table for table in PORTABLE}
    try:
        with file.open(encoding="utf-8") as opened:
            for number, line in enumerate(opened, start=1):
                try:
                    found = json.loads(line)
                    if number == 1:
                        if found != FORMAT:
                            raise ValueError("this is no export of this bot, or of another version")
                        continue
                    table = tables[found["table"]]
                    yield table, {name: _cell(table, name, value) for name, value in found["row"].items()}
                except (ValueError, TypeError, KeyError, AttributeError) as error:
                    raise RefusedError(f"{file}: line {number}: {_reason(error)}") from None
    except UnicodeDecodeError:
        raise RefusedError(f"{file}: this is no UTF-8 text") from None


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, datetime) else cell


def _cell(table: Table, name: str, value: Any) -> Any:
    is_time = isinstance(table.c[name].type, UtcDateTime)
    return datetime.fromisoformat(value) if is_time and value is not None else value


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error} is unknown"
    return str(error).partition("\n")[0]
