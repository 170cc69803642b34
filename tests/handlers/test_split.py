"""Long HTML is cut where a reader would cut it, and always so that Telegram takes it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from bot.emulator.entities import utf16_length
from bot.emulator.html_parser import parse_html
from handlers.split import MESSAGE_LIMIT, shorten, split, units


@pytest.mark.parametrize(
    ("html", "limit", "parts"),
    [
        ("", 10, []),
        (" \n ", 10, []),
        ("قصير", 10, ["قصير"]),
        ("واحد اثنان ثلاثة", 11, ["واحد اثنان", "ثلاثة"]),
        ("واحد اثنان ثلاثة", 10, ["واحد اثنان", "ثلاثة"]),  # the space at the cut costs nothing
        ("  واحد اثنان", 6, ["واحد", "اثنان"]),  # nor does one at the beginning
        ("aa bb\ncc dd ee", 10, ["aa bb", "cc dd ee"]),  # between lines before between words
        ("aa bb\n\ncc\ndd ee", 10, ["aa bb", "cc\ndd ee"]),  # between paragraphs before between lines
        ("a\n\nbbb ccc ddd", 12, ["a\n\nbbb ccc", "ddd"]),  # but not so early that the part is nearly empty
        ("abcdefgh", 3, ["abc", "def", "gh"]),  # one word longer than the limit
        ("😀😀😀", 4, ["😀😀", "😀"]),  # counted in UTF-16 units
        ("😀", 1, ["😀"]),
        ("&amp;&lt;&#39;&#x1F600;", 3, ["&amp;&lt;&#39;", "&#x1F600;"]),  # a reference is one character
        ("<b>one two</b> three", 7, ["<b>one two</b>", "three"]),
        ("<b>one two</b> three", 3, ["<b>one</b>", "<b>two</b>", "thr", "ee"]),
        ("<b>one <i>two</i></b>", 4, ["<b>one</b>", "<b><i>two</i></b>"]),
        ('<a href="https://example.com/a b">one two</a>', 4, [
            '<a href="https://example.com/a b">one</a>',
            '<a href="https://example.com/a b">two</a>',
        ]),
        ("one <b></b> two", 3, ["one", "two"]),
        ("a < b", 10, ["a < b"]),  # not ours, but no reason to fail
    ],
)  # fmt: skip
def test_split(html: str, limit: int, parts: list[str]) -> None:
    assert split(html, limit) == parts


WORD = st.text("ابتثج😀é&<>\"'xyz.،", min_size=1, max_size=12)


@st.composite
def markup(draw: st.DrawFn, depth: int = 0) -> str:
    """Well-formed HTML as handlers.messages writes it."""
    kinds = ["text", "space"] if depth == 3 else ["text", "space", "b", "i", "blockquote", "a"]
    out = []
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=8)):
        if kind == "text":
            out.append(str(escape(draw(WORD))))
        elif kind == "space":
            out.append(draw(st.sampled_from([" ", "\n", "\n\n"])))
        else:
            attributes = ' href="https://example.com/?a=1&amp;b=2"' if kind == "a" else ""
            out.append(f"<{kind}{attributes}>{draw(markup(depth + 1))}</{kind}>")
    return "".join(out)


@settings(deadline=None)
@given(markup(), st.integers(2, 40))
def test_every_part_is_whole_html_within_the_limit_and_nothing_is_lost(html: str, limit: int) -> None:
    whole, _ = parse_html(html)
    parts = [parse_html(part)[0] for part in split(html, limit)]
    assert all(utf16_length(part) <= limit for part in parts)
    assert all(part == part.strip() and part for part in parts)
    assert "".join("".join(parts).split()) == "".join(whole.split())


@settings(deadline=None)
@given(markup(), st.integers(2, 40))
def test_a_word_is_cut_only_where_it_is_longer_than_the_limit(html: str, limit: int) -> None:
    whole, _ = parse_html(html)
    words = set(whole.split())
    for part in split(html, limit):
        for word in parse_html(part)[0].split():
            assert word in words or any(word in long and utf16_length(long) > limit for long in words)


def test_a_long_text_makes_as_few_parts_as_it_can() -> None:
    html = "<b>" + "كلمة أخرى " * 2000 + "</b>"
    parts = split(html)
    assert len(parts) == 5
    assert all(MESSAGE_LIMIT - 10 < utf16_length(parse_html(part)[0]) <= MESSAGE_LIMIT for part in parts[:-1])


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("قصير", 10, "قصير"),
        ("قصير", 4, "قصير"),
        ("واحد اثنان ثلاثة", 12, "واحد اثنان…"),
        ("واحد، اثنان", 8, "واحد…"),
        ("واحد اثنان", 6, "واحد…"),  # the space itself is where the limit falls
        ("abcdefgh", 5, "abcd…"),
        ("😀😀😀", 4, "😀…"),
        ("", 1, ""),
    ],
)
def test_shorten(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


@given(st.text(max_size=60), st.integers(1, 30))
def test_shortened_text_keeps_the_limit(text: str, limit: int) -> None:
    assert units(shorten(text, limit)) <= limit


@given(st.text())
def test_units_are_those_of_telegram(text: str) -> None:
    assert units(text) == utf16_length(text)


def test_unclosed_brackets_do_not_slow_it_down() -> None:
    # Quadratic scanning of 200,000 brackets would not end within the test run.
    assert len(split("<a" * 200_000)) == len(re.findall(".{1,4096}", "<a" * 200_000))
