"""Bytes become text, and show what they are."""

import codecs
from collections.abc import Mapping

import pytest

from bot.extract import Kind, read
from bot.extract.decode import MAX_BYTES, decode, kind_of
from storage.article import Fault, UnreadableError

TEXT = "عنوان الخبر الأول\n\nقال الوزير إن “الطريق مفتوح”.\n"
LEGACY = TEXT.replace("“", "«").replace("”", "»")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (TEXT.encode(), TEXT),
        (codecs.BOM_UTF8 + TEXT.encode(), TEXT),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), TEXT),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), TEXT),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), TEXT),
        (LEGACY.encode("cp1256"), LEGACY),
        (b'<meta charset="iso-8859-6">' + "عنوان".encode("iso8859-6"), '<meta charset="iso-8859-6">عنوان'),
        (b'<meta charset="utf-8">' + LEGACY.encode("cp1256"), '<meta charset="utf-8">' + LEGACY),
        (TEXT.encode() * 9 + b"\xd8", TEXT * 9),
        (b"caf\xe9 society and more", "café society and more"),
    ],
    ids=["utf-8", "bom", "utf-16-le", "utf-16-be", "utf-32", "windows-1256", "iso-8859-6", "lies", "broken", "latin"],
)
def test_text_is_decoded_by_mark_content_and_declaration(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 something",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04zip",
        b"\x1f\x8b\x08gzip",
        b"text with a \x00 in it",
        b"<p>" + b"\x00" * 9 + b"text</p>",
        bytes(range(1, 32)) * 4,
        b"\xfa\xfb\xfc\xfe" * 9,
        bytes(range(1, 256)) * 4_000,
    ],
    ids=["pdf", "png", "zip", "gzip", "nul", "nuls", "controls", "high bytes", "noise"],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError) as refused:
        decode(data)
    assert refused.value.fault is Fault.BINARY


def test_an_input_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(UnreadableError) as refused:
        decode(b"a" * (MAX_BYTES + 1))
    assert refused.value.fault is Fault.TOO_LONG


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("عنوان الخبر\n\nنص الخبر", Kind.TEXT),
        ("سعر < ألف، وربح > مئة", Kind.TEXT),
        ("<p>عنوان</p>", Kind.PAGE),
        ("  <!DOCTYPE html><html>", Kind.PAGE),
        ("<?xml version='1.0'?><!DOCTYPE html><html><body>", Kind.PAGE),
        ("عنوان<br>نص", Kind.PAGE),
        ("<?xml version='1.0'?><rss version='2.0'>", Kind.FEED),
        ("<feed xmlns='http://www.w3.org/2005/Atom'>", Kind.FEED),
        ("<rdf:RDF xmlns:rdf='x'>", Kind.FEED),
        ("تحذير\n<?xml version='1.0'?><rss><channel>", Kind.FEED),
        ("<html><body>about &lt;rss&gt; <rss></body>", Kind.PAGE),
    ],
)
def test_the_kind_is_told_by_the_content(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85", "\v"])
def test_any_line_end_is_one(end: str, index: Mapping[str, str]) -> None:
    (article,) = read(TEXT.replace("\n", end), index).articles
    assert (article.title, article.paragraphs) == ("عنوان الخبر الأول", ("قال الوزير إن “الطريق مفتوح”.",))
