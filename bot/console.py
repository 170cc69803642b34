"""What every command does alike: read the settings, run a job, refuse in one clear line."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

import click

T = TypeVar("T")


class RefusedError(Exception):
    """What was asked for is not done. `str()` is one line for the person who asked."""


def settings() -> Any:
    """Read the settings and let log lines begin."""
    from sqlalchemy import make_url

    from bot import config, logs

    found = config.load()
    secrets = [found.token, found.webhook_token] if found.bot_token else []
    logs.configure(found.log_level, found.log_format, [*secrets, make_url(found.database_url).password or ""])
    return found


def finish(job: Coroutine[Any, Any, T]) -> T:
    """Run the job; turn what an operator can put right into one line and exit code 1."""
    from bot.config import SettingsError
    from storage.database import DatabaseUnavailableError

    try:
        return asyncio.run(job)
    except (SettingsError, RefusedError) as error:
        refuse(str(error))
    except DatabaseUnavailableError as error:
        refuse(f"DATABASE_URL: the database cannot be used: {error}")
    except OSError as error:
        refuse(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")


def refuse(line: str) -> NoReturn:
    """Say why, and exit with 1."""
    click.echo(line, err=True)
    sys.exit(1)
