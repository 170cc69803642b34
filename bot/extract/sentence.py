"""One sentence: which of its words introduce what somebody said, and whom they name."""

from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.extract import objects, openings, relays, subjects
from bot.extract.actors import ABU, OPENING, Actors
from bot.extract.cast import Cast, Person
from bot.extract.documents import author_of, is_document, law, owner_of_document
from bot.extract.finite import verb_at
from bot.extract.lexicon import clauses, saying, speech
from bot.extract.nouns import Kind, is_accusative_office, is_institution, is_office, is_prefixed, kind_of_word
from bot.extract.tokens import MEMORY, QUOTE, Token
from bot.extract.verbs import MEASURED, introduces, is_cited, is_purpose, is_spoken_noun, verbs_of

PRESENTING = "بهذه"
_PRESENTING = frozenset((PRESENTING, "بهذا", "هكذا"))
_MAX_PRESENTING = 2  # words before the verb: «بهذه الكلمات توجهت الحاكمة إلى …»
_AGREEMENT = {"": (None, None), "m": (False, False), "f": (True, False), "p": (None, True)}
_MAX_NESTED, _MAX_REPORTED = 4, 80  # verbs of saying within what somebody said, and its words
_MAX_AFTER = 3  # words between a verb and its subject, a quote and what follows it
_FILLERS = (
    speech.PRESENTED | speech.SOURCE_WORDS | {"هكذا", "كما", "بهذه", "بهذا", "على", "حد", "و", "ما", "لما", "هذا"}
)
_DASHES = frozenset("-–—")
_TOLD = frozenset(("ان", "انه", "انها", ":", "الي"))
_WAS, _THIS = frozenset(("كان", "كانت")), frozenset(("هذا", "هذه", "تلك", "ذلك"))
_MAX_REVEALED = 7  # words from there to the verb


class Cue(NamedTuple):
    """A place in a sentence that names who speaks. `joined`: it begins with «و», so it speaks of what follows only."""

    at: int
    person: Person | None
    joined: bool = False


@lru_cache(maxsize=MEMORY)
def _is_idle(text: str, key: str) -> bool:
    """Tell whether a word within a clause does nothing by itself: it introduces no words, and is no name so far."""
    if introduces(key) or kind_of_word(text, key) is not Kind.UNKNOWN or is_accusative_office(key):
        return False
    if key == ABU:
        return False
    if (
        key == PRESENTING
        or key in clauses.CONTRASTS
        or (key[0] == "و" and (is_office(key[1:]) or is_institution(key[1:])))
    ):
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
        tokens, names, fronted = self._tokens, self._cast.names, self.actors.fronted
        at, count, before = 0, len(tokens), ""
        while at < count:
            # Most words do nothing; they are passed over here, since this loop is most of what reading a story costs.
            token = tokens[at]
            key = token.key
            idle = not token.is_word or (at and before not in OPENING and _is_idle(token.text, key))
            idle = idle and not (key in names or (key[0] in "لبو" and key[1:] in names))
            if idle and not (fronted and self.actors.may_act(at)):
                at += 1
                before = key
                continue
            at = self._step(at)
            before = tokens[at - 1].key

    def named(self, before: int | None = None) -> Person | None:
        """Return whom «ليندبرغ: “…”» names: all that stands before the colon."""
        end = (before if before is not None else len(self._tokens)) - 1
        if end < 1 or self._tokens[end].text != ":" or self.cues:
            return None
        if self.actors.key(0) in speech.ANSWERS and end == 1:
            return self._cast.protagonist()
        phrase = self._reader.read(0, subject=True)
        if phrase is not None and phrase.end == end:
            return self._cast.meet(phrase)
        return None

    def signed(self, quote: int) -> Person | None:
        """Return whom «“…” – النائبة حليمة القعقور» names: all that stands behind the dash."""
        if quote or self.cues or self.actors.key(quote + 1) not in _DASHES:
            return None
        phrase = self._reader.read(quote + 2, subject=True)
        if phrase is None or (phrase.end < len(self._tokens) and self._tokens[phrase.end].is_word):
            return None
        return self._cast.meet(phrase)

    def presenter(self) -> Person | None:
        """Return who said the sentence before: «“…”. بهذه العبارة أنهى الرئيس خطابه»."""
        presents = self.actors.key(0) in _PRESENTING and self.cues and self.cues[0].at <= _MAX_PRESENTING
        return self.cues[0].person if presents else None

    def continuer(self) -> Person | None:
        """Return who goes on: «“…”. وتضيف: “…”»."""
        goes_on = self.cues and self.cues[0].at == 0 and verbs_of(self.actors.key(0))
        return self.cues[0].person if goes_on and goes_on[0][0].verb in speech.CONTINUING else None

    def cue_before(self, quote: int) -> Cue | None:
        """Return the last cue before a quote that can be of it.

        In «وأضاف أن الوزارة وعدت ثلاث مرات، لكنها “…”» the promise is part of what is reported, and introduces nothing.
        """
        place = bisect(self.cues, quote, key=lambda cue: cue.at)
        for _ in range(min(place - 1, _MAX_NESTED)):
            if not self._is_reported(self.cues[place - 2], self.cues[place - 1], quote):
                break
            place -= 1
        return self.cues[place - 1] if place else None

    def _is_reported(self, outer: Cue, inner: Cue, quote: int) -> bool:
        if quote - outer.at > _MAX_REPORTED:
            return False
        reported = [token.key for token in self._tokens[outer.at : inner.at]]
        behind = [token.key for token in self._tokens[inner.at + 1 : quote]]
        nested = not clauses.THAT.isdisjoint(reported) and clauses.CONTRASTS.isdisjoint(reported)
        if inner.joined or not nested or QUOTE in reported or not behind:
            return False
        return clauses.THAT.isdisjoint(behind) and behind[-1] not in clauses.CARRYING

    def is_beside(self, quote: int, cue: int) -> bool:
        """Tell whether the cue follows the quote directly."""
        between = self._tokens[quote + 1 : cue]
        if len(between) > _MAX_REVEALED:
            return False
        words = [token.key for token in between if token.is_word]
        if len(words) > 1 and words[0] in _WAS and words[1] in _THIS:
            return True  # «“…”، كانت هذه آخر رسالة كتبتها مريم»
        return len(between) <= _MAX_AFTER and all(not token.is_word or token.key in _FILLERS for token in between)

    def _step(self, at: int) -> int:
        """Read what begins at a token and return where to go on."""
        self.actors.here = at
        token = self._tokens[at]
        if not token.is_word or token.key == QUOTE:
            return at + 1
        key = token.key
        if key in clauses.CONTRASTS and at:
            self.actors.turn()
        if key == PRESENTING and (named := relays.presented(self.actors, at)) is not None:
            return self._cue_of(at, named)
        if introduces(key):
            end = self._cue(at)
            if end is not None:
                return end
        if at == 0 and (first := openings.introduced(self.actors)) is not None:
            return first.end
        if at == 0 and key in ("اما", "واما") and (topic := openings.contrasted(self.actors)) is not None:
            person = self._cast.meet(topic)
            self.actors.note(topic, person)
            self.actors.act(person)
            return topic.end
        if self.actors.may_act(at) and (end := self.actors.acting(at)) is not None:
            return end
        return self.actors.mention(at)

    def _cue(self, at: int) -> int | None:
        """Read a word that may name who speaks, and return where to go on; None where it does not here."""
        form, joined = verb_at(self.actors, at, self.cues[-1].at if self.cues else None)
        if form is not None:
            return self._verb_of_saying(at, form, joined=joined)
        key = self._tokens[at].key
        stem = key[1:] if key[0] in "وف" and len(key) > 3 else key
        own = self._tokens[at].text.endswith("ه")  # «مضيفه»
        if not own and (participle := saying.PARTICIPLES.get(stem)) is not None and self._is_circumstance(at, stem):
            person = self.actors.agreeing(feminine=participle.feminine, plural=participle.plural)
            self.cues.append(Cue(at, person))
            return at + 1
        if key in speech.SAYING_NOUNS and self._is_saying_noun(at):
            feminine, plural = _AGREEMENT[speech.SAYING_NOUNS[key]]
            relayed = self.cues[-1].person if self.cues and key[0] != "ب" else None
            if self.actors.key(at - 1) in ("عنه", "عنها"):  # «يحفظ عنه قوله»
                relayed = self.actors.last_named(at, saying.Form("", feminine, bool(plural))) or relayed
            nearest = next((p for p in reversed(self.actors.acted) if p.agrees(feminine=feminine, plural=plural)), None)
            person = relayed or nearest or self.actors.agreeing(feminine=feminine, plural=plural)
            self.cues.append(Cue(at, person or (self.cues[-1].person if self.cues else None)))  # «ويختم التقرير بالقول»
            return at + 1
        if is_spoken_noun(key) and (named := relays.spoken_of_in(self.actors, at)) is not None:
            return self._cue_of(at, named)
        if is_cited(key) and (named := relays.cited(self.actors, at)) is not None:
            return self._cue_of(at, named)
        regarding = at == 1 and key == "نظر" and self.actors.key(0).endswith("في")  # «في نظر الناقد فلان، …»
        regarding = regarding or (at == 0 and stem == speech.REGARDING)  # «وبالنسبة إلى الناقد فلان، فإن …»
        if regarding or stem in speech.SOURCE_WORDS or (key in MEASURED and self.actors.key(at - 1) in ("حد", "وجهه")):
            return self._source(at)
        return None

    # Verbs of saying

    def _verb_of_saying(self, at: int, form: saying.Form, *, joined: bool) -> int:
        phrase = subjects.subject_phrase(self.actors, at, form)
        end = phrase.end if phrase is not None else at + 1
        if form.verb in speech.RELAYING:
            named = relays.relayed(self.actors, at + 1, speech.RELAYING[form.verb])
            if named is None and phrase is not None and phrase.kind is Kind.PERSON:
                self.actors.act(self._cast.meet(phrase))  # «وتنقل الوزير إلى مكان الحادث»
            if named is None:
                return end
            self._cast.mention(named[0])
            return self._cue_of(at, named, joined=joined)
        if form.verb in speech.STIPULATING and not (phrase and is_document(phrase.tokens[0].key)):
            return self._cue_of(at, law(self.actors, at + 1) or (None, at + 1), joined=joined)
        if form.verb in speech.WRITTEN_IN:
            return self._written_in(at, joined=joined)
        if phrase is not None and is_document(phrase.tokens[0].key):
            found = owner_of_document(self.actors, phrase.start + 1)
            owner = found[0] if found else author_of(self.actors, phrase.tokens[0].key)
            self.cues.append(Cue(at, owner, joined))
            return found[1] if found else phrase.start + 1
        if phrase is not None and objects.says_nothing(phrase, form):
            # «نقلا عن مصادر أمنية، ذكرت القناة أن …»
            quoted = any(token.quote >= 0 for token in self._tokens[:at])
            source = self.cues[-1].person if self.cues and self._is_source(self.cues[-1].at) and not quoted else None
            self.cues.append(Cue(at, source, joined))
            return end
        before = self.actors.preceding(at, form)
        purpose = is_purpose(self._tokens[at].key)  # «عادت لتطمئن السكان إلى أن …»
        own = self.actors.key(at - 1) in clauses.BEING  # «…، وهي تتلو الحكم، إن»
        if phrase is not None and (before or purpose or own or objects.is_object(self.actors, phrase, form)):
            phrase = None
        if phrase is not None and objects.is_thing(self.actors, phrase):
            return end  # «وسجل سعر اللتر ألف ليرة»
        if phrase is not None and (known := subjects.known_by_another_name(self.actors, phrase, form)) is not None:
            person = known
        elif phrase is not None:
            person = self._cast.meet(phrase, feminine=form.feminine, plural=form.plural)
            self.actors.note(phrase, person)
        else:
            dropped = before or subjects.unspoken(self.actors, at, form)
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
        apart = before is not None and (not before.is_word or before.text in "،,")
        return apart or self.actors.key(at + 1) in _TOLD

    def _is_saying_noun(self, at: int) -> bool:
        return self.actors.key(at) not in speech.MEASURED_NOUNS or self.actors.key(at - 1) in speech.MEASURES

    def _written_in(self, at: int, *, joined: bool) -> int:
        if self.actors.key(at + 1) in speech.ON_IT:
            named = self.actors.subject
            if named is None and not self.actors.mentions:
                named = self._cast.last_subject(feminine=None, plural=None)  # «قدم استقالته. ومما جاء فيها: …»
            self.cues.append(Cue(at, named, joined))  # «أصدر القاضي أمرا جاء فيه …»
            return at + 2
        found = relays.written_in(self.actors, at + 1)
        if found is None:
            return at + 1
        person, end = found
        self.cues.append(Cue(at, person, joined))
        if person is not None:
            self.actors.act(person)
        return end

    def _is_source(self, at: int) -> bool:
        key = self.actors.key(at)
        return key in speech.SOURCE_WORDS or key[1:] in speech.SOURCE_WORDS

    def _source(self, at: int) -> int:
        start = at + 1
        while self.actors.key(start) in ("عن", "ما", "الي"):
            start += 1
        if start >= len(self._tokens) or verb_at(self.actors, start, None)[0] is not None:
            return start
        named = relays.source(self.actors, start)
        return at + 1 if named is None else self._cue_of(at, named)

    def _cue_of(self, at: int, named: tuple[Person | None, int], *, joined: bool = False) -> int:
        person, end = named
        self.cues.append(Cue(at, person, joined))
        return end
