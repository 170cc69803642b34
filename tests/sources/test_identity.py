"""By what an article is known again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.article import Article, Block, BlockKind
from storage.identity import canonical_url, host_of, keys_of

PAGE = "https://news.example/a/b"
ARTICLE = Article(
    title="عنوان الخبر",
    sections=("سياسة",),
    breaking=True,
    blocks=(Block(BlockKind.PARAGRAPH, "قال الوزير إن 12 شخصا أصيبوا."), Block(BlockKind.SUBHEADING, "تفاصيل")),
    url=PAGE,
    guid="17",
)


@pytest.mark.parametrize(
    "spelling",
    [
        "https://news.example/a/b/",
        "http://news.example/a/b",
        "HTTPS://WWW.News.Example/a/b",
        "https://news.example:443/a/b",
        "http://news.example:80/a//b",
        "https://news.example./a/b#comments",
        "https://news.example/a/b?utm_source=x&utm_medium=y",
        "https://news.example/a/b?fbclid=1&gclid=2#top",
        "https://news.example/a/b/amp/",
        "https://news.example/a/b/index.html",
        "  https://news.example/a/b  ",
    ],
)
def test_spellings_of_one_address_are_one(spelling: str) -> None:
    assert canonical_url(spelling) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/?p=1", "https://news.example/?p=2"),
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example/a", "https://other.example/a"),
        ("https://news.example/a", "https://m.news.example/a"),
        ("https://news.example:8443/a", "https://news.example/a"),
        ("https://news.example/champ", "https://news.example/ch"),
        ("https://news.example/a?id=1", "https://news.example/a"),
    ],
)
def test_addresses_of_two_pages_stay_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_the_order_of_parameters_and_the_spelling_of_letters_make_no_difference() -> None:
    assert canonical_url("https://x.example/خبر?b=2&a=1") == canonical_url(
        "https://x.example/%D8%AE%D8%A8%D8%B1?a=1&b=2&utm_id=3"
    )


@pytest.mark.parametrize(
    "address",
    ["", "x", "mailto:a@b.example", "https://", "https://news.example", "https://news.example/", "http://[::1",
     "https://news.example:port/a", "https://news.example/?utm_source=rss", "https://" + "a" * 300 + "/x"],
)  # fmt: skip
def test_what_is_no_page_of_its_own_identifies_nothing(address: str) -> None:
    assert canonical_url(address) is None


@given(st.text(), st.text())
def test_any_text_is_taken_for_an_address_without_a_crash_and_settles(host: str, path: str) -> None:
    for address in (host, f"https://{host}/{path}", f"https://x.example/{path}"):
        found = canonical_url(address)
        assert found is None or canonical_url(found) == found
        host_of(address)


@pytest.mark.parametrize(
    "cosmetic",
    [
        replace(ARTICLE, title="عُنوان   الخبر!"),
        replace(ARTICLE, byline="سلمى", published_at=None, breaking=False, sections=("رياضة",), categories=("س",)),
        replace(ARTICLE, blocks=(*ARTICLE.blocks, Block(BlockKind.PARAGRAPH, "آخر تحديث: 24 نوفمبر 2026 - 20:15"))),
        replace(ARTICLE, blocks=(*ARTICLE.blocks, Block(BlockKind.PARAGRAPH, " . "))),
    ],
)
def test_cosmetic_changes_change_no_words(cosmetic: Article) -> None:
    assert keys_of(cosmetic, scope=None).words == keys_of(ARTICLE, scope=None).words


@pytest.mark.parametrize(
    "changed",
    [
        replace(ARTICLE, title="عنوان آخر"),
        replace(ARTICLE, blocks=(Block(BlockKind.PARAGRAPH, "قال الوزير إن 15 شخصا أصيبوا."), ARTICLE.blocks[1])),
        replace(ARTICLE, blocks=ARTICLE.blocks[:1]),
    ],
)
def test_what_says_something_else_has_other_words(changed: Article) -> None:
    assert keys_of(changed, scope=None).words != keys_of(ARTICLE, scope=None).words


@pytest.mark.parametrize(
    ("guid", "is_global"),
    [
        ("17", False),
        ("post-17", False),
        ("https://news.example/?p=17", True),
        ("tag:news.example,2026:17", True),
        ("urn:uuid:0b7f6a8e-52d1-4f07-9b52-000000000001", True),
        ("0b7f6a8e-52d1-4f07-9b52-000000000001", True),
    ],
)
def test_a_guid_that_is_a_mere_number_tells_only_within_its_source(guid: str, is_global: bool) -> None:
    here, there = (keys_of(replace(ARTICLE, guid=guid), scope=scope).guid for scope in ("source 1", "source 2"))
    assert (here == there) is is_global


def test_an_article_without_address_or_guid_has_no_key_of_them() -> None:
    keys = keys_of(replace(ARTICLE, url=None, guid=" "), scope="source 1")
    assert (keys.url, keys.guid) == (None, None)
