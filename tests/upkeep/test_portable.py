"""What outlives a token, written as lines and read again."""

import json
from pathlib import Path

import pytest

from bot.console import RefusedError
from bot.upkeep.portable import export_to, import_from
from storage import articles, deliveries, search
from storage.database import Database
from tests.databases import START
from tests.storage.builders import an_article, publish
from tests.upkeep.newsroom import SAID, work


async def test_a_bot_with_another_token_begins_with_what_the_old_one_knew(database: Database, tmp_path: Path) -> None:
    await work(database)
    written = await export_to(database, tmp_path / "all.jsonl")
    new = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    await new.migrate()

    assert await import_from(new, tmp_path / "all.jsonl") == written

    again = await export_to(new, tmp_path / "again.jsonl")
    assert again == written
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "all.jsonl").read_bytes()
    async with new.write() as connection:
        stored = await articles.get(connection, 1)
        assert stored is not None
        assert [quote.text for quote in stored.article.quotes] == [SAID]
        assert len((await search.search(connection, "النفط", limit=5)).headlines) == 1
        assert await deliveries.count_by_state(connection, since=START) == {}
        assert (await publish(connection, an_article("خبر جديد تماما"))).owed == 3
    await new.close()


async def test_only_a_new_database_is_filled(database: Database, tmp_path: Path) -> None:
    await work(database)
    await export_to(database, tmp_path / "all.jsonl")
    with pytest.raises(RefusedError, match="in use"):
        await import_from(database, tmp_path / "all.jsonl")


HEAD = '{"format": "breaking-news-bot", "version": 1}'


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["{}"], "line 1: this is no export"),
        (['{"format": "breaking-news-bot", "version": 2}'], "line 1: this is no export"),
        (["text"], "line 1: "),
        ([HEAD, "[]"], "line 2: "),
        ([HEAD, '{"table": "users", "row": {}}'], "line 2: 'users' is unknown"),
        ([HEAD, '{"table": "deliveries", "row": {}}'], "line 2: 'deliveries' is unknown"),
        ([HEAD, '{"table": "sections", "row": {"colour": 1}}'], "line 2: 'colour' is unknown"),
        ([HEAD, '{"table": "sections", "row": 7}'], "line 2: "),
        ([HEAD, '{"table": "subscribers", "row": {"chat_id": 1, "created_at": "soon"}}'], "line 2: "),
        ([HEAD, '{"table": "sections", "row": {"id": 1, "name": null}}'], "sections: "),
    ],
)
async def test_a_wrong_line_is_named_and_nothing_is_read(
    database: Database, tmp_path: Path, lines: list[str], complaint: str
) -> None:
    file = tmp_path / "wrong.jsonl"
    good = json.dumps({"table": "sections", "row": {"id": 50, "name": "بيئة", "slug": "nature", "position": 9}})
    file.write_text("\n".join([lines[0], good, *lines[1:]] if lines[0] == HEAD else lines), "utf-8")
    before = await export_to(database, tmp_path / "before.jsonl")

    with pytest.raises(RefusedError) as refusal:
        await import_from(database, file)

    assert complaint.replace("line 2", "line 3") in str(refusal.value)
    assert await export_to(database, tmp_path / "after.jsonl") == before


async def test_bytes_that_are_no_text_are_refused(database: Database, tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RefusedError, match="UTF-8"):
        await import_from(database, tmp_path / "noise")
