"""Where the demo happens: an emulator and the bot, in one process, with a database that is thrown away."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import click
from pydantic import SecretStr

from bot import application
from bot.config import Settings
from bot.demo import play
from bot.emulator import Emulator

# Of no use anywhere but at our own server.
_TOKEN = "1:demo"  # noqa: S105
# How long the page is given to be opened before the play begins without an audience.
_AUDIENCE_S = 10.0
# Long enough to see it, and no longer.
_UNDO_WINDOW = timedelta(seconds=3)


async def once() -> bool:
    """Play everything, print the chats as a transcript, and return whether all went well."""
    async with _stage(0) as emulator:
        steps = [step async for step in play.perform(emulator, pause=0)]
        for user_id, (name, _role) in play.CAST.items():
            click.echo(f"══════ {name} ══════\n{emulator.transcript(user_id)}\n")
    for step in steps:
        click.echo(f"{'✓' if step.happened else '✗'} {step.text}")
    return all(step.happened for step in steps)


async def live(port: int) -> bool:
    """Serve the chat page and play on it, then stay for whoever wants to try, until Ctrl-C or SIGTERM."""
    async with application.until_signal(), _stage(port) as emulator:
        click.echo(f"Open {emulator.url}/ in a browser. Ctrl-C ends the demo.")
        await emulator.audience(_AUDIENCE_S)
        async for step in play.perform(emulator, pause=1.5):
            click.echo(f"{'✓' if step.happened else '✗'} {step.text}")
        click.echo("Now it is yours: write as any of the three.")
        await asyncio.Event().wait()
    return True


@asynccontextmanager
async def _stage(port: int) -> AsyncIterator[Emulator]:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    emulator = Emulator(_TOKEN, name="الأخبار العاجلة")
    play.meet(emulator)
    await emulator.start(port)
    try:
        # On some systems SQLite's files are released a moment after they were closed.
        with tempfile.TemporaryDirectory(prefix="news-demo-", ignore_cleanup_errors=True) as folder:
            async with application.running(_settings(emulator, Path(folder))):
                yield emulator
    finally:
        await emulator.stop()


def _settings(emulator: Emulator, folder: Path) -> Settings:
    """Settings of the demo's own: nothing is read from the environment, so it can never reach a real bot."""
    return Settings.model_construct(
        **{
            **{name: field.default for name, field in Settings.model_fields.items()},
            "bot_token": SecretStr(_TOKEN),
            "bot_api_url": emulator.url,
            "database_url": f"sqlite+aiosqlite:///{folder / 'news.db'}",
            "owner_ids": (play.EDITOR,),
            "undo_window": _UNDO_WINDOW,
        }
    )
