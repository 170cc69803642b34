"""Decompressing what a server sends, without ever making more of it than is allowed. Pure."""

import zlib
from typing import Protocol

from bot.sources.errors import BrokenAnswerError, TooLargeError

# What is asked for. Brotli would need one more library, and its decoder cannot be told where to stop.
ACCEPTED = "gzip, deflate"
_GZIP, _ZLIB, _RAW = 31, 15, -15


class Inflater(Protocol):
    """Takes the body's chunks in their order; raises `TooLargeError` or `BrokenAnswerError`."""

    def feed(self, chunk: bytes) -> None: ...

    def finish(self) -> bytes:
        """Return the whole body."""
        ...


def inflater(encoding: str, limit: int) -> Inflater:
    """Return what undoes this Content-Encoding up to `limit` bytes. Raise `BrokenAnswerError` for one not asked for."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return _Plain(limit)
    if name in ("gzip", "x-gzip", "deflate"):
        return _Deflated(limit, gzip=name != "deflate")
    raise BrokenAnswerError("it is compressed in a way that was not asked for")


class _Plain:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._body = bytearray()

    def feed(self, chunk: bytes) -> None:
        if len(self._body) + len(chunk) > self._limit:
            raise TooLargeError(self._limit)
        self._body += chunk

    def finish(self) -> bytes:
        return bytes(self._body)


class _Deflated:
    def __init__(self, limit: int, *, gzip: bool) -> None:
        self._limit = limit
        self._gzip = gzip
        self._body = bytearray()
        self._received = 0
        self._stream: zlib._Decompress | None = None

    def feed(self, chunk: bytes) -> None:
        self._received += len(chunk)
        # Empty members make nothing of any number of bytes.
        if self._received > self._limit:
            raise TooLargeError(self._limit)
        try:
            while chunk:
                chunk = self._inflate(chunk)
        except zlib.error:
            raise BrokenAnswerError("its compression is broken") from None

    def finish(self) -> bytes:
        if self._stream and not self._stream.eof:
            raise BrokenAnswerError("it ends in the middle of its compressed data")
        return bytes(self._body)

    def _inflate(self, chunk: bytes) -> bytes:
        """Make of the chunk what it holds; return what follows the end of a gzip member."""
        if self._stream is None:
            # «deflate» means zlib's format, and some servers send it without its header. RFC 9110 8.4.1.2
            headed = chunk[0] & 0x0F == 8 and chunk[0] >> 4 <= 7
            self._stream = zlib.decompressobj(_GZIP if self._gzip else _ZLIB if headed else _RAW)
        self._body += self._stream.decompress(chunk, self._limit - len(self._body) + 1)
        if len(self._body) > self._limit:
            raise TooLargeError(self._limit)
        if not self._stream.eof:
            return b""
        rest = self._stream.unused_data
        if not self._gzip or not rest.startswith(b"\x1f\x8b"):
            return b""  # what servers pad with is no content
        self._stream = None
        return rest
