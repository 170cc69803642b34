"""`python -m bot backup|restore|export|import` and `python -m bot database move`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.console import finish, settings
from bot.upkeep import backup as backups
from bot.upkeep import moving, portable
from storage.opening import open_database

_FILE = click.Path(dir_okay=False, path_type=Path)
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Copy the database into FILE. The bot may run meanwhile."""
    click.echo(f"{finish(_back_up(file)):,} bytes written to {file}")


@click.command()
@click.argument("file", type=_EXISTING)
def restore(file: Path) -> None:
    """Put the copy in FILE in the database's place; stop the bot first. The present one is kept beside it."""
    kept = finish(_restore(file))
    click.echo(f"restored from {file}{f'; what was there before is in {kept}' if kept else ''}")


@click.command("export")
@click.argument("file", type=_FILE)
def export(file: Path) -> None:
    """Write what outlives a token into FILE: subscribers, articles, sources, the newsroom (JSON Lines)."""
    click.echo(f"{finish(_export(file)):,} rows written to {file}")


@click.command("import")
@click.argument("file", type=_EXISTING)
def import_(file: Path) -> None:
    """Read what `export` has written into a new database."""
    click.echo(f"{finish(_import(file)):,} rows read from {file}")


@click.group()
def database() -> None:
    """The database as a whole."""


@database.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def move(source: str, target: str) -> None:
    """Copy everything from one database URL to another, unused one, and compare every row; stop the bot first."""

    def show(table: str, rows: int) -> None:
        click.echo(f"{rows:>12,}  {table}")

    click.echo(f"{finish(moving.move(source, target, progress=show)):,} rows copied and compared")


async def _back_up(file: Path) -> int:
    return backups.back_up(settings().database_url, file)


async def _restore(file: Path) -> Path | None:
    url = settings().database_url
    kept = backups.restore(url, file, now=datetime.now(UTC))
    # The copy may be of an earlier version of the bot.
    await (await open_database(url)).close()
    return kept


async def _export(file: Path) -> int:
    opened = await open_database(settings().database_url)
    try:
        return await portable.export_to(opened, file)
    finally:
        await opened.close()


async def _import(file: Path) -> int:
    opened = await open_database(settings().database_url)
    try:
        return await portable.import_from(opened, file)
    finally:
        await opened.close()
