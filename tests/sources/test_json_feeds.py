"""JSON Feed and the WordPress REST API are read like any other feed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import extract
from bot.sources.json_feeds import is_wordpress, to_atom
from storage.article import DEFAULT_SECTIONS, Article, section_index

INDEX = section_index(DEFAULT_SECTIONS)


def read(document: object) -> tuple[Article, ...]:
    return extract.read(to_atom(json.dumps(document).encode()), INDEX).articles


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "أخبار",
    "language": "ar",
    "items": [
        {
            "id": "https://news.example/1",
            "url": "https://news.example/1",
            "title": "عاجل | إغلاق جسر <المدينة> & ميدانها",
            "content_html": "<p>أغلقت البلدية الجسر.</p><h3>بدائل</h3><p>قال المدير: «الطريق آمن تماما».</p>",
            "date_published": "2026-03-01T17:30:00+03:00",
            "tags": ["محليات", "عاجل"],
            "authors": [{"name": "قسم الأخبار"}],
        },
        {"id": 2, "title": "خبر بلا وسوم", "content_text": "سطر أول طويل بما يكفي.\nسطر ثان.", "external_url": "https://x.example/2"},
    ],
}  # fmt: skip

POSTS = [
    {
        "id": 71,
        "date_gmt": "2026-03-01T14:30:00",
        "guid": {"rendered": "https://news.example/?p=71"},
        "link": "https://news.example/71/",
        "title": {"rendered": "ارتفاع أسعار &#8220;الذهب&#8221; في الأسواق"},
        "content": {"rendered": "<p>ارتفعت أسعار الذهب في تعاملات اليوم.</p>", "protected": False},
        "excerpt": {"rendered": "<p>ملخص</p>"},
        "_embedded": {
            "author": [{"name": "سلمى"}],
            "wp:term": [[{"name": "اقتصاد"}, {"name": "عاجل"}], [{"name": "الذهب &amp; الفضة"}], {"code": "x"}],
        },
    }
]  # fmt: skip


def test_a_json_feed_is_read_whole() -> None:
    first, second = read(JSON_FEED)

    assert first.title == "إغلاق جسر <المدينة> & ميدانها"
    assert first.breaking
    assert first.sections == ("أخبار محلية",)
    assert first.subheadings == ("بدائل",)
    assert first.quotes[0].text == "الطريق آمن تماما"
    assert (first.guid, first.url) == ("https://news.example/1", "https://news.example/1")
    assert first.published_at == datetime(2026, 3, 1, 14, 30, tzinfo=UTC)
    assert first.byline == "قسم الأخبار"
    assert (second.title, second.guid, second.url) == ("خبر بلا وسوم", "2", "https://x.example/2")
    assert second.paragraphs == ("سطر أول طويل بما يكفي.", "سطر ثان.")


def test_posts_of_wordpress_have_their_categories_by_name_and_their_date_in_utc() -> None:
    (post,) = read(POSTS)

    assert post.title == "ارتفاع أسعار “الذهب” في الأسواق"
    assert post.breaking
    assert post.sections == ("اقتصاد",)
    assert post.categories == ("اقتصاد", "عاجل", "الذهب & الفضة")
    assert post.published_at == datetime(2026, 3, 1, 14, 30, tzinfo=UTC)
    assert (post.guid, post.url, post.byline) == ("https://news.example/?p=71", "https://news.example/71/", "سلمى")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"[1, 2]",
        b'{"items": []}',
        b'{"version": "https://jsonfeed.org/version/1", "items": 5}',
        b'{"version": 1, "items": []}',
        b'[{"id": 1}]',
        b"[" * 100_000,
        b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"9" * 10_000,
        b"\xff\xfe{",
        b"<rss/>",
        "{عاجل} عنوان".encode(),
    ],
)
def test_what_is_no_such_feed_stays_as_it_is(data: bytes) -> None:
    assert to_atom(data) == data
    assert not is_wordpress(data)


def test_only_a_list_of_posts_is_of_wordpress() -> None:
    assert is_wordpress(json.dumps(POSTS).encode())
    assert not is_wordpress(json.dumps(JSON_FEED).encode())


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "rendered", "author", "wp:term"]), inner, max_size=3), max_leaves=8,
)  # fmt: skip
_item = st.dictionaries(
    st.sampled_from([
        "id", "url", "title", "content_html", "content_text", "summary", "date_published", "tags", "authors", "author",
        "link", "guid", "content", "excerpt", "date_gmt", "_embedded", "external_url",
    ]),
    _json,
)  # fmt: skip


@given(st.lists(_item | _json, max_size=4), st.booleans())
def test_whatever_stands_in_the_items_they_are_read_without_a_crash(items: list[Any], posts: bool) -> None:
    if posts:
        items = [{"id": 1, "title": {}, "link": "", **item} for item in items if isinstance(item, dict)]
        document: object = items
    else:
        document = {"version": "https://jsonfeed.org/version/1", "items": items}
    atom = to_atom(json.dumps(document).encode())

    if items:
        assert atom.startswith(b"<?xml")
        extract.read_feed(atom, INDEX)
