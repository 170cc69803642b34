"""How an article looks in Telegram: HTML, escaping, direction, the 4,096 limit. Pure.

Every text that comes from an article is hostile. It passes through `_line`, which leaves one escaped line of bounded
length without direction or control characters. Lengths are UTF-16 code units.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, tzinfo

from markupsafe import Markup, escape

from handlers.links import web_link
from handlers.ranking import strongest
from handlers.split import MESSAGE_LIMIT, shorten, split, units
from handlers.texts import Words, clean
from storage.arabic import fold
from storage.article import FALLBACK_SECTION, Article, BlockKind, Quote, Urgency
from storage.headlines import Headline

# Together they keep an alert under MESSAGE_LIMIT, whatever an article holds.
_TITLE = 1000
_SECTION = 64
_SECTIONS = 8
_ALERT_LEAD = 1200
# A summary may take several messages, but never floods a chat.
_LEAD = 2000
_SUBHEADING = 200
_SUBHEADINGS = 30
_QUOTE = 800
_QUOTES = 20
# The strongest quotes stand open, the others together in a block that a touch unfolds; so does a long one alone.
_OPEN_QUOTES = 3
_SHORT_QUOTE = 300
_SPEAKER = 200
# A page of the whole text, without its title. Short enough that nobody gets lost in it.
_PAGE = 2500
# Of one paragraph of it: more than an article may have.
_TEXT = 1_000_000
# Who else reported a story.
_OUTLET = 60
_OUTLETS = 5
# A headline in a list.
_HEADLINE = 200
# What somebody looks for, in UTF-16 units; more of it is not looked at.
QUERY = 100
# What the newsroom may announce in one message.
ANNOUNCEMENT = 3500
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "ckb", "ps")
_RLM = Markup("\u200f")


def alert(article: Article, published_at: datetime, zone: tzinfo, words: Words) -> Markup:
    """Return the push message for an article; always one message."""
    parts = [
        words.say(_head(article), sections=_sections(article, words)),
        _title(article),
        _line(lead(article), _ALERT_LEAD, article.language),
        _origin(article, published_at, zone, words),
    ]
    return _paragraphs(parts)


def _head(article: Article) -> str:
    if article.breaking and article.urgency is Urgency.FLASH:
        return "alert.head_flash"
    return "alert.head_unflagged" if is_quiet(article) else "alert.head"


def is_quiet(article: Article) -> bool:
    """Whether its alert arrives without a sound."""
    return not article.breaking or article.urgency is Urgency.NORMAL


def joined(alerts: Sequence[Markup], words: Words) -> tuple[Markup, int]:
    """Join alerts, each as `alert` gives it, in one message; return it, and how many of them found room.

    The first always does. One alone looks as it does by itself.
    """
    for size in range(len(alerts), 1, -1):
        numbered = (
            words.say("alert.numbered", number=number, alert=alert)
            for number, alert in enumerate(alerts[:size], start=1)
        )
        text = _paragraphs(numbered)
        if len(split(text)) == 1:
            return text, size
    return alerts[0], 1


def lead(article: Article) -> str:
    """Return the raw text that leads an article, or "" where that only repeats the title."""
    text = article.lead or next(iter(article.paragraphs), "")
    return "" if fold(text) == fold(article.title) else text


def summary(
    article: Article, published_at: datetime, zone: tzinfo, words: Words, *, also_by: Sequence[str] = ()
) -> list[Markup]:
    """Return the ten-second reading of an article: title, lead, subheadings, and the key quotes, strongest first.

    `also_by` names the outlets that reported it too.
    """
    parts = [_title(article), _line(lead(article), _LEAD, article.language)]
    outline = _outline(article, words)
    if outline:
        parts.append(_lines([words.say("summary.outline"), *outline]))
    quotes = strongest(article)
    if quotes:
        said = [line for quote in quotes[:_QUOTES] if (line := _said(quote, article.language, words))]
        shown = [_block(line, opens=units(line.striptags()) > _SHORT_QUOTE) for line in said[:_OPEN_QUOTES]]
        if rest_of_them := said[_OPEN_QUOTES:]:
            shown.append(_block(_paragraphs(rest_of_them), opens=True))
        parts.append(_lines([words.say("summary.quotes"), *shown]))
        if rest := quotes[_QUOTES:]:
            parts.append(words.count("summary.more_quotes", len(rest)))
    if not outline and not quotes:
        parts.append(words.say("summary.bare"))
    if also_by:
        outlets = [shorten(clean(name), _OUTLET) for name in also_by[:_OUTLETS]]
        parts.append(words.say("summary.also_by", outlets=words.listing(outlets)))
    parts.append(_origin(article, published_at, zone, words))
    return _messages(_paragraphs(parts))


def full_text(article: Article, published_at: datetime, zone: tzinfo, words: Words) -> list[Markup]:
    """Return the article's text in pages, each with the title and, where there are several, its number."""
    blocks = [(block.kind, _line(block.text, _TEXT, article.language)) for block in article.blocks]
    text = _paragraphs(
        Markup("<b>{}</b>").format(line) if line and kind is BlockKind.SUBHEADING else line for kind, line in blocks
    )
    parts = _messages(text, _PAGE)
    title = _title(article)
    return [
        _paragraphs(
            [
                title,
                part,
                _origin(article, published_at, zone, words) if number == len(parts) else Markup(),
                words.say("text.page", page=number, pages=len(parts)) if len(parts) > 1 else Markup(),
            ]
        )
        for number, part in enumerate(parts, start=1)
    ]


def latest(headlines: Sequence[Headline], now: datetime, zone: tzinfo, words: Words) -> list[Markup]:
    """Return the newest stories as a numbered list, in the order given. Their times are told from `now`."""
    return _messages(_paragraphs([words.say("latest.title"), *_listed(headlines, now, zone, words)]))


def found(query: str, headlines: Sequence[Headline], now: datetime, zone: tzinfo, words: Words) -> list[Markup]:
    """Return what a search found as a numbered list. The query is the first bold text in it, and the only one."""
    title = words.say("search.title", query=shorten(clean(query), QUERY))
    return _messages(_paragraphs([title, *_listed(headlines, now, zone, words)]))


def by_section(headlines: Iterable[Headline], followed: Collection[str]) -> dict[str, list[Headline]]:
    """Group stories for a digest, each once: under the first of its sections that is in `followed`."""
    groups: dict[str, list[Headline]] = {}
    for headline in headlines:
        names = [*(name for name in headline.sections if name in followed), *headline.sections, FALLBACK_SECTION]
        groups.setdefault(names[0], []).append(headline)
    return groups


def understood(article: Article, limit: int, words: Words) -> Markup:
    """Return what the newsroom must see beyond the alert, in `limit` UTF-16 units at most; the rest is cut."""
    quotes = [_quote(quote, article.language, words, "preview.quote_nameless") for quote in article.quotes[:_QUOTES]]
    parts = [
        words.say("preview.title"),
        _title(article),
        words.say("preview.sections", sections=_sections(article, words)),
        _lines([words.count("preview.subheadings", len(article.subheadings)), *_outline(article, words)]),
        _lines([words.count("preview.quotes", len(article.quotes)), *quotes]),
    ]
    cut = words.say("preview.cut")
    first, *rest = split(_paragraphs(parts), limit - units(cut) - 2)
    whole = Markup(first)  # noqa: S704 - parts of markup are markup
    return _paragraphs([whole, cut]) if rest else whole


def announcement(text: str, words: Words) -> Markup:
    """Return a message of the newsroom's own. Its lines stand as they were written, and empty ones part paragraphs.

    It fits in one message where `text` has at most `ANNOUNCEMENT` UTF-16 units.
    """
    paragraphs: list[list[Markup]] = [[]]
    for line in map(clean, text.splitlines()):
        if line:
            paragraphs[-1].append(escape(line))
        else:
            paragraphs.append([])
    return _paragraphs([words.say("announcement.head"), *map(_lines, paragraphs)])


def _listed(headlines: Iterable[Headline], now: datetime, zone: tzinfo, words: Words) -> list[Markup]:
    return [
        headline_line(number, headline, words.when(headline.published_at, now, zone), words)
        for number, headline in enumerate(headlines, start=1)
    ]


def section_name(name: str, words: Words) -> Markup:
    """Return a section's name, which the newsroom may have spelt as it likes, as one line."""
    return _line(name, _SECTION, words.language)


def headline_line(number: int, headline: Headline, time: Markup, words: Words) -> Markup:
    """Return a story as one numbered line of a list, with its time."""
    title = _line(headline.title, _HEADLINE, words.language)
    if headline.breaking:
        return words.say("headline.line_breaking", number=number, title=title, time=time)
    return words.say("headline.line", number=number, title=title, time=time)


def _outline(article: Article, words: Words) -> list[Markup]:
    shown = (_line(text, _SUBHEADING, article.language) for text in article.subheadings[:_SUBHEADINGS])
    return [words.say("summary.point", text=text) for text in shown if text]


def _quote(quote: Quote, language: str, words: Words, nameless: str) -> Markup:
    text, speaker = _line(quote.text, _QUOTE, language), _line(quote.speaker or "", _SPEAKER, language)
    if not text:
        return Markup()
    return words.say("quote.named", text=text, speaker=speaker) if speaker else words.say(nameless, text=text)


def _said(quote: Quote, language: str, words: Words) -> Markup:
    text, speaker = _line(quote.text, _QUOTE, language), _line(quote.speaker or "", _SPEAKER, language)
    if not text:
        return Markup()
    return (
        words.say("quote.line", text=text, speaker=speaker) if speaker else words.say("quote.line_nameless", text=text)
    )


def _block(text: Markup, *, opens: bool) -> Markup:
    """A block quote; one that `opens` shows its first lines until it is touched."""
    return (
        Markup("<blockquote expandable>{}</blockquote>") if opens else Markup("<blockquote>{}</blockquote>")
    ).format(text)


def _title(article: Article) -> Markup:
    return Markup("<b>{}</b>").format(_line(article.title, _TITLE, article.language))


def _sections(article: Article, words: Words) -> Markup:
    return words.listing(shorten(clean(name), _SECTION) for name in article.sections[:_SECTIONS])


def _origin(article: Article, published_at: datetime, zone: tzinfo, words: Words) -> Markup:
    lines = [words.say("article.time", time=words.moment(published_at, zone))]
    if link := web_link(article.url):
        lines.append(words.say("article.source", url=escape(link)))
    return _lines(lines)


def _line(text: str, limit: int, language: str) -> Markup:
    """Return outside text as one escaped line that runs in the direction of `language`, even if it begins otherwise.

    Telegram takes a line's direction from its first strong character: «BBC: …» would turn an Arabic line around.
    """
    line = shorten(clean(text), limit)
    first = next((way for way in map(unicodedata.bidirectional, line) if way in ("L", "R", "AL")), "")
    return _RLM + escape(line) if first == "L" and language in _RIGHT_TO_LEFT else escape(line)


def _lines(parts: Iterable[Markup]) -> Markup:
    return Markup("\n").join(part for part in parts if part)


def _paragraphs(parts: Iterable[Markup]) -> Markup:
    return Markup("\n\n").join(part for part in parts if part)


def _messages(html: Markup, limit: int = MESSAGE_LIMIT) -> list[Markup]:
    return [Markup(part) for part in split(html, limit)]  # noqa: S704 - parts of markup are markup
