"""What a URL that somebody adds turns out to be."""

import json

import pytest

from bot.sources.discovery import as_polled, discover, name_of
from bot.sources.errors import StatusError, UrlRefusedError
from bot.sources.fetch import Fetcher
from storage.sources import Kind
from tests.sources.feeds import Item, rss
from tests.sources.web import Web

RSS = rss([Item("خبر")])
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>خبر</title></entry></feed>'
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>'
JSON_FEED = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": []})
POSTS = json.dumps([{"id": 1, "title": {"rendered": "خبر"}, "link": "https://news.example/1"}])


@pytest.mark.parametrize(
    ("body", "kind"),
    [(RSS, Kind.FEED), (ATOM, Kind.FEED), (RDF, Kind.FEED), (JSON_FEED, Kind.FEED), ("<html><p>خبر</p>", Kind.PAGE)],
)
async def test_the_kind_is_told_by_what_stands_there(outside: Web, fetcher: Fetcher, body: str, kind: Kind) -> None:
    outside.serve("/it", body)
    found = await discover(fetcher, outside.url("/it"))
    assert (found.url, found.kind) == (outside.url("/it"), kind)


async def test_a_wordpress_is_asked_for_the_names_of_its_categories(outside: Web, fetcher: Fetcher) -> None:
    outside.serve("/wp-json/wp/v2/posts", POSTS)
    found = await discover(fetcher, outside.url("/wp-json/wp/v2/posts?per_page=5"))
    assert (found.url, found.kind) == (outside.url("/wp-json/wp/v2/posts?per_page=5&_embed=1"), Kind.WORDPRESS)


@pytest.mark.parametrize(
    ("url", "polled"),
    [
        ("https://news.example", "https://news.example/wp-json/wp/v2/posts?_embed=1&per_page=20"),
        ("https://news.example/blog/", "https://news.example/blog/wp-json/wp/v2/posts?_embed=1&per_page=20"),
        (
            "https://news.example/wp-json/wp/v2/posts?_embed&per_page=3",
            "https://news.example/wp-json/wp/v2/posts?_embed&per_page=3",
        ),
        (
            "https://news.example/?rest_route=/wp/v2/posts",
            "https://news.example/?rest_route=/wp/v2/posts&_embed=1&per_page=20",
        ),
    ],
)
def test_the_home_page_of_a_wordpress_stands_for_its_posts(url: str, polled: str) -> None:
    assert as_polled(url, Kind.WORDPRESS) == polled


async def test_a_page_stands_for_the_feed_that_it_names(outside: Web, fetcher: Fetcher) -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
    outside.serve("/", page)
    assert (await discover(fetcher, outside.url())).kind is Kind.PAGE  # it names one that is not there
    outside.serve("/feed", RSS)
    found = await discover(fetcher, outside.url())
    assert (found.url, found.kind) == (outside.url("/feed"), Kind.FEED)


async def test_what_cannot_be_fetched_is_not_guessed(outside: Web, fetcher: Fetcher) -> None:
    with pytest.raises(StatusError):
        await discover(fetcher, outside.url("/none"))
    with pytest.raises(UrlRefusedError):
        as_polled("ftp://news.example", Kind.FEED)


def test_a_source_is_called_by_its_host() -> None:
    assert name_of("https://www.news.example/feed") == "news.example"
