"""Whether two outlets tell of one event, measured on labelled pairs."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.likeness import Story, candidates, is_same_event, recurs, story, title_words

PAIRS, UNSEEN = (
    json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
    for name in ("pairs.json", "pairs_unseen.json")
)


def judged_same(pair: dict[str, dict[str, str]]) -> bool:
    one, other = story(**pair["a"]), story(**pair["b"])
    return bool(candidates(one.title, {1: other.title})) and is_same_event(one, other)


def test_no_two_events_become_one_story() -> None:
    """Whoever follows a section would never hear of the second."""
    wrong = [pair["why"] for pair in PAIRS if pair["label"] == "other" and judged_same(pair)]
    assert wrong == []


def test_nine_of_ten_events_that_two_outlets_tell_become_one_story() -> None:
    same = [pair for pair in PAIRS if pair["label"] == "same"]
    missed = [pair["why"] for pair in same if not judged_same(pair)]
    assert len(same) >= 40
    assert len(missed) / len(same) <= 0.1, missed


def test_pairs_that_no_threshold_was_chosen_by_are_judged_as_carefully() -> None:
    """Written when the rules stood. Three of eight events are told twice, and none is kept from anybody."""
    assert [pair["why"] for pair in UNSEEN if pair["label"] == "other" and judged_same(pair)] == []
    assert sum(judged_same(pair) for pair in UNSEEN if pair["label"] == "same") >= 5


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["why"])
def test_it_matters_not_who_was_first(pair: dict[str, dict[str, str]]) -> None:
    one, other = story(**pair["a"]), story(**pair["b"])
    assert is_same_event(one, other) == is_same_event(other, one)


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair["label"] == "same"], ids=lambda pair: pair["why"])
def test_what_two_outlets_tell_of_one_event_does_not_recur(pair: dict[str, dict[str, str]]) -> None:
    assert not recurs(story(**pair["a"]), story(**pair["b"]), timedelta(hours=24))


GOLD = "سجل عيار 24 نحو {0} جنيها وعيار 21 نحو {1} جنيها وعيار 18 نحو {2} جنيها."


@pytest.mark.parametrize(
    ("other", "hours", "expected"),
    [
        (GOLD.format(4265, 3732, 3199), 24, True),
        (GOLD.format(4265, 3732, 3199), -24, True),
        (GOLD.format("٤٢٦٥", "٣٧٣٢", "٣١٩٩"), 24, True),
        (GOLD.format(4265, 3732, 3199), 2, False),
        (GOLD.format(4210, 3684, 3158), 24, False),
        ("ارتفعت الأسعار في السوق.", 24, False),
        ("", 24, False),
    ],
)
def test_a_headline_recurs_when_a_day_later_its_numbers_are_others(other: str, hours: int, expected: bool) -> None:
    today = story("أسعار الذهب اليوم", GOLD.format(4210, 3684, 3158))
    assert recurs(today, story("أسعار الذهب اليوم", other), timedelta(hours=hours)) is expected


def test_the_nearest_headline_is_looked_at_first() -> None:
    others = {
        1: title_words("افتتاح معرض الكتاب في العاصمة"),
        2: title_words("زلزال عنيف يضرب الساحل"),
        3: title_words("زلزال قوي يضرب الساحل الشمالي"),
    }
    assert candidates(title_words("زلزال قوي يضرب الساحل الشمالي فجرا"), others) == [3, 2]


@given(st.text(max_size=300), st.text(max_size=500), st.text(max_size=300), st.text(max_size=500))
def test_any_texts_are_compared_without_a_crash(title: str, body: str, other: str, other_body: str) -> None:
    assert isinstance(is_same_event(story(title, body), story(other, other_body)), bool)


def test_a_headline_without_end_costs_no_more_than_one_of_forty_words() -> None:
    endless = story("كلمة أخرى ثالثة " * 100_000, "جسم " * 100_000)
    assert isinstance(endless, Story)
    assert len(endless.title.split()) == 40
    assert len(endless.shingles) < 300
