"""Whatever comes in, an article with whole invariants comes out, or a refusal; in time that grows with the input."""

import contextlib
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.extract import Reading, read, read_feed, read_page, to_json
from bot.extract.decode import Kind
from storage.arabic import INVISIBLE
from storage.article import DEFAULT_SECTIONS, Article, UnreadableError, section_index

# Whatever Hypothesis thinks of, the lines that it reaches by chance are no cover: other tests reach them on purpose.
pytestmark = pytest.mark.untraced

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
# Few things very often, nested or one behind the other: what is quadratic in any of them takes minutes.
REPEATED = st.lists(
    st.builds(str.__mul__, st.one_of(TAGS, WORDS, st.text(max_size=4)), st.integers(1, 5_000)), max_size=5
).map("".join)


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


@settings(SETTINGS, max_examples=15, deadline=20_000)  # milliseconds, of which it takes a tenth at most
@given(
    REPEATED, st.sampled_from(["عنوان الخبر هنا\n\n", "<html><body><h1>عنوان الخبر هنا</h1>", "<rss><channel><item>"])
)
def test_whatever_is_repeated_takes_no_more_time_than_its_length(text: str, head: str) -> None:
    check_all(head + text)
