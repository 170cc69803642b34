"""`python -m bot.emulator`: the server in a process of its own, for benchmarks and for trying things out."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from dataclasses import replace

import click

from bot.emulator.emulator import DEFAULT_LIMITS, Emulator
from bot.emulator.limits import Limits


@click.command()
@click.option("--port", default=8081, show_default=True, help="Port on 127.0.0.1; 0 takes any free one.")
@click.option("--token", default="1:emulator", show_default=True, help="The token that the bot has to use.")
@click.option("--unlimited", is_flag=True, help="Accept messages at any pace.")
@click.option("--rate", type=float, help="Messages a second that are accepted, instead of Telegram's 30.")
@click.option("--open-house", is_flag=True, help="Accept messages to chats that nobody added.")
def main(port: int, token: str, unlimited: bool, rate: float | None, open_house: bool) -> None:
    """Serve the Bot API and the chat page until stopped. The first line printed is the address."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(port, Emulator(token, limits=_limits(unlimited, rate), open_house=open_house)))


def _limits(unlimited: bool, rate: float | None) -> Limits | None:
    if unlimited:
        return None
    if rate is None:
        return DEFAULT_LIMITS
    return replace(DEFAULT_LIMITS, overall=rate, overall_burst=max(1, round(rate)))


async def _serve(port: int, emulator: Emulator) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await emulator.start(port)
    click.echo(emulator.url)
    try:
        await stop.wait()
    finally:
        await emulator.stop()


if __name__ == "__main__":
    main()
