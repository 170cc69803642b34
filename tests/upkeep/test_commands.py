"""The commands as an operator types them."""

from pathlib import Path

import pytest

from storage.database import Database
from tests.databases import sqlite_url
from tests.upkeep.newsroom import work
from tests.whole.programs import command, environment


@pytest.fixture
async def settings(sqlite_database: Database, sqlite_database_url: str) -> dict[str, str]:
    await work(sqlite_database)
    await sqlite_database.close()
    return environment("http://127.0.0.1:9", sqlite_database_url)


async def test_data_is_kept_brought_back_and_taken_elsewhere(settings: dict[str, str], tmp_path: Path) -> None:
    new = {**settings, "DATABASE_URL": sqlite_url(tmp_path / "new.db")}
    moved = sqlite_url(tmp_path / "moved.db")
    for arguments, environ, said in (
        (("backup", "kept.db"), settings, "bytes written to kept.db"),
        (("restore", "kept.db"), settings, "restored from kept.db; what was there before is in "),
        (("export", "all.jsonl"), settings, "rows written to all.jsonl"),
        (("import", "all.jsonl"), new, "rows read from all.jsonl"),
        (("database", "move", settings["DATABASE_URL"], moved), settings, "rows copied and compared"),
    ):
        done = await command(*arguments, settings=environ, folder=tmp_path, afresh=arguments[0] == "backup")
        assert (done.code, done.err) == (0, "")
        assert said in done.out


async def test_what_is_refused_is_one_line(settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b"noise")
    for arguments in (("restore", "noise"), ("import", "noise"), ("database", "move", "nonsense", "nonsense")):
        done = await command(*arguments, settings=settings, folder=tmp_path)
        assert done.code == 1
        assert done.out == ""
        assert len(done.err.splitlines()) == 1
