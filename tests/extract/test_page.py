"""Pages: labels, headline, body and date, wherever a layout puts them."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.extract import read_page
from bot.extract.text import MAX_TEXT
from storage.article import Article, Fault, UnreadableError

TITLE = "افتتاح الجسر الجديد فوق النهر"
LEAD = "افتتح رئيس البلدية صباح اليوم الجسر الجديد فوق النهر بعد ثلاث سنوات من الأعمال المتواصلة."
NEXT = "ويربط الجسر ضفتي المدينة ويختصر الطريق بينهما إلى خمس دقائق فقط بحسب البلدية."


def _page(body: str, head: str = "") -> str:
    return f"<html lang=ar><head><title>{TITLE} - صدى النهر</title>{head}</head><body>{body}</body></html>"


def _article(inner: str, *, before: str = "", head: str = "", index: Mapping[str, str]) -> Article:
    content = (
        f"<article>{before}<h1>{TITLE}</h1><div class='entry-content'><p>{LEAD}</p>{inner}<p>{NEXT}</p></div></article>"
    )
    return read_page(_page(content, head), index)


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
def test_labels_are_those_of_the_article(
    before: str, sections: tuple[str, ...], breaking: bool, index: Mapping[str, str]
) -> None:
    article = _article("", before=before, index=index)
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
    article = _article("", head=head, index=index)
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
    article = _article(junk, index=index)
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
    assert _article(heading, index=index).subheadings == ("ثلاث سنوات",)


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
    article = _article(inner, index=index)
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
    (quote,) = _article(inner, index=index).quotes
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
    html = _page(f"<h1>{TITLE}</h1><div>{rows}</div>")
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
    html = _page(f"<article>{before}<h1>{TITLE}</h1><div class=entry-content><p>{LEAD}</p></div></article>", head)
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


def _linked(*documents: str) -> str:
    return "".join(f'<script type="application/ld+json">{document}</script>' for document in documents)


OWN = f'"@type": "NewsArticle", "headline": "{TITLE}", "articleSection": "رياضة", "author": {{"name": "سامي"}}'
OTHER = '"@type": "NewsArticle", "headline": "قصة أخرى من المدينة", "articleSection": "سياسة", "author": "سلمى"'


@pytest.mark.parametrize(
    "head",
    [
        _linked(f"{{{OWN}}}"),
        _linked(f"[{{{OWN}}}]"),
        _linked(f'{{"@graph": [{{"@type": "WebSite"}}, {{{OWN}}}, {{"@type": "BreadcrumbList"}}]}}'),
        _linked('{"@type": "WebPage", "mainEntity": {' + OWN + "}}"),
        _linked(f'{{{OWN.replace("NewsArticle", "LiveBlogPosting")}, "liveBlogUpdate": [{{{OTHER}}}]}}'),
        _linked(f"{{{OWN.replace('NewsArticle', 'http://schema.org/NewsArticle')}}}"),
        _linked(f"{{{OWN.replace('NewsArticle', 'AnalysisNewsArticle')}}}"),
        _linked(f"<!-- {{{OWN}}} -->"),
        _linked(f"/*<![CDATA[*/ {{{OWN}}} /*]]>*/;"),
        _linked(f"{{{OWN},}}"),
        _linked(f'{{{OWN}, "description": "سطر\nآخر"}}'),
        _linked("{broken", f"{{{OWN}}}"),
        _linked('{"@type": "Organization"}', f"{{{OWN}}}"),
        _linked(f"{{{OTHER}}}", f'{{{OWN}, "url": "https://n.example/7/"}}'),
        _linked(f"{{{OTHER}}}", f'{{{OWN}, "mainEntityOfPage": {{"@id": "https://n.example/7"}}}}'),
        _linked(f'[{{{OTHER}}}, {{{OWN}, "mainEntityOfPage": "https://n.example/7"}}]'),
        f"<meta property=og:title content='{TITLE}'>" + _linked(f"{{{OTHER}}}", f"{{{OWN}}}"),
        _linked(f'{{{OWN}, "hasPart": [{{{OTHER}}}]}}', f'{{"@type": "ItemList", "itemListElement": [{{{OTHER}}}]}}'),
        _linked(
            '{"@graph": [{"@type": "NewsArticle", "headline": "' + TITLE + '", "articleSection": "رياضة", '
            '"author": {"@id": "#1"}}, {"@type": "Person", "@id": "#1", "name": "سامي"}]}'
        ),
    ],
)
def test_of_several_descriptions_the_one_of_the_page_itself_counts(head: str, index: Mapping[str, str]) -> None:
    content = f"<article><h1>{TITLE}</h1><div class=entry-content><p>{LEAD}</p></div></article>"
    article = read_page(_page(content, head), index, url="https://n.example/7")
    assert (article.title, article.sections, article.byline) == (TITLE, ("رياضة",), "سامي")


def test_a_description_with_references_is_read_as_text(index: Mapping[str, str]) -> None:
    head = _linked('{"@type": "NewsArticle", "headline": "افتتاح &quot;الجسر&quot; الجديد", "articleSection": "رياضة"}')
    assert read_page(f"<head>{head}</head><body><p>{LEAD}</p></body>", index).title == 'افتتاح "الجسر" الجديد'


@pytest.mark.parametrize("body", [f"{LEAD}\\n{NEXT}", f"<p>{LEAD}</p><p>{NEXT}</p>"])
def test_a_page_that_a_script_puts_together_is_read_from_its_description(body: str, index: Mapping[str, str]) -> None:
    head = _linked(f'{{"@type": "NewsArticle", "headline": "{TITLE}", "articleBody": "{body}"}}')
    article = read_page(_page("<div id=app></div>", head), index)
    assert (article.title, article.paragraphs) == (TITLE, (LEAD, NEXT))


def test_an_amp_page_is_read_and_stands_for_the_story_itself(index: Mapping[str, str]) -> None:
    html = (
        f"<!doctype html><html ⚡ lang=ar><head><title>{TITLE}</title><link rel=canonical href=https://n.example/7>"
        "<style amp-custom>.x{color:red}</style><style amp-boilerplate>body{animation:none}</style></head><body>"
        "<amp-analytics type=x></amp-analytics><amp-sidebar id=menu><ul><li>رياضة</li></ul></amp-sidebar>"
        f"<article class=amp-wp-article><header><h1 class=amp-wp-title>{TITLE}</h1></header>"
        f"<div class=amp-wp-article-content><amp-img src=x><noscript><img src=x></noscript></amp-img><p>{LEAD}</p>"
        f"<amp-ad width=300>إعلان</amp-ad><p>{NEXT}</p><amp-social-share type=x></amp-social-share></div></article>"
    )
    article = read_page(html, index, url="https://n.example/7/amp")
    assert (article.title, article.url, article.paragraphs) == (TITLE, "https://n.example/7", (LEAD, NEXT))


@pytest.mark.parametrize(
    "html",
    [
        _page(f"<article><h1>{TITLE}</h1><div class=entry-content><p>{LEAD}<p>{NEXT}"),
        _page(f"<article><h1>{TITLE}<h1></article><div class=entry-content><p>{LEAD}</b></p><p>{NEXT}</p></em></div>"),
        _page(f"<article><h1><b>{TITLE}</h1></b><div class=entry-content><p><i>{LEAD}</p><p>{NEXT}</i></p></div>"),
        _page(f"<article><h1>{TITLE}</h1><div class=entry-content>{LEAD}<br/><br>{NEXT}</div></article>"),
        _page(
            f"<article><h1>{TITLE}</h1><div class='entry-content><p>x</p>' class=entry-content><p>{LEAD}</p><p>{NEXT}"
        ),
        _page(
            f"\0<article><h1>{TITLE}\0</h1><div class=entry-content><p>{LEAD}\x01</p><p>&#0;{NEXT}&#xD800;</p></div>"
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1256", "utf-16"])
def test_broken_tags_and_old_encodings_lose_nothing(html: str, encoding: str, index: Mapping[str, str]) -> None:
    article = read_page(html.encode(encoding), index)
    assert (article.title, article.paragraphs) == (TITLE, (LEAD, NEXT))


@pytest.mark.parametrize(
    "junk",
    [
        "<div class='news-ticker'><a class=cat>عاجل</a> قصة أخرى من هنا</div>",
        "<div class='related'><h2>اقرأ أيضا</h2><article><h3>قصة أخرى</h3><span class=cat>عاجل</span></article></div>",
        "<div class='inline-related'><p>قصة أخرى طويلة بما يكفي لتكون فقرة من القصة نفسها.</p></div>",
        "<ul class='related-posts'><li><a href=/x>عاجل | قصة أخرى من المدينة</a></li></ul>",
        "<script>document.write('<p>قصة</p>')</script>",
        "<div aria-hidden=true>قصة</div>",
        "<template><p>قصة</p></template>",
    ],
)
def test_tickers_and_other_stories_within_the_body_are_left_out(junk: str, index: Mapping[str, str]) -> None:
    article = _article(junk, index=index)
    assert (article.breaking, article.sections, article.paragraphs) == (False, ("عام",), (LEAD, NEXT))
