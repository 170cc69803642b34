"""Decompression that stops in time."""

import gzip
import tracemalloc
import zlib

import pytest

from bot.sources.errors import TooLargeError
from bot.sources.inflate import inflater


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip.compress(bytes(50_000_000))),
        ("deflate", zlib.compress(bytes(50_000_000))),
        ("deflate", zlib.compress(bytes(50_000_000))[2:-4]),
    ],
)
def test_a_bomb_never_takes_more_memory_than_is_allowed(encoding: str, bomb: bytes) -> None:
    body = inflater(encoding, 100_000)
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            body.feed(bomb)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1_000_000


@pytest.mark.parametrize("size", [0, 1, 99_999, 100_000])
def test_a_body_up_to_the_limit_is_whole_in_whatever_pieces_it_comes(size: int) -> None:
    data = bytes(range(256)) * 400
    for encoding, packed in (
        ("", data[:size]),
        ("gzip", gzip.compress(data[:size])),
        ("deflate", zlib.compress(data[:size])),
    ):
        body = inflater(encoding, 100_000)
        for at in range(0, len(packed), 7):
            body.feed(packed[at : at + 7])
        assert body.finish() == data[:size]
