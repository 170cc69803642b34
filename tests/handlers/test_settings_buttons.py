"""What the buttons of /settings hold is read back as it was meant, and anything else is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.buttons import MAX_DATA
from handlers.settings_buttons import (
    ChooseQuietEnd,
    Control,
    LetFlashPass,
    Mute,
    OpenScreen,
    PutPhrase,
    RemovePhrase,
    Screen,
    SetBudget,
    SetEdition,
    SetMute,
    SetQuiet,
    SetZone,
    Wish,
    WishOfSection,
    pack,
    parse,
)
from storage.digests import Edition
from storage.localtime import zones
from storage.preferences import BUDGETS

CONTROLS: list[Control] = [
    *map(OpenScreen, Screen),
    SetQuiet(),
    SetQuiet(1380, 420),
    SetQuiet(0, 1439),
    ChooseQuietEnd(0),
    LetFlashPass(True),
    LetFlashPass(False),
    SetMute(None),
    *map(SetMute, Mute),
    SetBudget(None),
    *map(SetBudget, BUDGETS),
    SetEdition(Edition.MORNING, 420),
    SetEdition(Edition.EVENING, None),
    SetEdition(Edition.WEEKLY, 600, 5),
    SetEdition(Edition.WEEKLY, None),
    WishOfSection(Wish.URGENT_ONLY, "sport", True),
    WishOfSection(Wish.IN_DIGEST, "s" * 60, False),
    PutPhrase(muted=True),
    PutPhrase(muted=False),
    RemovePhrase(12),
]


@pytest.mark.parametrize("control", CONTROLS)
def test_a_button_is_read_back(control: Control) -> None:
    assert parse(pack(control)) == control


def test_every_zone_fits_into_a_button() -> None:
    for zone in zones():
        assert len(pack(SetZone(zone)).encode()) <= MAX_DATA
        assert parse(pack(SetZone(zone))) == SetZone(zone)


def test_what_is_too_long_is_no_button() -> None:
    with pytest.raises(ValueError, match="callback data of"):
        pack(WishOfSection(Wish.IN_DIGEST, "s" * 90, True))


@given(st.text(max_size=80) | st.from_regex(r"\A(set|qh|qf|mut|bud|tz|ed|u\+|d-|wrd):[0-9a-z:/+-]{0,60}\Z"))
def test_anything_can_be_sent_and_is_read_once_or_not_at_all(data: str) -> None:
    control = parse(data)
    assert control is None or parse(pack(control)) == control


def test_no_data_is_no_button() -> None:
    assert parse(None) is None
    assert parse("") is None
