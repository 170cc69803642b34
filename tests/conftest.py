"""Fixtures that every folder of tests may use.

`database` runs a test on SQLite and on PostgreSQL; `sqlite_database` where one is enough. Each test has a fresh one.
"""

import asyncio
import shutil
import socket
import sys
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from storage.database import Database
from tests.databases import Clock, PostgresServer, running_postgres, set_up, sqlite_url
from tests.recycled import Recycled

_TEMPLATE = "template_of_the_bot"

# A busy machine makes any example slow.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")
# Of `python -m tests.fuzz`.
settings.register_profile("fuzz", deadline=None, max_examples=1_000, print_blob=True)


# Where coverage is measured: in the tests that are about what has to be covered. To trace the others, which reach the
# same lines by way of the whole bot, would take longer than to run them.
_TRACED = tuple(
    Path(__file__).parent / name
    for name in (
        "extract",
        "handlers/test_messages.py",
        "handlers/test_proposals.py",
        "running",
        "sources",
        "storage",
        "upkeep",
    )
)


def _is_traced(item: pytest.Item) -> bool:
    """What was traced on SQLite is not traced on PostgreSQL too."""
    case = getattr(item, "callspec", None)
    return (
        any(item.path.is_relative_to(traced) for traced in _TRACED)
        and not (case and "postgres" in case.params.values())
        and item.get_closest_marker("untraced") is None
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run a test with coverage or without.

    pytest-cov's own marker for this stops, in a worker of pytest-xdist, the one of its two measurements that is idle.
    """
    if _is_traced(item):
        return (yield)
    here, in_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(here)
        threading.settrace(in_threads)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that is copied for each test, which takes a tenth of the time of migrating it."""
    file = tmp_path_factory.mktemp("template") / "news.db"
    asyncio.run(set_up(sqlite_url(file)))
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL of this test process. Where it does not start, tests fail: they are never skipped."""
    with running_postgres() as server:
        # Nobody needs these databases after a power failure.
        names = ("fsync", "synchronous_commit", "full_page_writes")
        # Nor has anybody tests that fail when it comes along in the middle of one.
        settings = [f"ALTER SYSTEM SET {name} = off" for name in (*names, "autovacuum")]
        server.execute(*settings, "SELECT pg_reload_conf()", f"CREATE DATABASE {_TEMPLATE}")
        asyncio.run(set_up(server.url(_TEMPLATE)))
        yield server


@pytest.fixture
def sqlite_database_url(sqlite_template: Path, tmp_path: Path) -> str:
    return sqlite_url(Path(shutil.copy(sqlite_template, tmp_path / "news.db")))


@pytest.fixture(scope="session")
def postgres_databases(postgres: PostgresServer) -> Iterator[Recycled]:
    databases = Recycled(postgres, _TEMPLATE)
    yield databases
    databases.close()


@pytest.fixture
def postgres_database_url(postgres_databases: Recycled) -> Iterator[str]:
    with postgres_databases.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database as it stands after the first start: an up-to-date schema and the default sections."""
    return str(request.getfixturevalue(f"{request.param}_database_url"))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database in which nothing is: of SQLite not even the file."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "new" / "news.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.fresh_database() as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[Database]:
    database = Database(empty_database_url)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_database(sqlite_database_url: str) -> AsyncIterator[Database]:
    database = Database(sqlite_database_url)
    yield database
    await database.close()


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago: the address has to be known before the server starts."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
