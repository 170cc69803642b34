from __future__ import annotations

import contextlib

import pytest

from bot.emulator.entities import Entity
from bot.emulator.errors import ApiError
from bot.emulator.html_parser import parse_html

E = Entity


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("", "", []),
        ("خبر عاجل", "خبر عاجل", []),
        ("<b>خبر</b> عاجل", "خبر عاجل", [E("bold", 0, 3)]),
        ("<strong>a</strong>", "a", [E("bold", 0, 1)]),
        ("<i>a</i><em>b</em>", "ab", [E("italic", 0, 1), E("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [E("underline", 0, 1), E("underline", 1, 1)]),
        (
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            [E("strikethrough", 0, 1), E("strikethrough", 1, 1), E("strikethrough", 2, 1)],
        ),
        ('<span class="tg-spoiler">a</span>', "a", [E("spoiler", 0, 1)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [E("spoiler", 0, 1)]),
        ("<code>a</code>", "a", [E("code", 0, 1)]),
        ("<pre>a\nb</pre>", "a\nb", [E("pre", 0, 3)]),
        ('<pre><code class="language-python">a</code></pre>', "a", [E("pre", 0, 1, language="python")]),
        ('<code class="language-python"><pre>a</pre></code>', "a", [E("pre", 0, 1, language="python")]),
        ("<blockquote>قال</blockquote>", "قال", [E("blockquote", 0, 3)]),
        ("<blockquote expandable>قال</blockquote>", "قال", [E("expandable_blockquote", 0, 3)]),
        ('<blockquote cite="x" expandable=1>a</blockquote>', "a", [E("expandable_blockquote", 0, 1)]),
        (
            '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
            "👍",
            [E("custom_emoji", 0, 2, custom_emoji_id="5368324170671202286")],
        ),
        (
            '<a href="https://example.com/a?b=1&amp;c=2">رابط</a>',
            "رابط",
            [E("text_link", 0, 4, url="https://example.com/a?b=1&c=2")],
        ),
        ("<a href='example.com'>a</a>", "a", [E("text_link", 0, 1, url="http://example.com/")]),
        ("<a href=example.com>a</a>", "a", [E("text_link", 0, 1, url="http://example.com/")]),
        ('<a href="tg://user?id=7">سارة</a>', "سارة", [E("text_link", 0, 4, url="tg://user?id=7")]),
        ("<a>https://example.com/x</a>", "https://example.com/x", [E("text_link", 0, 21, url="https://example.com/x")]),
        ("&lt;b&gt; &amp;amp; &quot;", '<b> &amp; "', []),
        ("&lt &#1593;&#x627;", "< عا", []),
        ("&nbsp;&laquo;&ge; A&B &", "&nbsp;&laquo;&ge; A&B &", []),
        ("&#0;&#99999999999999;&#x110000;", "&#0;&#99999999999999;&#x110000;", []),
        ("5 > 4", "5 > 4", []),
        ("<B>a</b >", "a", [E("bold", 0, 1)]),
        ("<i>a</>", "a", [E("italic", 0, 1)]),
        ("<b></b>", "", []),
        ("<b>a<i>b</i></b>c", "abc", [E("bold", 0, 2), E("italic", 1, 1)]),
        ("🏟 <b>🏟 a</b>", "🏟 🏟 a", [E("bold", 3, 4)]),
    ],
)
def test_html_becomes_text_and_entities_in_utf16_units(html: str, text: str, entities: list[Entity]) -> None:
    assert parse_html(html) == (text, entities)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "لا عنوان", "http://localhost:80/", "//", ""]
)
def test_a_link_that_telegram_does_not_take_leaves_its_text_alone(url: str) -> None:
    assert parse_html(f'<a href="{url}">نص</a>') == ("نص", [])


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("خبر <script>", 'Unsupported start tag "script" at byte offset 7'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<<b>a</b>", 'Unsupported start tag "<b" at byte offset 0'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>a<i>c</b></i>", 'Unmatched end tag at byte offset 8, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b>a</b x>", "Unclosed end tag at byte offset 4"),
        ("🏟 <b", "Unclosed start tag at byte offset 5"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href ", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=a/b>c</a>", "Unexpected end of name token at byte offset 8"),
        ('<i ="x">a</i>', 'Empty attribute name in the tag "i" at byte offset 0'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>a</tg-emoji>", 'Tag "tg-emoji" must have attribute "emoji-id" at byte offset 0'),
        (
            "&#xDFDF;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ),
        ),
    ],
)
def test_wrong_html_is_refused_in_telegrams_words(html: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(html)
    assert (refused.value.code, refused.value.description) == (400, f"Bad Request: can't parse entities: {reason}")


@pytest.mark.parametrize(
    "piece",
    ["<b>", "<b>a</b>", "&", "&#", "<a href='", "<a x", "< ", "</", "&lt;<i>", "<pre><code class='language-x'>"],
)
def test_a_megabyte_of_hostile_html_is_read_or_refused(piece: str) -> None:
    """With anything quadratic in it this would take hours."""
    with contextlib.suppress(ApiError):
        parse_html(piece * 100_000)
