"""The command line as an operator uses it: what it prints, what it exits with, and what stays behind."""

import json
import sqlite3
import tomllib
from pathlib import Path

import pytest

from bot.emulator import Emulator
from tests.databases import sqlite_url
from tests.whole.conftest import EDITOR, SPORT, WORLD
from tests.whole.programs import ROOT, bot, command, environment

FLASH = "عاجل رياضة\n\nتأجيل نهائي الكأس أسبوعا بسبب الأمطار\n\nأعلن الاتحاد تأجيل المباراة النهائية أسبوعا.\n"
PLAIN = "رياضة\n\nالمنتخب يبدأ معسكره الاثنين\n\nيبدأ المنتخب معسكره التدريبي يوم الاثنين.\n"


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """Settings for commands that need no Telegram."""
    return environment("http://127.0.0.1:9", sqlite_url(tmp_path / "data" / "news.db"))


def rows(tmp_path: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(tmp_path / "data" / "news.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


async def test_the_demo_shows_the_whole_job_and_needs_no_settings(tmp_path: Path) -> None:
    shown = await command(
        "demo", "--once", settings={"PATH": "", "PYTHONPATH": str(ROOT)}, folder=tmp_path, afresh=True
    )

    assert shown.code == 0, shown.out + shown.err
    assert shown.out.count("✓") == 8
    assert "✗" not in shown.out
    assert list(tmp_path.iterdir()) == []


async def test_parse_needs_no_settings_and_prints_the_gold(tmp_path: Path) -> None:
    gold = json.loads((ROOT / "bot/demo/article.json").read_text(encoding="utf-8"))
    wrong = {"PATH": "", "PYTHONPATH": str(ROOT), "DATABASE_URL": "nonsense", "SEND_RATE": "nonsense"}

    parsed = await command("parse", str(ROOT / "bot/demo/article.txt"), settings=wrong, folder=tmp_path, afresh=True)

    assert parsed.code == 0, parsed.err
    article = json.loads(parsed.out)
    assert article["title"] == gold["title"]
    assert article["sections"] == gold["sections"]
    assert article["breaking"] is True
    assert article["subheadings"] == gold["subheadings"]
    assert [quote["text"] for quote in article["quotes"]] == [quote["text"] for quote in gold["quotes"]]
    for found, wanted in zip(article["quotes"], gold["quotes"], strict=True):
        assert found["speaker"] in wanted["speaker_accept"]
    assert len(article["paragraphs"]) == gold["body_paragraphs"]
    assert list(tmp_path.iterdir()) == []


async def test_the_page_of_messages_needs_no_settings_and_goes_to_a_file_or_to_the_screen(tmp_path: Path) -> None:
    bare = {"PATH": "", "PYTHONPATH": str(ROOT)}

    shown = await command("messages", settings=bare, folder=tmp_path, afresh=True)
    written = await command("messages", "--out", "page.html", settings=bare, folder=tmp_path)
    refused = await command("messages", "--out", "nowhere/page.html", settings=bare, folder=tmp_path)

    assert [done.code for done in (shown, written)] == [0, 0], shown.err + written.err
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == shown.out
    assert (refused.code, refused.err) == (
        1,
        "Error: Could not open file 'nowhere/page.html': No such file or directory\n",
    )


async def test_the_version_is_that_of_the_project(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    told = await command("--version", settings={"PATH": "", "PYTHONPATH": str(ROOT)}, folder=tmp_path)

    assert (told.code, told.out) == (0, f"{project['version']}\n")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (b"", "there is no text in it"),
        (b" \n\n ", "there is no text in it"),
        (bytes(range(256)) * 100, "it is no text"),
        (("ضجيج بلا معنى " * 40_000).encode(), "larger than any article"),
        ("سياسة\nعاجل\n".encode(), "it has no headline"),
    ],
)
@pytest.mark.parametrize("name", ["parse", "ingest"])
async def test_what_is_no_article_is_refused_in_one_line_and_nothing_is_stored(
    name: str, given: bytes, complaint: str, offline: dict[str, str], tmp_path: Path
) -> None:
    refused = await command(name, "-", settings=offline, folder=tmp_path, given=given)

    assert refused.code == 1
    assert refused.out == ""
    assert complaint in refused.err
    assert refused.err.count("\n") == 1
    if name == "ingest":
        assert rows(tmp_path, "SELECT * FROM articles") == []


async def test_a_missing_file_is_refused_in_one_line(offline: dict[str, str], tmp_path: Path) -> None:
    refused = await command("parse", "nowhere.txt", settings=offline, folder=tmp_path)

    assert (refused.code, refused.err) == (1, "nowhere.txt: No such file or directory\n")


async def test_wrong_usage_exits_with_2(offline: dict[str, str], tmp_path: Path) -> None:
    for arguments in (["frobnicate"], ["parse"], ["subscribers", "import"], ["demo", "--twice"]):
        assert (await command(*arguments, settings=offline, folder=tmp_path)).code == 2


async def test_ingest_creates_the_database_stores_what_is_flagged_and_says_when_it_is_known(
    offline: dict[str, str], tmp_path: Path
) -> None:
    first = await command("ingest", "-", settings=offline, folder=tmp_path, given=FLASH.encode(), afresh=True)
    again = await command("ingest", "-", settings=offline, folder=tmp_path, given=FLASH.encode("cp1256"))
    plain = await command("ingest", "-", settings=offline, folder=tmp_path, given=PLAIN.encode())
    kept = await command(
        "ingest", "-", settings={**offline, "KEEP_UNFLAGGED": "true"}, folder=tmp_path, given=PLAIN.encode()
    )

    assert [done.code for done in (first, again, plain, kept)] == [0, 0, 0, 0], first.err
    assert "stored as 1, owed to 0 chats" in first.out
    assert "known already as 1" in again.out
    assert "left alone" in plain.out
    assert "stored as 2, pushed to nobody" in kept.out
    assert rows(tmp_path, "SELECT breaking, status FROM articles ORDER BY id") == [(1, "published"), (0, "kept")]


async def test_a_running_bot_sends_what_a_command_ingests_to_whom_a_command_imported(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    for user_id in (WORLD, SPORT):
        await emulator.say(user_id, "/help")  # Telegram lets a bot write only to whom wrote to it
    file = tmp_path / "subscribers.csv"
    file.write_text(
        f"chat_id,language,sections,timezone\n{SPORT},ar,رياضة,\n{WORLD},en,أخبار عالمية,\n", encoding="utf-8"
    )

    async with bot(settings, tmp_path):
        imported = await command("subscribers", "import", str(file), settings=settings, folder=tmp_path, afresh=True)
        assert (imported.code, imported.out) == (0, "2 subscribers imported\n"), imported.err
        ingested = await command("ingest", "-", settings=settings, folder=tmp_path, given=FLASH.encode())
        assert "owed to 1 chats" in ingested.out
        await emulator.wait_for(SPORT, "تأجيل نهائي الكأس")
        exported = await command("subscribers", "export", "out.csv", settings=settings, folder=tmp_path)

    assert exported.out == "2 subscribers exported\n"
    assert "101,en,أخبار عالمية,Asia/Riyadh" in (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert emulator.ledger.copies(WORLD, "تأجيل نهائي الكأس") == 0


async def test_an_unknown_section_refuses_the_import_and_is_named(offline: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "subscribers.csv"
    file.write_text("chat_id,language,sections,timezone\n7,ar,رياضة,\n8,ar,أخبار المريخ,\n", encoding="utf-8")

    refused = await command("subscribers", "import", str(file), settings=offline, folder=tmp_path)

    assert refused.code == 1
    assert "line 3: section 'أخبار المريخ' is unknown; known are سياسة" in refused.err
    assert rows(tmp_path, "SELECT * FROM subscribers") == []


async def test_check_says_one_line_for_each_thing(emulator: Emulator, settings: dict[str, str], tmp_path: Path) -> None:
    well = await command("check", settings=settings, folder=tmp_path, afresh=True)

    assert well.code == 0, well.out + well.err
    assert all(line.startswith("ok ") for line in well.out.splitlines())
    for name in ("settings", "OWNER_IDS", "database", "BOT_TOKEN", "updates", "groups"):
        assert f" {name}: " in well.out

    ill = await command("check", settings={**settings, "BOT_TOKEN": "42:wrong", "OWNER_IDS": ""}, folder=tmp_path)

    assert ill.code == 1
    assert "FAIL OWNER_IDS: nobody may publish" in ill.out
    assert "FAIL BOT_TOKEN: Telegram refuses it" in ill.out
    assert "42:wrong" not in ill.out + ill.err

    emulator.faults.fail(502, "Bad Gateway", method="getWebhookInfo")
    away = await command("check", settings=settings, folder=tmp_path)

    assert away.code == 1
    assert "FAIL Telegram: cannot be reached: " in away.out
    assert "Traceback" not in away.err


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"BOT_TOKEN": ""}, "BOT_TOKEN is missing"),
        ({"BOT_TOKEN": "42:wrong-token"}, "BOT_TOKEN: Telegram refuses this token"),
        ({"DATABASE_URL": "sqlite+aiosqlite:////proc/nowhere/news.db"}, "DATABASE_URL: the database cannot be used"),
        ({"DATABASE_URL": "mysql://user:hunter2@host/news"}, "DATABASE_URL: begins with 'mysql'"),
        (
            {"DATABASE_URL": "postgresql+asyncpg://user:hunter2@127.0.0.1:9/news"},
            "DATABASE_URL: the database cannot be used",
        ),
        ({"SEND_RATE": "fast"}, "SEND_RATE: "),
    ],
)
async def test_run_refuses_what_cannot_work_in_one_line_without_the_secret(
    change: dict[str, str], complaint: str, emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    refused = await command("run", settings={**settings, **change}, folder=tmp_path)

    assert refused.code == 1
    assert complaint in refused.err
    assert refused.err.count("\n") == 1
    assert "wrong-token" not in refused.err
    assert "hunter2" not in refused.err


async def test_a_database_that_is_no_database_is_refused_and_left_as_it_is(
    offline: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "data" / "news.db"
    file.parent.mkdir()
    text = "no database at all, but a text that is long enough to be taken for one\n" * 100
    file.write_text(text, encoding="utf-8")

    refused = await command("ingest", "-", settings=offline, folder=tmp_path, given=FLASH.encode())

    assert refused.code == 1
    assert refused.err == "DATABASE_URL: the database cannot be used: file is not a database\n"
    assert file.read_text(encoding="utf-8") == text


async def test_settings_are_read_from_the_file_in_the_folder(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        f"BOT_TOKEN=42:a-made-up-token\nBOT_API_URL={emulator.url}\nOWNER_IDS={EDITOR}\n", encoding="utf-8"
    )

    well = await command("check", settings={"PATH": "", "PYTHONPATH": str(ROOT)}, folder=tmp_path)

    assert well.code == 0, well.out
    assert (tmp_path / "data" / "news.db").exists()
