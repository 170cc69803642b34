"""Buttons for another chat: their data fits, comes back, and leads nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers import settings_buttons
from handlers.aim import aim, can_be_aimed, split
from handlers.buttons import MAX_DATA
from handlers.chat_buttons import Leave, MakeTopics, OwnData, SetDigits, SetLanguage, Wish
from handlers.settings_buttons import (
    LetFlashPass,
    OpenScreen,
    PutPhrase,
    RemovePhrase,
    Screen,
    SetBudget,
    SetMute,
    SetQuiet,
    SetZone,
)
from handlers.story_buttons import ReadText, ShareSection, ShowSummary, ToggleSection, pack
from storage.article import DEFAULT_SECTIONS
from storage.localtime import zones

# As long as numbers of chats get: 52 significant bits.
CHANNEL = -(10**15) - 1_234_567_890_123_45


def aimed(data: str, chat_id: int = CHANNEL) -> str:
    button = InlineKeyboardButton("x", callback_data=data)
    (row,) = aim(InlineKeyboardMarkup.from_button(button), chat_id).inline_keyboard
    found = row[0].callback_data
    assert isinstance(found, str)
    return found


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789:*+-_/", min_size=1, max_size=40), st.integers(-(10**16) + 1, -1))
def test_data_comes_back_with_its_aim(data: str, chat_id: int) -> None:
    assert split(aimed(data, chat_id)) == (data, chat_id)
    assert split(data) == (data, None)


@pytest.mark.parametrize(
    "data", [None, "", "@-5", "sec:*@", "sec:*@5", "sec:*@-", "a@b@-5", "sec:*@-٥", "sec:*@-" + "9" * 17]
)
def test_data_with_anything_else_behind_it_is_left_alone(data: str | None) -> None:
    assert split(data) == (data, None)


def test_every_section_and_every_zone_fits() -> None:
    for section in DEFAULT_SECTIONS:
        assert len(aimed(pack(ToggleSection(section.slug)))) <= MAX_DATA
        assert len(aimed(f"u+:{section.slug}")) <= MAX_DATA
    for zone in zones():
        assert len(aimed(settings_buttons.pack(SetZone(zone)))) <= MAX_DATA


def test_what_does_not_fit_is_an_error_and_no_button() -> None:
    with pytest.raises(ValueError, match="bytes"):
        aimed("sec:" + "a" * 60)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (OpenScreen(Screen.MENU), True),
        (OpenScreen(Screen.QUIET), True),
        (OpenScreen(Screen.WORDS), False),
        (OpenScreen(Screen.BUDGET), False),
        (OpenScreen(Screen.LOCATION), False),
        (SetQuiet(0, 60), True),
        (LetFlashPass(True), True),
        (SetMute(None), True),
        (SetZone("Asia/Aden"), True),
        (SetBudget(5), False),
        (PutPhrase(True), False),
        (RemovePhrase(1), False),
        (ToggleSection(None), True),
        (SetLanguage("ar"), True),
        (SetDigits("arab"), True),
        (MakeTopics(), True),
        (Leave(back=True), True),
        (Leave(back=False), False),
        (OwnData(Wish.FORGET), False),
        (ReadText(1, 0), False),
        (ShareSection(None), False),
        (ShowSummary(1), False),
        (None, False),
    ],
)
def test_only_what_is_set_for_a_chat_can_be_aimed_at_it(action: object, expected: bool) -> None:
    assert can_be_aimed(action) is expected
