"""Opening the database as every program of this bot does first."""

from storage import sections
from storage.article import DEFAULT_SECTIONS
from storage.database import Database


async def open_database(url: str, *, name: str = "news bot") -> Database:
    """Open the database, bring its schema up to date, and give an empty one its sections.

    `name` is what PostgreSQL calls its connections. Raise `DatabaseUrlError` or `DatabaseUnavailableError`.
    """
    database = Database(url, name=name)
    try:
        await database.migrate()
        async with database.write() as connection:
            await sections.ensure(connection, DEFAULT_SECTIONS)
    except BaseException:
        await database.close()
        raise
    return database
