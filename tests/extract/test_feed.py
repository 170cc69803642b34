"""Feeds: one article an item, however broken."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.extract import Kind, read, read_feed
from storage.article import Fault, UnreadableError


def _rss(*items: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>أنباء</title><language>ar-EG</language>'
        + "".join(f"<item>{item}</item>" for item in items)
        + "</channel></rss>"
    ).encode()


def test_an_item_keeps_its_guid_link_date_writer_and_categories(index: Mapping[str, str]) -> None:
    item = (
        "<title>خبر أول هنا</title><link>https://n.example/1</link>"
        "<guid isPermaLink='false'>n:1</guid><dc:creator>سامي</dc:creator>"
        "<pubDate>Mon, 18 Apr 2022 09:00:00 +0300</pubDate><category>سياسة</category><category>زراعة</category>"
    )
    (article,) = read_feed(_rss(item), index)
    assert (article.guid, article.url, article.byline, article.language) == ("n:1", "https://n.example/1", "سامي", "ar")
    assert article.published_at == datetime(2022, 4, 18, 6, tzinfo=UTC)
    assert article.categories == ("سياسة", "زراعة")
    assert (article.sections, article.unknown_labels) == (("سياسة",), ("زراعة",))


@pytest.mark.parametrize(
    ("title", "headline", "breaking"),
    [
        ("عاجل: خبر أول هنا", "خبر أول هنا", True),
        ("<![CDATA[خبر &quot;أول&quot; هنا]]>", 'خبر "أول" هنا', False),
        ("خبر &lt;b&gt;أول&lt;/b&gt; هنا", "خبر أول هنا", False),
        ("  خبر\n أول   هنا ", "خبر أول هنا", False),
    ],
)
def test_a_title_is_plain_text_without_the_flag(
    title: str, headline: str, breaking: bool, index: Mapping[str, str]
) -> None:
    (article,) = read_feed(_rss(f"<title>{title}</title>"), index)
    assert (article.title, article.breaking) == (headline, breaking)


def test_the_whole_story_goes_before_its_beginning(index: Mapping[str, str]) -> None:
    item = (
        "<title>خبر أول هنا</title><description>بداية […]</description>"
        "<content:encoded><![CDATA[<p>القصة كلها هنا.</p>]]></content:encoded>"
    )
    assert read_feed(_rss(item), index)[0].paragraphs == ("القصة كلها هنا.",)


def test_a_plain_description_has_its_lines(index: Mapping[str, str]) -> None:
    item = "<title>خبر أول هنا</title><description>سطر أول &amp;amp; ثان.\n\nسطر آخر.</description>"
    assert read_feed(_rss(item), index)[0].paragraphs == ("سطر أول & ثان.", "سطر آخر.")


def test_an_item_without_a_title_takes_its_first_line_and_an_empty_one_is_left_out(index: Mapping[str, str]) -> None:
    data = _rss(
        "<description>&lt;p&gt;هزة خفيفة في الشمال&lt;/p&gt;&lt;p&gt;شعر بها السكان.&lt;/p&gt;</description>", ""
    )
    assert [article.title for article in read(data, index).articles] == ["هزة خفيفة في الشمال"]


def test_an_item_that_is_too_long_is_left_out(index: Mapping[str, str]) -> None:
    data = _rss(
        f"<title>خبر أول هنا</title><description>{'كلمة ' * 30_000}</description>", "<title>خبر ثان هنا</title>"
    )
    assert [article.title for article in read(data, index).articles] == ["خبر ثان هنا"]


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("<pubDate>الاثنين، 7 آب 2023 10:00</pubDate>", datetime(2023, 8, 7, 10, tzinfo=UTC)),
        ("<pubDate>not a date</pubDate>", None),
        ("<dc:date>2023-08-07T10:00:00+03:00</dc:date>", datetime(2023, 8, 7, 7, tzinfo=UTC)),
        ("", None),
    ],
)
def test_dates_of_any_kind_are_read(date: str, moment: datetime | None, index: Mapping[str, str]) -> None:
    assert read_feed(_rss(f"<title>خبر أول هنا</title>{date}"), index)[0].published_at == moment


def test_bytes_in_another_encoding_than_declared_are_read(index: Mapping[str, str]) -> None:
    data = _rss("<title>خبر أول هنا</title><category>رياضة</category>").decode().encode("cp1256")
    reading = read(data, index)
    assert reading.kind is Kind.FEED
    assert [(article.title, article.sections) for article in reading.articles] == [("خبر أول هنا", ("رياضة",))]


@pytest.mark.parametrize(
    "data",
    [
        _rss("<title>خبر أول هنا</title>")[:-18],
        _rss("<title>خبر أول هنا</title><description>a & b < c</description>"),
        b"\n\n" + _rss("<title>خبر أول هنا</title>"),
        _rss("<title>خبر أول هنا &#xD800;&#0;&#x1;</title>"),
        _rss("<title>خبر أول هنا\x0b</title>"),
        _rss("<title>خبر أول &nbsp; هنا</title>"),
    ],
    ids=["truncated", "unescaped", "late declaration", "no characters", "control", "foreign entity"],
)  # fmt: skip
def test_a_broken_feed_gives_what_it_holds(data: bytes, index: Mapping[str, str]) -> None:
    (article,) = read_feed(data, index)
    assert article.title.startswith("خبر أول")


@pytest.mark.untraced  # tracing would take most of the time
def test_ten_thousand_items_are_read(index: Mapping[str, str]) -> None:
    items = [f"<title>خبر رقم {number} هنا</title><guid>{number}</guid>" for number in range(10_000)]
    assert len(read_feed(_rss(*items), index)) == 10_000


@pytest.mark.parametrize(
    ("data", "fault"), [(b"", Fault.EMPTY), (b" \n ", Fault.EMPTY), (b"\x1f\x8b\x08" + b"\0" * 99, Fault.BINARY)]
)
def test_what_is_no_feed_is_refused(data: bytes, fault: Fault, index: Mapping[str, str]) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_feed(data, index)
    assert refused.value.fault is fault


def test_a_feed_without_items_is_empty(index: Mapping[str, str]) -> None:
    assert read_feed(_rss(), index) == ()


def test_a_parser_that_gives_up_is_a_refusal(index: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object, **__: object) -> None:
        raise KeyError("item")

    monkeypatch.setattr("bot.extract.feed_source.feedparser.parse", give_up)
    with pytest.raises(UnreadableError) as refused:
        read_feed(_rss(), index)
    assert refused.value.fault is Fault.BINARY
