"""What a URL that somebody adds is: a feed, a WordPress, or a page; and the URL that is to be polled for it."""

import asyncio
from dataclasses import dataclass

from yarl import URL

from bot.extract.decode import Kind as InputKind
from bot.extract.decode import decode, kind_of
from bot.sources.addresses import check_url
from bot.sources.errors import FetchError
from bot.sources.fetch import Fetcher
from bot.sources.json_feeds import is_wordpress, to_atom
from bot.sources.pages import feed_link
from storage.sources import Kind

_POSTS = "/wp-json/wp/v2/posts"
_POSTS_A_LOOK = 20


@dataclass(frozen=True, slots=True)
class Discovered:
    """What is to be polled."""

    url: str
    kind: Kind


async def discover(fetcher: Fetcher, url: str) -> Discovered:
    """Look at `url`; a page that names a feed of its own stands for that feed. Raise `FetchError`."""
    fetched = await fetcher.fetch(url)
    body = fetched.body or b""
    found = await asyncio.to_thread(_kind, body)
    if found is Kind.PAGE and (feed := await asyncio.to_thread(feed_link, body, fetched.url)):
        try:
            behind = (await fetcher.fetch(feed)).body or b""
        except FetchError:
            return Discovered(as_polled(url, found), found)  # what the page names is not there
        if await asyncio.to_thread(_kind, behind) is Kind.FEED:
            return Discovered(as_polled(feed, Kind.FEED), Kind.FEED)
    return Discovered(as_polled(url, found), found)


def as_polled(url: str, kind: Kind) -> str:
    """Return the URL that is fetched for a source: a WordPress is asked for its posts with their categories' names.

    Raise `UrlRefusedError`.
    """
    checked = check_url(url)
    if kind is Kind.WORDPRESS:
        if "/wp-json/" not in checked.path and "rest_route" not in checked.query:
            checked = checked.with_path(checked.path.rstrip("/") + _POSTS)
        if "_embed" not in checked.query:
            checked = checked.update_query(_embed="1")
        if "per_page" not in checked.query:
            checked = checked.update_query(per_page=str(_POSTS_A_LOOK))
    return str(checked)


def name_of(url: str) -> str:
    """Return what people call the source if nobody names it."""
    return (URL(url).host or url).removeprefix("www.")


def _kind(data: bytes) -> Kind:
    if is_wordpress(data):
        return Kind.WORDPRESS
    rewritten = to_atom(data)
    if rewritten is not data:
        return Kind.FEED
    return Kind.FEED if kind_of(decode(data)) is InputKind.FEED else Kind.PAGE
