"""The buttons of /settings and of what it leads to, and the one place where their callback data is written and read."""

import re
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton

from handlers.buttons import checked
from storage.digests import Edition
from storage.preferences import BUDGETS

_DAY = 24 * 60


class Screen(StrEnum):
    """What /settings leads to."""

    MENU = "menu"
    SECTIONS = "sections"
    URGENCY = "urgency"
    WORDS = "words"
    QUIET = "quiet"
    OWN_HOURS = "hours"
    MUTE = "mute"
    BUDGET = "budget"
    ZONE = "zone"
    LANGUAGE = "language"
    LOCATION = "location"
    DIGEST = "digest"
    DIGEST_SECTIONS = "digest_sections"


# These ask for an answer in the chat itself, or speak of a person: nobody sets them for a chat from afar.
PERSONAL = (Screen.WORDS, Screen.BUDGET, Screen.LOCATION)


class Mute(StrEnum):
    """For how long a chat can be muted by a button."""

    HOUR = "1h"
    EIGHT_HOURS = "8h"
    MORNING = "morning"


@dataclass(frozen=True, slots=True)
class OpenScreen:
    """Show a screen in the place of this one."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class SetQuiet:
    """Be quiet from `start` until `until`, minutes of the local day; never where both are None."""

    start: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class ChooseQuietEnd:
    """Ask when the quiet hours end that begin at `start`."""

    start: int


@dataclass(frozen=True, slots=True)
class LetFlashPass:
    """Whether flashes pass through the quiet hours."""

    passes: bool


@dataclass(frozen=True, slots=True)
class SetMute:
    """Mute the bot so long; not any more where that is None."""

    length: Mute | None


@dataclass(frozen=True, slots=True)
class SetBudget:
    """Push so many alerts a day; any number where that is None."""

    alerts: int | None


@dataclass(frozen=True, slots=True)
class SetZone:
    """Live in a time zone, an IANA name. Anyone can forge one that does not exist."""

    name: str


@dataclass(frozen=True, slots=True)
class SetEdition:
    """Send a digest at `minute` of the local day, of each `weekday` where there is one; never where it is None."""

    edition: Edition
    minute: int | None
    weekday: int | None = None


class Wish(StrEnum):
    """What a chat can want of a section beside following it."""

    URGENT_ONLY = "u"
    IN_DIGEST = "d"


@dataclass(frozen=True, slots=True)
class WishOfSection:
    """Change a wish of a section."""

    wish: Wish
    slug: str
    granted: bool


@dataclass(frozen=True, slots=True)
class PutPhrase:
    """Follow or mute the phrase that the message speaks of."""

    muted: bool


@dataclass(frozen=True, slots=True)
class RemovePhrase:
    """Neither follow nor mute a phrase any more."""

    phrase_id: int


Control = (
    OpenScreen
    | SetQuiet
    | ChooseQuietEnd
    | LetFlashPass
    | SetMute
    | SetBudget
    | SetZone
    | SetEdition
    | WishOfSection
    | PutPhrase
    | RemovePhrase
)

_DATA = re.compile(
    rf"""
      set:(?P<screen>{"|".join(Screen)})
    | qh:(?: (?P<no_quiet>off) | (?P<start>[0-9]{{1,4}}) (?: -(?P<until>[0-9]{{1,4}}) )? )
    | qf:(?P<flash>on|off)
    | mut:(?P<mute>off|{"|".join(Mute)})
    | bud:(?P<budget>off|{"|".join(map(str, BUDGETS))})
    | tz:(?P<zone>[A-Za-z0-9_+/-]{{1,48}})
    | ed:(?P<edition>morning|evening|weekly)(?: :(?P<weekday>[1-7]) )?:(?P<minute>off|[0-9]{{1,4}})
    | (?P<wish>{"|".join(Wish)})(?P<granted>[+-]):(?P<slug>[A-Za-z0-9_-]{{1,60}})
    | wrd:(?: (?P<put>follow|mute) | del:(?P<phrase>[0-9]{{1,18}}) )
    """,
    re.VERBOSE | re.ASCII,
)


def pack(control: Control) -> str:
    """Return the callback data of a button. Raise `ValueError` past the limit."""
    match control:
        case OpenScreen(screen):
            data = f"set:{screen}"
        case SetQuiet(None, _):
            data = "qh:off"
        case SetQuiet(start, until):
            data = f"qh:{start}-{until}"
        case ChooseQuietEnd(start):
            data = f"qh:{start}"
        case LetFlashPass(passes):
            data = f"qf:{'on' if passes else 'off'}"
        case SetMute(length):
            data = f"mut:{length or 'off'}"
        case SetBudget(alerts):
            data = f"bud:{alerts or 'off'}"
        case SetZone(name):
            data = f"tz:{name}"
        case SetEdition(edition, minute, weekday):
            day = "" if weekday is None else f":{weekday}"
            data = f"ed:{edition}{day}:{'off' if minute is None else minute}"
        case WishOfSection(wish, slug, granted):
            data = f"{wish}{'+' if granted else '-'}:{slug}"
        case PutPhrase(muted):
            data = f"wrd:{'mute' if muted else 'follow'}"
        case RemovePhrase(phrase_id):
            data = f"wrd:del:{phrase_id}"
    return checked(data)


def parse(data: str | None) -> Control | None:
    """Return what a button asks for, or None for data that no button of these holds. Anyone can forge it."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    given = {name: text for name, text in found.groupdict().items() if text is not None}
    minutes = {name: int(given[name]) for name in ("start", "until", "minute") if given.get(name, "off") != "off"}
    if any(minute >= _DAY for minute in minutes.values()):
        return None
    match given:
        case {"screen": screen}:
            return OpenScreen(Screen(screen))
        case {"no_quiet": _}:
            return SetQuiet()
        case {"start": _, "until": _}:
            hours = SetQuiet(minutes["start"], minutes["until"])
            return hours if hours.start != hours.until else None
        case {"start": _}:
            return ChooseQuietEnd(minutes["start"])
        case {"flash": passes}:
            return LetFlashPass(passes == "on")
        case {"mute": length}:
            return SetMute(None if length == "off" else Mute(length))
        case {"budget": alerts}:
            return SetBudget(None if alerts == "off" else int(alerts))
        case {"zone": name}:
            return SetZone(name)
        case {"edition": edition}:
            weekday = int(given["weekday"]) if "weekday" in given else None
            if (edition == Edition.WEEKLY) != (weekday is not None) and "minute" in minutes:
                return None
            return SetEdition(Edition(edition), minutes.get("minute"), weekday)
        case {"wish": wish, "granted": sign, "slug": slug}:
            return WishOfSection(Wish(wish), slug, sign == "+")
        case {"put": put}:
            return PutPhrase(put == "mute")
    return RemovePhrase(int(given["phrase"]))


def button(label: str, control: Control) -> InlineKeyboardButton:
    """A button for one of these."""
    return InlineKeyboardButton(label, callback_data=pack(control))
