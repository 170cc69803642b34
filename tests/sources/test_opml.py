"""Lists of sources as OPML."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.opml import Entry, NotOpmlError, read, write
from storage import sources
from storage.database import Database
from storage.sources import Kind, State
from tests.databases import START

FROM_ELSEWHERE = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>My feeds</title></head><body>
  <outline text="Arabic">
    <outline type="rss" text="صحيفة" title="x" xmlUrl="https://one.example/feed?a=1&b=2" htmlUrl="https://one.example/"/>
    <outline type="rss" title="بلا نص" xmlUrl=" https://two.example/rss " category="/news/arab,رياضة"/>
  </outline>
  <outline text="no feed" htmlUrl="https://three.example/"/>
  <outline text="" xmlUrl="https://four.example/" kind="unheard of" isPaused="maybe"/>
</body>"""


def test_the_list_of_another_reader_is_read_with_its_folders_and_mistakes() -> None:
    assert read(FROM_ELSEWHERE.encode()) == (
        Entry("https://one.example/feed?a=1&b=2", "صحيفة", Kind.FEED, False, ()),
        Entry("https://two.example/rss", "بلا نص", Kind.FEED, False, ("news/arab", "رياضة")),
        Entry("https://four.example/", "", Kind.FEED, False, ()),
    )


async def test_what_was_written_is_read_again(sqlite_database: Database) -> None:
    async with sqlite_database.write() as connection:
        await sources.add(
            connection,
            "https://a.example/?x=1&y=2",
            kind=Kind.FEED,
            name="«أ» & <ب>",
            section_names=["رياضة"],
            now=START,
        )
        await sources.add(connection, "https://b.example/", kind=Kind.PAGE, name="ب", state=State.PAUSED, now=START)
        found = await sources.every(connection)

    assert read(write(found)) == (
        Entry("https://a.example/?x=1&y=2", "«أ» & <ب>", Kind.FEED, False, ("رياضة",)),
        Entry("https://b.example/", "ب", Kind.PAGE, True, ()),
    )


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no XML"),
        (b"plain text", "no OPML"),
        (b"<rss/>", "no OPML"),
        (b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><outline xmlUrl="&x;"/></opml>', "entities"),
    ],
)
def test_what_is_no_opml_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(NotOpmlError, match=complaint):
        read(data)


@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for each in (data, b"<opml>" + data):
        with suppress(NotOpmlError):
            read(each)
