"""Noun phrases that name who speaks: «وزيرة الخارجية السويدية آنا بيرغ», «الغرفة الدولية للشحن», «بايدن»."""

from collections.abc import Sequence

from bot.extract.bodies import read_body, read_quantity, with_others
from bot.extract.boundaries import agrees, ends_cleanly, ends_name, is_audience, key_at, stops
from bot.extract.cast import Cast
from bot.extract.lexicon import clauses, names, people, speech
from bot.extract.noun_phrase import ABBREVIATED, MAX_TOKENS, Phrase
from bot.extract.nouns import (
    Kind,
    bare,
    cannot_begin,
    is_accusative_office,
    is_feminine,
    is_institution,
    is_office,
    is_own_body,
    is_possessed,
    kind_of,
    may_open,
)
from bot.extract.offices import read_office
from bot.extract.tokens import Token

_MIN_FULL_NAME = 2  # words
_MAX_JOINED = 200  # words; a longer sentence is no reporter's, and would take long
_MAX_WORKPLACE = 8  # words
_AT = frozenset(("في", "لدي"))
_MAX_LAM_NAME = 4  # letters of a name that begins like the preposition «ل»: «ليلى»


class PhraseReader:
    """Reads one phrase at a time out of a sentence."""

    def __init__(self, tokens: Sequence[Token], cast: Cast) -> None:
        """Read from `tokens`; `cast` knows the names that have appeared."""
        self._tokens = tokens
        self._cast = cast

    def read(self, start: int, *, subject: bool) -> Phrase | None:
        """Read the phrase that begins at `start`, or None where none does.

        `subject`: it stands behind a verb of saying, where no object can follow before the clause that was said.
        """
        tokens = self._tokens
        if start >= len(tokens):
            return None
        if tokens[start].text in ABBREVIATED and start + 2 < len(tokens) and tokens[start + 1].text in "./":
            named = self._name(start + 2, subject=subject) if not cannot_begin(tokens[start + 2]) else None
            return named and self._with_apposition(named._replace(kind=Kind.PERSON, start=start))
        if (
            tokens[start].key == "كل"
            and key_at(tokens, start + 1) == "من"
            and is_institution(key_at(tokens, start + 2))
        ):
            return with_others(tokens, read_body(tokens, start + 2, Kind.INSTITUTION))
        styled = start + 1 < len(tokens) and bare(tokens[start].key) in names.STYLE_OWNERS
        if styled and bare(tokens[start + 1].key) in names.STYLES:
            behind = start + 2 + (key_at(tokens, start + 2) in names.STYLE_TAILS)
            known = behind < len(tokens) and kind_of(tokens[behind]) is Kind.PERSON
            # «صاحب السمو الملكي الأمير …»
            return read_office(tokens, behind, subject=subject)._replace(start=start) if known else None
        if (
            tokens[start].key in names.STYLES
            and key_at(tokens, start + 1)
            and kind_of(tokens[start + 1]) is Kind.PERSON
        ):
            return read_office(tokens, start + 1, subject=subject)._replace(start=start)
        if tokens[start].key in people.QUANTITIES and (phrase := read_quantity(tokens, start)) is not None:
            return phrase
        if cannot_begin(tokens[start]):
            return None
        kind = kind_of(tokens[start])
        if tokens[start].key in names.PERSON_PARTICLES and self._begins_a_name(start + 1):
            phrase = self._name(start, subject=subject)  # «أم هاني»
        elif kind is Kind.PERSON or self._is_rank(start):
            phrase = read_office(tokens, start, subject=subject)
        elif kind is Kind.UNKNOWN and is_possessed(tokens[start]) and not is_own_body(tokens[start].key):
            return None  # «عبر حسابه»
        elif kind is Kind.UNKNOWN:
            phrase = self._name(start, subject=subject)
        else:
            phrase = with_others(tokens, read_body(tokens, start, kind))
        return self._with_apposition(phrase)

    def named_by_origin(self, at: int) -> Phrase | None:
        """Read «الإثيوبية أبيبي تاديسي»: where somebody is from, and a full name."""
        tokens = self._tokens
        if at + 2 >= len(tokens) or not tokens[at].definite or tokens[at + 1].definite:
            return None
        if not tokens[at].text.endswith(("ي", "ية")) or kind_of(tokens[at]) is not Kind.UNKNOWN:
            return None
        phrase = self.read(at, subject=True)
        return phrase if phrase is not None and len(phrase.title) == 1 and len(phrase.name) > 1 else None

    def unprefixed(self, at: int) -> "tuple[PhraseReader, Token]":
        """Return the token at `at` without its preposition («للوزارة», «لوزير»), and a reader that sees it so."""
        token = self._tokens[at]
        key, text = token.key, token.text
        if key.startswith("لل"):
            key, text = "ال" + key[2:], "ال" + text[2:]
        elif (at < _MAX_JOINED and self._is_joined(token)) or (key[0] in "لب" and self._is_somebody(key[1:])):
            key, text = key[1:], text[1:]
        else:
            return self, token
        tokens = list(self._tokens)
        tokens[at] = token.written(text, key)
        return PhraseReader(tokens, self._cast), tokens[at]

    def turned(self, at: int) -> "PhraseReader":
        """Return a reader that sees «فوزارة الصحة قالت …» without its «ف»."""
        token = self._tokens[at]
        if token.key[0] != "ف" or kind_of(token) is not Kind.UNKNOWN or not self._is_somebody(token.key[1:]):
            return self
        tokens = list(self._tokens)
        tokens[at] = token.written(token.text[1:], token.key[1:])
        return PhraseReader(tokens, self._cast)

    def nominative(self, at: int) -> "PhraseReader":
        """Return a reader that sees «متحدثا», as it stands behind «أن», without its ending."""
        token = self._tokens[at]
        if not is_accusative_office(token.key):
            return self
        tokens = list(self._tokens)
        tokens[at] = token.written(token.text.rstrip("ًا"), token.key[:-1])
        while at + 1 < len(tokens) and _is_accusative_adjective(tokens[at + 1].key):
            at += 1  # «لكن مصدرا قضائيا قال»
            tokens[at] = tokens[at].written(tokens[at].text.rstrip("ًا"), tokens[at].key[:-1])
        return PhraseReader(tokens, self._cast)

    def _is_joined(self, token: Token) -> bool:
        """Tell whether «و» stands before somebody: «المطرب علي الدويك والممثلة سلافة معماري»."""
        word = token.key[1:]
        named = is_office(word) or is_institution(word) or self._cast.knows_name(word)
        return token.key[0] == "و" and named and kind_of(token) is Kind.UNKNOWN

    def _is_somebody(self, key: str) -> bool:
        return is_institution(key) or is_office(key) or key in people.PEOPLE or self._cast.knows_name(key)

    def _begins_a_name(self, at: int) -> bool:
        """Tell whether a word can follow «أم» in a name: «أم هاني», not «أم لخمسة أطفال»."""
        key = key_at(self._tokens, at)
        return bool(key) and not (key[0] == "ل" and len(key) > _MAX_LAM_NAME)

    def _is_rank(self, at: int) -> bool:
        """Tell «الفريق أول ركن», a general, from a team."""
        return bare(key_at(self._tokens, at)) == "فريق" and key_at(self._tokens, at + 1) in names.RANK_TAILS

    def _name(self, start: int, *, subject: bool) -> Phrase:
        tokens = self._tokens
        head = tokens[start]
        at = start + 1
        known = self._cast.is_surname(head.key)
        if known and head.definite:
            return Phrase(Kind.UNKNOWN, start, at, (head,), (), is_feminine(head) or None, plural=None)
        if not head.definite or self._is_given_name(start):
            while at < len(tokens) and at - start < MAX_TOKENS and not ends_name(tokens, start, at, subject=subject):
                if not subject and self._cast.knows_name(head.key) and not self._cast.knows_name(tokens[at].key):
                    break  # «ويتهم عدنان معمل السكر»
                # «طالب ليندبرغ الدول المانحة», «تعلم سعيد الحرفة»
                if tokens[at].definite and (known or (not subject and tokens[at].text.endswith("ة"))):
                    break
                at += 1
            return Phrase(Kind.UNKNOWN, start, at, (), tuple(tokens[start:at]), is_feminine(head) or None, plural=None)
        # «الفصائل المحلية», but not «الكرملين إجراء …».
        while at < len(tokens) and not stops(tokens, at) and tokens[at].definite and agrees(head, tokens[at]):
            if bare(tokens[at].key) in people.OBJECTS:
                break  # «وصفت الأمم المتحدة الوضع»
            at += 1
        plural = True if head.key.endswith(("ون", "ين")) else None
        end = self._calling_end(at) if subject and not plural else at
        title, name = tuple(tokens[start:at]), tuple(tokens[at:end])
        return Phrase(Kind.PERSON if name else Kind.UNKNOWN, start, end, title, name, is_feminine(head) or None, plural)

    def _is_given_name(self, at: int) -> bool:
        """Tell «الحسين أوبلا» from a calling with an article."""
        tokens = self._tokens
        if key_at(tokens, at + 1) in names.LINEAGE and kind_of(tokens[at]) is Kind.UNKNOWN:
            return True  # «السالك ولد محمد»
        behind = at + 1 < len(tokens) and tokens[at].key in names.DEFINITE_NAMES and not stops(tokens, at + 1)
        return behind and may_open(tokens[at + 1], definite=True)

    def _calling_end(self, at: int) -> int:
        """Return where the name behind a calling that no list knows ends («المضيفة إيناس طويل إن …»), or `at`."""
        end = at
        while end < len(self._tokens) and not ends_name(self._tokens, at, end, subject=True):
            first = self._tokens[at]
            if end == at and (
                first.definite or is_possessed(first) or cannot_begin(first) or kind_of(first) is not Kind.UNKNOWN
            ):
                return at
            end += 1
        said = ends_cleanly(self._tokens, end) or is_audience(key_at(self._tokens, end))
        said = said or (end - at > 1 and end < len(self._tokens) and is_possessed(self._tokens[end]))
        return end if end > at and said else at

    def _named_behind(self, phrase: Phrase, at: int, depth: int = 1) -> Phrase | None:
        """Read «وزيرة الثقافة المغربية، ضيفة شرف الدورة، لمياء بنجلون» from the second comma on."""
        tokens = self._tokens
        if at + 2 >= len(tokens) or tokens[at].text not in "،," or cannot_begin(tokens[at + 1]):
            return None
        if tokens[at + 1].definite and is_office(tokens[at + 1].key):
            styled = read_office(tokens, at + 1, subject=True)
            if not styled.name and depth:
                return self._named_behind(phrase, styled.end, depth - 1)  # «الوزير …، الناطق باسم …، مصطفى …»
            whole = styled.name and ends_cleanly(tokens, styled.end)
            return phrase._replace(end=styled.end, name=styled.name) if whole else None
        if tokens[at + 1].definite or kind_of(tokens[at + 1]) is not Kind.UNKNOWN:
            return None
        named = self._name(at + 1, subject=True)
        behind = ends_cleanly(tokens, named.end) or key_at(tokens, named.end) in clauses.PREPOSITIONS
        if len(named.name) < _MIN_FULL_NAME or not behind:
            return None
        return phrase._replace(end=named.end, name=named.name)

    def _named_behind_workplace(self, phrase: Phrase) -> Phrase | None:
        """Read «كبير الاقتصاديين في بنك الاستثمار، مازن الحلبي، …» from «في» on."""
        tokens = self._tokens
        first = phrase.end + (tokens[phrase.end].key in _AT)  # «في الشمال», «بالجهة»
        at = first
        place = bare(key_at(tokens, at))
        if place in people.OBJECTS or place in speech.DOCUMENTS:
            return None
        at += tokens[phrase.end].key not in _AT
        while at < min(len(tokens) - 1, phrase.end + _MAX_WORKPLACE):
            within = tokens[at].key in clauses.PREPOSITIONS and tokens[at + 1].definite  # «بالعلاقات مع البرلمان»
            if not within and stops(tokens, at, governed=True):
                break
            at += 1
        return self._named_behind(phrase, at) if at > first else None

    def _with_apposition(self, phrase: Phrase) -> Phrase:
        """Add what stands between commas: «الرئيس الأمريكي، جو بايدن، إن», «كريم الشاذلي، المتحدث باسم الهيئة، إن»."""
        tokens = self._tokens
        at = phrase.end
        if at + 2 >= len(tokens) or phrase.kind is Kind.PEOPLE:
            return phrase
        works = tokens[at].key in _AT or tokens[at].key.startswith("بال")
        if works and phrase.kind is Kind.PERSON and not phrase.name:
            return self._named_behind_workplace(phrase) or phrase
        if tokens[at].text in names.CALLING and phrase.title and not phrase.name:
            called = self._name(at + 1, subject=True)  # «سائق أجرة يدعى منعم»
            return phrase._replace(end=called.end, name=called.name) if called.name else phrase
        if tokens[at].text not in "،,(":
            return phrase
        if (phrase.title and phrase.name) or cannot_begin(tokens[at + 1]):
            return phrase
        kind = kind_of(tokens[at + 1])
        nameless = phrase.kind is Kind.PERSON and not phrase.name
        if phrase.kind is Kind.UNKNOWN and not phrase.name and kind is Kind.PERSON:
            added = read_office(tokens, at + 1, subject=True)  # «ورد الضيف، الروائي واسيني بوجدرة»
            behind = ends_cleanly(tokens, added.end)
            known = self._cast.is_surname(phrase.title[0].key)
            return (
                phrase._replace(kind=Kind.PERSON, end=added.end, name=added.name, feminine=added.feminine)
                if (added.name and behind and not known)
                else phrase
            )
        if nameless and kind is Kind.UNKNOWN:
            added = self._name(at + 1, subject=True)
            if not added.name:
                return phrase
            if added.name[-1].definite and (named := self._named_behind(phrase, added.end)) is not None:
                return named
        elif nameless and kind is Kind.PERSON:
            added = read_office(tokens, at + 1, subject=True)
            if not added.name:
                return self._named_behind(phrase, added.end) or phrase  # «الوزير، والد الفتاة»
        elif phrase.name and not phrase.title and kind is Kind.PERSON:
            added = read_office(tokens, at + 1, subject=False)
        else:
            return phrase
        end = added.end
        if end < len(tokens) and not (ends_cleanly(self._tokens, end) or tokens[end].text == ")"):
            return phrase
        if nameless and len(added.name) == 1 and (end >= len(tokens) or tokens[end].text not in "،,)"):
            return phrase  # «وهي معلمة متقاعدة، ترتجف»
        feminine = (added.feminine or None) if phrase.feminine is None else phrase.feminine
        title, name = phrase.title or added.title, phrase.name or added.name
        return Phrase(Kind.PERSON, phrase.start, end, title, name, feminine, plural=False)


def _is_accusative_adjective(key: str) -> bool:
    return key.endswith("يا") or (
        key[-1] == "ا" and (is_office(key[:-1]) or key[:-1] in people.OF_SOURCES | people.QUALIFIERS)
    )
