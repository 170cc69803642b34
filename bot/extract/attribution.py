"""Who said what: every sentence is read for whom it names, and each quote for who is named nearest to it."""

from bisect import bisect
from collections.abc import Mapping, Sequence

from bot.extract.cast import Cast, Person
from bot.extract.normal import clean_line
from bot.extract.quotes import Span
from bot.extract.sentence import Sentence
from bot.extract.tellers import newcomer, teller, topic
from bot.extract.tokens import Token, sentences, tokenise
from storage.article import Block, BlockKind

_BEHIND = 2  # blocks, of which one may be a heading


class Attributor:
    """Reads one story, once."""

    def __init__(self, sources: Mapping[int, str | None]) -> None:
        self._sources = sources
        self._cast = Cast()
        self._pending: Person | None = None  # who was named where the words themselves stand in the next paragraph
        self._previous: Person | None = None  # who said the last quote
        self._bare: list[int] = []  # the quotes of the last sentence, where nothing in it says whose they are

    def attribute(
        self, blocks: Sequence[Block], quotes: Mapping[int, list[tuple[int, Span]]], count: int
    ) -> list[str | None]:
        """Return the speaker of each of the `count` quotes; `quotes` holds by block their numbers and places."""
        found: list[Person | str | None] = [None] * count
        # The sentence behind the last quote may still say whose it is; nothing further on does.
        for at, block in enumerate(blocks[: max(quotes) + 1 + _BEHIND]):
            if block.kind is BlockKind.SUBHEADING:
                continue
            tokens = tokenise(block.text, quotes.get(at, ()))
            source = self._sources.get(at)
            if at in self._sources and source is not None:
                for number, _ in quotes.get(at, ()):
                    found[number] = clean_line(source)
                continue
            for sentence in sentences(tokens):
                self._read(sentence, found)
        return [person.label if isinstance(person, Person) else person for person in found]

    def _read(self, tokens: Sequence[Token], found: list[Person | str | None]) -> None:
        sentence = Sentence(tokens, self._cast)
        sentence.read()
        if not sentence.actors.acted and (named := topic(sentence.actors)) is not None and named.name:
            self._cast.act(named)  # «لكن المدون ماركيز براون لم يبد مقتنعا. وكتب: …»
        elif not sentence.actors.acted and (shown := newcomer(sentence.actors)) is not None:
            self._cast.act(shown)
        if self._bare and (person := sentence.presenter()) is not None:
            for number in self._bare:
                found[number] = person
        elif self._bare and (person := sentence.continuer()) is not None:
            for number in self._bare:
                found[number] = found[number] or person
        spoken = [at for at, token in enumerate(tokens) if token.quote >= 0]
        for at in spoken:
            person = self._speaker(sentence, at)
            found[tokens[at].quote] = person
            self._previous = person
        self._bare = [tokens[at].quote for at in spoken] if not sentence.cues else []
        last = tokens[-1]
        if spoken:
            self._pending = None
        elif last.text == ":":
            self._pending = sentence.named() or (sentence.cues[-1].person if sentence.cues else None)
        else:
            # «وكتب الوزير على حسابه», and the words themselves below; a full stop ends what he said.
            self._pending = sentence.cues[-1].person if sentence.cues and last.text != "." else None
        if not spoken and not (last.text == ":" or sentence.cues):
            self._previous = None
        elif not spoken and sentence.cues and sentence.cues[-1].person is not None:
            self._previous = sentence.cues[-1].person  # «وتحكي سعاد كيف جرف السيل بيتها.», and her words below

    def _speaker(self, sentence: Sentence, at: int) -> Person | None:
        place = bisect(sentence.cues, at, key=lambda cue: cue.at)
        before = sentence.cue_before(at)
        after = sentence.cues[place] if place < len(sentence.cues) else None
        if after is not None and not after.joined and sentence.is_beside(at, after.at) and (before is None or at <= 1):
            return after.person
        if before is not None:
            return before.person
        if (named := sentence.named(at) or sentence.signed(at)) is not None:
            return named
        if at <= 1 and not sentence.actors.subject:
            return self._pending or self._previous
        return teller(sentence.actors, at, self._previous)
