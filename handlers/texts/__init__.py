"""Every sentence that a person reads, in Arabic and in English.

The catalogs are gettext files with symbolic keys («welcome.choose»); their strings are Telegram HTML with `{named}`
placeholders. They are read once, by the first `Texts.load()` of a process.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from functools import cache
from importlib import resources
from io import BytesIO

from babel import Locale
from babel.dates import format_datetime, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations
from markupsafe import Markup, escape

from storage.arabic import fold, strip_invisible

LANGUAGES = ("ar", "en")
# First-strong isolate and its end: what stands between them cannot change the direction of what surrounds it.
FSI, PDI = "\u2068", "\u2069"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Half of a surrogate pair is no character, and cannot be encoded on its way to Telegram.
_SURROGATE = re.compile("[\ud800-\udfff]")
# Unicode's names for the ways to write numbers: 12 and ١٢.
LATIN, ARABIC_INDIC = "latn", "arab"
_TO_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
# Seconds in a minute, minutes in an hour; and from how many on a span is told in the larger unit.
_UNITS_IN_NEXT, _UNITS_TO_COUNT = 60, 100
_LANGUAGES_WITH_ARABIC_INDIC = ("ar",)
# A command within a sentence, such as «/digest 21:30»: in right-to-left text its slash would jump to the other end.
_COMMAND = re.compile(r"(?<![<\w/])/[a-z]+(?: [a-z0-9:]+)?")


def clean(text: str) -> str:
    """Return outside text as one line that Telegram takes: no direction or control characters, single spaces."""
    return " ".join(_CONTROL.sub(" ", _SURROGATE.sub("", strip_invisible(text))).split())


def isolate(value: object) -> Markup:
    """Return `value` cleaned, escaped and kept from changing the direction of its sentence.

    Markup is trusted and returned as it is. A whole number from zero up needs no isolates: digits alone stand right
    in both directions, and programs that read the message find them bare.
    """
    if isinstance(value, Markup):
        return value
    if isinstance(value, int) and value >= 0:
        return Markup(value)  # noqa: S704 - digits
    return escape(f"{FSI}{clean(str(value))}{PDI}")


class Words:
    """The sentences of one language. An unknown key raises `KeyError`, and so does a missing placeholder value.

    Values that are whole numbers or times of the day, and every date and count, stand in `digits`. What is written in
    a sentence itself, such as «/digest 21:30», stays as it is: it is to be typed or touched.
    """

    def __init__(self, language: str, translations: Translations, digits: str = LATIN) -> None:
        self.language = language
        self.digits = digits
        self.has_two_digits = language in _LANGUAGES_WITH_ARABIC_INDIC
        self._locale = Locale(language)
        self.right_to_left = self._locale.text_direction == "rtl"
        self._translations = translations

    def say(self, key: str, **values: object) -> Markup:
        """Return a sentence as Telegram HTML; each value passes through `isolate`."""
        return self._fill(self._find(key), values)

    def count(self, key: str, n: int, **values: object) -> Markup:
        """Return a sentence in the form that the language has for `n` (zero or more); `{n}` is the number."""
        return self._fill(self._find(key, n), {**values, "n": escape(self.number(n))})

    def plain(self, key: str, **values: object) -> str:
        """Return a text without HTML, for button labels and callback answers; each value is cleaned."""
        return self._find(key).format(**{name: clean(self._shown(value)) for name, value in values.items()})

    def plain_count(self, key: str, n: int) -> str:
        """Return `count` without HTML."""
        return self._find(key, n).format(n=self.number(n))

    def number(self, n: int) -> str:
        """Return `n` with the language's grouping: 12,345 or ١٢٬٣٤٥."""
        # Babel knows the separators of a numbering system, and leaves its digits to us.
        grouped = format_decimal(n, locale=self._locale)
        return self._in_digits(grouped.replace(",", "٬") if self.digits == ARABIC_INDIC else grouped)

    def percent(self, n: int) -> str:
        """Return `n` of a hundred, with the sign that stands right beside the digits: 50% or ٥٠٪."""
        return f"{self._in_digits(str(n))}{'٪' if self.digits == ARABIC_INDIC else '%'}"

    def moment(self, when: datetime, zone: tzinfo) -> Markup:
        """Return day and time in `zone`: «الثلاثاء 24 نوفمبر، 20:00»."""
        return escape(self._date("time.moment", when, zone))

    def short_moment(self, when: datetime, zone: tzinfo) -> Markup:
        """Return date and time in `zone`, isolated for use in a line of a list: «24 نوفمبر، 20:00»."""
        return isolate(self._date("time.short", when, zone))

    def clock(self, when: datetime, zone: tzinfo) -> Markup:
        """Return the time of day in `zone`, isolated for use in a line of a list: «20:00»."""
        return isolate(self._date("time.clock", when, zone))

    def when(self, at: datetime, now: datetime, zone: tzinfo) -> Markup:
        """Return how long ago that was as people say it: «قبل 5 دقائق», «اليوم 14:20», «أمس 22:40», «24 نوفمبر، 20:00».

        Isolated, for use in a line of a list.
        """
        return isolate(self.plain_when(at, now, zone))

    def plain_when(self, at: datetime, now: datetime, zone: tzinfo) -> str:
        """Return `when` without isolates, for where no HTML is."""
        ago = max(now - at, timedelta())
        minutes = int(ago / _MINUTE)
        if minutes == 0:
            return self.plain("time.now")
        if ago < _HOUR:
            return self.plain_count("time.minutes_ago", minutes)
        days = (now.astimezone(zone).date() - at.astimezone(zone).date()).days
        clock = self._date("time.clock", at, zone)
        if days == 0:
            return self.plain("time.today", time=clock)
        if days == 1:
            return self.plain("time.yesterday", time=clock)
        return self._date("time.short", at, zone)

    def weekday(self, when: datetime, zone: tzinfo) -> str:
        """Return the day of the week in `zone`, short where the language has a short form."""
        return self._date("time.weekday", when, zone)

    def day(self, when: datetime, zone: tzinfo) -> str:
        """Return day and month in `zone` as briefly as they can be told: «24/11»."""
        return self._date("time.day", when, zone)

    def hour(self, hour: int) -> str:
        """Return an hour of the day as its beginning, without minutes: «06»."""
        return self._in_digits(f"{hour:02}")

    def plain_span(self, span: timedelta) -> str:
        """Return a length of time in one unit, as it reads behind «خلال» and «كل»: «4 ثوانٍ», «دقيقة», «90 دقيقة»."""
        seconds = max(round(span.total_seconds()), 0)
        if seconds < _UNITS_TO_COUNT and seconds != _UNITS_IN_NEXT:
            return self.plain_count("span.seconds", seconds)
        minutes = round(seconds / _UNITS_IN_NEXT)
        if minutes < _UNITS_TO_COUNT and minutes != _UNITS_IN_NEXT:
            return self.plain_count("span.minutes", minutes)
        return self.plain_count("span.hours", round(minutes / _UNITS_IN_NEXT))

    def place(self, timezone: str) -> str:
        """Return the city that an IANA time zone is named after: «القاهرة»."""
        try:
            return get_timezone_location(timezone, locale=self._locale, return_city=True)
        except LookupError:  # a zone that is newer than what Babel knows
            return timezone.rpartition("/")[2].replace("_", " ")

    def listing(self, values: Iterable[object]) -> Markup:
        """Return `values` as an enumeration, each of them isolated."""
        return escape(self._find("list.separator")).join(isolate(value) for value in values)

    def _fill(self, template: str, values: Mapping[str, object]) -> Markup:
        if self.right_to_left:
            template = _COMMAND.sub(rf"{FSI}\g<0>{PDI}", template)
        # The catalogs are ours, and `format` escapes what is not.
        return Markup(template).format(**{name: self._isolated(value) for name, value in values.items()})  # noqa: S704

    def _isolated(self, value: object) -> Markup:
        if isinstance(value, int) and value >= 0:
            return Markup(self._shown(value))  # noqa: S704 - digits
        return isolate(value if isinstance(value, Markup) else self._shown(value))

    def _shown(self, value: object) -> str:
        """Return a value as it is read; only what the bot itself counts is in the reader's digits."""
        if isinstance(value, time):
            return self._in_digits(f"{value:%H:%M}")
        return self._in_digits(str(value)) if isinstance(value, int) else str(value)

    def _in_digits(self, text: str) -> str:
        return text.translate(_TO_ARABIC_INDIC) if self.digits == ARABIC_INDIC else text

    def _date(self, pattern: str, when: datetime, zone: tzinfo) -> str:
        return self._in_digits(format_datetime(when.astimezone(zone), self._find(pattern), locale=self._locale))

    def _find(self, key: str, n: int | None = None) -> str:
        found = self._translations.gettext(key) if n is None else self._translations.ngettext(key, key, n)
        if found == key:  # how gettext says that it has nothing
            raise KeyError(key)
        return found


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogs of all languages, and those whose numbers stand in Arabic-Indic digits."""

    catalogs: Mapping[str, Words]
    arabic_indic: Mapping[str, Words]
    default_language: str

    @classmethod
    def load(cls, default_language: str = "ar") -> "Texts":
        """Read the catalogs. Raise `ValueError` for a default language that has none."""
        if default_language not in LANGUAGES:
            raise ValueError(f"no texts in {default_language!r}; possible are {' and '.join(LANGUAGES)}")
        read = {language: _translations(language) for language in LANGUAGES}
        return cls(
            {language: Words(language, read[language]) for language in LANGUAGES},
            {language: Words(language, read[language], ARABIC_INDIC) for language in _LANGUAGES_WITH_ARABIC_INDIC},
            default_language,
        )

    def language(self, code: str | None) -> str:
        """Return the language to speak for an IETF tag such as Telegram's `language_code` («ar-EG», «en», None)."""
        primary = (code or "").lower().replace("_", "-").partition("-")[0]
        return primary if primary in self.catalogs else self.default_language

    def of(self, language: str | None, digits: str = LATIN) -> Words:
        """Return the sentences for a language tag; those of the default language where it has no catalog.

        `digits` are taken where the language is written with them too.
        """
        found = self.language(language)
        return self.arabic_indic.get(found, self.catalogs[found]) if digits == ARABIC_INDIC else self.catalogs[found]

    def names(self, key: str, text: str) -> bool:
        """Whether `text` is one of the words under `key`, in any language and any spelling."""
        typed = fold(text)
        return any(typed == fold(word) for words in self.catalogs.values() for word in words.plain(key).split("|"))


@cache
def _translations(language: str) -> Translations:
    # Nobody changes what it returns, and reading a catalog takes long.
    source = resources.files(__name__).joinpath(f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language, abort_invalid=True))
    compiled.seek(0)
    return Translations(compiled)
