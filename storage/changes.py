"""What the newsroom may correct in an article, and what the article is then. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum

from storage.article import Article, BlockKind, Urgency


class Field(StrEnum):
    """What was wrong."""

    TITLE = "title"
    SECTIONS = "sections"
    URGENCY = "urgency"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was wrong, and what is right. Names of sections are joined with «، »; an urgency is its word.

    `right` is "" where the right thing is that nothing stands there, as for a speaker whom nobody knows.
    """

    field: Field
    wrong: str
    right: str


SECTIONS_SEPARATOR = "، "


def change_title(article: Article, title: str) -> Article:
    """Return the article under another title."""
    return replace(article, title=title)


def change_urgency(article: Article, urgency: Urgency) -> Article:
    """Return the article ranked otherwise."""
    return replace(article, urgency=urgency)


def change_paragraph(article: Article, place: int, text: str) -> Article:
    """Return the article with another text in the paragraph at this place of its blocks.

    A lead that repeats the paragraph follows it. A quote whose words no longer stand in it is gone.
    """
    old = article.blocks[place].text
    blocks = (*article.blocks[:place], replace(article.blocks[place], text=text), *article.blocks[place + 1 :])
    quotes = []
    for quote in article.quotes:
        if quote.block != place:
            quotes.append(quote)
        elif (start := text.find(old[quote.start : quote.end])) >= 0:
            quotes.append(replace(quote, start=start, end=start + quote.end - quote.start))
    lead = text if article.lead == old else article.lead
    return replace(article, blocks=blocks, quotes=tuple(quotes), lead=lead)


def change_lead(article: Article, text: str) -> Article:
    """Return the article with another lead, where that is no paragraph of its own."""
    return replace(article, lead=text)


def change_quote(article: Article, number: int, text: str) -> Article:
    """Return the article with other words in its quote of this number, from 0, in the quote and where it stands."""
    quote = article.quotes[number]
    block = article.blocks[quote.block]
    body = block.text[: quote.start] + text + block.text[quote.end :]
    longer = len(text) - (quote.end - quote.start)
    quotes = []
    for other, one in enumerate(article.quotes):
        if other == number:
            quotes.append(replace(one, text=text, end=one.start + len(text)))
        elif one.block == quote.block and one.start >= quote.end:
            quotes.append(replace(one, start=one.start + longer, end=one.end + longer))
        else:
            quotes.append(one)
    lead = body if article.lead == block.text else article.lead
    blocks = (*article.blocks[: quote.block], replace(block, text=body), *article.blocks[quote.block + 1 :])
    return replace(article, blocks=blocks, quotes=tuple(quotes), lead=lead)


def change_speaker(article: Article, number: int, speaker: str | None) -> Article:
    """Return the article with another speaker of its quote of this number, from 0; None where nobody is named."""
    quote = replace(article.quotes[number], speaker=speaker)
    return replace(article, quotes=(*article.quotes[:number], quote, *article.quotes[number + 1 :]))


def changes(old: Article, new: Article) -> tuple[Change, ...]:
    """Return what `new` corrects in `old`, which has as many blocks; a change of a quote's words stands once."""
    found = []
    if old.title != new.title:
        found.append(Change(Field.TITLE, old.title, new.title))
    if set(old.sections) != set(new.sections):
        found.append(
            Change(Field.SECTIONS, SECTIONS_SEPARATOR.join(old.sections), SECTIONS_SEPARATOR.join(new.sections))
        )
    if old.urgency != new.urgency:
        found.append(Change(Field.URGENCY, old.urgency, new.urgency))
    requoted = set[int]()
    if len(old.quotes) == len(new.quotes):
        for before, after in zip(old.quotes, new.quotes, strict=True):
            if before.text != after.text:
                requoted.add(before.block)
                found.append(Change(Field.QUOTE, before.text, after.text))
            if before.speaker != after.speaker:
                found.append(Change(Field.SPEAKER, before.speaker or "", after.speaker or ""))
    blocks = list(zip(old.blocks, new.blocks, strict=True))
    for place, (was, now) in enumerate(blocks):
        if was.text != now.text and place not in requoted:
            found.append(Change(Field.PARAGRAPH, *differing(was.text, now.text)))
    if old.lead != new.lead and old.lead not in [was.text for was, _ in blocks]:
        found.append(Change(Field.PARAGRAPH, *differing(old.lead or "", new.lead or "")))
    return tuple(found)


def differing(old: str, new: str) -> tuple[str, str]:
    """Return those parts of two texts, in whole words, in which they differ, with a word around them to go by."""
    before, after = old.split(), new.split()
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    start, end = max(0, start - 1), max(0, end - 1)
    return " ".join(before[start : len(before) - end]), " ".join(after[start : len(after) - end])


def paragraphs(article: Article) -> tuple[tuple[int, str], ...]:
    """Return the paragraphs that can be corrected, each with its place among the blocks; -1 for a lead of its own."""
    own = [(place, block.text) for place, block in enumerate(article.blocks) if block.kind is BlockKind.PARAGRAPH]
    if article.lead and article.lead not in [text for _, text in own]:
        return ((-1, article.lead), *own)
    return tuple(own)
