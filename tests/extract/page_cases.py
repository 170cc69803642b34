"""A page with one article, for tables of cases."""

from collections.abc import Mapping

from bot.extract import read_page
from storage.article import Article

TITLE = "افتتاح الجسر الجديد فوق النهر"
LEAD = "افتتح رئيس البلدية صباح اليوم الجسر الجديد فوق النهر بعد ثلاث سنوات من الأعمال المتواصلة."
NEXT = "ويربط الجسر ضفتي المدينة ويختصر الطريق بينهما إلى خمس دقائق فقط بحسب البلدية."


def page(body: str, head: str = "") -> str:
    """Return a page with this body."""
    return f"<html lang=ar><head><title>{TITLE} - صدى النهر</title>{head}</head><body>{body}</body></html>"


def article_with(inner: str, *, before: str = "", above: str = "", head: str = "", index: Mapping[str, str]) -> Article:
    """Read a page whose article holds `before` its headline, `above` its two paragraphs, and `inner` between them."""
    story = f"{above}<p>{LEAD}</p>{inner}<p>{NEXT}</p>"
    content = f"<article>{before}<h1>{TITLE}</h1><div class='entry-content'>{story}</div></article>"
    return read_page(page(content, head), index)
