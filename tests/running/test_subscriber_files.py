"""Subscribers in and out as CSV: everything of a file, or nothing."""

from pathlib import Path

import pytest

from bot.subscriber_files import Defaults, RefusedFileError, count_rows, export_file, import_file
from storage import sections, subscribers
from storage.database import Database
from tests.databases import Clock

HEADER = "chat_id,language,sections,timezone\n"
DEFAULTS = Defaults("ar", "Asia/Riyadh")


async def load(database: Database, path: Path, text: str, clock: Clock) -> int:
    path.write_text(text, encoding="utf-8")
    return await import_file(database, path, DEFAULTS, now=clock(), progress=lambda rows: None)


async def test_what_was_exported_can_be_imported(sqlite_database: Database, tmp_path: Path, clock: Clock) -> None:
    rows = "-1009876543210,en,,Europe/London\n7,ar,سياسة;رياضة,Africa/Cairo\n8,ar,أخبار عالمية,Asia/Riyadh\n"
    await load(sqlite_database, tmp_path / "in.csv", HEADER + rows, clock)

    assert await export_file(sqlite_database, tmp_path / "out.csv") == 3
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").replace("\r\n", "\n") == HEADER + rows


async def test_empty_cells_stand_for_the_defaults(sqlite_database: Database, tmp_path: Path, clock: Clock) -> None:
    await load(sqlite_database, tmp_path / "in.csv", HEADER + "7,,,\n", clock)

    async with sqlite_database.read() as connection:
        subscriber = await subscribers.get(connection, 7)
    assert subscriber is not None
    assert (subscriber.language, subscriber.timezone, subscriber.sections) == ("ar", "Asia/Riyadh", frozenset())


async def test_columns_may_stand_in_any_order_and_after_a_byte_order_mark(
    sqlite_database: Database, tmp_path: Path, clock: Clock
) -> None:
    text = "\ufefftimezone,sections,language,chat_id\nAfrica/Cairo, صحة ;ثقافة,ar,7\n"
    assert await load(sqlite_database, tmp_path / "in.csv", text, clock) == 1

    async with sqlite_database.read() as connection:
        subscriber = await subscribers.get(connection, 7)
        names = {row.id: row.name for row in await sections.every(connection)}
    assert subscriber is not None
    assert {names[section] for section in subscriber.sections} == {"صحة", "ثقافة"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1: the header must be chat_id,language,sections,timezone"),
        ("chat_id,language\n7,ar\n", "line 1: the header must be"),
        (HEADER + "7,ar,سياسة\n", "line 2: 4 cells are expected"),
        (HEADER + "7,ar,سياسة,Asia/Riyadh,more\n", "line 2: 4 cells are expected"),
        (HEADER + "seven,ar,,\n", "line 2: chat_id 'seven' is no number"),
        (HEADER + "0,ar,,\n", "line 2: chat_id 0 is no Telegram chat"),
        (HEADER + "99999999999999999999,ar,,\n", "is no Telegram chat"),
        (HEADER + "7,ar,,\n8,fr,,\n", "line 3: language 'fr' is unknown; known are ar, en"),
        (HEADER + "7,ar,أخبار المريخ,\n", "line 2: section 'أخبار المريخ' is unknown; known are سياسة"),
        (HEADER + "7,ar,,Mars/Olympus\n", "line 2: timezone 'Mars/Olympus' is unknown"),
        (HEADER + '7,ar,"never closed\n', "no CSV file"),
    ],
)
async def test_a_wrong_line_refuses_the_whole_file_and_is_named(
    text: str, complaint: str, sqlite_database: Database, tmp_path: Path, clock: Clock
) -> None:
    with pytest.raises(RefusedFileError) as refused:
        await load(sqlite_database, tmp_path / "in.csv", text, clock)

    assert complaint in str(refused.value)
    assert await export_file(sqlite_database, tmp_path / "out.csv") == 0


async def test_a_binary_file_is_refused(sqlite_database: Database, tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(HEADER.encode() + b"7,ar,\xff\xfe,\n")

    with pytest.raises(RefusedFileError, match="not UTF-8"):
        await import_file(sqlite_database, path, DEFAULTS, now=clock(), progress=lambda rows: None)


async def test_progress_tells_every_row(sqlite_database: Database, tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "in.csv"
    path.write_text(HEADER + "".join(f"{chat_id},ar,رياضة,\n" for chat_id in range(1, 12_002)), encoding="utf-8")
    told: list[int] = []

    total = await import_file(sqlite_database, path, DEFAULTS, now=clock(), progress=told.append)

    assert total == sum(told) == count_rows(path) == 12_001
    assert len(told) > 1
