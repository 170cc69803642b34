"""Offices and callings: «وزيرة الخارجية السويدية آنا بيرغ», «مسؤول في وزارة الدفاع»."""

from collections.abc import Sequence
from enum import Enum, auto

from bot.extract.boundaries import (
    agrees,
    describes_sources,
    ends_cleanly,
    ends_name,
    is_audience,
    is_teen,
    joins,
    key_at,
    stops,
)
from bot.extract.describing import begins_a_degree, belongs_to_anybody, describes, goes_on_describing, says_how
from bot.extract.lexicon import clauses, names, people, places, speech
from bot.extract.noun_phrase import ABBREVIATED, MAX_TOKENS, Phrase
from bot.extract.nouns import (
    Kind,
    bare,
    is_event,
    is_feminine,
    is_institution,
    is_office,
    is_possessed,
    is_prefixed,
    is_relation,
    kind_of,
)
from bot.extract.tokens import Token
from storage.arabic import fold

_PREPOSITIONS = frozenset(("في", "لدي", "من", "عن", "على", "الي"))
_OF_A_BODY = frozenset(map(fold, ("العام", "العامة", "التنفيذي", "التنفيذية", "الأعلى", "الدائم", "المساعد")))
_MAX_SHORT_NAME = 2
_NO_FIELDS = people.STOPS | people.OBJECTS | speech.DOCUMENTS
_MIN_AT = 5  # letters with «بال»: «المهندس بالرصد الجوي», not «بالي»


class _Step(Enum):
    """What a word is to the office before it."""

    GOVERNS = auto()  # part of it, and wants a noun behind it
    COMPLETE = auto()  # part of it, which may end here
    NAME = auto()  # the first word of a name
    END = auto()  # no part of the phrase


def read_office(tokens: Sequence[Token], start: int, *, subject: bool) -> Phrase:
    """Read the office, and the name if one follows, that begin at `start`; `subject` as in `PhraseReader.read`."""
    head = tokens[start]
    at = start + 1
    name_at: int | None = None
    # A construct («وزير …») wants the thing it governs; «الوزير» and «زميلها» have all they need.
    state = _Step.COMPLETE if head.definite or is_relation(head.text, head.key) else _Step.GOVERNS
    before_place: int | None = None
    attached = _masculine(head.key) in people.WITH_PREPOSITION
    works = subject or attached or is_relation(head.text, head.key)
    while at < len(tokens) and at - start < MAX_TOKENS:
        if tokens[at].text in ABBREVIATED and key_at(tokens, at + 1) in (".", "/"):
            at += 2  # «رئيسة القسم د. منيرة العتيقي»
            state = _Step.COMPLETE
            continue
        if name_at is not None:
            if ends_name(tokens, name_at, at, subject=subject):
                break
        elif (works or _is_in_a_town(key_at(tokens, at))) and _begins_a_place(tokens, at, attached=attached):
            before_place = at if before_place is None else before_place
            state = _Step.GOVERNS if key_at(tokens, at) in _PREPOSITIONS else _Step.COMPLETE
        else:
            state = _office_word(tokens, start, at, governs=state is _Step.GOVERNS, subject=subject)
            if state is _Step.END:
                break
            if state is _Step.NAME:
                name_at = at
        at += 1
    if before_place is not None:
        # «مسؤول في وزارة الدفاع»: where he works is part of it even without a name.
        place = key_at(tokens, before_place + (key_at(tokens, before_place) in _PREPOSITIONS))
        works_there = attached and (name_at is not None or is_institution(place.removeprefix("ب")))
        named = name_at is not None and (ends_cleanly(tokens, at) or key_at(tokens, at) in clauses.PREPOSITIONS)
        # «وصف رئيس الغرفة بصفاقس محمد التريكي الوضع …»
        in_a_town = _is_in_a_town(key_at(tokens, before_place)) and name_at is not None
        named = named or (in_a_town and at - (name_at or at) >= _MAX_SHORT_NAME)
        works_there = works_there or (
            attached and key_at(tokens, before_place) == "على" and key_at(tokens, at) in ("،", ",")
        )
        if not works_there and not named:
            at, name_at = before_place, None
    if name_at is not None and head.key in people.KINSHIP and tokens[start + 1].definite:
        # «والدة الأسير نضال بشارات»: the name is the prisoner's; and «أطلقت والدة المخطوف صرخة»
        at, name_at = (at if at - name_at > 1 else name_at), None
    if name_at is not None and _has_second_place(tokens, name_at, at):
        name_at += 1
    title_end = name_at if name_at is not None else at
    title, name = tuple(tokens[start:title_end]), tuple(tokens[title_end:at])
    feminine = None if bare(head.key) in people.COMMON_GENDER else is_feminine(head)
    return Phrase(Kind.PERSON, start, at, title, name, feminine, plural=False)


def _office_word(tokens: Sequence[Token], start: int, at: int, *, governs: bool, subject: bool) -> "_Step":
    """Tell what the word at `at` is to the office that begins at `start`. `governs`: it is wanted."""
    head, token = tokens[start], tokens[at]
    key = token.key
    if key in ("باسم", "ذي", "ذات", "ذو") or key in people.ONE_OF:  # «محافظ ذي قار»
        return _Step.GOVERNS  # «والدة إحدى الضحايا»
    if key in ("باسمه", "باسمها", "باسمهم"):
        return _Step.COMPLETE
    if key in ("عليه", "عليها", "عليهم") and tokens[at - 1].text.startswith("الم"):
        return _Step.COMPLETE  # «المدعى عليها», «أرملة المجني عليه»
    if is_possessed(token) and key not in clauses.EMPHATICS and _is_ended(tokens, start, at):
        return _Step.COMPLETE
    if is_teen(tokens, at):
        return _Step.COMPLETE  # «قائد اللواء الثالث عشر العميد …»
    if head.definite and key.startswith("وال") and is_office(key[1:]):
        return _Step.COMPLETE  # «الكاتب والمحلل السياسي»
    if key_at(tokens, at + 1) in names.LINEAGE and not governs and not stops(tokens, at):
        return _Step.NAME  # «الشيخ سلطان بن أحمد»
    if head.definite and key.startswith("وال") and at - start > 2 and _is_construct(tokens, at - 2):
        return _Step.COMPLETE  # «الناطق باسم جهاز الإسعاف والطوارئ»
    if key == "اول" and head.definite and key_at(tokens, at + 1) in people.OBJECTS:
        return _Step.END  # «استعاد المدرب أول لقاء», but not «الملازم أول سمير»
    if joins(tokens, at, head) or key in ("بلا", "حدود") or (subject and key in ("له", "لها")):
        return _Step.COMPLETE
    if key[0] == "و" and is_office(key[1:]) and tokens[at - 1].definite and not head.definite:
        return _Step.GOVERNS  # «نائب رئيس الوزراء ووزير المالية»
    if describes_sources(tokens, at):
        return _Step.COMPLETE
    if stops(tokens, at, governed=governs):
        return _Step.END
    named = (
        at > start + 1
        and key.startswith("لل")
        and at + 1 < len(tokens)
        and not tokens[at + 1].definite
        and not stops(tokens, at + 1)
    )
    if is_audience(key) and named and tokens[at - 1].definite and not head.definite:
        return _Step.COMPLETE  # «رئيس اتحاد المغرب للصحافيين بوبكر التازي»
    heads = key.startswith("لل") or tokens[at - 1].key in _OF_A_BODY
    if is_audience(key) and not governs and not (at > start + 1 and heads and _is_body(key)):
        return _Step.END  # «قال مصدر عسكري لموقعنا»
    if begins_a_degree(tokens, start, at):
        return _Step.COMPLETE
    if key == "المتحده" and token.definite and tokens[at - 1].definite:
        return _Step.COMPLETE  # «أمين عام الأمم المتحدة», who called upon the two countries
    if token.definite and not governs and not subject and not describes(tokens, start, at):
        return _Step.END
    if token.definite and not governs and _is_known_object(tokens, start, at):
        return _Step.END
    if key in names.DEFINITE_NAMES and not governs and at > start + 1 and not stops(tokens, at + 1):
        return _Step.NAME  # «الأستاذ الجامعي المهدي العلوي»
    if token.definite:
        fits = not head.definite or at > start + 1 or agrees(head, token)
        plural_object = key.endswith(("ين", "ون")) and not governs and not subject
        return _Step.COMPLETE if fits and not plural_object else _Step.END
    if key.startswith("لل") or (key[0] == "ل" and _is_governed(key[1:])):
        if is_audience(key) and not (at > start + 1 and heads and _is_body(key)):
            return _Step.END
        return _Step.COMPLETE if key.startswith("لل") else _Step.GOVERNS
    if key[0] == "ب" and len(key) > 3 and key[1:] in people.GOVERNING:
        return _Step.GOVERNS
    if key in people.QUALIFIERS or key in places.PLACES or goes_on_describing(tokens, start, at):
        return _Step.COMPLETE
    if not governs and says_how(tokens, start, at):
        return _Step.END
    if not governs and (key in people.ADJECTIVES or " " in token.text):
        return (
            _Step.END if " " in token.text else _Step.COMPLETE
        )  # «أبلغ مصدر قضائي “النهار الجديد” …», «بائع عقيق شاب»
    noun = key in people.GOVERNING or key in people.INSTITUTIONS or is_office(key)
    if not (governs or noun) and (belongs := belongs_to_anybody(tokens, start, at)) is not None:
        return _Step.COMPLETE if belongs else _Step.END
    if governs:
        return _Step.GOVERNS if noun or key in names.PLACE_HEADS else _Step.COMPLETE
    if _governs_a_thing(tokens, at):
        return _Step.END
    if is_possessed(token) or is_prefixed(key) or _is_object(tokens, at):
        return _Step.END
    if key[0] == "ل" and is_event(key[1:]):
        return _Step.END  # «وتدخل رئيس المجلس لتهدئة القاعة»
    if kind_of(token) is Kind.PEOPLE:
        return _Step.COMPLETE if at == start + 2 and not tokens[at - 1].definite else _Step.END  # «ولية أمر تلميذين»
    return _Step.GOVERNS if noun and key not in names.NAMES_LIKE_OFFICES else _Step.NAME


def _is_ended(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Tell whether a word is what an office has no more: «رئيس الوزراء المنتهية ولايته»."""
    before = tokens[at - 1]
    return before.definite and before.text.endswith("ة") and not is_feminine(tokens[start]) and at > start + 1


def _is_construct(tokens: Sequence[Token], at: int) -> bool:
    return not tokens[at].definite and tokens[at + 1].definite


def _governs_a_thing(tokens: Sequence[Token], at: int) -> bool:
    """Tell «دخل الأب قاعة المحكمة», «استغرب العضو إصرار الوزارة على …» from a name of two words."""
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    if behind is None or not behind.definite or tokens[at].key in names.PERSON_PARTICLES:
        return False
    many = tokens[at].text.endswith("ات") and tokens[at].text[0] in "أإاتم"  # «استعرض الوزير إنجازات القطاع»
    return (
        many
        or tokens[at].key in people.SPOTS
        or (behind.text.endswith(("ة", "ات")) and not ends_cleanly(tokens, at + 2))
    )


def _is_body(key: str) -> bool:
    """Tell whether a word with «لل» is a body that has officers, and no listener: «الأمين العام للمجلس»."""
    body = key[2:] if key.startswith("لل") else key[1:]
    return body in people.INSTITUTIONS and body not in people.OUTLETS


def _is_governed(key: str) -> bool:
    return key in people.GOVERNING or is_office(key) or key in people.PEOPLE or key in people.FIELDS


def _is_known_object(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Tell whether a definite word is what is spoken of: «جدد العاهل المغربي التأكيد», not «المؤسسة المشاركة»."""
    before = tokens[at - 1]
    ended = before.definite or before.key.startswith("لل")  # not so in «صاحب هدف الفوز»
    if ended and at > start + 1 and bare(key_at(tokens, at)) in people.PLURAL_BODIES:
        return True  # «شكر رئيس البعثة السلطات المحلية»
    if ended and at > start + 1 and is_event(key_at(tokens, at)):
        return True  # «وجه الرئيس الموريتاني التهنئة»
    return ended and bare(key_at(tokens, at)) in people.OBJECTS and (at > start + 1 or not is_feminine(tokens[at]))


def _is_object(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a body behind a whole office is told something: «أبلغ مسؤول إغاثي وكالة الأنباء»."""
    before = tokens[at - 1]
    return (
        is_institution(key_at(tokens, at))
        and not before.definite
        and before.text.endswith("ي")
        and before.key not in _PREPOSITIONS
    )


def _has_second_place(tokens: Sequence[Token], name_at: int, end: int) -> bool:
    """Tell whether the first word of a name belongs to the place before it: «والي جهة فاس مكناس مراد الجازولي»."""
    of_a_place = key_at(tokens, name_at - 2) in places.PLACE_KINDS
    return (
        of_a_place
        and end - name_at > _MAX_SHORT_NAME
        and names.NAME_PARTICLES.isdisjoint(token.key for token in tokens[name_at:end])
    )


def _begins_a_place(tokens: Sequence[Token], at: int, *, attached: bool) -> bool:
    key = key_at(tokens, at)
    if key not in _PREPOSITIONS:
        return _is_in_a_town(key) or (key.startswith("بال") and len(key) > _MIN_AT)
    levelled = key_at(tokens, at + 1) == "مستوي"  # «المكلف بالإعلام على مستوى الحماية المدنية»
    return (attached and (levelled or _is_field(tokens, at + 1))) or _names_a_place(tokens, at + 1)


def _is_in_a_town(key: str) -> bool:
    return key[:1] == "ب" and (key[1:] in places.PLACES or key[1:] in places.CITIES)


def _is_field(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether behind a preposition stands what somebody knows about: «الخبير في اقتصاد الفضاء»."""
    key = key_at(tokens, at)
    return bool(key) and key not in _NO_FIELDS and not key.startswith("ال") and not is_possessed(tokens[at])


def _names_a_place(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether behind a preposition stands where somebody works, and so the office goes on."""
    key = bare(key_at(tokens, at))
    return (
        key in people.GOVERNING
        or key in people.INSTITUTIONS
        or key_at(tokens, at) in places.PLACES
        or (key != key_at(tokens, at) and key not in speech.DOCUMENTS)
    )


def _masculine(key: str) -> str:
    return bare(key).removesuffix("ه")
