from __future__ import annotations

import pytest

from bot.emulator.entities import Entity, utf16_length
from bot.emulator.errors import ApiError
from bot.emulator.formatting import ENTITY_LIMIT, formatted, is_empty, split_as_clients_do

E = Entity


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("  خبر \n", "خبر", []),
        # The front is trimmed as far as the first entity; its own spaces stay.
        ("\n <b> خبر </b> \n", " خبر", [E("bold", 0, 4)]),
        ("<b>خبر\n</b>", "خبر", [E("bold", 0, 3)]),
        ("<b> </b>", "", []),
        ("a\r\nb\tc\x07d", "a\nb c d", []),
        # The old embeddings vanish, isolates and marks stay.
        ("\u202bخبر\u202c \u2067<b>x</b>\u2069 \u200f", "خبر \u2067x\u2069 \u200f", [E("bold", 5, 1)]),
        ("\u202e\u202e<b>x</b>", "x", [E("bold", 0, 1)]),
        # Literal text holds no other entity; a style around it is cut.
        ("<b>a <code>b</code> c</b>", "a b c", [E("bold", 0, 2), E("code", 2, 1), E("bold", 3, 2)]),
        ("<code><b>a</b></code>", "a", [E("code", 0, 1)]),
        ('<a href="http://e.com"><code>a</code></a>', "a", [E("code", 0, 1)]),
        # Quotes hold no quotes, but hold everything else.
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "ab", [E("blockquote", 0, 2)]),
        (
            "<blockquote>a <b>b</b> <code>c</code></blockquote>",
            "a b c",
            [E("blockquote", 0, 5), E("bold", 2, 1), E("code", 4, 1)],
        ),
        ("<b>a</b><b>b</b>", "ab", [E("bold", 0, 2)]),
        # What Telegram finds by itself.
        (
            "/start ثم /digest@news_bot",
            "/start ثم /digest@news_bot",
            [E("bot_command", 0, 6), E("bot_command", 10, 16)],
        ),
        ("http://example.com/a?b=c.", "http://example.com/a?b=c.", [E("url", 0, 24)]),
        (
            "🔴 www.example.com، #عاجل @news_bot",
            "🔴 www.example.com، #عاجل @news_bot",
            [E("url", 3, 15), E("hashtag", 20, 5), E("mention", 26, 9)],
        ),
        ("a/b me@example.com", "a/b me@example.com", []),
        ("<code>/start</code>", "/start", [E("code", 0, 6)]),
        (
            '<a href="http://e.com">http://example.com</a>',
            "http://example.com",
            [E("text_link", 0, 18, url="http://e.com/")],
        ),
    ],
)
def test_text_is_cleaned_trimmed_and_its_entities_put_in_order(html: str, text: str, entities: list[Entity]) -> None:
    content = formatted(html, "HTML")
    assert (content.text, list(content.entities)) == (text, entities)


def test_without_parse_mode_markup_is_text() -> None:
    assert formatted("<b>a</b>").text == "<b>a</b>"


@pytest.mark.parametrize(
    ("mode", "description"),
    [
        ("html5", "Bad Request: unsupported parse_mode"),
        ("MarkdownV2", "Bad Request: unsupported parse_mode: this server reads HTML only, not MarkdownV2"),
    ],
)
def test_another_parse_mode_is_refused(mode: str, description: str) -> None:
    with pytest.raises(ApiError, match=description):
        formatted("a", mode)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(ApiError, match="strings must be encoded in UTF-8"):
        formatted("a\ud800")


def test_entities_past_the_limit_are_dropped_silently() -> None:
    content = formatted("<b>a</b> " * (ENTITY_LIMIT + 5), "HTML")
    assert len(content.entities) == ENTITY_LIMIT
    assert content.text.count("a") == ENTITY_LIMIT + 5


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b\u200f", "\u2800", "\ufeff\u00a0"])
def test_text_that_nobody_sees_is_empty(text: str) -> None:
    assert is_empty(text)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("ا" * 4096, [4096]),
        ("ا" * 4097, [4096, 1]),
        ("🔴" * 2049, [4096, 2]),
        ("ا" * 4000 + "\n" + "ب" * 200, [4000, 200]),
        ("ا" * 4000 + " " + "ب" * 200, [4000, 200]),
        ("", []),
    ],
)
def test_a_long_text_is_split_as_apps_split_it(text: str, lengths: list[int]) -> None:
    assert [utf16_length(piece) for piece in split_as_clients_do(text)] == lengths
