"""Pages as their programs make them: descriptions for machines, AMP, broken tags, other stories in between."""

from collections.abc import Mapping

import pytest

from bot.extract import read_page
from tests.extract.page_cases import LEAD, NEXT, TITLE, article_with, page


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
    article = read_page(page(content, head), index, url="https://n.example/7")
    assert (article.title, article.sections, article.byline) == (TITLE, ("رياضة",), "سامي")


def test_a_description_with_references_is_read_as_text(index: Mapping[str, str]) -> None:
    head = _linked('{"@type": "NewsArticle", "headline": "افتتاح &quot;الجسر&quot; الجديد", "articleSection": "رياضة"}')
    assert read_page(f"<head>{head}</head><body><p>{LEAD}</p></body>", index).title == 'افتتاح "الجسر" الجديد'


@pytest.mark.parametrize("body", [f"{LEAD}\\n{NEXT}", f"<p>{LEAD}</p><p>{NEXT}</p>"])
def test_a_page_that_a_script_puts_together_is_read_from_its_description(body: str, index: Mapping[str, str]) -> None:
    head = _linked(f'{{"@type": "NewsArticle", "headline": "{TITLE}", "articleBody": "{body}"}}')
    article = read_page(page("<div id=app></div>", head), index)
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
        page(f"<article><h1>{TITLE}</h1><div class=entry-content><p>{LEAD}<p>{NEXT}"),
        page(f"<article><h1>{TITLE}<h1></article><div class=entry-content><p>{LEAD}</b></p><p>{NEXT}</p></em></div>"),
        page(f"<article><h1><b>{TITLE}</h1></b><div class=entry-content><p><i>{LEAD}</p><p>{NEXT}</i></p></div>"),
        page(f"<article><h1>{TITLE}</h1><div class=entry-content>{LEAD}<br/><br>{NEXT}</div></article>"),
        page(
            f"<article><h1>{TITLE}</h1><div class='entry-content><p>x</p>' class=entry-content><p>{LEAD}</p><p>{NEXT}"
        ),
        page(f"\0<article><h1>{TITLE}\0</h1><div class=entry-content><p>{LEAD}\x01</p><p>&#0;{NEXT}&#xD800;</p></div>"),
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
    article = article_with(junk, index=index)
    assert (article.breaking, article.sections, article.paragraphs) == (False, ("عام",), (LEAD, NEXT))
