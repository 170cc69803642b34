"""What a page that is watched shows."""

from hypothesis import given
from hypothesis import strategies as st

from bot.sources.pages import MOST_LINKS, feed_link, story_links

URL = "https://news.example/latest/"


def links(*hrefs: str, words: str = "عنوان طويل لخبر من الأخبار", head: str = "") -> bytes:
    anchors = "".join(f'<a href="{href}">{words}</a>' for href in hrefs)
    return f"<html><head>{head}</head><body>{anchors}</body></html>".encode()


STORIES = tuple(f"https://news.example/story/{number}" for number in range(1001, 1007))


def test_the_stories_that_a_page_lists_are_found_in_its_order() -> None:
    assert story_links(links(*STORIES), URL) == STORIES


def test_addresses_are_taken_from_where_the_page_stands_and_once() -> None:
    page = links(*(f"/story/{number}" for number in range(1001, 1007)), "/story/1001?utm_source=x", "../story/1002/")
    assert story_links(page, URL) == STORIES


def test_a_story_is_told_by_its_address_and_its_headline() -> None:
    other = (
        "https://other.example/story/1010",
        "https://news.example/politics",
        "https://news.example/",
        "mailto:a@news.example",
        "javascript:void(0)",
        "http://[::1",
        "#top",
    )
    assert story_links(links(*STORIES, *other), URL) == STORIES
    assert story_links(links(*STORIES, words="سياسة"), URL) == ()
    dated = tuple(f"https://news.example/2026/03/01/{word}" for word in "abcde")
    slugs = tuple(f"https://news.example/the-long-slug-of-{word}" for word in "abcde")
    arabic = tuple(f"https://news.example/خبر-عاجل-من-العاصمة-{word}" for word in "ابتثج")
    for named in (dated, slugs, arabic):
        assert len(story_links(links(*named), URL)) == 5


def test_a_story_with_links_beside_it_is_no_list() -> None:
    article = '<meta property="og:type" content="article">'
    data = '<script type="application/ld+json">{"@type": "NewsArticle"}</script>'
    assert story_links(links(*STORIES, head=article), URL) == ()
    assert story_links(links(*STORIES, head=data), URL) == ()
    assert story_links(links(*STORIES[:4]), URL) == ()


def test_a_page_of_links_without_end_is_cut() -> None:
    page = links(*(f"/story/{number}" for number in range(1000, 9000)))
    assert len(story_links(page, URL)) == MOST_LINKS


def test_the_feed_that_a_page_names_is_found() -> None:
    alternate = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    other = '<link rel="stylesheet" href="/x.css"><link rel="alternate" type="text/html" href="/en">'
    assert feed_link(links(head=other + alternate), URL) == "https://news.example/feed"
    assert feed_link(links(head=other), URL) is None


@given(st.binary(max_size=2_000))
def test_any_bytes_are_taken_for_a_page_without_a_crash(data: bytes) -> None:
    story_links(data, URL)
    feed_link(data, URL)


def test_a_page_nested_without_end_is_read_without_a_crash() -> None:
    page = b"<html>" + b"<div>" * 50_000 + b'<a href="/story/1001">a b c d e</a>'
    assert story_links(page, URL) == ()
