"""Labels above a page's headline: its article's own, or a menu's, a ticker's or another story's."""

from collections.abc import Mapping

import pytest

from bot.extract import read_page
from tests.extract.page_cases import LEAD, NEXT, TITLE, page

LAYOUTS = [
    "<article>{before}<h1>{title}</h1>{story}</article>",
    "<article><header>{before}<h1>{title}</h1></header>{story}</article>",
    "<div>{before}<div><h1>{title}</h1></div>{story}</div>",
    "{before}<h1>{title}</h1>{story}",
]
OTHER = "سقوط جرحى في حادث على الطريق"

FLAGGED = [
    "<div class=newscat><a>سياسة</a> / <a>خبر عاجل</a></div>",
    "<div class=x><a>سياسة</a> / <a>خبر عاجل</a></div>",
    "<div class=articleCategory><a>سياسة</a><a>عاجل</a></div>",
    "<div><div class=x><span>سياسة</span><span>عاجل</span></div></div>",
    "<a>سياسة</a> | <a>عاجل</a>",
    "<center><font color=red><b>عاجل</b></font></center>",
    "<p><a>عاجل</a></p>",
    "<em class=urgentTag>عاجل</em>",
    "<p>عاجل</p><p>سياسة</p>",
    "<p>سياسة</p><p>عاجل</p>",
    "<div>عاجل</div><div>12 مارس 2024</div>",
    "<div class=top><span class=label>عاجل</span><span>الثلاثاء 12 مارس 2024 - 10:20</span></div>",
]

TRAPS = [
    "<div class=bar><span>عاجل</span><marquee>قصة أخرى</marquee></div>",
    f"<div class=x><span>عاجل</span><a href=/1>{OTHER}</a></div>",
    f"<div class=x><b>عاجل</b><div><a href=/1>{OTHER}</a></div></div>",
    f"<div><h4>عاجل</h4><a href=/9>{OTHER}</a></div>",
    f"<div><a href=/urgent>عاجل</a>: <a href=/9>{OTHER}</a></div>",
    f"<h2>عاجل</h2><ul><li><a href=/9>{OTHER}</a></li></ul>",
    f"<div class=alert><span>عاجل</span><span>{OTHER}</span></div>",
    f"<div class=swiper><div><span>عاجل</span></div><div>{OTHER}</div></div>",
    f"<div class=top><span class=label>عاجل</span><a href=/4>{OTHER}</a></div>",
    f"<div class=hot><a class=badge>عاجل</a><p>{OTHER}</p></div>",
    f"<div>عاجل</div><div>{OTHER}</div>",
    "<div class=m><a>سياسة</a> <a>اقتصاد</a> <a>رياضة</a> <a>عاجل</a></div>",
    "<div class=m><a>عاجل</a> <a>سياسة</a> <a>محليات</a></div>",
    "<div><a>الرئيسية</a> <a>عاجل</a> <a>اتصل بنا</a></div>",
    "<div class=tools><a>طباعة</a> <a>عاجل</a></div>",
    "<div>آخر الأخبار: <a>عاجل</a></div>",
    "<ul><li><a>سياسة</a></li><li><a>عاجل</a></li></ul>",
    "<table><tr><td><a>سياسة</a></td><td><a>اقتصاد</a></td><td><a>عاجل</a></td></tr></table>",
]


def _is_breaking(before: str, layout: str, index: Mapping[str, str]) -> bool:
    story = f"<div class=entry-content><p>{LEAD}</p><p>{NEXT}</p></div>"
    return read_page(page(layout.format(before=before, title=TITLE, story=story)), index).breaking


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("before", FLAGGED)
def test_a_line_of_labels_right_above_the_headline_is_the_articles(
    before: str, layout: str, index: Mapping[str, str]
) -> None:
    assert _is_breaking(before, layout, index)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("before", TRAPS)
def test_a_menu_a_ticker_or_a_badge_flags_nothing(before: str, layout: str, index: Mapping[str, str]) -> None:
    assert not _is_breaking(before, layout, index)
