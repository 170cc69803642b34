"""The command line. Exit 0 for done, 1 for refused with one clear line, 2 for wrong usage.

Each command imports what it needs: `parse` starts in a moment, since it needs neither Telegram nor a database.
"""

import json
import os
import sys
import tomllib
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from bot.console import finish, refuse, settings
from storage.article import DEFAULT_SECTIONS, UnreadableError, section_index

T = TypeVar("T")

# Commands of other modules, which are loaded when they are asked for.
_ELSEWHERE = {
    "sources": "bot.sources.commands:sources",
    "backup": "bot.upkeep.commands:backup",
    "restore": "bot.upkeep.commands:restore",
    "export": "bot.upkeep.commands:export",
    "import": "bot.upkeep.commands:import_",
    "database": "bot.upkeep.commands:database",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = _ELSEWHERE[cmd_name].partition(":")
        loaded: click.Command = getattr(import_module(module), name)
        return loaded


def _show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(_version())
        context.exit()


def _version() -> str:
    """The version stands in pyproject.toml: that of the checkout, or what was installed from it."""
    project = Path(__file__).parents[1] / "pyproject.toml"
    if project.exists():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("breaking-news-bot")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Say which.")
def main() -> None:
    """A breaking-news bot for Telegram that speaks Arabic first. Settings: see .env.example."""
    # python-telegram-bot gives times as timedelta, as it will in its next major version, and warns no more.
    os.environ.setdefault("PTB_TIMEDELTA", "true")


@main.command()
def run() -> None:
    """Run the bot on Telegram, until Ctrl-C or SIGTERM."""
    from bot import application

    finish(_with_settings(application.run))


@main.command()
@click.option("--once", is_flag=True, help="No page: print the chats as a transcript; exit 0 if all went well.")
@click.option("--port", default=0, help="The page's port; any free one by default.")
def demo(once: bool, port: int) -> None:
    """Show the whole job on this machine, with a Telegram of our own. Needs no settings."""
    from bot import demo as show

    if not finish(show.once() if once else show.live(port)):
        sys.exit(1)


@main.command()
@click.argument("source", metavar="FILE|URL|-")
@click.option("--json", "as_json", is_flag=True, help="JSON also on a terminal.")
def parse(source: str, as_json: bool) -> None:
    """Print what the bot understands of a text, a page or a feed: for people on a terminal, otherwise JSON."""
    finish(_parse(source, as_json=as_json or not sys.stdout.isatty()))


@main.command()
@click.argument("source", metavar="FILE|URL|-")
@click.option("--json", "as_json", is_flag=True, help="Print what became of each article as JSON.")
def ingest(source: str, as_json: bool) -> None:
    """Store what is flagged «عاجل» and owe it to its subscribers; a running bot sends it at once."""
    finish(_ingest(source, as_json=as_json))


@main.command()
def check() -> None:
    """Look at settings, database, token and permissions; say what is wrong and what to do."""
    if not finish(_check()):
        sys.exit(1)


@main.command("messages")
@click.option("--out", type=click.File("w", encoding="utf-8"), default="-", help="Write it there, not to the screen.")
def print_messages(out: TextIO) -> None:
    """Print every message that the bot can send as a web page, to be reread in all languages. Needs no settings."""
    from bot.proofs.page import page

    out.write(page())


@main.group()
def subscribers() -> None:
    """Bring subscribers in and out as CSV (chat_id,language,sections,timezone)."""


@subscribers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Subscribe every chat of FILE. A wrong line refuses the whole file."""
    click.echo(f"{finish(_import(file))} subscribers imported")


@subscribers.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write every active subscriber into FILE."""
    click.echo(f"{finish(_export(file))} subscribers exported")


async def _parse(source: str, *, as_json: bool) -> None:
    from bot import extract
    from bot.sources.inputs import read_input
    from bot.sources.shown import as_text

    # It needs no settings, so this one is read by itself.
    allow_private = os.environ.get("ALLOW_PRIVATE_ADDRESSES", "").strip().lower() in ("1", "true", "yes", "on")
    given = await read_input(source, allow_private=allow_private)
    try:
        reading = extract.read(given.data, section_index(DEFAULT_SECTIONS), url=given.url)
    except UnreadableError as error:
        refuse(f"{source}: {error}")
    click.echo(extract.to_json(reading) if as_json else as_text(reading))


async def _ingest(source: str, *, as_json: bool) -> None:
    from bot import ingest as way_in
    from bot.sources.inputs import read_input
    from storage.opening import open_database

    found = settings()
    given = await read_input(source, allow_private=found.allow_private_addresses)
    policy = way_in.Policy(found.alert_ttl, found.keep_unflagged)
    database = await open_database(found.database_url)
    try:
        try:
            reading = await way_in.read(database, given.data, url=given.url)
        except UnreadableError as error:
            refuse(f"{source}: {error}")
        results = [
            await way_in.ingest(database, article, policy, now=datetime.now(UTC)) for article in reading.articles
        ]
    finally:
        await database.close()
    if as_json:
        click.echo(json.dumps([_as_object(result) for result in results], ensure_ascii=False, indent=1))
        return
    for result in results:
        click.echo(_describe(result))


def _as_object(result: Any) -> dict[str, object]:
    return {"title": result.article.title, "verdict": result.verdict, "id": result.id, "owed": result.owed}


def _describe(result: Any) -> str:
    from bot.ingest import Verdict

    what = {
        Verdict.PUSHED: f"stored as {result.id}, owed to {result.owed} chats",
        Verdict.KEPT: f"stored as {result.id}, pushed to nobody: it is not flagged «عاجل»",
        Verdict.TOO_OLD: f"stored as {result.id}, pushed to nobody: it is older than ALERT_TTL",
        Verdict.LEFT_ALONE: "left alone: it is not flagged «عاجل» (KEEP_UNFLAGGED would keep it)",
        Verdict.REVISED: f"known already as {result.id}, its text was replaced; nothing was sent again",
        Verdict.CORRECTED: f"known already as {result.id}, which is corrected wherever it was sent",
        Verdict.PROPOSED: f"known already as {result.id}; what was changed is proposed to the newsroom as a correction",
        Verdict.KNOWN: f"known already as {result.id}, nothing was sent again",
    }[result.verdict]
    return f"{result.article.title}: {what}"


async def _check() -> bool:
    from bot import doctor

    healthy = True
    async for finding in doctor.examine(settings()):
        click.echo(f"{'ok  ' if finding.well else 'FAIL'} {finding.name}: {finding.text}")
        healthy &= finding.well
    return healthy


async def _import(file: Path) -> int:
    from bot import subscriber_files
    from storage.opening import open_database

    found = settings()
    defaults = subscriber_files.Defaults(found.default_language, found.default_timezone)
    database = await open_database(found.database_url)
    try:
        with click.progressbar(length=subscriber_files.count_rows(file), label="importing", file=sys.stderr) as bar:
            return await subscriber_files.import_file(
                database, file, defaults, now=datetime.now(UTC), progress=bar.update
            )
    except subscriber_files.RefusedFileError as error:
        refuse(f"{file}: {error}")
    finally:
        await database.close()


async def _export(file: Path) -> int:
    from bot import subscriber_files
    from storage.opening import open_database

    database = await open_database(settings().database_url)
    try:
        return await subscriber_files.export_file(database, file)
    finally:
        await database.close()


async def _with_settings(job: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
    return await job(settings())


if __name__ == "__main__":
    main()
