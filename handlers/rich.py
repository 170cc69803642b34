"""How a summary looks as a rich message: real headings, a list, quotes with their credit. Pure.

The form is that of https://core.telegram.org/bots/api#inputrichmessage, where every block of text is plain: there is
nothing to escape, and clients lay it out in the direction that the message gives.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from handlers.messages import lead
from handlers.ranking import strongest
from handlers.split import shorten
from handlers.texts import Words, clean
from storage.article import Article

# In UTF-16 units. Together they stay below the 32,768 characters and 500 blocks that a rich message may have.
_TITLE = 1000
_LEAD = 2000
_SUBHEADING = 200
_SUBHEADINGS = 30
_QUOTE = 800
_SPEAKER = 200
_QUOTES = 20
_OUTLET = 60
_OUTLETS = 5
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "ckb", "ps")

Json = dict[str, Any]


def summary(
    article: Article, published_at: datetime, zone: tzinfo, words: Words, *, also_by: Sequence[str] = ()
) -> Json:
    """Return what `messages.summary` tells, as an InputRichMessage."""
    blocks = [_heading(_line(article.title, _TITLE), 2), _paragraph(_line(lead(article), _LEAD))]
    subheadings = [_line(text, _SUBHEADING) for text in article.subheadings[:_SUBHEADINGS]]
    if points := [text for text in subheadings if text]:
        blocks += [_heading(words.plain("rich.outline"), 3), _list(points)]
    quotes = [
        (text, _line(quote.speaker or "", _SPEAKER))
        for quote in strongest(article)[:_QUOTES]
        if (text := _line(quote.text, _QUOTE))
    ]
    if quotes:
        blocks.append(_heading(words.plain("rich.quotes"), 3))
        blocks += [_quotation(text, speaker) for text, speaker in quotes]
    if also_by:
        outlets = words.plain("list.separator").join(_line(name, _OUTLET) for name in also_by[:_OUTLETS])
        blocks.append(_paragraph(words.plain("summary.also_by", outlets=outlets)))
    blocks.append({"type": "footer", "text": str(words.moment(published_at, zone))})
    shown = [block for block in blocks if block.get("text", True)]
    return {"blocks": shown, "is_rtl": article.language in _RIGHT_TO_LEFT, "skip_entity_detection": True}


def _line(text: str, limit: int) -> str:
    return shorten(clean(text), limit)


def _heading(text: str, size: int) -> Json:
    return {"type": "heading", "text": text, "size": size}


def _paragraph(text: str) -> Json:
    return {"type": "paragraph", "text": text}


def _list(points: Sequence[str]) -> Json:
    return {"type": "list", "items": [{"blocks": [_paragraph(text)]} for text in points]}


def _quotation(text: str, speaker: str) -> Json:
    quotation: Json = {"type": "blockquote", "blocks": [_paragraph(text)]}
    return {**quotation, "credit": speaker} if speaker else quotation
