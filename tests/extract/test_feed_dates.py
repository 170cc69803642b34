"""Dates as feeds write them."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from tests.extract.feed_cases import ATOM_03, TITLE, atom, read_item, rss, titled

UTC_EVENING = datetime(2004, 1, 1, 19, 48, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Thu, 01 Jan 2004 19:48:21 GMT", UTC_EVENING),
        ("Thu, 1 Jan 2004 19:48:21 UT", UTC_EVENING),
        ("Thu, 01 Jan 2004 19:48:21 Z", UTC_EVENING),
        ("Thu, 01 Jan 04 19:48:21 GMT", UTC_EVENING),
        ("01 Jan 2004 19:48:21 GMT", UTC_EVENING),
        ("Thu, 01 Jan 2004 19:48:21", UTC_EVENING),
        ("Thu, 01 Jan 2004 19:48 GMT", datetime(2004, 1, 1, 19, 48, tzinfo=UTC)),
        ("Thu, 01 Jan 2004", datetime(2004, 1, 1, tzinfo=UTC)),
        ("Thu, 01 Jan 2004 14:48:21 EST", UTC_EVENING),
        ("Thu, 01 Jan 2004 11:48:21 PST", UTC_EVENING),
        ("Thu, 01 Jan 2004 12:48:21 PDT", UTC_EVENING),
        ("Thu, 01 Jan 2004 20:48:21 CET", UTC_EVENING),
        ("Thu, 01 Jan 2004 21:48:21 EET", UTC_EVENING),
        ("Thu, 01 Jan 2004 22:48:21 MSK", UTC_EVENING),
        ("Thu, 01 Jan 2004 22:48:21 +0300", UTC_EVENING),
        ("Thu, 01 Jan 2004 22:48:21 +03:00", UTC_EVENING),
        ("Thu, 01 Jan 2004 22:48:21 GMT+3", UTC_EVENING),
        ("Thu, 01 Jan 2004 22:48:21 GMT+0300", UTC_EVENING),
        ("Thu, 01 Jan 2004 16:18:21 -0330", UTC_EVENING),
        ("Fri, 01 Jan 2004 19:48:21 GMT", UTC_EVENING),
        ("Thursday, 01 January 2004 19:48:21 GMT", UTC_EVENING),
        ("Thu Jan  1 19:48:21 2004", UTC_EVENING),
        ("Jan 1, 2004 7:48:21 PM", UTC_EVENING),
        ("2004-01-01T19:48:21Z", UTC_EVENING),
        ("2004-01-01T19:48:21.52Z", UTC_EVENING),
        ("2004-01-01T22:48:21+03:00", UTC_EVENING),
        ("2004-01-01T22:48:21+0300", UTC_EVENING),
        ("2004-01-01T19:48:21", UTC_EVENING),
        ("2004-01-01 19:48:21", UTC_EVENING),
        ("2004-01-01 19:48:21 UTC", UTC_EVENING),
        ("2004-01-01 22:48:21 +0300", UTC_EVENING),
        ("2004-01-01T19:48Z", datetime(2004, 1, 1, 19, 48, tzinfo=UTC)),
        ("2004-01-01", datetime(2004, 1, 1, tzinfo=UTC)),
        ("20040101", datetime(2004, 1, 1, tzinfo=UTC)),
        ("2004-01", datetime(2004, 1, 1, tzinfo=UTC)),
        ("2004", datetime(2004, 1, 1, tzinfo=UTC)),
        ("الخميس، 1 يناير 2004 - 19:48:21", UTC_EVENING.replace(second=0)),
        ("١ كانون الثاني ٢٠٠٤", datetime(2004, 1, 1, tzinfo=UTC)),
        ("Thu, 31 Feb 2004 19:48:21 GMT", None),
        ("Thu, 01 Foo 2004 19:48:21 GMT", None),
        ("2004-13-45T99:99:99Z", None),
        ("0000-00-00 00:00:00", None),
        ("yesterday", None),
        ("-", None),
    ],
)
def test_dates_in_any_format_are_one_moment(date: str, moment: datetime | None, index: Mapping[str, str]) -> None:
    assert read_item(titled(f"<pubDate>{date}</pubDate>"), index).published_at == moment
    assert read_item(atom(f"<updated>{date}</updated>"), index).published_at == moment


OLD, NEW = "2004-01-01T19:48:21Z", "2024-05-06T07:08:09Z"


@pytest.mark.parametrize(
    "feed",
    [
        rss(f"<title>{TITLE}</title><dc:date>{OLD}</dc:date>"),
        titled(f"<pubDate>broken</pubDate><t:created>{OLD}</t:created>", attributes='xmlns:t="http://purl.org/dc/terms/"'),
        rss(f"<title>{TITLE}</title><pubDate>{OLD}</pubDate><dc:date>{NEW}</dc:date>"),
        atom(f"<updated>{NEW}</updated><published>{OLD}</published>"),
        atom(f"<updated>{OLD}</updated>"),
        atom(
            f"<issued>{OLD}</issued><modified>{NEW}</modified>",
            attributes=f'version="0.3" {ATOM_03}',
        ),
        atom(f"<modified>{OLD}</modified>", attributes=f'version="0.3" {ATOM_03}'),
    ],
)  # fmt: skip
def test_when_it_was_published_goes_before_when_it_was_changed(feed: str, index: Mapping[str, str]) -> None:
    assert read_item(feed, index).published_at == UTC_EVENING
