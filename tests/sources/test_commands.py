"""The commands that read from the web and keep the list of sources, as processes."""

import json
import os
from pathlib import Path

import pytest

from tests.sources.feeds import Item, rss
from tests.sources.web import Web
from tests.whole.programs import Finished, command, environment

STORY = """أخبار محلية
عاجل
البلدية تغلق جسر الميناء أمام الشاحنات

قال مدير الطرق سامر العلي: «الجسر بحاجة إلى صيانة عاجلة قبل الشتاء».
"""
BARE = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONWARNINGS": "error"}


@pytest.fixture
def with_database(tmp_path: Path) -> dict[str, str]:
    return environment(
        "http://127.0.0.1:9", f"sqlite+aiosqlite:///{tmp_path / 'news.db'}", ALLOW_PRIVATE_ADDRESSES="true"
    )


async def test_parse_reads_a_url_without_settings_or_database(outside: Web, tmp_path: Path) -> None:
    outside.serve("/story", STORY)

    refused = await command("parse", outside.url("/story"), settings=BARE, folder=tmp_path)
    read = await command(
        "parse", outside.url("/story"), settings={**BARE, "ALLOW_PRIVATE_ADDRESSES": "true"}, folder=tmp_path
    )

    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "not on the public internet" in refused.err
    assert json.loads(read.out)["title"] == "البلدية تغلق جسر الميناء أمام الشاحنات"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("source", ["http://user:secret@127.0.0.1/", "no/such/file", "http://"])
async def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, source: str) -> None:
    refused = await command("parse", source, settings=BARE, folder=tmp_path)

    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert "secret" not in refused.err


async def test_ingest_takes_a_url_and_tells_machines_what_became_of_it(
    outside: Web, tmp_path: Path, with_database: dict[str, str]
) -> None:
    outside.serve("/story", STORY)

    async def ingest(*options: str) -> Finished:
        return await command("ingest", outside.url("/story"), *options, settings=with_database, folder=tmp_path)

    first = await ingest("--json")
    again = await ingest()

    assert json.loads(first.out) == [
        {"title": "البلدية تغلق جسر الميناء أمام الشاحنات", "verdict": "pushed", "id": 1, "owed": 0}
    ]
    assert "known already as 1" in again.out


async def test_sources_are_kept_on_the_command_line(
    outside: Web, tmp_path: Path, with_database: dict[str, str]
) -> None:
    async def run(*arguments: str) -> Finished:
        return await command("sources", *arguments, settings=with_database, folder=tmp_path)

    outside.serve("/feed", rss([Item("عاجل | إغلاق جسر الميناء", guid="1")]))
    arguments = ("sources", "add", outside.url("/feed"), "--section", "سياسة", "--name", "الفجر", "--json")
    added = await command(*arguments, settings=with_database, folder=tmp_path, afresh=True)
    again = await run("add", outside.url("/feed"))
    paused = await run("pause", "1")
    exported = await run("export", "list.opml")
    removed = await run("remove", outside.url("/feed"))
    imported = await run("import", "list.opml")
    resumed = await run("resume", "1")
    listed = json.loads((await run("list", "--json")).out)

    (source,) = json.loads(added.out)
    assert {key: source[key] for key in ("id", "url", "kind", "name", "state", "sections")} == {
        "id": 1,
        "url": outside.url("/feed"),
        "kind": "feed",
        "name": "الفجر",
        "state": "active",
        "sections": ["سياسة"],
    }
    assert (again.code, again.err) == (1, "this source is followed already; see: sources list\n")
    assert "paused" in paused.out
    assert (exported.code, removed.code) == (0, 0)
    assert imported.out == "1 sources added, 0 were known\n"
    assert "well" in resumed.out
    assert [(each["name"], each["state"], each["sections"]) for each in listed] == [("الفجر", "active", ["سياسة"])]


async def test_a_list_from_elsewhere_is_cleaned_and_one_wrong_address_refuses_it_by_name(
    tmp_path: Path, with_database: dict[str, str]
) -> None:
    def listing(*outlines: str) -> None:
        (tmp_path / "list.opml").write_text(f"<opml><body>{''.join(outlines)}</body></opml>", encoding="utf-8")

    async def run(*arguments: str) -> Finished:
        return await command("sources", *arguments, settings=with_database, folder=tmp_path)

    good = '<outline text="الفجر&#10;&#x202E;&#x9b;31m" xmlUrl="https://a.example/feed"/>'
    listing(good, '<outline text="البعيد" xmlUrl="ftp://b.example/feed"/>')
    refused = await run("import", "list.opml")
    listing(good, good)
    imported = await run("import", "list.opml", "--json")

    assert (refused.code, refused.err) == (
        1,
        "list.opml: البعيد: only http:// and https:// addresses are fetched\n",
    )
    assert json.loads(imported.out) == {"added": 1, "known": 1}
    (source,) = json.loads((await run("list", "--json")).out)
    assert source["name"] == "الفجر 31m"


async def test_a_trial_shows_what_would_come_in_and_stores_nothing(
    outside: Web, tmp_path: Path, with_database: dict[str, str]
) -> None:
    outside.serve("/feed", rss([Item("عاجل | إغلاق جسر الميناء", guid="1"), Item("خبر عادي", categories=())]))

    shown = await command("sources", "test", outside.url("/feed"), settings=with_database, folder=tmp_path)
    as_json = await command("sources", "test", outside.url("/feed"), "--json", settings=with_database, folder=tmp_path)
    listed = await command("sources", "list", settings=with_database, folder=tmp_path)

    assert "إغلاق جسر الميناء" in shown.out
    assert [(each["title"], each["breaking"]) for each in json.loads(as_json.out)["articles"]] == [
        ("إغلاق جسر الميناء", True),
        ("خبر عادي", False),
    ]
    assert listed.out == ""


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("add", "ftp://news.example/"), 1, "only http"),
        (("add", "http://user:secret@news.example/"), 1, "user name or a password"),
        (("add", "http://127.0.0.1:1/"), 1, "cannot be reached"),
        (("add", "https://news.example/", "--kind", "feed", "--section", "فلك"), 1, "there is no section 'فلك'"),
        (("add", "https://news.example/", "--kind", "magazine"), 2, "magazine"),
        (("test", "http://169.254.169.254/"), 1, "not on the public internet"),
        (("pause", "7"), 1, "there is no source 7"),
        (("import", "list.txt"), 1, "no OPML"),
        (("dance",), 2, "No such command"),
    ],
)
async def test_what_cannot_be_done_is_said_in_one_line(
    tmp_path: Path, with_database: dict[str, str], arguments: tuple[str, ...], code: int, complaint: str
) -> None:
    (tmp_path / "list.txt").write_text("no list")
    refused = await command("sources", *arguments, settings=with_database, folder=tmp_path)

    assert (refused.code, refused.out) == (code, "")
    assert complaint in refused.err
    assert "secret" not in refused.err
    assert code == 2 or refused.err.count("\n") == 1
