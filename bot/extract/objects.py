"""What stands behind a verb of saying and does not say anything: what is spoken of or to, a thing, an outlet."""

from bot.extract.actors import Actors
from bot.extract.lexicon import clauses, folded, names, people, saying, speech
from bot.extract.noun_phrase import Phrase, is_outlet
from bot.extract.nouns import Kind, bare, is_event, is_feminine, is_possessed

# A verb before them is masculine.
_HUMANS = folded("سكان أهالي ناس مدنيون مواطنون نواب زملاء")
_MIN_PLURAL = 6  # letters of a plural in «ين» with its article
_MAX_COMPLEMENT = 7  # words with «ل» behind a body


def says_nothing(phrase: Phrase, form: saying.Form) -> bool:
    """Tell whether a subject is no speaker: what somebody found («نتائج التحقيق»), or who only reports."""
    reports = is_outlet(phrase) and form.verb in speech.REPORTING
    return reports or bare(phrase.tokens[0].key) in people.FINDINGS


def is_thing(actors: Actors, phrase: Phrase) -> bool:
    """Tell whether a subject that no list knows can be anything, since nothing is said in the sentence."""
    if phrase.kind is not Kind.UNKNOWN or actors.is_person(phrase) or actors.cast.found(phrase) is not None:
        return False
    only = phrase.tokens[0]
    if len(phrase.tokens) == 1 and not only.definite and not only.text.endswith(("ة", "ات", "ين")):
        return False  # «ورفضت ليلى الكشف عن اسمها»
    return not any(token.quote >= 0 or token.key in clauses.THAT or token.text == ":" for token in actors.tokens)


def is_object(actors: Actors, phrase: Phrase, form: saying.Form) -> bool:
    """Tell whether what stands behind a verb is spoken of or to: «وصف الخطة», «…، وطالبت الحكومة بـ…»."""
    subject = actors.subject
    taken = form.verb in speech.ADDRESSING or (form.verb not in speech.ONLY_WORDS and len(phrase.tokens) == 1)
    if taken and not phrase.name and not actors.knows(phrase) and _is_oblique(phrase, form):
        return True  # «وقالت إنها كتبت السيناريو»
    if form.verb in speech.ADDRESSING and _is_authority(actors, phrase):
        known = actors.cast.last_subject(feminine=form.feminine, plural=form.plural)
        return known is not None and bool(known.name)
    if form.verb in speech.ADDRESSING and subject is not None and not phrase.name:
        return subject.agrees(feminine=form.feminine, plural=form.plural)
    if phrase.kind is Kind.UNKNOWN and not actors.is_person(phrase):
        first = phrase.tokens[0].key
        told = bare(first) in people.OBJECTS and first not in names.NAMES_LIKE_OBJECTS  # «روت قصة مختلفة»
        if told or (is_event(first) and (not phrase.name or _is_of_acting(phrase, form))):
            return not _has_object(actors, phrase)  # «وأهدت الفوز إلى …», «ويعزو الأمر إلى …»
        goes_on = subject is not None and subject.agrees(feminine=form.feminine, plural=form.plural)
        if goes_on and form.verb in speech.TRANSITIVE:
            return True  # «فأبدت الجمعية خيبتها، ووصفت كلفة الاقتراض بأنها …»
        known = actors.cast.last_subject(feminine=form.feminine, plural=form.plural)
        if known is not None and form.verb in speech.RECALLING:
            return True  # «وتستعيد لحظة التحقيق الأولى: …»
    if form.verb in speech.ADDRESSED and not phrase.name and _is_alone(actors, phrase):
        known = actors.cast.last_subject(feminine=form.feminine, plural=form.plural)
        return known is not None and known is not actors.cast.found(phrase)  # «وخاطب القاضي: …», of whom he spoke to
    if form.verb in speech.ADDRESSING and len(phrase.tokens) == 1 and is_possessed(phrase.tokens[0]):
        return not actors.knows(phrase)  # «ودعت أنصارها إلى …»
    if form.verb in speech.ADDRESSING and bare(phrase.tokens[0].key) in people.AUDIENCES:
        # «وخاطب الحضور قائلا», but not «دعا المجلس الرئاسي إلى …»
        return phrase.kind is not Kind.INSTITUTION or len(phrase.tokens) == 1
    return form.verb in speech.TRANSITIVE and _is_spoken_of(phrase, form)


def _is_of_acting(phrase: Phrase, form: saying.Form) -> bool:
    """Tell «فأعلنت تسيير دوريات» from «وقال تحسين علي»."""
    return form.verb not in speech.ONLY_WORDS and phrase.tokens[0].key not in names.NAMES_LIKE_MASDARS


def _has_object(actors: Actors, phrase: Phrase) -> bool:
    """Tell whether behind a noun of acting stands what it announces, and so it is a body: «أعلن التنسيق خوض إضراب»."""
    if len(phrase.title) == 1:
        return False
    at = phrase.end
    if actors.key(at)[:1] == "ل":  # «… لسائقي سيارات الأجرة بأكادير …»
        reach = actors.tokens[at : at + _MAX_COMPLEMENT]
        at += next((i for i, token in enumerate(reach) if not token.is_word or token.key in people.OBJECTS), 0)
    if at >= len(actors.tokens) or actors.tokens[at].definite:
        return False
    key = actors.key(at)
    return key in clauses.THAT or key in people.OBJECTS or is_event(key)


def _is_authority(actors: Actors, phrase: Phrase) -> bool:
    """Tell «وطالبت السلطات بأن …», of who spoke before, from «وطالبت النقابة بأن …»."""
    authority = len(phrase.tokens) == 1 and bare(phrase.tokens[0].key) in speech.AUTHORITIES
    return authority and (actors.key(phrase.end)[:1] == "ب" or actors.key(phrase.end) == "الي")


def _is_alone(actors: Actors, phrase: Phrase) -> bool:
    """Tell whether what was said stands right behind a phrase."""
    end = phrase.end
    return end >= len(actors.tokens) or not actors.tokens[end].is_word or actors.key(end) in saying.PARTICIPLES


def _is_oblique(phrase: Phrase, form: saying.Form) -> bool:
    """Tell whether a noun cannot be the subject by its form: «دعا المواطنين», «دعت النساء»."""
    head = phrase.tokens[0]
    if phrase.kind is Kind.INSTITUTION:
        return False  # «الكرملين»
    if head.definite and head.key.endswith("ين") and len(head.key) > _MIN_PLURAL:
        return head.key not in names.DEFINITE_NAMES
    if form.feminine and bare(head.key) in _HUMANS:
        return True  # «ودعت السكان إلى …»
    return bool(form.feminine and head.definite and phrase.kind is Kind.UNKNOWN and not is_feminine(head))


def _is_spoken_of(phrase: Phrase, form: saying.Form) -> bool:
    """Tell whether what stands behind a verb is spoken of: «وصف الخطة», «وصفت القرار»."""
    if bare(phrase.tokens[0].key) in people.OBJECTS:
        return True
    known = phrase.feminine is not None and phrase.kind is not Kind.PEOPLE and not form.plural
    return known and form.feminine is not None and phrase.feminine is not form.feminine
