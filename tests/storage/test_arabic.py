"""Two spellings that a reader takes for the same words are equal once they are folded."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.arabic import fold, fold_word, strip_invisible

ARABIC = st.text(st.sampled_from("ابتةثجحخدذرزسشصضطظعغفقكلمنهويىءآأإؤئٱ َُِّْٰـ«»،؛؟٠١٢۳۴ﻻﷲﹷabcXYZ019-.\u200f\u202b\u200d"))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        # diacritics, tatweel, the marks of the Quran
        ("عَاجِلٌ", "عاجل"),
        ("عـــاجـــل", "عاجل"),
        ("الرَّحۡمَٰنِ", "الرحمن"),
        ("رحمٰن", "رحمن"),
        # letters that people interchange
        ("أخبار إيران آخر ٱلأحد", "اخبار ايران اخر الاحد"),
        ("مصطفى على المستشفى", "مصطفي علي المستشفي"),
        ("سياسة", "سياسه"),
        ("شؤون", "شوون"),
        ("طائرات", "طايرات"),
        ("سماء", "سماء"),
        # Persian keyboards, presentation forms, ligatures
        ("گردش کی", "كردش كي"),
        ("ﻋﺎﺟﻞ", "عاجل"),
        ("ﻻ ﻷحد", "لا لاحد"),
        ("ﷲ", "الله"),
        ("مﹷدﹾرسة", "مدرسه"),
        ("مدرﹶسة", "مدرسه"),
        ("شﱠدة", "شده"),
        ("شكراﹰ", "شكرا"),
        # digits
        ("٢٠٢٦", "2026"),
        ("۲۰۲۶", "2026"),
        # punctuation and space
        ("«عاجل» | سياسة: نعم؟", "عاجل سياسه نعم"),
        ("  كلمة\t\n كلمة ", "كلمه كلمه"),
        ("...!؟", ""),
        ("", ""),
        # what is not seen
        ("عا\u200cجل", "عاجل"),
        ("\u202bعاجل\u202c\u200f", "عاجل"),
        ("\ufeffعاجل\u00ad", "عاجل"),
        # Latin
        ("Reuters الأنباء", "reuters الانباء"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ﬁlm", "film"),
    ],
)
def test_spellings_fall_together(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other"), [("علم", "عالم"), ("سماء", "سما"), ("حرب", "حزب"), ("عشر مدن", "عشرمدن"), ("مال", "أعمال")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(ARABIC | st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.sampled_from("ابتأإآؤئةىيَُِّْـ٠١۲abcXYZ019"), min_size=1))
def test_a_single_word_folds_the_same_the_fast_way(word: str) -> None:
    assert fold_word(word) == fold(word)


@given(ARABIC)
def test_composed_and_decomposed_letters_fold_together(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("\u202bقال\u202c", "قال"),
        ("\u2067قال\u2069", "قال"),
        ("قا\u200bل\u200e", "قال"),
        ("\ufeffقال", "قال"),
        ("كن\u00adية", "كنية"),
        ("\u061cقال", "قال"),
        ("قـال نَعم، ﻻ", "قـال نَعم، ﻻ"),
        ("سطر\nآخر\t", "سطر\nآخر\t"),
    ],
)
def test_only_what_no_reader_sees_is_stripped(text: str, stripped: str) -> None:
    assert strip_invisible(text) == stripped


@given(ARABIC | st.text())
def test_stripping_keeps_every_other_character_in_its_order(text: str) -> None:
    stripped = iter(text)
    assert all(character in stripped for character in strip_invisible(text))
    assert not any(unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF"} for c in strip_invisible(text))
