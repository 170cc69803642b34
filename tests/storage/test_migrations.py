"""The migrations and the tables say the same."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from storage.database import Database, alembic_config
from storage.migrations import is_compared
from storage.tables import UtcDateTime, metadata


def compare_type(
    _context: object, _column: object, _metadata_column: object, found: object, wanted: object
) -> bool | None:
    # A UtcDateTime is a DateTime in the database; everything else is compared as Alembic does it.
    return False if isinstance(wanted, UtcDateTime) else None


def differences(connection: Connection) -> list[object]:
    options = {"compare_type": compare_type, "compare_server_default": True, "include_object": is_compared}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def shape(connection: Connection) -> dict[str, list[str]]:
    """All that the database knows of its tables, what Alembic does not compare included: keys, checks, predicates."""
    inspector = inspect(connection)
    return {
        table: sorted(
            plain(row)
            for rows in (
                inspector.get_columns(table),
                [inspector.get_pk_constraint(table)],
                inspector.get_foreign_keys(table),
                inspector.get_unique_constraints(table),
                inspector.get_check_constraints(table),
                inspector.get_indexes(table),
            )
            for row in rows
        )
        for table in metadata.tables
    }


def plain(value: object) -> str:
    if isinstance(value, dict):
        return str({key: plain(inner) for key, inner in sorted(value.items())})
    return str(value)


async def test_an_upgrade_from_nothing_gives_exactly_the_tables(empty_database: Database) -> None:
    await empty_database.migrate()
    async with empty_database.read() as connection:
        assert await connection.run_sync(differences) == []
        migrated = await connection.run_sync(shape)
    async with empty_database.write() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
        assert await connection.run_sync(shape) == migrated


async def test_a_downgrade_leaves_nothing_and_can_be_taken_back(database: Database) -> None:
    async with database.write() as connection:
        await connection.run_sync(lambda sync: command.downgrade(alembic_config(sync), "base"))
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == ["alembic_version"]
    await database.migrate()
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_second_migration_changes_nothing(database: Database) -> None:
    async with database.read() as connection:
        before = await connection.run_sync(shape)
    await database.migrate()
    async with database.read() as connection:
        assert await connection.run_sync(shape) == before


async def test_there_is_one_line_of_revisions(sqlite_database: Database) -> None:
    async with sqlite_database.read() as connection:
        script = await connection.run_sync(lambda sync: ScriptDirectory.from_config(alembic_config(sync)))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    assert all(not revision.is_merge_point for revision in script.walk_revisions())
