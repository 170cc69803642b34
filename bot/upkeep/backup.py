"""A copy of an SQLite database that is in use, and the way back. https://sqlite.org/backup.html"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from bot.console import RefusedError
from storage.sole import SoleUse

_HEADER = b"SQLite format 3\0"


def back_up(database_url: str, file: Path) -> int:
    """Write the database into `file` as it is at one moment; return its bytes.

    The bot may run meanwhile and does not wait. What stood in `file` is replaced when the copy is whole and sound; only
    its owner may read it. Raise `RefusedError`.
    """
    source = _path(database_url, file)
    if not source.exists():
        raise RefusedError(f"{source}: there is no database yet; see DATABASE_URL, or start the bot once")
    return _copy(source, file)


def restore(database_url: str, file: Path, *, now: datetime) -> Path | None:
    """Put the database in `file` in the place of the present one; return where that is kept now, if there was one.

    Raise `RefusedError` where `file` is no sound copy of this bot's database, and while a bot runs on the present one.
    """
    target = _path(database_url, file)
    _check(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    with unused(target):
        kept = None
        if target.exists():
            kept = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%S}")
            _copy(target, kept)
        with _refusing(target), closing(_open(file)) as source, closing(sqlite3.connect(target)) as connection:
            source.backup(connection)
        return kept


@contextmanager
def unused(database: Path) -> Iterator[None]:
    """Let no bot begin to run on an SQLite file inside the block; raise `RefusedError` where one does already."""
    sole = SoleUse(database)
    if not sole.take():
        raise RefusedError(f"{database}: a bot runs on it; stop that first")
    try:
        yield
    finally:
        sole.give_back()


def _copy(source: Path, file: Path) -> int:
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        with _refusing(source), closing(_open(source)) as giving, closing(sqlite3.connect(part)) as taking:
            # In one step: between two, another process's writing would make it begin again.
            giving.backup(taking, pages=-1)
            # The copy is one file by itself, which can be sent anywhere.
            taking.execute("PRAGMA journal_mode=DELETE")
        _check(part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


def _path(database_url: str, file: Path) -> Path:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "")
    place = " ".join(
        f"--{name}={value}"
        for name, value in (
            ("host", url.host),
            ("port", url.port),
            ("username", url.username),
            ("dbname", url.database),
        )
        if value
    )
    raise RefusedError(
        f"DATABASE_URL names a PostgreSQL, whose own tools do this: pg_dump {place} --format=custom --file={file}, "
        f"and back: pg_restore {place} --clean --if-exists {file}"
    )


def _check(file: Path) -> None:
    with file.open("rb") as opened:
        if opened.read(len(_HEADER)) != _HEADER:
            raise RefusedError(f"{file}: this is no SQLite database; name a file that `backup` has written")
    with _refusing(file), closing(_open(file)) as connection:
        [found] = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise RefusedError(f"{file}: the database is damaged: {found}")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'deliveries'").fetchone():
            raise RefusedError(f"{file}: this is not a database of this bot")


def _open(file: Path) -> sqlite3.Connection:
    """Open a file that must exist."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)


@contextmanager
def _refusing(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise RefusedError(f"{file}: {error}") from None
