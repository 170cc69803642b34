"""Feeds of one item, for tables of cases."""

from base64 import b64encode
from collections.abc import Mapping

from bot.extract import Kind, read
from storage.article import Article

TITLE = "افتتاح الجسر الجديد"
STORY = "افتتحت البلدية الجسر الجديد صباح اليوم."
TITLE_64 = b64encode(TITLE.encode()).decode()
ADDRESS = "https://n.example/1"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
RSS_1 = 'xmlns:r="http://purl.org/rss/1.0/"'
ATOM_03 = 'xmlns="http://purl.org/atom/ns#"'
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


def rss(item: str, channel: str = "", attributes: str = f'version="2.0" {DC}') -> str:
    """Return an RSS feed with one item."""
    return f"<rss {attributes}><channel><title>أنباء</title>{channel}<item>{item}</item></channel></rss>"


def titled(item: str, channel: str = "", attributes: str = 'version="2.0"') -> str:
    """Return an RSS feed with one item that has a headline."""
    return rss(f"<title>{TITLE}</title>{item}", channel, attributes)


def atom(entry: str, feed: str = "", attributes: str = ATOM) -> str:
    """Return an Atom feed with one entry that has a headline."""
    return f"<feed {attributes}><title>أنباء</title>{feed}<entry><title>{TITLE}</title>{entry}</entry></feed>"


def read_item(feed: str | bytes, index: Mapping[str, str], url: str | None = None) -> Article:
    """Return the only item of a feed."""
    reading = read(feed.encode() if isinstance(feed, str) else feed, index, url=url)
    assert reading.kind is Kind.FEED
    (article,) = reading.items
    return article
