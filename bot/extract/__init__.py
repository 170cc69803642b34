"""Reading: how a text, a page or a feed becomes an Article. Pure: no I/O, no state."""

from bot.extract.reading import Kind, Reading, read, to_json
from bot.extract.text import read_text

__all__ = ["Kind", "Reading", "read", "read_text", "to_json"]
