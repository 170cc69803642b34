"""What the documents say is what the code does: commands, settings, tables, links."""

import re
from pathlib import Path

import click
import pytest

from bot.__main__ import main
from bot.config import Settings
from handlers.routes import COMMANDS, NEWSROOM_COMMANDS
from storage.tables import metadata

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
_ROW = re.compile(r"^\| (.+?) \|", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")


def chapter(document: str, heading: str) -> str:
    text = (ROOT / document).read_text(encoding="utf-8")
    (found,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return str(found)


def first_cells(text: str) -> list[str]:
    """What stands between backticks in the first cells of a chapter's tables, in their order."""
    return [name for cell in _ROW.findall(text) for name in re.findall(r"`([^`]+)`", cell)]


def test_the_readme_names_the_commands_of_the_bot_in_their_order() -> None:
    told = [name.removeprefix("/") for name in first_cells(chapter("README.md", "Commands in Telegram"))]
    assert told == [command.name for command in (*COMMANDS, *NEWSROOM_COMMANDS)]


def test_the_readme_names_the_commands_of_the_machine() -> None:
    told = {name.split()[0] for name in first_cells(chapter("README.md", "Commands on the machine"))}
    known = main.list_commands(click.Context(main))
    assert {name for name in told if name in known} == set(known)


def test_the_readme_names_every_setting_and_its_default() -> None:
    text = chapter("README.md", "Settings")
    assert set(first_cells(text)) == {name.upper() for name in Settings.model_fields}
    for name, default in re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", text, re.MULTILINE):
        wanted = Settings.model_fields[name.lower()].default
        assert default.lower() == str(wanted).lower() or Settings(**{name.lower(): default}) == Settings(), name


def test_each_table_of_the_database_has_an_owner() -> None:
    text = chapter("docs/how-it-works.md", "Who owns which table")
    assert sorted(first_cells(text)) == sorted(metadata.tables)
    owners = re.findall(r"`(\w+)`", "".join(line.split("|")[2] for line in text.splitlines() if line.startswith("| `")))
    assert owners
    assert all((ROOT / "storage" / f"{owner}.py").exists() for owner in owners)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for path, anchor in _LINK.findall(document.read_text(encoding="utf-8")):
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), path
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}, anchor


def test_every_document_can_be_reached_from_the_readme() -> None:
    linked = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        document = ahead.pop()
        linked.add(document)
        for path, _ in _LINK.findall(document.read_text(encoding="utf-8")):
            target = (document.parent / path).resolve()
            if path.endswith(".md") and target not in linked:
                ahead.append(target)
    assert set(DOCUMENTS) - linked == set()
