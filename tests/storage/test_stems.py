"""Under which terms words are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.stems import MAX_QUERY_WORDS, MAX_TERM, MAX_TERMS, Wanted, stem, terms, wanted


def finds(query: str, text: str) -> bool:
    held = set(terms([text]))
    return all(
        held.intersection(word.terms) or any(term.startswith(prefix) for term in held for prefix in word.prefixes)
        for word in wanted(query)
    )


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("الانتخابات", "نتائج انتخابات"),
        ("انتخابات", "نتائج الانتخابات"),
        ("وبالانتخابات", "نتائج انتخابات"),
        ("انتخابات", "وبانتخاباتها انشغل الناس"),
        ("الانتخابات المحلية", "الانتخابات المحلّيّة غدًا"),
        ("انتخاب", "الانتخابات"),
        ("للنفط", "أسعار النفط"),
        ("نفط", "ارتفاع للنفط"),
        ("إيران", "طهران عاصمة ايران"),
        ("ايران", "في إيران"),
        ("إيران غدا", "الوفد الإيراني يصل غدًا"),
        ("المصريين", "مصرية في باريس"),
        ("سوريا اليوم", "الحكومة السورية اليوم"),
        ("حكومات", "حكومته الجديدة"),
        ("المانيا اليوم", "المستشار الألماني اليوم"),
        ("الألمانية", "زار ألمانيا"),
        ("غزة", "الوضع بغزة"),
        ("غزة", "القاهرة وغزة"),
        ("طاقة", "مباحثات بطاقة عالية"),
        ("حج", "موسم الحج"),
        ("انتخ", "الانتخابات"),  # the last word may only be begun
        ("الانتخ", "انتخابات"),
        ("كأس ٢٠٢٦", "كأس العالم 2026"),
        ("bbc", "نقلت BBC عنه"),
        ("ريـــال", "ريال مدريد"),
    ],
)
def test_what_a_query_finds(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("إيران", "وزيرة خارجية أيرلندا"),  # no stem is so short that countries fall together
        ("بطاقة", "وزير الطاقة"),  # the query is taken as it is typed
        ("قانون الأسرة", "بلدة قانا والأسرة"),
        ("انتخ اليوم", "انتخابات اليوم"),  # only the last word may be begun
        ("ال", "الانتخابات"),
        ("النفط الغاز", "أسعار النفط"),
        ("مسرح", "سرح شعره"),
    ],
)
def test_what_a_query_does_not_find(query: str, text: str) -> None:
    assert not finds(query, text)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("انتخابات", "انتخاب"),
        ("فلسطينيون", "فلسط"),
        ("فلسطين", "فلسط"),
        ("سوريا", "سور"),
        ("سوريه", "سور"),
        ("ايران", "ايران"),
        ("قانون", "قانون"),
        ("حكومتهم", "حكوم"),
        ("فيه", "فيه"),
        ("party", "party"),
    ],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_a_query_is_its_words_each_once() -> None:
    assert wanted("النفط «نفط»، النفط!") == [
        Wanted(("النفط", "نفط")),
        Wanted(("نفط",), ("نفط",)),
    ]


@pytest.mark.parametrize("query", ["", " ", "🔥🔥", '"()*:^-+&|!', "\u200f\u202e", "ـــ", "_"])
def test_what_holds_no_word_wants_nothing(query: str) -> None:
    assert wanted(query) == []


@given(st.text(max_size=4_000))
def test_terms_are_letters_and_digits_and_bounded(text: str) -> None:
    query = wanted(text)
    assert len(query) <= MAX_QUERY_WORDS
    parts = [part for word in query for part in (*word.terms, *word.prefixes)]
    assert all(part.isalnum() and len(part) <= MAX_TERM for part in (*parts, *terms([text])))


def test_a_huge_text_has_a_bounded_number_of_terms() -> None:
    assert len(terms([" ".join(map(str, range(MAX_TERMS + 500)))])) == MAX_TERMS
