"""The catalogs as somebody who rereads them wants them: every key in its order, and every form that it can take."""

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from io import BytesIO

from babel.messages.pofile import read_po

from handlers.texts import LANGUAGES


@dataclass(frozen=True, slots=True)
class Entry:
    """One key. `note` is the comment above it, `values` are its placeholders; `counted` says that it has plural forms.

    `values` never hold `n`, the number that a counted one is given.
    """

    key: str
    note: str
    values: tuple[str, ...]
    counted: bool


def entries() -> Iterator[Entry]:
    """Yield the keys in the order of the first catalog; all catalogs have the same."""
    source = resources.files("handlers.texts").joinpath(f"{LANGUAGES[0]}.po").read_bytes()
    for message in read_po(BytesIO(source), locale=LANGUAGES[0]):
        if message.id:  # "" is the catalog's own header
            key = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else message.string
            yield Entry(key, " ".join(message.user_comments), _placeholders(forms), bool(message.pluralizable))


def _placeholders(forms: Iterable[str]) -> tuple[str, ...]:
    names = (name for form in forms for _, name, _, _ in string.Formatter().parse(form))
    return tuple(dict.fromkeys(name for name in names if name and name != "n"))
