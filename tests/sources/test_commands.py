"""The commands that read from the web and keep the list of sources, as processes."""

import json
import os
from pathlib import Path

import pytest

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
