"""Opening the database as every program of this bot does first."""

from collections.abc import Callable

from storage import sections
from storage.article import DEFAULT_SECTIONS
from storage.database import Database


async def open_database(
    url: str, *, name: str = "news bot", observe: Callable[[str, float], None] | None = None
) -> Database:
    """Open the database, bring its schema up to date, and give an empty one its sections.

    `name` and `observe`: see `Database`. Raise `DatabaseUrlError` or `DatabaseUnavailableError`.
    """
    database = Database(url, name=name, observe=observe)
    try:
        await database.migrate()
        async with database.write() as connection:
            await sections.ensure(connection, DEFAULT_SECTIONS)
    except BaseException:
        await database.close()
        raise
    return database
