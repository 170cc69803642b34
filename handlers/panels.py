"""The screens of /settings as Telegram shows them: a text and the buttons under it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import in_rows
from handlers.chat_buttons import leave_button
from handlers.settings_buttons import (
    PERSONAL,
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
    button,
)
from handlers.story_buttons import clock_face
from handlers.texts import Words
from storage.digests import Digest, Edition
from storage.localtime import QuietHours
from storage.phrases import Phrase
from storage.preferences import BUDGETS, FollowedSection

# What a digest can be set to by a button; other hours by typing.
MORNINGS = (6 * 60, 7 * 60, 8 * 60, 9 * 60)
EVENINGS = (18 * 60, 20 * 60, 21 * 60, 22 * 60)
WEEKLY = ((4, 20 * 60), (5, 10 * 60), (6, 10 * 60))
# By their numbers in ISO 8601.
WEEKDAYS = {
    1: "day.monday",
    2: "day.tuesday",
    3: "day.wednesday",
    4: "day.thursday",
    5: "day.friday",
    6: "day.saturday",
    7: "day.sunday",
}


@dataclass(frozen=True, slots=True)
class Panel:
    """What a screen shows."""

    text: Markup
    keyboard: InlineKeyboardMarkup


def menu_keyboard(words: Words, *, from_afar: bool = False) -> InlineKeyboardMarkup:
    """Everything that can be set; `from_afar` what an admin sets for a group or channel."""
    screens = (
        ("button.sections", Screen.SECTIONS),
        ("button.urgency", Screen.URGENCY),
        ("button.words", Screen.WORDS),
        ("button.digest", Screen.DIGEST),
        ("button.quiet", Screen.QUIET),
        ("button.mute", Screen.MUTE),
        ("button.budget", Screen.BUDGET),
        ("button.zone", Screen.ZONE),
        ("button.language", Screen.LANGUAGE),
    )
    shown = [each for each in screens if not from_afar or each[1] not in PERSONAL]
    rows = in_rows([button(words.plain(key), OpenScreen(screen)) for key, screen in shown], 2)
    return InlineKeyboardMarkup(rows if from_afar else [*rows, [leave_button(words)]])


def quiet_keyboard(
    hours: QuietHours | None, flash_passes: bool, presets: Sequence[SetQuiet], words: Words
) -> InlineKeyboardMarkup:
    """Hours to choose from, the chosen ones ticked; own ones; whether flashes pass; none."""
    chosen = SetQuiet(hours.start, hours.until) if hours else None
    shown = [*presets] if chosen is None or chosen in presets else [*presets, chosen]
    rows = [
        [_ticked(span(choice.start or 0, choice.until or 0, words), choice, choice == chosen, words)]
        for choice in shown
    ]
    rows.append([button(words.plain("button.own_hours"), OpenScreen(Screen.OWN_HOURS))])
    rows.append([_ticked(words.plain("button.flash_passes"), LetFlashPass(not flash_passes), flash_passes, words)])
    if chosen:
        rows.append([button(words.plain("button.quiet_off"), SetQuiet())])
    return _with_way_back(rows, Screen.MENU, words)


def hours_keyboard(start: int | None, words: Words) -> InlineKeyboardMarkup:
    """The hours of the day: at which to be quiet, or where `start` is given, until when."""
    hours = [hour * 60 for hour in range(24)]
    buttons = [
        button(
            words.plain("button.time_off", time=clock_face(minute)),
            ChooseQuietEnd(minute) if start is None else SetQuiet(start, minute),
        )
        for minute in hours
        if minute != start
    ]
    return _with_way_back(in_rows(buttons, 4), Screen.QUIET, words)


def mute_keyboard(muted: bool, morning: int, words: Words) -> InlineKeyboardMarkup:
    """For how long, and the end of it while it lasts."""
    rows = [
        [button(words.plain("button.mute_hour"), SetMute(Mute.HOUR))],
        [button(words.plain("button.mute_8_hours"), SetMute(Mute.EIGHT_HOURS))],
        [button(words.plain("button.mute_until_morning", time=clock_face(morning)), SetMute(Mute.MORNING))],
    ]
    if muted:
        rows.append([button(words.plain("button.unmute"), SetMute(None))])
    return _with_way_back(rows, Screen.MENU, words)


def budget_keyboard(chosen: int | None, words: Words) -> InlineKeyboardMarkup:
    """How many alerts a day, the chosen number ticked."""
    numbers = [_ticked(words.number(alerts), SetBudget(alerts), alerts == chosen, words) for alerts in BUDGETS]
    no_limit = _ticked(words.plain("button.no_limit"), SetBudget(None), chosen is None, words)
    return _with_way_back([numbers, [no_limit]], Screen.MENU, words)


def zones_keyboard(
    zones: Iterable[tuple[str, str]], chosen: str, words: Words, *, sharing: bool = False
) -> InlineKeyboardMarkup:
    """Cities to choose from, each as its time zone and its name; with `sharing`, the way to share one's location."""
    rows = in_rows([_ticked(city, SetZone(zone), zone == chosen, words) for zone, city in zones], 3)
    if sharing:
        rows.append([button(words.plain("button.location"), OpenScreen(Screen.LOCATION))])
    return _with_way_back(rows, Screen.MENU, words)


def digest_keyboard(current: Mapping[Edition, Digest], words: Words) -> InlineKeyboardMarkup:
    """Hours for each digest, a row each, the chosen one ticked: pressed again it ends that digest."""
    rows = []
    for edition, minutes in ((Edition.MORNING, MORNINGS), (Edition.EVENING, EVENINGS)):
        one = current.get(edition)
        chosen = one.minute if one and one.enabled else None
        shown = sorted({*minutes, *(() if chosen is None else (chosen,))})
        rows.append([_hour(SetEdition(edition, minute), minute == chosen, words) for minute in shown])
    weekly = current.get(Edition.WEEKLY)
    day = (weekly.weekday, weekly.minute) if weekly and weekly.enabled else None
    for weekday, minute in WEEKLY:
        wish = SetEdition(Edition.WEEKLY, minute, weekday)
        name = words.plain(WEEKDAYS[weekday])
        label = words.plain("button.weekly", day=name, time=clock_face(minute))
        rows.append([_choice(label, wish, (weekday, minute) == day, words)])
    rows.append([button(words.plain("button.digest_sections"), OpenScreen(Screen.DIGEST_SECTIONS))])
    return _with_way_back(rows, Screen.MENU, words)


def wishes_keyboard(
    sections: Iterable[FollowedSection], wish: Wish, back: Screen, words: Words
) -> InlineKeyboardMarkup:
    """The sections of a chat as switches of one wish."""
    rows = []
    for section in sections:
        if wish is Wish.URGENT_ONLY:
            key = "button.urgent_only" if section.urgent_only else "button.every_alert"
            rows.append(
                [
                    button(
                        words.plain(key, section=section.name),
                        WishOfSection(wish, section.slug, not section.urgent_only),
                    )
                ]
            )
        else:
            rows.append(
                [
                    _ticked(
                        section.name, WishOfSection(wish, section.slug, not section.in_digest), section.in_digest, words
                    )
                ]
            )
    return _with_way_back(rows, back, words)


def phrases_keyboard(phrases: Iterable[Phrase], words: Words) -> InlineKeyboardMarkup:
    """What a chat follows and mutes, to take it off the list."""
    buttons = [button(words.plain("button.remove", text=phrase.text), RemovePhrase(phrase.id)) for phrase in phrases]
    return _with_way_back(in_rows(buttons, 2), Screen.MENU, words)


def phrase_keyboard(words: Words) -> InlineKeyboardMarkup:
    """What can be done with one phrase."""
    choice = [
        button(words.plain("button.follow_phrase"), PutPhrase(muted=False)),
        button(words.plain("button.mute_phrase"), PutPhrase(muted=True)),
    ]
    return _with_way_back([choice], Screen.WORDS, words)


def span(start: int, until: int, words: Words) -> str:
    """Return hours as people say them: «من 23:00 إلى 07:00»."""
    return words.plain("quiet.span", start=clock_face(start), until=clock_face(until))


def settings_row(words: Words) -> list[InlineKeyboardButton]:
    """The way from elsewhere to /settings."""
    return [button(words.plain("button.settings"), OpenScreen(Screen.MENU))]


def _hour(wish: SetEdition, chosen: bool, words: Words) -> InlineKeyboardButton:
    return _choice(words.plain("button.time_off", time=clock_face(wish.minute or 0)), wish, chosen, words)


def _choice(label: str, wish: SetEdition, chosen: bool, words: Words) -> InlineKeyboardButton:
    return _ticked(label, SetEdition(wish.edition, None) if chosen else wish, chosen, words)


def _ticked(label: str, control: Control, ticked: bool, words: Words) -> InlineKeyboardButton:
    return button(words.plain("button.ticked", label=label) if ticked else label, control)


def _with_way_back(rows: list[list[InlineKeyboardButton]], back: Screen, words: Words) -> InlineKeyboardMarkup:
    label = words.plain("button.settings" if back is Screen.MENU else "button.back")
    return InlineKeyboardMarkup([*rows, [button(label, OpenScreen(back))]])
