"""From one database to another, whichever two they are: every row, and every row compared."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from sqlalchemy import URL, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.console import RefusedError
from bot.upkeep.backup import unused
from storage import copying, dialect
from storage.copying import Cells
from storage.database import DatabaseUrlError, check_url
from storage.opening import open_database

_BATCH = 1_000


async def move(source_url: str, target_url: str, *, progress: Callable[[str, int], None]) -> int:
    """Copy everything into an unused database and compare it there; return how many rows were compared.

    All of it or nothing. Nobody can write to an SQLite source meanwhile, and no bot may run on it; what is written to a
    PostgreSQL one after the beginning is not copied. `progress` is told of each table and its rows. Raise
    `RefusedError`.
    """
    from_, to = _read(source_url, "FROM"), _read(target_url, "TO")
    if from_ == to:
        raise RefusedError("FROM and TO are the same database; give a new one as TO")
    if from_.get_backend_name() != "sqlite":
        return await _move(source_url, target_url, progress)
    with unused(_existing(from_)):
        return await _move(source_url, target_url, progress)


async def _move(source_url: str, target_url: str, progress: Callable[[str, int], None]) -> int:
    source = await open_database(source_url)
    try:
        target = await open_database(target_url)
        try:
            async with source.write() as giving, target.write() as taking:
                await dialect.freeze(giving)
                return await _copy(giving, taking, progress)
        except SQLAlchemyError as error:
            raise RefusedError(f"not everything could be copied, so nothing was: {_cause(error)}") from None
        finally:
            await target.close()
    finally:
        await source.close()


def _existing(url: URL) -> Path:
    file = Path(url.database or "")
    if not file.exists():
        raise RefusedError(f"FROM: {file}: there is no such database")
    return file


def _read(url: str, which: str) -> URL:
    try:
        return check_url(url)
    except DatabaseUrlError as error:
        raise RefusedError(f"{which}: {error}") from None


async def _copy(giving: AsyncConnection, taking: AsyncConnection, progress: Callable[[str, int], None]) -> int:
    if await copying.is_in_use(taking):
        raise RefusedError("TO is in use already; give a new database")
    await copying.clear(taking)
    for table in copying.TABLES:
        async for batch in batches(copying.rows(giving, table), _BATCH):
            await copying.insert(taking, table, batch)
    await copying.renumber(taking)
    total = 0
    for table in copying.TABLES:
        compared = await _compare(giving, taking, table)
        progress(table.name, compared)
        total += compared
    return total


async def _compare(giving: AsyncConnection, taking: AsyncConnection, table: Table) -> int:
    compared = 0
    copies = copying.rows(taking, table)
    async for row in copying.rows(giving, table):
        if await anext(copies, None) != row:
            raise RefusedError(f"{table.name}: a row is not the same there, so nothing was copied")
        compared += 1
    if await anext(copies, None) is not None:
        raise RefusedError(f"{table.name}: there are more rows there, so nothing was copied")
    return compared


async def batches(rows: AsyncIterator[Cells], size: int) -> AsyncIterator[list[Cells]]:
    """Yield the rows in lists of up to `size`."""
    batch: list[Cells] = []
    async for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
