"""`python -m bot.emulator`: the server in a process of its own, for benchmarks and for trying things out."""

from __future__ import annotations

import asyncio
import contextlib
import signal

import click

from bot.emulator.emulator import DEFAULT_LIMITS, Emulator


@click.command()
@click.option("--port", default=8081, show_default=True, help="Port on 127.0.0.1; 0 takes any free one.")
@click.option("--token", default="1:emulator", show_default=True, help="The token that the bot has to use.")
@click.option("--unlimited", is_flag=True, help="Accept messages at any pace.")
@click.option("--open-house", is_flag=True, help="Accept messages to chats that nobody added.")
def main(port: int, token: str, unlimited: bool, open_house: bool) -> None:
    """Serve the Bot API and the chat page until stopped. The first line printed is the address."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(port, token, unlimited, open_house))


async def _serve(port: int, token: str, unlimited: bool, open_house: bool) -> None:
    emulator = Emulator(token, limits=None if unlimited else DEFAULT_LIMITS, open_house=open_house)
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
