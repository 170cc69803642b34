"""The page: one HTML file that needs nothing else. Pure, but for reading the catalogs and the template.

It is made from the catalogs, so a new sentence stands on it by itself.
"""

from collections.abc import Iterable
from importlib import resources
from itertools import groupby
from string import Template

from markupsafe import Markup, escape

from bot.proofs.samples import Sample, samples
from handlers.texts import LANGUAGES, Texts, Words
from handlers.texts.catalog import Entry, entries

# One for each plural form of Arabic, and those at which its forms change.
COUNTS = (0, 1, 2, 3, 10, 11, 99, 100, 102)
# Stands in an attribute too, where a placeholder's name would be no address.
_URL = Markup("https://example.com/")
_BREAK = Markup("<br>")
_TITLES = {"ar": "كل ما يقوله البوت", "en": "Everything the bot says"}


def page() -> str:
    """Return the page as HTML."""
    texts = Texts.load()
    spoken = [texts.of(language) for language in LANGUAGES]
    families = [(name, list(family)) for name, family in _by_family(entries())]
    parts = [_messages(spoken), *(_family(name, family, spoken) for name, family in families)]
    contents = ["messages", *(name for name, _ in families)]
    template = Template(resources.files("bot.proofs").joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=" · ".join(_TITLES.values()),
        contents=Markup(" ").join(Markup('<a href="#{0}">{0}</a>').format(name) for name in contents),
        content=Markup("\n").join(parts),
    )


def _by_family(found: Iterable[Entry]) -> Iterable[tuple[str, Iterable[Entry]]]:
    """Group keys by what stands before the dot; families and keys keep the order of the catalog."""
    every = list(found)
    order = list(dict.fromkeys(_family_of(entry) for entry in every))
    return groupby(sorted(every, key=lambda entry: order.index(_family_of(entry))), _family_of)


def _family_of(entry: Entry) -> str:
    return entry.key.partition(".")[0]


def _messages(spoken: list[Words]) -> Markup:
    """Whole messages, as those functions render them that render what is sent."""
    rows = []
    for versions in zip(*(samples(words) for words in spoken), strict=True):
        cells = [_sample(sample, words) for sample, words in zip(versions, spoken, strict=True)]
        rows.append(_row(versions[0].name, "", cells))
    return _section("messages", rows)


def _family(name: str, family: Iterable[Entry], spoken: list[Words]) -> Markup:
    return _section(name, [_row(entry.key, entry.note, [_said(entry, words) for words in spoken]) for entry in family])


def _said(entry: Entry, words: Words) -> Markup:
    values = {name: _URL if name == "url" else Markup("<var>{}</var>").format(name) for name in entry.values}
    if not entry.counted:
        return _cell(words, [Markup('<div class="said">{}</div>').format(words.say(entry.key, **values))])
    forms = (
        Markup('<div class="said"><b class="n">{}</b>{}</div>').format(n, words.count(entry.key, n, **values))
        for n in COUNTS
    )
    return _cell(words, forms)


def _sample(sample: Sample, words: Words) -> Markup:
    bubbles = [Markup('<div class="bubble">{}</div>').format(text.replace("\n", _BREAK)) for text in sample.texts]
    keyboard = sample.keyboard.inline_keyboard if sample.keyboard else ()
    # Buttons stand from left to right in every language, as Telegram puts them.
    rows = (
        Markup('<div class="keys" dir="ltr">{}</div>').format(_keys(button.text for button in row)) for row in keyboard
    )
    return _cell(words, (*bubbles, *rows))


def _keys(labels: Iterable[str]) -> Markup:
    return Markup("").join(Markup('<span dir="auto">{}</span>').format(label) for label in labels)


def _cell(words: Words, parts: Iterable[Markup]) -> Markup:
    direction = "rtl" if words.right_to_left else "ltr"
    return Markup('<div lang="{}" dir="{}">{}</div>').format(words.language, direction, Markup("").join(parts))


def _row(name: str, note: str, cells: Iterable[Markup]) -> Markup:
    told = Markup(" <small>{}</small>").format(note) if note else ""
    head = Markup("<h3><code>{}</code>{}</h3>").format(name, told)
    return Markup('<article id="{}">{}{}</article>').format(name, head, Markup("").join(cells))


def _section(name: str, rows: Iterable[Markup]) -> Markup:
    return Markup('<section id="{0}"><h2>{1}</h2>{2}</section>').format(name, escape(name), Markup("\n").join(rows))
