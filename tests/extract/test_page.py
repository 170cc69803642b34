"""Pages: labels, headline, body and date, wherever a layout puts them."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.extract import read_page
from bot.extract.text import MAX_TEXT
from storage.article import Fault, UnreadableError
from tests.extract.page_cases import LEAD, NEXT, TITLE, article_with, page


@pytest.mark.parametrize(
    ("before", "sections", "breaking"),
    [
        ("<span class=cat-links><a href=/c>سياسة</a><a href=/b>عاجل</a></span>", ("سياسة",), True),
        ("<a rel='category tag' href=/c>رياضة</a>", ("رياضة",), False),
        ("<div class='post-cat-wrap'><a class='post-cat'>اقتصاد</a></div>", ("اقتصاد",), False),
        ("<div class=label>صحة | عاجل</div>", ("صحة",), True),
        ("<ol class=breadcrumb><li><a href=/>الرئيسية</a></li><li><a href=/p>ثقافة</a></li></ol>", ("ثقافة",), False),
        ("<p>سياسة</p>", ("سياسة",), False),
        ("<div class=ticker><a class=cat>عاجل</a></div>", ("عام",), False),
        ("<nav><a class=cat href=/b>عاجل</a></nav>", ("عام",), False),
        ("<div class=related><span class=post-cat>عاجل</span></div>", ("عام",), False),
        ("<marquee class=cat>عاجل</marquee>", ("عام",), False),
        ("<div class=cat style='display:none'>عاجل</div>", ("عام",), False),
    ],
)
def test_labels_are_those_of_thearticle_with(
    before: str, sections: tuple[str, ...], breaking: bool, index: Mapping[str, str]
) -> None:
    article = article_with("", before=before, index=index)
    assert (article.sections, article.breaking) == (sections, breaking)


@pytest.mark.parametrize(
    ("head", "sections", "breaking"),
    [
        (
            ("<meta property='article:section' content='سياسة'><meta property='article:section' content='عاجل'>"),
            ("سياسة",),
            True,
        ),
        (
            ('<script type="application/ld+json">{"@type":"NewsArticle","articleSection":"رياضة,عاجل"}</script>'),
            ("رياضة",),
            True,
        ),
        (
            (
                "<script "
                'type="application/ld+json">{"@graph":[{"@type":["NewsArticle"],"articleSection":["دولي"]}]}</script>'
            ),
            ("أخبار عالمية",),
            False,
        ),
        ('<script type="application/ld+json">{"@type":"WebSite","articleSection":"عاجل"}</script>', ("عام",), False),
        ('<script type="application/ld+json">{broken</script>', ("عام",), False),
        ("<meta property='article:tag' content='عاجل'>", ("عام",), False),
        ("<meta name='keywords' content='عاجل'>", ("عام",), False),
    ],
)
def test_labels_for_machines_count(
    head: str, sections: tuple[str, ...], breaking: bool, index: Mapping[str, str]
) -> None:
    article = article_with("", head=head, index=index)
    assert (article.sections, article.breaking) == (sections, breaking)


@pytest.mark.parametrize(
    "junk",
    [
        "<div class='related-posts'><h3>قصة أخرى</h3></div>",
        "<div class=share-buttons>شارك</div>",
        "<p>اقرأ أيضا: قصة أخرى</p>",
        "<p><a href=/x>قصة أخرى من هذه المدينة</a></p>",
        "<h3><a href=/x>قصة أخرى من هذه المدينة</a></h3>",
        "<figure><img src=x><figcaption>صورة الجسر</figcaption></figure>",
        "<p class=wp-caption-text>صورة الجسر</p>",
        "<aside><p>قصة أخرى</p></aside>",
        "<script>var x = 'نص';</script>",
        "<div class=post-tags><a>عاجل</a></div>",
        "<div hidden>نص مخفي</div>",
        "<p>&nbsp;</p>",
        "<p>***</p>",
        "<iframe>نص</iframe>",
        "<!-- <p>ملاحظة</p> -->",
        "<div class='ads'>إعلان</div>",
    ],
)
def test_what_is_not_the_story_is_left_out(junk: str, index: Mapping[str, str]) -> None:
    article = article_with(junk, index=index)
    assert (article.paragraphs, article.subheadings) == ((LEAD, NEXT), ())


@pytest.mark.parametrize(
    "heading",
    [
        "<h2>ثلاث سنوات</h2>",
        "<h3>ثلاث سنوات</h3>",
        "<h4><span>ثلاث سنوات</span></h4>",
        "<p><strong>ثلاث سنوات</strong></p>",
        "<p><b>ثلاث</b> <b>سنوات</b></p>",
        "<p><span style='font-weight: bold'>ثلاث سنوات</span></p>",
        "<strong>ثلاث سنوات</strong><br>",
        "<div><b>ثلاث سنوات</b></div>",
    ],
)
def test_headings_and_bold_paragraphs_are_subheadings(heading: str, index: Mapping[str, str]) -> None:
    assert article_with(heading, index=index).subheadings == ("ثلاث سنوات",)


@pytest.mark.parametrize(
    "inner",
    [
        "<p>ثلاث سنوات</p>",
        "<p><b>ثلاث</b> سنوات</p>",
        "<h5>ثلاث سنوات</h5>",
        "<ul><li>ثلاث سنوات</li></ul>",
        "<p><strong>افتتح الجسر بعد ثلاث سنوات.</strong></p>",
        "<p><b>وقالت البلدية: “الجسر للجميع دائما”</b></p>",
    ],
)
def test_other_short_paragraphs_are_none(inner: str, index: Mapping[str, str]) -> None:
    article = article_with(inner, index=index)
    assert article.subheadings == ()
    assert len(article.paragraphs) == 3


@pytest.mark.parametrize(
    ("inner", "speaker"),
    [
        ("<blockquote>الجسر حلم كل بيت<cite>سمير عطا</cite></blockquote>", "سمير عطا"),
        ("<blockquote><p>الجسر حلم كل بيت</p><p>— سمير عطا</p></blockquote>", "سمير عطا"),
        ("<blockquote>الجسر حلم كل بيت — سمير عطا (@samir) May 1, 2020</blockquote>", "سمير عطا"),
        ("<p>وقال الوزير سمير عطا:</p><blockquote><p>الجسر حلم كل بيت</p></blockquote>", "سمير عطا"),
        ("<p>وقال الوزير سمير عطا:</p><blockquote>“الجسر حلم كل بيت”</blockquote>", "سمير عطا"),
        ("<blockquote>الجسر حلم كل بيت</blockquote>", None),
    ],
)
def test_a_blockquote_is_a_quote(inner: str, speaker: str | None, index: Mapping[str, str]) -> None:
    (quote,) = article_with(inner, index=index).quotes
    assert (quote.text, quote.speaker) == ("الجسر حلم كل بيت", speaker)


@pytest.mark.parametrize(
    ("title", "h1", "site", "headline", "breaking"),
    [
        (f"{TITLE} | عاجل", f"<h1>{TITLE}</h1>", "", TITLE, False),
        (f"{TITLE} - عاجل", f"<h1>{TITLE}</h1>", "عاجل", TITLE, False),
        (f"عاجل: {TITLE} - صدى النهر", f"<h1>عاجل: {TITLE}</h1>", "صدى النهر", TITLE, True),
        (f"صدى النهر | {TITLE}", "", "صدى النهر", TITLE, False),
        (f"{TITLE} - صدى النهر", "", "", TITLE, False),
        (TITLE, "<h1>صدى النهر</h1>", "", TITLE, False),
        ("", f"<h1>{TITLE}</h1>", "", TITLE, False),
    ],
)
def test_the_headline_is_without_site_and_flag(
    title: str, h1: str, site: str, headline: str, breaking: bool, index: Mapping[str, str]
) -> None:
    html = (
        f"<title>{title}</title><meta property=og:site_name "
        f"content='{site}'><div>{h1}<div class=entry-content><p>{LEAD}</p></div></div>"
    )
    article = read_page(html, index)
    assert (article.title, article.breaking) == (headline, breaking)


def test_an_old_layout_is_read_by_where_its_prose_stands(index: Mapping[str, str]) -> None:
    html = (
        f"<title>{TITLE}</title><table><tr><td><a href=1>سياسة</a> <a href=2>عاجل</a></td></tr></table>"
        f"<table><tr><td>رياضة</td></tr><tr><td><font size=5><b>{TITLE}</b></font></td></tr>"
        f"<tr><td>{LEAD}<br><br><b>ثلاث سنوات</b><br>{NEXT}</td></tr></table><table><tr><td>حقوق</td></tr></table>"
    )
    article = read_page(html.encode("cp1256"), index)
    assert (article.title, article.sections, article.breaking) == (TITLE, ("رياضة",), False)
    assert (article.paragraphs, article.subheadings) == ((LEAD, NEXT), ("ثلاث سنوات",))


def test_scattered_prose_is_found_by_the_extractor_of_main_text(index: Mapping[str, str]) -> None:
    rows = "".join(f"<div><div><p>{LEAD} {number}</p></div></div>" for number in range(6))
    html = page(f"<h1>{TITLE}</h1><div>{rows}</div>")
    assert len(read_page(html, index).paragraphs) == 6


def test_a_fragment_without_a_headline_is_read_like_text(index: Mapping[str, str]) -> None:
    article = read_page(f"<p>عاجل</p><p>سياسة</p><p>{TITLE}</p><p>{LEAD}</p>", index)
    assert (article.title, article.sections, article.breaking, article.paragraphs) == (TITLE, ("سياسة",), True, (LEAD,))


@pytest.mark.parametrize(
    ("head", "before", "byline", "published_at", "url"),
    [
        ("<meta name=author content='سامي الحاج'>", "", "سامي الحاج", None, "https://a.example/x"),
        ("<meta property=article:author content='https://f.example/sami'>", "", None, None, "https://a.example/x"),
        (
            ("<meta property=article:published_time content='2022-03-18T10:00:00+02:00'>"),
            "",
            None,
            datetime(2022, 3, 18, 8, tzinfo=UTC),
            "https://a.example/x",
        ),
        ("<link rel=canonical href='/story/7'>", "", None, None, "https://a.example/story/7"),
        (
            ("<link rel=canonical href='javascript:x'><meta property=og:url content='https://b.example/9'>"),
            "",
            None,
            None,
            "https://b.example/9",
        ),
        ("", "<time datetime='2022-03-18'>أمس</time>", None, datetime(2022, 3, 18, tzinfo=UTC), "https://a.example/x"),
        (
            "",
            "<span class=post-date>18 آذار 2022</span>",
            None,
            datetime(2022, 3, 18, tzinfo=UTC),
            "https://a.example/x",
        ),
        ("", "<span class=author>سامي الحاج</span>", "سامي الحاج", None, "https://a.example/x"),
        (
            (
                "<script "
                'type="application/ld+json">{"@type":"Article","author":[{"name":"سامي"}],"datePublished":"2022-03-18"}</script>'
            ),
            "",
            "سامي",
            datetime(2022, 3, 18, tzinfo=UTC),
            "https://a.example/x",
        ),
    ],
)
def test_writer_date_and_address_are_read(
    head: str, before: str, byline: str | None, published_at: datetime | None, url: str, index: Mapping[str, str]
) -> None:
    html = page(f"<article>{before}<h1>{TITLE}</h1><div class=entry-content><p>{LEAD}</p></div></article>", head)
    article = read_page(html, index, url="https://a.example/x")
    assert (article.byline, article.published_at, article.url) == (byline, published_at, url)
    assert article.language == "ar"


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("", Fault.EMPTY),
        ("<html><body></body></html>", Fault.EMPTY),
        ("<p>12345</p>", Fault.NO_TITLE),
        (f"<h1>{TITLE}</h1><div class=entry-content>" + f"<p>{LEAD}</p>" * (MAX_TEXT // len(LEAD) + 1), Fault.TOO_LONG),
    ],
)
def test_a_page_without_an_article_is_refused(html: str, fault: Fault, index: Mapping[str, str]) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_page(html, index)
    assert refused.value.fault is fault
