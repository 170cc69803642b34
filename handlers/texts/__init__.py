"""Every sentence that a person reads, in Arabic and in English.

The catalogs are gettext files with symbolic keys («welcome.choose»); their strings are Telegram HTML with `{named}`
placeholders. They are read once, by `Texts.load()`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
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
    """The sentences of one language. An unknown key raises `KeyError`, and so does a missing placeholder value."""

    def __init__(self, language: str, translations: Translations) -> None:
        self.language = language
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
        return self._find(key).format(**{name: clean(str(value)) for name, value in values.items()})

    def plain_count(self, key: str, n: int) -> str:
        """Return `count` without HTML."""
        return self._find(key, n).format(n=self.number(n))

    def number(self, n: int) -> str:
        """Return `n` with the language's grouping: 12,345."""
        return str(format_decimal(n, locale=self._locale))

    def moment(self, when: datetime, zone: tzinfo) -> Markup:
        """Return day and time in `zone`: «الثلاثاء 24 نوفمبر، 20:00»."""
        return escape(self._date("time.moment", when, zone))

    def short_moment(self, when: datetime, zone: tzinfo) -> Markup:
        """Return date and time in `zone`, isolated for use in a line of a list: «24 نوفمبر، 20:00»."""
        return isolate(self._date("time.short", when, zone))

    def clock(self, when: datetime, zone: tzinfo) -> Markup:
        """Return the time of day in `zone`, isolated for use in a line of a list: «20:00»."""
        return isolate(self._date("time.clock", when, zone))

    def place(self, timezone: str) -> str:
        """Return the city that an IANA time zone is named after: «القاهرة»."""
        return get_timezone_location(timezone, locale=self._locale, return_city=True)

    def listing(self, values: Iterable[object]) -> Markup:
        """Return `values` as an enumeration, each of them isolated."""
        return escape(self._find("list.separator")).join(isolate(value) for value in values)

    def _fill(self, template: str, values: Mapping[str, object]) -> Markup:
        if self.right_to_left:
            template = _COMMAND.sub(rf"{FSI}\g<0>{PDI}", template)
        # The catalogs are ours, and `format` escapes what is not.
        return Markup(template).format(**{name: isolate(value) for name, value in values.items()})  # noqa: S704

    def _date(self, pattern: str, when: datetime, zone: tzinfo) -> str:
        return format_datetime(when.astimezone(zone), self._find(pattern), locale=self._locale)

    def _find(self, key: str, n: int | None = None) -> str:
        found = self._translations.gettext(key) if n is None else self._translations.ngettext(key, key, n)
        if found == key:  # how gettext says that it has nothing
            raise KeyError(key)
        return found


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogs of all languages."""

    catalogs: Mapping[str, Words]
    default_language: str

    @classmethod
    def load(cls, default_language: str = "ar") -> "Texts":
        """Read the catalogs. Raise `ValueError` for a default language that has none."""
        if default_language not in LANGUAGES:
            raise ValueError(f"no texts in {default_language!r}; possible are {' and '.join(LANGUAGES)}")
        return cls({language: Words(language, _translations(language)) for language in LANGUAGES}, default_language)

    def language(self, code: str | None) -> str:
        """Return the language to speak for an IETF tag such as Telegram's `language_code` («ar-EG», «en», None)."""
        primary = (code or "").lower().replace("_", "-").partition("-")[0]
        return primary if primary in self.catalogs else self.default_language

    def of(self, language: str | None) -> Words:
        """Return the sentences for a language tag; those of the default language where it has no catalog."""
        return self.catalogs[self.language(language)]

    def names(self, key: str, text: str) -> bool:
        """Whether `text` is one of the words under `key`, in any language and any spelling."""
        typed = fold(text)
        return any(typed == fold(word) for words in self.catalogs.values() for word in words.plain(key).split("|"))


def _translations(language: str) -> Translations:
    source = resources.files(__name__).joinpath(f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language, abort_invalid=True))
    compiled.seek(0)
    return Translations(compiled)
