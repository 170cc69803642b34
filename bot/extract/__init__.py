"""Reading: how a text, a page or a feed becomes an Article. Pure: no I/O, no state."""

from bot.extract.decode import Kind
from bot.extract.feed import read_feed
from bot.extract.page import read_page
from bot.extract.reading import Reading, read, to_json
from bot.extract.text import read_text

__all__ = ["Kind", "Reading", "read", "read_feed", "read_page", "read_text", "to_json"]
