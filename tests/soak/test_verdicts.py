"""What the soak calls right and wrong, since nobody else would notice if it called nothing wrong any more."""

import pytest

from tests.soak.bot_process import Life, Sample
from tests.soak.curves import judge, judge_handles
from tests.soak.ledger import Told

TWICE = Told("Q0001", "third Q0001", False, ((2, "first Q0001", "second Q0001"), (4, "second Q0001", "third Q0001")))
GONE = Told("Q0001", "first Q0001", True, ())


@pytest.mark.parametrize(
    ("name", "story", "text", "revision", "is_right"),
    [
        ("the newest title", TWICE, "third Q0001\n\nwas: second Q0001", 4, True),
        ("a title that was right once", TWICE, "second Q0001", 4, False),
        ("brought to an earlier correction, which is all that is said of it", TWICE, "second Q0001", 2, True),
        ("a later title than is said of it", TWICE, "third Q0001", 2, True),
        ("a correction of something else: the title that was right then", TWICE, "second Q0001", 3, True),
        ("never edited", TWICE, "first Q0001", 2, False),
        ("deleted, though it was only corrected", TWICE, "", 4, False),
        ("deleted, as it should be", GONE, "", 1, True),
        ("a notice in its place", GONE, "a story was taken back", 1, True),
        ("still there, under whatever title", GONE, "another title Q0001", 1, False),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_a_message_is_judged_by_what_it_shows(name: str, story: Told, text: str, revision: int, is_right: bool) -> None:
    assert story.is_told_by(text, revision) is is_right, name


@pytest.mark.parametrize(("old", "fresh", "leaks"), [(31, 31, 0), (28, 31, 0), (34, 31, 0), (35, 31, 1)])
def test_handles_that_a_process_has_left_behind_are_seen_at_rest(old: int, fresh: int, leaks: int) -> None:
    _line, wrong = judge_handles(old, fresh)
    assert len(wrong) == leaks


@pytest.mark.parametrize(("a_minute", "wrong"), [(0.0, 0), (1.0, 0), (12.0, 1)])
def test_memory_that_grows_is_seen_in_a_long_life(a_minute: float, wrong: int) -> None:
    samples = [Sample(second, 180 + a_minute * second / 60, 50) for second in range(600)]
    lines, complaints = judge([Life(0.0, samples)])
    assert (len(lines), len(complaints)) == (1, wrong)


def test_lives_that_are_too_short_to_tell_are_a_complaint() -> None:
    assert judge([Life(0.0, [Sample(5.0, 100, 50)])])[1] == [
        "no process has lived long enough to tell whether its memory is flat"
    ]
