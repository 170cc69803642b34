"""Whatever comes in, an article with whole invariants comes out, or a refusal; in time that grows with the input."""

import contextlib
import unicodedata
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.extract import Reading, read, read_feed, read_page, read_text, to_json
from bot.extract.decode import Kind
from bot.extract.lexicon.markup import CONTAINERS
from storage.arabic import INVISIBLE
from storage.article import DEFAULT_SECTIONS, Article, Fault, UnreadableError, section_index

INDEX = section_index(DEFAULT_SECTIONS)
SETTINGS = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

WORDS = st.sampled_from(
    [
        "عاجل",
        "سياسة",
        "أخبار",
        "عالمية",
        "|",
        ":",
        "-",
        "،",
        ".",
        "؟",
        "قال",
        "وقال",
        "وقالت",
        "وأضاف",
        "وتابع",
        "إن",
        "أن",
        "الوزير",
        "وزير",
        "الخارجية",
        "آنا",
        "بيرغ",
        "رئيسة",
        "لجنة",
        "الانضباط",
        "كلارا\n",
        "",
        "",
        "",
        "“",
        "”",
        "«",
        "»",
        '"',
        "''",
        "‘‘",
        "’’",
        "<<",
        ">>",
        "„",
        "بحسب",
        "وفقا",
        "للوزارة",
        "نقلت",
        "وكالة",
        "رويترز",
        "عن",
        "قوله",
        "قولها",
        "جاء",
        "في",
        "بيان",
        "على",
        "حد",
        "قول",
        "مئات",
        "الموظفين",
        "إحدى",
        "مؤكدا",
        "مضيفة\n",
        "",
        "",
        "",
        "قائلا",
        "د",
        ".",
        "م",
        "/",
        "أما",
        "الذي",
        "فيلم",
        "قناة",
        "اقرأ",
        "أيضا",
        "الوسوم",
        "مقالات",
        "ذات",
        "صلة",
        "كتب",
        "بقلم",
        "صورة",
        "18",
        "مارس",
        "2022",
        "10:30",
        "•",
        "1-",
        "(",
        ")",
        "#",
        "عـاجل",
        "ـ",
        "\u202b",
        "\u200f\n",
        "",
        "",
        "",
        "زميلها",
        "له",
        "باسم",
        "بلا",
        "حدود",
        "من",
        "محمد",
        "علي",
    ]
)
SENTENCES = st.lists(WORDS, max_size=30).map(" ".join)
STORIES = st.lists(SENTENCES, max_size=12).map("\n\n".join)
TAGS = st.sampled_from([
    "<p>", "</p>", "<h2>", "</h2>", "<b>", "</b>", "<br>", "<blockquote>", "</blockquote>", "<cite>",
    "</cite>", "<a href=x>", "</a>", "<div class=entry-content>", "</div>", "<h1>", "</h1>", "<title>",
    "</title>", "<script type=application/ld+json>", "</script>",
    '{"@type":"NewsArticle","headline":[1],"articleSection":{}}',
    "<meta property=article:section content=عاجل>", "<li>", "<td>", "<table>", "<tr>", "<article>",
    "</article>", "<div class=cat>", "&nbsp;", "&#0;", "&#xD800;", "<!--", "-->", "<![CDATA[", "]]>", "<item>",
    "</item>", "<rss version='2.0'>", "<channel>", "<feed>", "<entry>", "<pubDate>", "<category>",
    "<description>", "<marquee>", "<time datetime=x>", "<span style='font-weight:bold'>", "</span>",
    "<ol class=breadcrumb>", "<base href='//['>", "<link rel=canonical href='http://['>",
])  # fmt: skip
MARKUP = st.lists(st.one_of(TAGS, SENTENCES), max_size=40).map("".join)


def check(article: Article) -> None:
    """Assert what holds of every article."""
    assert article.title.strip()
    assert article.sections
    for quote in article.quotes:
        assert quote.text
        assert article.blocks[quote.block].text[quote.start : quote.end] == quote.text
    shown = [
        article.title,
        *(block.text for block in article.blocks),
        *(quote.speaker or "x" for quote in article.quotes),
    ]
    for text in [*shown, article.byline or "x", *article.categories, *article.unknown_labels]:
        assert text == text.strip() != ""
        assert not INVISIBLE.search(text)
        assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in text)
    to_json(Reading(Kind.FEED, (article,))).encode("utf-8")


def check_all(data: bytes | str) -> None:
    """Assert that `data` is read or refused."""
    try:
        articles = read(data, INDEX, url="https://news.example/1").articles
    except UnreadableError:
        return
    for article in articles:
        check(article)


@SETTINGS
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    check_all(text)


@SETTINGS
@given(st.binary())
@example(b"\xff\xfe\x00")
@example(b"\xff\xfe\x00\xd8")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    check_all(data)


@SETTINGS
@given(STORIES)
def test_any_story_is_read_or_refused(text: str) -> None:
    check_all("عنوان الخبر هنا كاملا\n\n" + text)
    check_all(text)


@SETTINGS
@given(MARKUP)
@example("<title><p>\u202bعنوان الخبر")
def test_any_page_is_read_or_refused(html: str) -> None:
    check_all("<html><body>" + html)
    with contextlib.suppress(UnreadableError):
        check(read_page(html, INDEX))


@SETTINGS
@given(MARKUP)
def test_any_feed_is_read_or_refused(xml: str) -> None:
    for head in (
        "<rss version='2.0'><channel><item><title>عنوان الخبر</title>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry>",
        "",
    ):
        try:
            articles = read_feed((head + xml).encode("utf-8", "replace"), INDEX)
        except UnreadableError:
            continue
        for article in articles:
            if article.title:
                check(article)


HOSTILE = {
    "quote marks": "عنوان الخبر هنا\n\n" + "“" * 99_000,
    "neutral marks": "عنوان الخبر هنا\n\n" + '"' * 99_000,
    "marks and words": "عنوان الخبر هنا\n\n" + "“قال «هو ''إن " * 6_000,
    "short lines": "عنوان الخبر هنا\n" + "س\n" * 49_000,
    "labels": "عاجل\n" * 19_000,
    "glued labels": "عاجلسياسة" * 11_000,
    "one word": "عنوان الخبر هنا\n\n" + "و" * 99_000,
    "verbs": "عنوان الخبر هنا\n\n" + "وقال الوزير " * 8_000 + "“كلام من ثلاث كلمات”",
    "dropped subjects": "عنوان الخبر هنا\n\n" + "وقال “كلام من هنا” " * 5_000,
    "relayed": "عنوان الخبر هنا\n\n" + "نقلت " * 16_000 + "“كلام من ثلاث كلمات”",
    "persons": "عنوان الخبر هنا\n\n" + "".join(f"وقال الوزير سالم{n} إن “الأمر {n} انتهى”. " for n in range(2_000)),
    "digits": "عنوان الخبر هنا\n\n" + "1" * 99_000,
    "dashes": "عنوان الخبر هنا\n\n" + "- " * 49_000,
    "spaces": "عنوان الخبر هنا\n\n" + " \u200f" * 49_000 + "x",
    "colons": "عنوان الخبر هنا\n\n" + "ا:" * 49_000,
    "title of dots": "عاجل" + "." * 99_000,
    "brackets": "عنوان الخبر هنا\n\n" + "(" * 99_000,
}
PAGES = {
    "deep": "<html><body><h1>عنوان الخبر هنا</h1>" + "<div>" * 20_000 + "نص الخبر كاملا هنا" + "</div>" * 20_000,
    "deep bold": "<h1>عنوان الخبر هنا</h1><p>" + "<b>" * 20_000 + "نص",
    "quotations": "<h1>عنوان الخبر هنا</h1>" + "<blockquote>" * 5_000 + "نص من ثلاث كلمات",
    "links": "<h1>عنوان الخبر هنا</h1>" + "<a href=x>رابط إلى خبر</a>" * 20_000,
    "categories": "<article><h1>عنوان الخبر هنا</h1>" + "<div class=cat>" * 3_000 + "عاجل",
    "headings": "<h1>عنوان</h1>" * 10_000,
    "cells": "<title>عنوان الخبر هنا</title><table>" + "<tr><td>خلية من جدول كبير جدا هنا وهي طويلة فعلا" * 4_000,
    "attributes": "<h1 " + "a=b " * 50_000 + ">عنوان الخبر هنا</h1>",
    "json": "<h1>عنوان الخبر هنا</h1><script type='application/ld+json'>" + "[" * 100_000 + "</script><p>نص",
    "sections": "".join(f"<meta property=article:section content={n}>" for n in range(50_000))
    + "<h1>عنوان الخبر هنا</h1>",
    "deep breadcrumbs": "<h1>عنوان الخبر هنا</h1>" + "<div class=crumbs>" * 200 + "<a>x</a>" * 50_000,
    "deep categories": "<article><h1>عنوان الخبر هنا</h1>" + "<div class=cat>" * 200 + "<b>x</b>" * 50_000,
    "deep dates": "<article><h1>عنوان الخبر هنا</h1>" + "<div class=date>" * 200 + "نص " * 100_000,
    "deep times": "<article><h1>عنوان الخبر هنا</h1>" + "<time>" * 200 + "نص " * 100_000,
    "deep titles": "<div class=title>" * 200 + "نص " * 100_000,
    "deep headings": "<h1><div>" * 100 + "نص " * 100_000,
    "deep containers": "<h1>عنوان الخبر هنا</h1>"
    + "".join(f"<div class={name}>" for name in CONTAINERS)
    + "<b></b>" * 100_000,
    "deep quotations": "<h1>عنوان الخبر هنا</h1>" + "<blockquote>" * 200 + "<p>نص من ثلاث كلمات</p>" * 5_000,
    "list of links": "<h1>عنوان الخبر هنا</h1>" + "<li><a href=/x>قصة أخرى من هنا</a></li>" * 50_000,
    "headings without prose": "<h1>عنوان الخبر هنا</h1>" + "<h2>عنوان</h2>" * 50_000,
    "open brackets in json": "<h1>عنوان الخبر هنا</h1><script type='application/ld+json'>"
    + "{" * 400_000
    + "</script>",
    "containers": "<h1>عنوان الخبر هنا</h1>" + "<div class=entry-content>" * 5_000 + "نص",
}


FEEDS = {
    "open comments": "<rss><item>" + "<!--" * 500_000,
    "open brackets": "<rss><item>" + "<" * 399_000,
    "tags without end": "<rss><item>" + "<a>" * 100_000,
    "ampersands": "<rss><item><title>" + "&" * 999_000,
    "blanks in a tag": "<rss><item><title>" + "<a" + " " * 1_000_000,
    "attributes": "<rss><item " + "".join(f"a{n}='u' " for n in range(100_000)) + "/></rss>",
    "categories": "<rss><item>" + "".join(f"<category>{n}</category>" for n in range(30_000)) + "</item></rss>",
    "keywords": f"<rss><item><itunes:keywords>{','.join(map(str, range(100_000)))}</itunes:keywords></item></rss>",
    "items": "<rss>" + "<item/>" * 100_000 + "</rss>",
    "entries under a prefix": "<a:feed>" + "<a:entry/>" * 100_000 + "</a:feed>",
    "brackets": "<rss>" + "<a/>" * 500_000 + "</rss>",
    "a date": f"<rss><item><title>عنوان الخبر هنا</title><pubDate>{'1:' * 500_000}</pubDate></item></rss>",
    "a mailbox": f"<rss><item><title>عنوان الخبر هنا</title><author>{'a@' * 500_000}</author></item></rss>",
    "a mailbox in letters": f"<rss><item><author>{'&#97;' * 100_000}</author></item></rss>",
    "a mailbox in pieces": f"<rss><item><author>{('a' * 900 + '<b/>') * 500}</author></item></rss>",
    "dates": "<rss><item>" + "<pubDate>Thu, 1 Jan 1 1</pubDate>" * 61_000 + "</item></rss>",
    "escaped markup": "<rss><item><description>" + "&lt;div&gt;" * 100_000,
    "escaped references": "<rss><item><title>" + "&amp;amp;" * 100_000,
}


# Each takes a second or two at most; what is quadratic in it takes minutes, and the runner's time-out ends it.
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_no_more_time_than_its_length(name: str, index: Mapping[str, str]) -> None:
    with contextlib.suppress(UnreadableError):
        check(read_text(HOSTILE[name][:100_000], index))


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_takes_no_more_time_than_its_length(name: str, index: Mapping[str, str]) -> None:
    with contextlib.suppress(UnreadableError):
        check(read_page(PAGES[name], index))


@pytest.mark.parametrize("name", FEEDS)
def test_a_hostile_feed_takes_no_more_time_than_its_length(name: str, index: Mapping[str, str]) -> None:
    with contextlib.suppress(UnreadableError):
        for article in read(FEEDS[name], index).articles:
            check(article)


@pytest.mark.parametrize("name", ["attributes", "categories", "items", "dates", "entries under a prefix", "brackets"])
def test_a_feed_that_would_take_minutes_is_refused(name: str, index: Mapping[str, str]) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_feed(FEEDS[name], index)
    assert refused.value.fault is Fault.TOO_LONG


def test_a_feed_that_declares_entities_is_refused(index: Mapping[str, str]) -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        b"<rss><channel><item><title>&b;</title></item></channel></rss>"
    )
    with pytest.raises(UnreadableError) as refused:
        read_feed(bomb, index)
    assert refused.value.fault is Fault.ENTITIES
    with pytest.raises(UnreadableError):
        read(bomb, index)
