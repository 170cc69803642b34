"""One sentence: which of its words introduce what somebody said, and whom they name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.extract.actors import LICENSING, PREPOSITIONS, Actors
from bot.extract.boundaries import is_audience
from bot.extract.cast import Cast, Person
from bot.extract.documents import is_document, owner_of_document
from bot.extract.lexicon import people, speech
from bot.extract.nouns import Kind, bare, is_prefixed, kind_of_word
from bot.extract.phrases import Phrase
from bot.extract.tokens import MEMORY, QUOTE, Token
from bot.extract.verbs import MEASURED, introduces, verbs_of

_AGREEMENT = {"": (None, None), "m": (False, False), "f": (True, False), "p": (None, True)}
_MAX_AFTER = 3  # words between a verb and its subject, a quote and what follows it
_RELAY_REACH = 24  # words between «نقلت» and its «عن»
_FILLERS = frozenset(("هكذا", "كما", "بهذه", "بهذا", "الكلمات", "العبارات", "على", "حد", "و", "ما", "هذا"))


@dataclass(frozen=True, slots=True)
class Cue:
    """A place in a sentence that names who speaks. `joined`: it begins with «و», so it speaks of what follows only."""

    at: int
    person: Person | None
    joined: bool = False


@lru_cache(maxsize=MEMORY)
def _is_idle(text: str, key: str) -> bool:
    """Tell whether a word within a clause does nothing by itself: it introduces no words, and is no name so far."""
    if introduces(key) or kind_of_word(text, key) is not Kind.UNKNOWN:
        return False
    return not (key.startswith("لل") or (key[0] in "لب" and is_prefixed(key)))


class Sentence:
    """One sentence: who acts in it, and its cues in order."""

    def __init__(self, tokens: Sequence[Token], cast: Cast) -> None:
        self.cues: list[Cue] = []
        self.actors = Actors(tokens, cast)
        self._tokens = tokens
        self._cast = cast
        self._reader = self.actors.reader

    def read(self) -> None:
        """Find the cues."""
        tokens, knows_name = self._tokens, self._cast.knows_name
        at = 0
        while at < len(tokens):
            # Most words do nothing; they are passed over here, since this loop is most of what reading a story costs.
            token = tokens[at]
            if at and _is_idle(token.text, token.key) and not self.actors.begins_clause(at):
                key = token.key
                if not (knows_name(key) or (key[0] in "لب" and knows_name(key[1:]))):
                    at += 1
                    continue
            at = self._step(at)

    def named(self, before: int | None = None) -> Person | None:
        """Return whom «ليندبرغ: “…”» names: all that stands before the colon."""
        end = (before if before is not None else len(self._tokens)) - 1
        if end < 1 or self._tokens[end].text != ":" or self.cues:
            return None
        phrase = self._reader.read(0, subject=True)
        if phrase is not None and phrase.end == end:
            return self._cast.meet(phrase)
        return None

    def is_beside(self, quote: int, cue: int) -> bool:
        """Tell whether the cue follows the quote directly."""
        between = self._tokens[quote + 1 : cue]
        return len(between) <= _MAX_AFTER and all(not token.is_word or token.key in _FILLERS for token in between)

    def _step(self, at: int) -> int:
        """Read what begins at a token and return where to go on."""
        token = self._tokens[at]
        if not token.is_word or token.key == QUOTE:
            return at + 1
        key = token.key
        if introduces(key):
            end = self._cue(at)
            if end is not None:
                return end
        if at == 0 and key in ("اما", "واما") and (topic := self.actors.contrasted()) is not None:
            person = self._cast.meet(topic)
            self.actors.note(topic, person)
            self.actors.act(person)
            return topic.end
        if self.actors.begins_clause(at) and (end := self.actors.acting(at)) is not None:
            return end
        return self.actors.mention(at)

    def _cue(self, at: int) -> int | None:
        """Read a word that may name who speaks, and return where to go on; None where it does not here."""
        form, joined = self._verb(at)
        if form is not None:
            return self._verb_of_saying(at, form, joined=joined)
        key = self._tokens[at].key
        stem = key[1:] if key[0] in "وف" and len(key) > 3 else key
        if (participle := speech.PARTICIPLES.get(stem)) is not None and self._is_circumstance(at, stem):
            person = self.actors.agreeing(feminine=participle.feminine, plural=participle.plural)
            self.cues.append(Cue(at, person))
            return at + 1
        if key in speech.SAYING_NOUNS and self._is_saying_noun(at):
            feminine, plural = _AGREEMENT[speech.SAYING_NOUNS[key]]
            relayed = self.cues[-1].person if self.cues and key[0] != "ب" else None
            nearest = next((p for p in reversed(self.actors.acted) if p.agrees(feminine=feminine, plural=plural)), None)
            self.cues.append(Cue(at, relayed or nearest or self.actors.agreeing(feminine=feminine, plural=plural)))
            return at + 1
        if stem in speech.SOURCE_WORDS or (key in MEASURED and self.actors.key(at - 1) == "حد"):
            return self._source(at)
        return None

    # Verbs of saying

    def _verb(self, at: int) -> tuple[speech.Form | None, bool]:
        key = self._tokens[at].key
        for form, joined, pronoun in verbs_of(key):
            # «وردت والدته» is no «ورد في …».
            if form.verb in speech.WRITTEN_IN and self.actors.key(at + 1) != "في":
                continue
            if pronoun:
                # With a pronoun the noun is as common: «وصفه», «رده»; a subject must follow.
                phrase = self._subject_phrase(at, form)
                if phrase is None or (phrase.kind is Kind.UNKNOWN and not self.actors.knows(phrase)):
                    continue
            elif not joined and key in speech.AMBIGUOUS and not self._licensed(at):
                continue
            return (form, joined) if self.actors.key(at - 1) not in PREPOSITIONS else (None, False)
        return None, False

    def _licensed(self, at: int) -> bool:
        if at == 0:
            return True
        before = self._tokens[at - 1]
        if not before.is_word or before.quote >= 0 or before.key in LICENSING:
            return True
        # «الوزير سمير عطا نفى أن …»
        return any(end == at and not governed for _, end, _, governed in self.actors.mentions[-1:])

    def _subject_phrase(self, at: int, form: speech.Form) -> Phrase | None:
        start = at + 1
        for _ in range(_MAX_AFTER):
            if self.actors.key(start) in speech.BETWEEN or is_audience(self.actors.key(start)):
                start += 1
        phrase = self._reader.read(start, subject=form.verb not in speech.TRANSITIVE)
        if phrase is not None and is_audience(self.actors.key(start - 1)) and phrase.kind is not Kind.PERSON:
            return None  # «قالت لإذاعة محلية»
        return phrase

    def _verb_of_saying(self, at: int, form: speech.Form, *, joined: bool) -> int:
        phrase = self._subject_phrase(at, form)
        end = phrase.end if phrase is not None else at + 1
        if form.verb in speech.RELAYING:
            relayed = self._relayed(at + 1)
            if relayed is not None:
                person, end = relayed
                self.cues.append(Cue(at, person, joined))
                self._cast.mention(person)
                return end
            return end
        if form.verb in speech.WRITTEN_IN:
            return self._written_in(at, joined=joined)
        if phrase is not None and is_document(phrase.tokens[0].key):
            found = owner_of_document(self.actors, phrase.start + 1)
            owner = found[0] if found else self._cast.last_body() or self._cast.last_subject(feminine=None, plural=None)
            self.cues.append(Cue(at, owner, joined))
            return found[1] if found else phrase.start + 1
        outlet = phrase is not None and bare(phrase.tokens[0].key) in people.OUTLETS
        if outlet and form.verb in speech.REPORTING:
            self.cues.append(Cue(at, None, joined))
            return end
        if phrase is not None:
            person = self._cast.meet(phrase, feminine=form.feminine, plural=form.plural)
            self.actors.note(phrase, person)
        else:
            dropped = self.actors.dropped(at, form) if not self.actors.has_unknown_antecedent(at) else None
            if dropped is None:
                self.cues.append(Cue(at, None, joined))
                return end
            person = dropped
        self.actors.act(person)
        self.cues.append(Cue(at, person, joined))
        return end

    # Participles, nouns and sources

    def _is_circumstance(self, at: int, stem: str) -> bool:
        """Tell whether a participle says what the subject did meanwhile: «مؤكدا أن», not «المؤكدة», «نسخة مؤكدة»."""
        if stem.endswith("ا") and stem not in speech.AMBIGUOUS:
            return True
        before = self._tokens[at - 1] if at else None
        return (before is not None and (not before.is_word or before.text in "،,")) or self.actors.key(at + 1) in (
            "ان",
            "انه",
            "انها",
            ":",
            "الي",
        )

    def _is_saying_noun(self, at: int) -> bool:
        if self.actors.key(at) in ("وصفه", "وصفها", "تعبيره", "تعبيرها", "تعبيرهم", "وصفهم", "رايه", "رايها"):
            return self.actors.key(at - 1) in ("حد", "بحسب", "حسب", "وفق")
        return True

    def _relayed(self, start: int) -> tuple[Person, int] | None:
        """Return whom «نقلت … عن …» names."""
        for at in range(start, min(start + _RELAY_REACH, len(self._tokens) - 1)):
            if self.actors.key(at) == "عن":
                phrase = self._reader.read(at + 1, subject=True)
                return (self._cast.meet(phrase), phrase.end) if phrase is not None else None
        return None

    def _written_in(self, at: int, *, joined: bool) -> int:
        if self.actors.key(at + 1) != "في" or bare(self.actors.key(at + 2)) not in speech.DOCUMENTS | {
            bare(k) for k in speech.DOCUMENTS
        }:
            return at + 1
        found = owner_of_document(self.actors, at + 3)
        person = found[0] if found else self._cast.last_body() or self._cast.last_subject(feminine=None, plural=None)
        self.cues.append(Cue(at, person, joined))
        if person is not None:
            self.actors.act(person)
        return found[1] if found else at + 3

    def _source(self, at: int) -> int:
        start = at + 1
        while self.actors.key(start) in ("عن", "ما", "الي"):
            start += 1
        if start >= len(self._tokens) or self._verb(start)[0] is not None:
            return start
        reader, token = self.actors.unprefixed(start)
        key = token.key
        if is_document(key):
            found = owner_of_document(self.actors, start + 1)
        else:
            phrase = reader.read(start, subject=True)
            found = (self._cast.meet(phrase), phrase.end) if phrase is not None else None
        if found is None:
            return at + 1
        person, end = found
        self.actors.mentions.append((start, end, person, True))
        self._cast.mention(person)
        self.cues.append(Cue(at, person))
        return end
