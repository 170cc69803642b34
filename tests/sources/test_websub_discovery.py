"""Which hub pushes a feed, as publishers write it."""

import pytest

from bot.sources.websub_discovery import Hub, find_hub

URL = "https://news.example/section/feed"
HUB, TOPIC = "https://hub.example/", "https://news.example/feed"
FOUND = Hub(HUB, TOPIC)
ATOM = 'xmlns:atom="http://www.w3.org/2005/Atom"'
RSS_LINKS = f'<atom:link rel="hub" href="{HUB}"/><atom:link rel="self" href="{TOPIC}"/>'
ATOM_LINKS = f"<link rel='hub' href='{HUB}'/><link rel='self' href='/feed'/>"
JSON_HUBS = f'[{{"type": "rssCloud", "url": "x"}}, {{"type": "WebSub", "url": "{HUB}"}}]'
IN_ITEM = f'<item><title>x</title><atom:link rel="hub" href="{HUB}"/></item>'


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"', FOUND),
        (f"<{TOPIC}>; rel=self,<{HUB}>;rel=hub", FOUND),
        (f'<{TOPIC}>; type="a,b>"; rel="alternate self"; title="x", <{HUB}>; REL="Hub"', FOUND),
        (f'<{HUB}>; rel="hub"', Hub(HUB, URL)),
        (f'<{HUB}>; rel="hub", <https://other.example/>; rel="hub", </feed>; rel="self"', FOUND),
        (f'</>; rel="hub", <{TOPIC}>; rel="self"', Hub("https://news.example/", TOPIC)),
        (f'<ftp://hub.example/>; rel="hub", <{HUB}>; rel="hub", <{TOPIC}>; rel="self"', FOUND),
        (f'<{TOPIC}>; rel="self"', None),
        (f'<{HUB}>; rel="hubs"', None),
        (f"<{HUB}>", None),
        ("", None),
        ('<>; rel="hub"', None),
        ("<" * 10_000, None),
        (f"<{HUB}>" + '; a="b' * 2_000, None),
        ('<https://user:word@hub.example/>; rel="hub"', None),
    ],
)
def test_a_hub_is_named_by_the_link_header(header: str, expected: Hub | None) -> None:
    assert find_hub(header, b"", URL) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<rss {ATOM}><channel>{RSS_LINKS}{IN_ITEM}</channel></rss>", FOUND),
        (f"<?xml version='1.0'?>\n<rss {ATOM}><channel><link>x</link>{IN_ITEM}{RSS_LINKS}</channel></rss>", FOUND),
        (f"<rss {ATOM}><channel>{IN_ITEM}</channel></rss>", None),
        (f"<feed xmlns='http://www.w3.org/2005/Atom'>{ATOM_LINKS}</feed>", FOUND),
        (f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='hub' href='{HUB}'/></entry></feed>", None),
        (f"<rdf:RDF xmlns:rdf='r' {ATOM}><channel>{RSS_LINKS}</channel></rdf:RDF>", FOUND),
        (f"<rss {ATOM}><channel>{RSS_LINKS}<item><title>broken & cut", FOUND),
        (f"<!DOCTYPE html><html><head><link rel=hub href={HUB}><link rel=self href=/feed></head>", FOUND),
        (f'{{"hubs": {JSON_HUBS}, "feed_url": "{TOPIC}"}}', FOUND),
        ('{"hubs": {"type": "WebSub"}, "feed_url": 7}', None),
        ('{"hubs": [[], {"type": "WebSub", "url": 7}]}', None),
        ("{" * 5_000, None),
        ("[1]", None),
        ("plain text", None),
        ("<", None),
        ("<html", None),
        ("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rss><link rel='hub' href='&a;'/></rss>", None),
    ],
)  # fmt: skip
def test_a_hub_is_named_by_the_document(body: str, expected: Hub | None) -> None:
    assert find_hub("", body.encode(), URL) == expected


def test_the_header_counts_before_the_document() -> None:
    body = f"<rss {ATOM}><channel>{RSS_LINKS}</channel></rss>".encode()

    assert find_hub('<https://first.example/>; rel="hub"', body, URL) == Hub("https://first.example/", URL)
    assert find_hub('<https://style.example/>; rel="stylesheet"', body, URL) == FOUND


def test_a_feed_in_another_encoding_is_read_too() -> None:
    body = f"<?xml version='1.0' encoding='windows-1256'?><rss {ATOM}><title>عاجل</title>{RSS_LINKS}</rss>"

    assert find_hub("", body.encode("windows-1256"), URL) == FOUND
