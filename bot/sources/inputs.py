"""What a command is given to read: a file, standard input, or a URL."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.console import RefusedError
from bot.sources.errors import FetchError
from bot.sources.json_feeds import to_atom

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """What was read, in a form that `bot.extract` knows. `url` is where a page came from, redirects followed."""

    data: bytes
    url: str | None = None


def is_url(source: str) -> bool:
    """Whether this names something on the web, rather than a file."""
    return source.lower().startswith(("http://", "https://"))


async def read_input(source: str, *, allow_private: bool) -> Input:
    """Read `source`. Raise `RefusedError`. `allow_private` as in `Fetcher`."""
    if is_url(source):
        from bot.sources.fetch import Fetcher  # takes as long to import as a hundred articles to read

        async with Fetcher(allow_private=allow_private) as fetcher:
            try:
                fetched = await fetcher.fetch(source)
            except FetchError as error:
                raise RefusedError(f"nothing was fetched: {error}") from None
        return Input(to_atom(fetched.body or b""), fetched.url)
    try:
        data = await asyncio.to_thread(sys.stdin.buffer.read if source == STDIN else Path(source).read_bytes)
    except OSError as error:
        raise RefusedError(f"{source}: {error.strerror}") from None
    except ValueError:  # a NUL in the path
        raise RefusedError(f"{source!r} is no file's name; give a file, an address, or - for standard input") from None
    return Input(to_atom(data))
