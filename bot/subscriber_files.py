"""Subscribers in and out as CSV: `chat_id,language,sections,timezone`, sections by canonical name, separated by `;`."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from handlers.texts import LANGUAGES
from storage import audience, sections, subscribers
from storage.audience import Change
from storage.database import Database
from storage.localtime import is_zone
from storage.subscribers import ImportedSubscriber

COLUMNS = ("chat_id", "language", "sections", "timezone")
_BATCH = 5_000
# Telegram's ids have at most 52 significant bits. https://core.telegram.org/bots/api#chat
_LARGEST_ID = 2**52


class RefusedFileError(ValueError):
    """A file that is not imported at all; the message names the line and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What an empty cell stands for."""

    language: str
    timezone: str


async def import_file(
    database: Database, path: Path, defaults: Defaults, *, now: datetime, progress: Callable[[int], None]
) -> int:
    """Subscribe every chat of the file, all of them or, where a line is wrong, none; return how many that were.

    `progress` is told how many rows each batch held. Raise `RefusedFileError`.
    """
    async with database.read() as connection:
        ids = {row.name: row.id for row in await sections.every(connection)}
    for _row in _rows(path, ids, defaults):
        pass  # the whole file is checked before the first row is written
    total = joined = 0
    rows = _rows(path, ids, defaults)
    async with database.write() as connection:
        while batch := list(islice(rows, _BATCH)):
            joined += await subscribers.import_many(connection, batch, now=now)
            total += len(batch)
            progress(len(batch))
        await audience.count(connection, Change.JOINED, joined, now=now)
    return total


async def export_file(database: Database, path: Path) -> int:
    """Write every active subscriber; return how many there are."""
    total = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        async with database.read() as connection:
            async for row in subscribers.export(connection):
                writer.writerow((row.chat_id, row.language, ";".join(row.sections), row.timezone))
                total += 1
    return total


def count_rows(path: Path) -> int:
    """Return how many lines follow the header, roughly: for a progress bar."""
    with path.open("rb") as file:
        return max(0, sum(1 for _line in file) - 1)


def _rows(path: Path, ids: Mapping[str, int], defaults: Defaults) -> Iterator[ImportedSubscriber]:
    known_zones: set[str] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(sorted(reader.fieldnames or ())) != COLUMNS:
                raise RefusedFileError(f"line 1: the header must be {','.join(COLUMNS)}")
            for cells in reader:
                try:
                    yield _row(cells, ids, defaults, known_zones)
                except ValueError as error:
                    raise RefusedFileError(f"line {reader.line_num}: {error}") from None
    except UnicodeDecodeError:
        raise RefusedFileError("the file is not UTF-8 text; save it as CSV in UTF-8") from None
    except csv.Error as error:
        raise RefusedFileError(f"this is no CSV file: {error}") from None


def _row(
    cells: Mapping[str, str | None], ids: Mapping[str, int], defaults: Defaults, known_zones: set[str]
) -> ImportedSubscriber:
    if None in cells or None in cells.values():
        raise ValueError(f"{len(COLUMNS)} cells are expected: {','.join(COLUMNS)}")
    text = {name: (value or "").strip() for name, value in cells.items()}
    try:
        chat_id = int(text["chat_id"])
    except ValueError:
        raise ValueError(f"chat_id {text['chat_id']!r} is no number") from None
    if not 0 < abs(chat_id) < _LARGEST_ID:
        raise ValueError(f"chat_id {chat_id} is no Telegram chat")
    language = text["language"] or defaults.language
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is unknown; known are {', '.join(LANGUAGES)}")
    zone = text["timezone"] or defaults.timezone
    if zone not in known_zones:
        if not is_zone(zone):
            raise ValueError(f"timezone {zone!r} is unknown; write a name such as Asia/Riyadh")
        known_zones.add(zone)
    names = [name.strip() for name in text["sections"].split(";") if name.strip()]
    for name in names:
        if name not in ids:
            raise ValueError(f"section {name!r} is unknown; known are {', '.join(ids)}")
    return ImportedSubscriber(chat_id, language, zone, tuple(ids[name] for name in names))
