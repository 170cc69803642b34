"""Buttons of the chat itself: their data comes back as what it was, and nothing forged gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import story_buttons
from handlers.buttons import MAX_DATA
from handlers.chat_buttons import (
    Button,
    Leave,
    MakeTopics,
    OwnData,
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
)


@given(BUTTONS)
def test_data_comes_back_and_fits(wanted: Button) -> None:
    data = pack(wanted)
    assert len(data.encode()) <= MAX_DATA
    assert parse(data) == wanted
    assert story_buttons.parse(data) is None  # each button belongs to one module


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
    ],
)
def test_what_no_button_holds_asks_for_nothing(data: str | None) -> None:
    assert parse(data) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_crash(data: str) -> None:
    assert parse(data) is None or pack(parse(data) or MakeTopics()).split(":")[0] == data.split(":")[0]


def test_data_that_telegram_would_refuse_is_refused_here() -> None:
    with pytest.raises(ValueError, match="callback data of"):
        pack(SetLanguage("a" * MAX_DATA))
