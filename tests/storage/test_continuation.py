"""Which alerts belong to one running story, measured on labelled pairs."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.continuation import goes_on
from storage.likeness import Story, story

FOLDER = Path(__file__).parent
PAIRS = json.loads((FOLDER / "continuation.json").read_text(encoding="utf-8"))
# Pairs that were labelled for another question: two events that two outlets tell are never one story there, but some
# of the second ones go on with the first.
EVENTS = [
    pair
    for name in ("pairs.json", "pairs_unseen.json")
    for pair in json.loads((FOLDER.parent / "sources" / name).read_text(encoding="utf-8"))
]
GOES_ON = {
    "number of victims rises",
    "number of victims rises, near title",
    "reaction to the event",
    "other day of the talks",
    "threat and act",
    "verdict and appeal",
    "begin and end",
    "casualties come later",
    "stage of one match",
    "warning and its end",
    "negation in the headline",
    "denial",
    "next day of the same trial",
}


def test_no_alert_is_hung_under_another_story() -> None:
    wrong = [pair["why"] for pair in PAIRS if pair["label"] == "other" and goes_on(*told(pair, "later", "earlier"))]
    wrong += [
        pair["why"]
        for pair in EVENTS
        if pair["label"] == "other" and pair["why"] not in GOES_ON and goes_on(*told(pair, "b", "a"))
    ]
    assert wrong == []


def test_most_alerts_that_go_on_with_a_story_are_found() -> None:
    going_on = [goes_on(*told(pair, "later", "earlier")) for pair in PAIRS if pair["label"] == "goes_on"]
    going_on += [goes_on(*told(pair, "b", "a")) for pair in EVENTS if pair["why"] in GOES_ON]
    assert len(going_on) >= 20
    assert sum(going_on) / len(going_on) >= 0.6


def test_what_is_one_event_is_one_story() -> None:
    same = [goes_on(*told(pair, "b", "a")) for pair in EVENTS if pair["label"] == "same"]
    assert sum(same) / len(same) >= 0.85


def told(pair: dict[str, dict[str, str]], *names: str) -> tuple[Story, Story]:
    first, second = (story(**pair[name]) for name in names)
    return first, second


@pytest.mark.parametrize(
    "column", ["أسعار الذهب اليوم في الأسواق", "حالة الطقس المتوقعة اليوم", "مواعيد مباريات اليوم", "تغطية مستمرة"]
)
def test_a_column_that_comes_again_goes_on_with_nothing(column: str) -> None:
    later, earlier = story(column, "ما جاء اليوم 12 و15 و19."), story(column, "ما جاء أمس 21 و25 و29.")
    assert not goes_on(later, earlier)


@given(st.text(max_size=200), st.text(max_size=300), st.text(max_size=200), st.text(max_size=300))
def test_any_texts_are_compared_without_a_crash(title: str, body: str, other: str, other_body: str) -> None:
    assert isinstance(goes_on(story(title, body), story(other, other_body)), bool)
