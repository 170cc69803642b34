"""What of a feed's items is worth bringing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.sources.batch import MOST_ITEMS, prepare, worth_bringing
from storage.article import FALLBACK_SECTION, Article
from storage.identity import keys_of
from storage.sightings import Brought

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
ITEM = Article(title="خبر", sections=("سياسة",), breaking=True, blocks=(), url="https://news.example/story/1", guid="1")


def test_the_oldest_is_brought_first_and_what_has_no_date_counts_as_of_now() -> None:
    items = [
        replace(ITEM, title=title, published_at=when, url=None, guid=None)
        for title, when in (
            ("b", NOW - timedelta(hours=2)),
            ("c", NOW - timedelta(hours=1)),
            ("a", NOW - timedelta(hours=3)),
            ("d", None),
        )
    ]
    assert [item.title for item in prepare(items, sections=(), now=NOW)] == ["a", "b", "c", "d"]


def test_of_a_feed_without_end_the_newest_are_taken() -> None:
    items = [replace(ITEM, title=str(n), guid=str(n), published_at=NOW - timedelta(minutes=n)) for n in range(10_000)]
    prepared = prepare(items, sections=(), now=NOW)
    assert len(prepared) == MOST_ITEMS
    assert (prepared[0].title, prepared[-1].title) == (str(MOST_ITEMS - 1), "0")


@pytest.mark.parametrize(
    ("own", "sources", "expected"),
    [
        ((FALLBACK_SECTION,), ("رياضة", "سياسة"), ("رياضة", "سياسة")),
        ((FALLBACK_SECTION,), (), (FALLBACK_SECTION,)),
        (("سياسة",), ("رياضة",), ("سياسة",)),
        ((FALLBACK_SECTION, "سياسة"), ("رياضة",), (FALLBACK_SECTION, "سياسة")),
    ],
)
def test_a_source_names_sections_only_for_what_names_none(
    own: tuple[str, ...], sources: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    (prepared,) = prepare([replace(ITEM, sections=own)], sections=sources, now=NOW)
    assert prepared.sections == expected


FLAGGED, PLAIN = ITEM, replace(ITEM, breaking=False)
SAME = keys_of(ITEM, scope="source 1")


@pytest.mark.parametrize(
    ("item", "brought", "keep_unflagged", "worth"),
    [
        pytest.param(FLAGGED, [], False, True, id="new"),
        pytest.param(PLAIN, [], False, False, id="new and not flagged"),
        pytest.param(PLAIN, [], True, True, id="new and not flagged, but kept"),
        pytest.param(FLAGGED, [Brought(SAME, breaking=True)], False, False, id="unchanged"),
        pytest.param(PLAIN, [Brought(SAME, breaking=True)], True, False, id="only its flag is gone"),
        pytest.param(FLAGGED, [Brought(SAME, breaking=False)], True, True, id="flagged now"),
        pytest.param(FLAGGED, [Brought(replace(SAME, words="x"), breaking=True)], False, True, id="changed"),
        pytest.param(PLAIN, [Brought(replace(SAME, words="x"), breaking=True)], False, True, id="changed, flag gone"),
        pytest.param(PLAIN, [Brought(replace(SAME, url="x"), breaking=True)], False, True, id="known by its guid"),
        pytest.param(
            PLAIN,
            [Brought(replace(SAME, url="x", guid="y"), breaking=True)],
            False,
            False,
            id="known by its words only",
        ),
    ],
)
def test_only_what_says_something_new_is_worth_bringing(
    item: Article, brought: list[Brought], keep_unflagged: bool, worth: bool
) -> None:
    items = [(item, keys_of(item, scope="source 1"))]
    assert bool(worth_bringing(items, brought, keep_unflagged=keep_unflagged)) is worth
