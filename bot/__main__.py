"""The command line. Exit 0 for done, 1 for refused with one clear line, 2 for wrong usage.

Each command imports what it needs: `parse` starts in a moment, since it needs neither Telegram nor a database.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from storage.article import DEFAULT_SECTIONS, Fault, UnreadableError, section_index

T = TypeVar("T")

_FAULTS = {
    Fault.EMPTY: "there is no text in it",
    Fault.BINARY: "it is no text, web page or feed",
    Fault.TOO_LONG: "it is longer than any article",
    Fault.NO_TITLE: "it has no headline",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version="0.1.0", message="%(version)s")
def main() -> None:
    """A breaking-news bot for Telegram that speaks Arabic first. Settings: see .env.example."""
    # python-telegram-bot gives times as timedelta, as it will in its next major version, and warns no more.
    os.environ.setdefault("PTB_TIMEDELTA", "true")


@main.command()
def run() -> None:
    """Run the bot on Telegram, until Ctrl-C or SIGTERM."""
    from bot import application

    _finish(_with_settings(application.run))


@main.command()
@click.option("--once", is_flag=True, help="No page: print the chats as a transcript; exit 0 if all went well.")
@click.option("--port", default=0, help="The page's port; any free one by default.")
def demo(once: bool, port: int) -> None:
    """Show the whole job on this machine, with a Telegram of our own. Needs no settings."""
    from bot import demo as show

    if not _finish(show.once() if once else show.live(port)):
        sys.exit(1)


@main.command()
@click.argument("source", metavar="FILE|-")
def parse(source: str) -> None:
    """Print as JSON what the bot understands of a text, a page or a feed."""
    from bot import extract

    data = _input(source)
    try:
        reading = extract.read(data, section_index(DEFAULT_SECTIONS))
    except UnreadableError as error:
        _refuse(f"{source}: {_FAULTS[error.fault]}")
    click.echo(extract.to_json(reading))


@main.command()
@click.argument("source", metavar="FILE|-")
def ingest(source: str) -> None:
    """Store what is flagged «عاجل» and owe it to its subscribers; a running bot sends it at once."""
    _finish(_ingest(source, _input(source)))


@main.command()
def check() -> None:
    """Look at settings, database, token and permissions; say what is wrong and what to do."""
    if not _finish(_check()):
        sys.exit(1)


@main.group()
def subscribers() -> None:
    """Bring subscribers in and out as CSV (chat_id,language,sections,timezone)."""


@subscribers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Subscribe every chat of FILE. A wrong line refuses the whole file."""
    click.echo(f"{_finish(_import(file))} subscribers imported")


@subscribers.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write every active subscriber into FILE."""
    click.echo(f"{_finish(_export(file))} subscribers exported")


async def _ingest(source: str, data: bytes) -> None:
    from bot import ingest as way_in
    from storage.opening import open_database

    settings = _settings()
    policy = way_in.Policy(settings.alert_ttl, settings.keep_unflagged)
    database = await open_database(settings.database_url)
    try:
        try:
            reading = await way_in.read(database, data)
        except UnreadableError as error:
            _refuse(f"{source}: {_FAULTS[error.fault]}")
        for article in reading.articles:
            result = await way_in.ingest(database, article, policy, now=datetime.now(UTC))
            click.echo(_describe(result))
    finally:
        await database.close()


def _describe(result: Any) -> str:
    from bot.ingest import Verdict

    what = {
        Verdict.PUSHED: f"stored as {result.id}, owed to {result.owed} chats",
        Verdict.KEPT: f"stored as {result.id}, pushed to nobody: it is not flagged «عاجل»",
        Verdict.TOO_OLD: f"stored as {result.id}, pushed to nobody: it is older than ALERT_TTL",
        Verdict.LEFT_ALONE: "left alone: it is not flagged «عاجل» (KEEP_UNFLAGGED would keep it)",
        Verdict.KNOWN: f"known already as {result.id}, nothing was sent again",
    }[result.verdict]
    return f"{result.article.title}: {what}"


async def _check() -> bool:
    from bot import doctor

    healthy = True
    async for finding in doctor.examine(_settings()):
        click.echo(f"{'ok  ' if finding.well else 'FAIL'} {finding.name}: {finding.text}")
        healthy &= finding.well
    return healthy


async def _import(file: Path) -> int:
    from bot import subscriber_files
    from storage.opening import open_database

    settings = _settings()
    defaults = subscriber_files.Defaults(settings.default_language, settings.default_timezone)
    database = await open_database(settings.database_url)
    try:
        with click.progressbar(length=subscriber_files.count_rows(file), label="importing", file=sys.stderr) as bar:
            return await subscriber_files.import_file(
                database, file, defaults, now=datetime.now(UTC), progress=bar.update
            )
    except subscriber_files.RefusedFileError as error:
        _refuse(f"{file}: {error}")
    finally:
        await database.close()


async def _export(file: Path) -> int:
    from bot import subscriber_files
    from storage.opening import open_database

    database = await open_database(_settings().database_url)
    try:
        return await subscriber_files.export_file(database, file)
    finally:
        await database.close()


async def _with_settings(job: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
    return await job(_settings())


def _settings() -> Any:
    """Read the settings and let log lines begin."""
    from sqlalchemy import make_url

    from bot import config, logs

    settings = config.load()
    secrets = [settings.bot_token.get_secret_value()] if settings.bot_token else []
    logs.configure(settings.log_level, settings.log_format, [*secrets, make_url(settings.database_url).password or ""])
    return settings


def _finish(job: Coroutine[Any, Any, T]) -> T:
    """Run the job; turn what an operator can put right into one line."""
    from bot.config import SettingsError
    from storage.database import DatabaseUnavailableError

    try:
        return asyncio.run(job)
    except SettingsError as error:
        _refuse(str(error))
    except DatabaseUnavailableError as error:
        _refuse(f"DATABASE_URL: the database cannot be used: {error}")
    except OSError as error:
        _refuse(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")


def _input(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        _refuse(f"{source}: {error.strerror}")


def _refuse(line: str) -> NoReturn:
    click.echo(line, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
