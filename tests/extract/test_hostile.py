"""Inputs that are made to take long: each is read or refused in time that grows with its length."""

import contextlib
from collections.abc import Mapping

import pytest

from bot.extract import read, read_feed, read_page, read_text
from bot.extract.lexicon.markup import CONTAINERS
from storage.article import Fault, UnreadableError
from tests.extract.test_properties import check

# Every line of a long text that is traced takes five times as long; what is covered is covered by smaller ones.
pytestmark = pytest.mark.untraced

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
