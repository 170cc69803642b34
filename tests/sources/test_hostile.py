"""Feeds that are broken, or meant to break us: whatever stands there, polling goes on."""

import asyncio
import gzip
import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import extract
from bot.sources import batch
from bot.sources.json_feeds import to_atom
from storage.article import DEFAULT_SECTIONS, UnreadableError, section_index
from storage.identity import keys_of
from tests.databases import START
from tests.sources.feeds import Item, rss
from tests.sources.newsroom import Newsroom

INDEX = section_index(DEFAULT_SECTIONS)
WHOLE = rss([Item(f"عاجل | خبر رقم {n} من العاصمة", guid=str(n), date=START) for n in range(5)])
GZIP = {"Content-Encoding": "gzip"}


def wrap(inside: str) -> str:
    return f'<rss version="2.0"><channel><title>x</title>{inside}</channel></rss>'


def item(inside: str) -> str:
    return wrap(f"<item><title>عاجل | خبر من العاصمة</title>{inside}</item>")


# What is there, and how many articles must come of it; None where it must be refused.
CORPUS: dict[str, tuple[Callable[[], str | bytes], dict[str, str], int | None]] = {
    "truncated within an item": (lambda: WHOLE[: WHOLE.index("خبر رقم 3") + 5], {}, 3),
    "truncated within a letter": (lambda: WHOLE.encode()[: WHOLE.encode().rindex("عاصمة".encode()) + 1], {}, 4),
    "UTF-8 declared as windows-1256": (lambda: '<?xml version="1.0" encoding="windows-1256"?>' + WHOLE, {}, 5),
    "windows-1256 declared as UTF-8": (
        lambda: ('<?xml version="1.0" encoding="utf-8"?>' + WHOLE).encode("cp1256"),
        {},
        5,
    ),
    "windows-1256 declared as such": (
        lambda: ('<?xml version="1.0" encoding="windows-1256"?>' + WHOLE).encode("cp1256"),
        {},
        5,
    ),
    "UTF-16": (lambda: WHOLE.encode("utf-16"), {}, 5),
    "a mark, blank lines and a comment before it": (lambda: "\ufeff\n\n<!-- x -->\n" + WHOLE, {}, 5),
    "neither guid nor date nor link": (lambda: rss([Item("عاجل | خبر من العاصمة"), Item("عاجل | خبر آخر")]), {}, 2),
    "items of nothing": (lambda: wrap("<item></item>" * 100), {}, 0),
    "no item at all": (lambda: wrap(""), {}, 0),
    "ten thousand items": (
        lambda: rss(Item(f"عاجل | خبر {n} من {n * 7}", f"نص {n}", str(n)) for n in range(10_000)),
        {},
        batch.MOST_ITEMS,
    ),
    "one guid for all": (lambda: rss(Item(f"عاجل | {name}", guid="x") for name in ("الأول", "الثاني")), {}, 2),
    "a headline without end": (lambda: wrap(f"<item><title>عاجل | {'كلمة ' * 100_000}</title></item>"), {}, None),
    "a body without end": (lambda: item(f"<description>{'كلمة ' * 400_000}</description>"), {}, None),
    "a guid and a link without end": (
        lambda: item(f"<guid>{'g' * 100_000}</guid><link>https://x.example/{'l' * 100_000}</link>"),
        {},
        1,
    ),
    "categories without end": (lambda: item("<category>سياسة</category>" * 20_000), {}, None),
    "tags without end": (lambda: item("<description>" + "&lt;div&gt;" * 50_000 + "نص</description>"), {}, 1),
    "elements without end": (lambda: wrap("<item>" + "<a>" * 50_000), {}, None),
    "CDATA that never ends": (lambda: item("<description><![CDATA[<p>نص"), {}, 1),
    "a date that is none": (lambda: item("<pubDate>Tue, 99 Foo 20266 99:99:99 GMT</pubDate>"), {}, 1),
    "a date before all dates": (lambda: item("<pubDate>Tue, 01 Jan 0000 00:00:00 GMT</pubDate>"), {}, 1),
    "half a letter": (lambda: item("<description>&#xD800;&#0;&#x1F; نص</description>"), {}, 1),
    "control characters": (lambda: item("<description>\x01\x02 نص \x1f</description>"), {}, 1),
    "a link that runs": (lambda: item("<link>javascript:alert(1)</link>"), {}, 1),
    "an entity bomb": (
        lambda: '<!DOCTYPE x [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;">]>' + item("<guid>&b;</guid>"),
        {},
        None,
    ),
    "an entity from outside": (
        lambda: '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + item("<description>&a;</description>"),
        {},
        None,
    ),
    "an entity bomb in UTF-16": (
        lambda: ('<!DOCTYPE x [<!ENTITY a "x">]>' + item("<guid>&a;</guid>")).encode("utf-16"),
        {},
        None,
    ),
    "a gzip bomb": (lambda: gzip.compress(b"<rss>" + b" " * 60_000_000), GZIP, None),
    "gzip that is none": (lambda: WHOLE, GZIP, None),
    "gzip within gzip": (lambda: gzip.compress(gzip.compress(WHOLE.encode())), GZIP, None),
    "fifty megabytes": (lambda: b"<rss>" + b" " * 50_000_000, {}, None),
    "a web page": (lambda: "<!doctype html><html><body><h1>404</h1><p>لا صفحة هنا</p></body></html>", {}, None),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100, {}, None),
    "nothing": (lambda: b"", {}, None),
    "blanks": (lambda: b" \n" * 1_000, {}, None),
    "zeros": (lambda: b"\0" * 10_000, {}, None),
    "JSON without end": (lambda: b"[" * 1_000_000, {}, None),
    "a JSON feed of other things": (
        lambda: json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "items": [None, 5, [], {"title": {"x": 1}}, {"id": 1e400, "title": "عاجل | خبر من العاصمة"}],
            }
        ),
        {},
        1,
    ),
}  # fmt: skip


@pytest.mark.untraced  # tracing would take most of the time
@pytest.mark.parametrize("name", CORPUS)
async def test_a_hostile_feed_is_read_or_refused_and_the_next_source_is_polled(
    sqlite_newsroom: Newsroom, name: str
) -> None:
    make, headers, count = CORPUS[name]
    sqlite_newsroom.web.serve("/hostile", make(), headers=headers)
    sqlite_newsroom.web.serve("/feed", rss([Item("خبر المصدر التالي", guid="next")]))
    await sqlite_newsroom.follow("/hostile", name="hostile")
    await sqlite_newsroom.follow("/feed")

    await asyncio.wait_for(sqlite_newsroom.poll(minutes=0), 120)

    hostile, following = [await sqlite_newsroom.source(number) for number in (1, 2)]
    assert following.filled_at is not None
    titles = await sqlite_newsroom.titles()
    assert "خبر المصدر التالي" in titles
    if count is None:
        assert (hostile.failures, hostile.last_error is not None) == (1, True) or len(titles) == 1
    else:
        assert (hostile.failures, hostile.last_error) == (0, None)
        assert len(titles) == count + 1


def bring(data: bytes) -> None:
    """Do with bytes what the poller does, but for the database."""
    try:
        reading = extract.read(to_atom(data), INDEX)
    except UnreadableError:
        return
    for article in batch.prepare(reading.articles, sections=("سياسة",), now=START):
        keys_of(article, scope="source 1")


PIECES = st.sampled_from(
    [
        "<rss>", "</rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<description>", "<![CDATA[", "]]>",
        "<link>", "<pubDate>", "<category>", "</category>", "<guid>", "<entry>", "</entry>", "<content type='xhtml'>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>", "<content type='html'>", "<updated>", "<!--", "-->", "<rdf:RDF>",
        "<?xml version='1.0' encoding='utf-16'?>", "<!DOCTYPE x [", "]>", "&lt;p&gt;", "&amp;", "&#0;", "&nbsp;", "\0",
        "عاجل | ", "خبر من العاصمة", "«قال»", "2026-03-01T18:00:00Z", "\u202e", " ",
        '{"version": "https://jsonfeed.org/version/1", "items": [{', "}]}",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(["utf-8", "cp1256", "utf-16", "utf-7"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pieces_of_feeds_in_any_order_are_read_or_refused(text: str, encoding: str) -> None:
    bring(text.encode(encoding, "replace"))


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_feed_with_bytes_changed_or_lost_is_read_or_refused(data: st.DataObject) -> None:
    feed = bytearray(WHOLE.encode())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(feed) - 1))
        feed[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=4))
    bring(bytes(feed))


@given(st.binary(max_size=1_000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    bring(data)
