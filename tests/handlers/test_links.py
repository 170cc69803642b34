"""Only what Telegram takes becomes a link."""

import pytest

from handlers.links import web_link


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.com", "https://example.com/"),
        ("http://example.com:8080/a?b=1&c=2#d", "http://example.com:8080/a?b=1&c=2#d"),
        ("HTTPS://Example.COM/A", "https://example.com/A"),
        ("https://example.com/خبر", "https://example.com/%D8%AE%D8%A8%D8%B1"),
        ("https://example.com/%D8%AE", "https://example.com/%D8%AE"),
        ('https://example.com/"><b>', "https://example.com/%22%3E%3Cb%3E"),
        ("https://موقع.com/", "https://xn--4gbrim.com/"),
        ("http://127.0.0.1:8081/a", "http://127.0.0.1:8081/a"),
        (None, None),
        ("", None),
        ("/relative", None),
        ("javascript:alert(1)", None),
        ("ftp://example.com/", None),
        ("tg://resolve?domain=x", None),
        ("https://localhost/", None),
        ("https://", None),
        ("https://user:secret@example.com/", None),
        ("https://example.com/a b", None),
        ("https://example.com/\u202ea", None),
        ("https://example.com:99999/", None),
        ("https://[::1/", None),
        ("https://a..b.com/", None),
        ("https://" + "a" * 64 + ".com/", None),
        ("https://example.com/" + "a" * 2048, None),
    ],
)
def test_web_link(url: str | None, link: str | None) -> None:
    assert web_link(url) == link
