"""A page by its link: read through the guarded fetcher, or refused with a reason."""

from collections.abc import Awaitable, Callable

import pytest

from bot.sources import linked_page
from bot.sources.fetch import Fetcher
from handlers.context import LinkError, LinkProblem
from storage.article import Article, Fault, UnreadableError
from storage.database import Database
from tests.sources.feeds import Item, rss
from tests.sources.web import Web

PAGE = (
    "<html><head><title>إغلاق جسر الميناء</title></head><body><article><h1>إغلاق جسر الميناء</h1>"
    "<p>أعلنت إدارة الميناء إغلاق الجسر أمام الشاحنات من صباح الغد.</p></article></body></html>"
)
Read = Callable[[str], Awaitable[Article]]


@pytest.fixture
def read(sqlite_database: Database, fetcher: Fetcher) -> Read:
    return linked_page.reader(sqlite_database, fetcher)


async def test_a_page_is_read_with_its_address(read: Read, outside: Web) -> None:
    outside.serve("/story", PAGE)
    outside.redirect("/short", "/story")
    article = await read(outside.url("/short"))
    assert (article.title, article.url) == ("إغلاق جسر الميناء", outside.url("/story"))


async def test_a_feed_of_several_is_not_one_article(read: Read, outside: Web) -> None:
    outside.serve("/feed", rss([Item("خبر أول"), Item("خبر ثان")]))
    with pytest.raises(UnreadableError) as caught:
        await read(outside.url("/feed"))
    assert caught.value.fault is Fault.NO_TITLE


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("{server}/missing", LinkProblem.REFUSED),
        ("{server}/huge", LinkProblem.TOO_LARGE),
        ("http://127.0.0.1:1/", LinkProblem.UNREACHABLE),
        ("ftp://news.example/1", LinkProblem.NOT_PUBLIC),
        ("http://", LinkProblem.NOT_PUBLIC),
    ],
)
async def test_what_cannot_be_fetched_is_refused_with_its_reason(
    read: Read, outside: Web, url: str, problem: LinkProblem
) -> None:
    outside.serve("/huge", b"x" * (6 * 2**20))
    with pytest.raises(LinkError) as caught:
        await read(url.format(server=outside.url("").rstrip("/")))
    assert caught.value.problem is problem


async def test_this_machine_is_not_reached_by_a_link(sqlite_database: Database, guarded: Fetcher, outside: Web) -> None:
    outside.serve("/story", PAGE)
    with pytest.raises(LinkError) as caught:
        await linked_page.reader(sqlite_database, guarded)(outside.url("/story"))
    assert caught.value.problem is LinkProblem.NOT_PUBLIC
    assert outside.requests == []
