"""Bodies and groups that speak: «الغرفة الدولية للشحن», «مئات الموظفين», «السعودية ومصر»."""

from collections.abc import Sequence

from bot.extract.boundaries import agrees, describes_sources, ends_cleanly, is_audience, joins, key_at, stops
from bot.extract.lexicon import clauses, names, people, places
from bot.extract.noun_phrase import MAX_TOKENS, Phrase
from bot.extract.nouns import (
    Kind,
    bare,
    is_event,
    is_feminine,
    is_institution,
    is_office,
    is_plural_construct,
    is_prefixed,
    is_present,
    kind_of,
)
from bot.extract.tokens import Token


def read_quantity(tokens: Sequence[Token], start: int) -> Phrase | None:
    """Read «مئات الموظفين», «عدد من السكان», «إحدى الراكبات»."""
    at = start + 2 if key_at(tokens, start + 1) == "من" else start + 1
    if at >= len(tokens) or stops(tokens, at, governed=True):
        return None
    body = read_body(tokens, at, Kind.PEOPLE)
    one = key_at(tokens, start) in people.ONE_OF
    if key_at(tokens, at) in people.STOPS:
        return None
    people_named = kind_of(tokens[at]) in (Kind.PEOPLE, Kind.PERSON) or key_at(tokens, at).endswith(("ين", "ات"))
    if not (people_named or one) or (key_at(tokens, start) in people.NUMBERS and key_at(tokens, at).endswith("ات")):
        return None
    feminine = key_at(tokens, start) == "احدي" if one else None
    return body._replace(start=start, title=tuple(tokens[start : body.end]), feminine=feminine, plural=not one)


def read_body(tokens: Sequence[Token], start: int, kind: Kind) -> Phrase:
    """Read the body, or the people, that begin at `start`."""
    head = tokens[start]
    at = start + 1
    governs = not head.definite and kind is not Kind.PEOPLE and head.key not in places.PLACES
    governs = governs or is_plural_construct(head.key)
    while at < len(tokens) and at - start < MAX_TOKENS:
        token = tokens[at]
        key = token.key
        if joins(tokens, at, head) or key in ("بلا", "حدود"):
            governs = False
        elif key == "من" and key_at(tokens, at + 1) == "اجل":
            at, governs = at + 1, True  # «منظمة أطباء من أجل السلام»
        elif _goes_on(tokens, start, at):
            governs = True
        elif stops(tokens, at, governed=governs) or is_present(key):
            break  # «فريق يضم ثلاثة أطباء»
        elif key in names.SUPERLATIVES and key_at(tokens, at + 1) == "من":
            break  # «كانت شركة الأجنحة أول من أعلن»
        elif token.definite:
            ended = tokens[at - 1].definite or tokens[at - 1].key.startswith("لل")  # not so in «جمعية رجال الأعمال»
            if ended and not governs and (bare(key) in people.OBJECTS or is_event(key)):
                break  # «انتقد الاتحاد العام للعمال القرار»
            if not governs and tokens[at - 1].definite and _is_of_others(tokens[start:at], key):
                break  # «ونصحت مديرية الدفاع المدني المواطنين»
            if not governs and tokens[at - 1].definite and key.endswith("ات") and not head.text.endswith("ات"):
                break  # «وصف المجلس الأعلى العقوبات بأنها …»
            if head.key in places.PLACES and not (key.endswith("يه") or bare(key) in people.QUALIFIERS):
                break  # «وصفت بكين الرسوم بأنها …»
            if (
                not agrees(head, token)
                and not governs
                and ((at == start + 1 and (head.definite or head.key in places.PLACES)) or is_office(key))
            ):
                break
            governs = False
        elif key.startswith("لل"):
            if is_audience(key):
                break
            governs = False
        elif key[0] == "ل" and len(key) > 3 and not is_audience(key) and (governs or key[1:] in people.FIELDS):
            governs = key[1:] in people.GOVERNING or key[1:] in people.FIELDS
        elif governs:
            governs = key in people.GOVERNING or key in people.INSTITUTIONS or key in people.FIELDS
            governs = governs or key in names.PLACE_HEADS
        elif (
            key in people.QUALIFIERS
            or (kind is Kind.PEOPLE and _may_qualify(head, key, first=at == start + 1))
            or describes_sources(tokens, at)
        ):
            governs = False
        else:
            break
        at += 1
    several = kind is Kind.PEOPLE or bare(head.key) in people.PLURAL_BODIES
    feminine = None if several or head.key in places.PLACES else is_feminine(head)
    return Phrase(kind, start, at, tuple(tokens[start:at]), (), feminine, plural=several)


def _goes_on(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Tell whether a construct goes on behind an indefinite noun: «محكمة صلح حقوق عمان»."""
    governs = tokens[at].key in people.FIELDS or tokens[at].key in people.GOVERNING
    return governs and at > start + 1 and not any(token.definite for token in tokens[start:at])


def _is_of_others(body: Sequence[Token], key: str) -> bool:
    """Tell whether a plural in «ين» describes none of the words of a body: not so in «جمعية رجال الأعمال الأردنيين»."""
    plurals = any(
        token.key.endswith(("ين", "ون")) or bare(token.key) in people.PEOPLE | people.OFFICES for token in body
    )
    return key.endswith("ين") and not plurals and not is_institution(key)


def _may_qualify(head: Token, key: str, *, first: bool) -> bool:
    # «شهود عيان», «مصادر طبية فلسطينية», but not «تناقل مستخدمون مقطعا».
    if not first and not key.endswith(("يه", "يون", "يين")):
        return False
    return not (head.definite or key.endswith("ا") or is_prefixed(key))


def with_others(tokens: Sequence[Token], phrase: Phrase) -> Phrase:
    """Add the bodies that speak together: «السعودية ومصر»."""
    at = phrase.end
    if at >= len(tokens) or tokens[at].key[0] != "و":
        return phrase
    last = at + MAX_TOKENS
    while at < min(len(tokens), last) and (token := tokens[at]).key[0] == "و" and is_institution(token.key[1:]):
        bare_tokens = [token.written(token.text[1:], token.key[1:]), *tokens[at + 1 : last]]
        at += read_body(bare_tokens, 0, Kind.INSTITUTION).end
    if at == phrase.end or not (ends_cleanly(tokens, at) or key_at(tokens, at) in clauses.PREPOSITIONS):
        return phrase
    return phrase._replace(end=at, title=tuple(tokens[phrase.start : at]), plural=True, feminine=None)
