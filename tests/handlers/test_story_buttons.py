"""Buttons: what they say, and that their data comes back as what it was."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from handlers.buttons import MAX_DATA
from handlers.story_buttons import (
    Action,
    Listing,
    ReadText,
    SetDigest,
    ShareSection,
    ShowSummary,
    ToggleSection,
    TurnPage,
    alert_keyboard,
    clock_face,
    pack,
    page_keyboard,
    parse,
    sections_keyboard,
    share_keyboard,
    summaries_keyboard,
    summary_keyboard,
)
from handlers.texts import Texts
from storage.headlines import Headline
from storage.search import Direction, Page, Turn
from storage.sections import SectionRow

WORDS = Texts.load().of("ar")
SECTIONS = (SectionRow(1, "سياسة", "politics"), SectionRow(2, "رياضة", "sport"), SectionRow(3, "صحة", "health"))


def rows(keyboard: InlineKeyboardMarkup) -> list[list[tuple[str, object]]]:
    return [[(button.text, button.url or button.callback_data) for button in row] for row in keyboard.inline_keyboard]


@pytest.mark.parametrize(
    ("action", "data"),
    [
        (ToggleSection("sport"), "sec:sport"),
        (ToggleSection(None), "sec:*"),
        (ShowSummary(12), "sum:12"),
        (ReadText(12, 3), "txt:12:3"),
        (SetDigest(None), "dig:off"),
        (SetDigest(0), "dig:at:0"),
        (SetDigest(1200), "dig:at:1200"),
        (TurnPage(Listing.LATEST, Turn(Direction.OLDER, 12)), "latest:older:12"),
        (TurnPage(Listing.SEARCH, Turn(Direction.NEWER, 12)), "search:newer:12"),
        (ShareSection("sport"), "shr:sport"),
        (ShareSection(None), "shr:*"),
    ],
)
def test_callback_data(action: Action, data: str) -> None:
    assert pack(action) == data
    assert parse(data) == action


ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(ToggleSection, st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True) | st.none()),
    st.builds(ShowSummary, st.integers(0, 10**18 - 1)),
    st.builds(ReadText, st.integers(0, 10**18 - 1), st.integers(0, 9999)),
    st.builds(SetDigest, st.integers(0, 1439) | st.none()),
    st.builds(
        TurnPage,
        st.sampled_from(Listing),
        st.builds(Turn, st.sampled_from(Direction), st.integers(0, 10**18 - 1)),
    ),
    st.builds(ShareSection, st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True) | st.none()),
)


@given(ACTIONS)
def test_every_action_survives_its_button(action: Action) -> None:
    data = pack(action)
    assert len(data.encode()) <= MAX_DATA
    assert parse(data) == action


@pytest.mark.parametrize(
    "data",
    [
        None, "", "sec:", "sec:a b", "sec:رياضة", "sec:" + "a" * 61, "sum:", "sum:-1", "sum:1 ", "sum:١", "sum:1\n",
        "sum:" + "9" * 19, "dig:at:1440", "dig:at:99999", "dig:on", "pub:send", "pub:steal:1", "pub:send:1:2", "xyz",
        "latest:older:", "latest:sideways:1", "digest:older:1", "search:newer:-1", "shr:", "shr:a b",
        "txt:1", "txt:1:99999", "txt:١:١",
    ],
)  # fmt: skip
def test_forged_data_means_nothing(data: str | None) -> None:
    assert parse(data) is None


def test_data_too_long_for_telegram_is_refused_here() -> None:
    with pytest.raises(ValueError, match="callback data of 65 bytes"):
        pack(ToggleSection("a" * 61))


def test_alert_offers_summary_and_page() -> None:
    assert rows(alert_keyboard(7, "https://example.com/a", WORDS)) == [
        [("📋 ملخص الخبر", "sum:7"), ("🔗 فتح الخبر", "https://example.com/a")]
    ]


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "https://localhost/"])
def test_without_a_public_page_there_is_nothing_to_open(url: str | None) -> None:
    assert rows(alert_keyboard(7, url, WORDS)) == [[("📋 ملخص الخبر", "sum:7")]]
    assert summary_keyboard(7, url, WORDS, has_text=False) is None


def test_summary_offers_the_whole_text_and_the_page() -> None:
    keyboard = summary_keyboard(7, "https://example.com/a", WORDS, has_text=True)
    assert keyboard is not None
    assert rows(keyboard) == [[("📖 النص الكامل", "txt:7:0"), ("🔗 فتح الخبر", "https://example.com/a")]]


def test_followed_sections_are_ticked() -> None:
    assert rows(sections_keyboard(SECTIONS, {2}, WORDS)) == [
        [("سياسة", "sec:politics"), ("✅ رياضة", "sec:sport")],
        [("صحة", "sec:health")],
        [("كل الأقسام", "sec:*")],
    ]


def test_the_switch_for_all_is_ticked_when_all_are() -> None:
    assert rows(sections_keyboard(SECTIONS, {1, 2, 3}, WORDS))[-1] == [("✅ كل الأقسام", "sec:*")]


def test_sections_can_offer_the_digest() -> None:
    keyboard = sections_keyboard(SECTIONS, (), WORDS, digest_offer=1200)
    assert rows(keyboard)[-1] == [("🗞 الموجز اليومي الساعة 20:00", "dig:at:1200")]


def test_a_list_has_a_summary_button_for_each_line(headline: Headline) -> None:
    assert [[text for text, _ in row] for row in rows(summaries_keyboard([headline] * 7, WORDS))] == [
        ["1", "2", "3", "4", "5"],
        ["6", "7"],
    ]


@pytest.mark.parametrize(("minute", "face"), [(0, "00:00"), (9 * 60 + 5, "09:05"), (1439, "23:59")])
def test_clock_face(minute: int, face: str) -> None:
    assert WORDS.plain("button.time_off", time=clock_face(minute)) == face


@pytest.mark.parametrize(
    ("newer", "older", "arabic", "english"),
    [
        (False, False, [], []),
        (False, True, ["الأقدم ←"], ["Older →"]),
        (True, False, ["→ الأحدث"], ["← Newer"]),
        (True, True, ["الأقدم ←", "→ الأحدث"], ["← Newer", "Older →"]),
    ],
)
def test_pages_are_turned_in_the_direction_of_reading(
    headline: Headline, newer: bool, older: bool, arabic: list[str], english: list[str]
) -> None:
    page = Page((headline, replace(headline, id=5)), has_newer=newer, has_older=older)
    for language, labels in (("ar", arabic), ("en", english)):
        keyboard = rows(page_keyboard(page, Listing.SEARCH, Texts.load().of(language)))
        assert keyboard[0] == [("1", "sum:7"), ("2", "sum:5")]
        assert [text for row in keyboard[1:] for text, _ in row] == labels


def test_a_page_is_turned_at_its_edges(headline: Headline) -> None:
    page = Page((headline, replace(headline, id=5)), has_newer=True, has_older=True)
    assert rows(page_keyboard(page, Listing.LATEST, WORDS))[-1] == [
        ("الأقدم ←", "latest:older:5"),
        ("→ الأحدث", "latest:newer:7"),
    ]


def test_sharing_is_offered_below_the_sections() -> None:
    assert rows(sections_keyboard(SECTIONS, (), WORDS, sharing=True))[-1] == [("📤 مشاركة قسم", "shr:*")]
    assert rows(share_keyboard(SECTIONS)) == [
        [("سياسة", "shr:politics"), ("رياضة", "shr:sport")],
        [("صحة", "shr:health")],
    ]
