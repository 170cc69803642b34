"""How a digest looks in Telegram, and what says that the day's budget of alerts is spent. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, tzinfo
from html import unescape

from markupsafe import Markup

from handlers import messages
from handlers.split import MESSAGE_LIMIT, shorten, units
from handlers.texts import Words
from storage.digests import DAILY, Edition
from storage.headlines import Headline

_TAG = re.compile(r"<[^<>]*>")
# In UTF-16 units: a line is short.
_REASON = 120


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a digest, and the stories it tells. The number of the first one's line is `first`."""

    text: Markup
    headlines: tuple[Headline, ...]
    first: int


def roundup(
    edition: Edition, headlines: Sequence[Headline], followed: Sequence[str], zone: tzinfo, words: Words
) -> list[Part]:
    """Return the messages of a digest: its stories by section, one numbered line for each, with its time.

    A message ends between two lines, and the next one names the section again; the numbers go on. `followed` are the
    chat's sections: a story of several stands under the first of them.
    """
    groups = messages.by_section(headlines, followed)
    parts: list[Part] = []
    text, told, number = _title(edition, len(headlines), words), list[Headline](), 1
    for section, group in groups.items():
        head = _head(section, words)
        for place, headline in enumerate(group):
            line = Markup("\n") + _line(edition, number, headline, zone, words)
            addition = line if place else head + line
            if told and _width(text) + _width(addition) > MESSAGE_LIMIT:
                parts.append(Part(text, tuple(told), number - len(told)))
                text, told, addition = Markup(), [], head.lstrip() + line
            text += addition
            told.append(headline)
            number += 1
    return [*parts, Part(text, tuple(told), number - len(told))]


def mended(
    edition: Edition,
    headlines: Sequence[Headline],
    reasons: Mapping[int, str],
    followed: Sequence[str],
    zone: tzinfo,
    words: Words,
    first: int,
    total: int,
) -> Part:
    """Return a message of a digest that was sent, with a notice in the place of each story that was taken back.

    `headlines` are all that stood in it, numbered from `first` on, of `total` in the digest; `reasons` say why some of
    them, by number, were taken back. Where the reasons find no room they are left out.
    """
    groups = messages.by_section(headlines, followed)
    for reason_width in (_REASON, 0):
        text, told = _title(edition, total, words) if first == 1 else Markup(), list[Headline]()
        for section, group in groups.items():
            text += _head(section, words)
            for headline in group:
                number = first + len(told)
                if headline.id not in reasons:
                    line = _line(edition, number, headline, zone, words)
                elif reason_width:
                    reason = shorten(reasons[headline.id], reason_width)
                    line = words.say("digest.retracted_because", number=number, reason=reason)
                else:
                    line = words.say("digest.retracted", number=number)
                text += Markup("\n") + line
                told.append(headline)
        text = text.lstrip()
        if _width(text) <= MESSAGE_LIMIT:
            break
    return Part(text, tuple(told), first)


def budget_spent(alerts: int, digest_time: time | None, words: Words) -> Markup:
    """Say that all the alerts of the day that the chat wishes to have were sent, and where the others are told.

    `digest_time` is when its next daily digest comes, or None where it has none.
    """
    if digest_time is None:
        rest = words.say("budget.rest_in_latest")
    else:
        rest = words.say("budget.rest_in_digest", time=digest_time)
    return words.count("budget.spent", alerts, rest=rest)


def _head(section: str, words: Words) -> Markup:
    return Markup("\n\n") + words.say("digest.section", section=messages.section_name(section, words))


def _line(edition: Edition, number: int, headline: Headline, zone: tzinfo, words: Words) -> Markup:
    said = (words.clock if edition in DAILY else words.short_moment)(headline.published_at, zone)
    return messages.headline_line(number, headline, said, words)


def _title(edition: Edition, stories: int, words: Words) -> Markup:
    if edition is Edition.WEEKLY:
        return words.count("digest.title_weekly", stories)
    if edition in DAILY:
        return words.count("digest.title", stories)
    return words.count("digest.title_missed", stories)


def _width(html: Markup) -> int:
    """In UTF-16 units after entity parsing, which is how Telegram counts."""
    return units(unescape(_TAG.sub("", html)))
