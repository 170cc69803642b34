"""`python -m bot sources …`: the list of sources, for people and, with --json, for machines."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.console import finish
from bot.sources import management, opml
from bot.sources.shown import one_line
from storage.sources import Kind, Source, State

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
_KINDS = click.Choice(["auto", *(kind.value for kind in Kind)])


@click.group()
def sources() -> None:
    """Where articles come from by themselves."""


@sources.command()
@click.argument("url")
@click.option("--kind", default="auto", type=_KINDS, help="What it is; by default it is looked at.")
@click.option("--name", help="What people call it; its host by default.")
@click.option("--section", "names", multiple=True, help="For what names no section itself. May be given repeatedly.")
@_AS_JSON
def add(url: str, kind: str, name: str | None, names: tuple[str, ...], as_json: bool) -> None:
    """Follow a feed, a WordPress or a page. What stands there now alerts nobody."""
    _show([finish(management.add(url, kind, name, names))], as_json=as_json)


@sources.command("list")
@_AS_JSON
def list_(as_json: bool) -> None:
    """Show every source, and how it is."""
    _show(finish(management.every()), as_json=as_json)


@sources.command()
@click.argument("url")
@click.option("--kind", default="auto", type=_KINDS, help="What it is; by default it is looked at.")
@_AS_JSON
def test(url: str, kind: str, as_json: bool) -> None:
    """Show what would come in from a URL or a source's number. Stores nothing, and alerts nobody."""
    trial = finish(management.test(url, kind))
    if as_json:
        click.echo(json.dumps(trial.as_object(), ensure_ascii=False, indent=1))
        return
    click.echo(f"{trial.kind}: {trial.url}\n{len(trial.articles)} articles, the newest first")
    for article in trial.articles:
        click.echo(one_line(article))


@sources.command()
@click.argument("source", metavar="NUMBER|URL")
@_AS_JSON
def pause(source: str, as_json: bool) -> None:
    """Stop following a source for now."""
    _show([finish(management.set_state(source, State.PAUSED))], as_json=as_json)


@sources.command()
@click.argument("source", metavar="NUMBER|URL")
@_AS_JSON
def resume(source: str, as_json: bool) -> None:
    """Follow a source again that was paused or gone."""
    _show([finish(management.set_state(source, State.ACTIVE))], as_json=as_json)


@sources.command()
@click.argument("source", metavar="NUMBER|URL")
@_AS_JSON
def remove(source: str, as_json: bool) -> None:
    """Forget a source. The articles that it brought stay."""
    _show([finish(management.remove(source))], as_json=as_json)


@sources.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_AS_JSON
def import_(file: Path, as_json: bool) -> None:
    """Follow every feed of an OPML file. Those that are followed already stay as they are."""
    added, known = finish(management.import_list(file))
    if as_json:
        click.echo(json.dumps({"added": added, "known": known}))
        return
    click.echo(f"{added} sources added, {known} were known")


@sources.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_AS_JSON
def export(file: Path, as_json: bool) -> None:
    """Write every source into an OPML file; with --json into a JSON one."""
    found = finish(management.every())
    if as_json:
        file.write_text(json.dumps([_as_object(source) for source in found], ensure_ascii=False, indent=1), "utf-8")
    else:
        file.write_bytes(opml.write(found))
    click.echo(f"{len(found)} sources exported")


def _show(found: Sequence[Source], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_as_object(source) for source in found], ensure_ascii=False, indent=1))
        return
    for source in found:
        state = source.health(datetime.now(UTC)) if source.state is State.ACTIVE else source.state
        click.echo(f"{source.id:>4}  {state:<8} {source.kind:<10} {source.name}  {source.url}")
        if source.sections:
            click.echo(f"      sections: {'، '.join(source.sections)}")
        if source.last_error:
            click.echo(f"      {source.failures} failures: {source.last_error}")


def _as_object(source: Source) -> dict[str, object]:
    return {
        "id": source.id,
        "url": source.url,
        "kind": source.kind,
        "name": source.name,
        "state": source.state,
        "health": source.health(datetime.now(UTC)),
        "sections": list(source.sections),
        "interval_s": int((source.fixed_interval or source.interval).total_seconds()),
        "next_poll_at": source.next_poll_at.isoformat(),
        "failures": source.failures,
        "last_error": source.last_error,
    }
