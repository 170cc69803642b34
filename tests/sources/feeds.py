"""Feeds as outlets write them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Item:
    """One item; what is None is left out."""

    title: str
    body: str = "تفاصيل الخبر تأتي تباعا من مراسلنا في المكان."
    guid: str | None = None
    link: str | None = None
    date: datetime | None = None
    categories: tuple[str, ...] = ("سياسة", "عاجل")


def rss(items: Iterable[Item]) -> str:
    """Return an RSS 2.0 feed."""
    return f'<rss version="2.0"><channel><title>أخبار</title>{"".join(map(_rss_item, items))}</channel></rss>'


def _rss_item(item: Item) -> str:
    parts = [f"<title>{escape(item.title)}</title><description>{escape(item.body)}</description>"]
    if item.guid is not None:
        parts.append(f'<guid isPermaLink="false">{escape(item.guid)}</guid>')
    if item.link is not None:
        parts.append(f"<link>{escape(item.link)}</link>")
    if item.date is not None:
        parts.append(f"<pubDate>{format_datetime(item.date)}</pubDate>")
    parts += [f"<category>{escape(category)}</category>" for category in item.categories]
    return f"<item>{''.join(parts)}</item>"


OLD = Item("خبر قديم عن الحكومة", guid="0", link="https://news.example/story/100")


BRIDGE = Item("إغلاق جسر الميناء أمام الشاحنات", guid="1", link="https://news.example/story/101")


STRIKE = Item("المعلمون يعلنون إضرابا مفتوحا", guid="2", link="https://news.example/story/102")
