"""Buttons of the chat itself: their data comes back as what it was, and nothing forged gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import keyboards
from handlers.buttons import (
    MAX_DATA,
    Button,
    Leave,
    MakeTopics,
    OwnData,
    ReadText,
    SetDigits,
    SetLanguage,
    Wish,
    pack,
    parse,
)

BUTTONS: st.SearchStrategy[Button] = st.one_of(
    st.builds(SetLanguage, st.sampled_from(("ar", "en"))),
    st.builds(SetDigits, st.sampled_from(("latn", "arab"))),
    st.builds(Leave, st.booleans()),
    st.builds(OwnData, st.sampled_from(Wish)),
    st.just(MakeTopics()),
    st.builds(ReadText, st.integers(0, 10**18 - 1), st.integers(0, 9999)),
)


@given(BUTTONS)
def test_data_comes_back_and_fits(wanted: Button) -> None:
    data = pack(wanted)
    assert len(data.encode()) <= MAX_DATA
    assert parse(data) == wanted
    assert keyboards.parse(data) is None  # each button belongs to one module


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "lng:",
        "lng:xx",
        "num:123",
        "bye:",
        "own:all",
        "top:",
        "txt:1",
        "txt:1:99999",
        "txt:١:١",
    ],
)
def test_what_no_button_holds_asks_for_nothing(data: str | None) -> None:
    assert parse(data) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_crash(data: str) -> None:
    assert parse(data) is None or pack(parse(data) or MakeTopics()).split(":")[0] == data.split(":")[0]


def test_data_that_telegram_would_refuse_is_refused_here() -> None:
    with pytest.raises(ValueError, match="callback data of"):
        pack(ReadText(10**60, 1))
