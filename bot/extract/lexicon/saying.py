"""The verbs of saying, and all their forms."""

from typing import NamedTuple

from storage.arabic import fold

# One verb a line: past, present, participle (the form before its ending: «قائل» gives «قائلا، قائلة، قائلين»).
# A "-" stands for a form that is not in use, or that is read far more often as another word.
VERBS = """
قال يقول قائل
أضاف يضيف مضيف
أكد يؤكد مؤكد
صرح يصرح مصرح
أعلن يعلن معلن
أوضح يوضح موضح
تابع يتابع متابع
أردف يردف مردف
استطرد يستطرد مستطرد
استدرك يستدرك مستدرك
واصل يواصل مواصل
ختم يختم خاتم
اختتم يختتم مختتم
مضى يمضي ماضي
زاد - -
ذكر يذكر ذاكر
ذكّر - مذكر
أشار يشير مشير
لفت يلفت لافت
نوه ينوه منوه
بيّن يبين مبين
نفى ينفي نافي
حذر يحذر محذر
شدد يشدد مشدد
نبه ينبه منبه
اعتبر يعتبر معتبر
رأى يرى -
عدّ - -
وصف يصف واصف
شبه يشبه مشبه
سمى يسمي مسمي
كتب يكتب كاتب
دون يدون مدون
غرد يغرد مغرد
نشر - -
علق يعلق معلق
عقب يعقب معقب
رد يرد رادّ
أجاب يجيب مجيب
تساءل يتساءل متسائل
سأل يسأل سائل
دعا يدعو داعي
طالب يطالب مطالب
حث يحث حاث
ناشد يناشد مناشد
تعهد يتعهد متعهد
وعد - واعد
توعد يتوعد متوعد
هدد يهدد مهدد
لوح يلوح ملوح
اتهم يتهم متهم
انتقد ينتقد منتقد
هاجم يهاجم مهاجم
ندد يندد مندد
استنكر يستنكر مستنكر
استغرب يستغرب مستغرب
أدان يدين مدين
شجب يشجب شاجب
رحب يرحب مرحب
أيد يؤيد مؤيد
أشاد يشيد مشيد
أثنى يثني مثني
أعرب يعرب معرب
عبّر يعبر معبر
اعترف يعترف معترف
أقر يقر مقر
كشف يكشف كاشف
أفاد يفيد مفيد
أخبر يخبر مخبر
أبلغ يبلغ مبلغ
روى يروي راوي
حكى يحكي حاكي
سرد يسرد سارد
توقع يتوقع متوقع
تمنى يتمنى متمني
أمل يأمل آمل
رجح يرجح مرجح
استبعد يستبعد مستبعد
زعم يزعم زاعم
ادعى يدعي مدعي
أوصى يوصي موصي
نصح ينصح ناصح
هتف يهتف هاتف
ردد يردد مردد
صاح يصيح صائح
صرخ يصرخ صارخ
لخص يلخص ملخص
نص ينص -
جزم يجزم جازم
أسف يأسف آسف
أبدى يبدي مبدي
شكا يشكو شاكي
اشتكى يشتكي مشتكي
برر يبرر مبرر
عزا يعزو عازي
أرجع - -
أجمع - -
امتدح يمتدح ممتدح
تكهن يتكهن متكهن
سخر يسخر ساخر
تحدث يتحدث متحدث
اكتفى يكتفي مكتفي
شكك يشكك مشكك
تذكر يتذكر متذكر
استذكر يستذكر مستذكر
استخلص يستخلص مستخلص
أوعز يوعز موعز
تباهى يتباهى متباهي
استعاد يستعيد مستعيد
مازح يمازح ممازح
قاطع يقاطع مقاطع
أنذر ينذر منذر
أكمل يكمل مكمل
أتبع يتبع متبع
قلل يقلل مقلل
أهدى يهدي مهدي
خاطب يخاطب مخاطب
خلص يخلص -
ألمح يلمح ملمح
شرح يشرح شارح
فسر يفسر مفسر
أصر يصر مصر
احتج يحتج محتج
اشترط يشترط مشترط
استشهد يستشهد مستشهد
طمأن يطمئن مطمئن
بشر يبشر مبشر
هنأ يهنئ مهنئ
نعى ينعى ناعي
رثى يرثي راثي
أوجز يوجز موجز
تحدى يتحدى متحدي
أورد يورد مورد
عارض يعارض معارض
رفض يرفض رافض
دافع يدافع مدافع
وجه يوجه موجه
توجه يتوجه متوجه
دفع - -
طعن يطعن -
اعتقد يعتقد معتقد
ظن يظن -
افترض يفترض مفترض
استنتج يستنتج مستنتج
ارتأى يرتئي -
أبرز يبرز مبرز
سجل يسجل مسجل
جادل يجادل مجادل
علل يعلل معلل
فند يفند مفند
أنكر ينكر منكر
كذب يكذب مكذب
تمسك يتمسك متمسك
تحسر يتحسر متحسر
تأسف يتأسف متأسف
استهجن يستهجن مستهجن
تنبأ يتنبأ متنبئ
نادى ينادي منادي
تعجب يتعجب متعجب
اعتذر يعتذر معتذر
ودع يودع مودع
أجمل يجمل مجمل
تعلل يتعلل متعلل
تهكم يتهكم متهكم
تفاخر يتفاخر متفاخر
اقترح يقترح مقترح
قدر يقدر مقدر
قرأ يقرأ -
جدد يجدد مجدد
كرر يكرر مكرر
همس يهمس هامس
تلا يتلو -
نقل ينقل ناقل
نسب ينسب -
اقتبس يقتبس -
أهاب يهيب مهيب
استرسل يسترسل مسترسل
ثمّن يثمن مثمن
أفصح يفصح مفصح
ألح يلح ملح
أقسم يقسم -
تمتم يتمتم متمتم
تندر يتندر متندر
استفسر يستفسر مستفسر
أسهب يسهب مسهب
عاتب يعاتب معاتب
ذيّل يذيل مذيل
صارح يصارح مصارح
باح يبوح -
جاء - -
ورد - -
"""


class Form(NamedTuple):
    """How a verb agrees: with whom it can be said. `plural` covers the dual."""

    verb: str
    feminine: bool | None
    plural: bool


def _past(verb: str) -> dict[str, Form]:
    key = fold(verb)
    # Defective verbs lose their last letter: «نفى ← نفت، نفوا», «دعا ← دعت».
    stem = key[:-1] if verb[-1] in "ىا" else key
    # «أكدا» is one of two; of most shorter verbs that form is a noun: «ردا», «وصفا».
    of_two = verb == "قال" or (verb[0] == "أ" and verb not in ("أمل", "أسف"))
    dual = {key + "ا": Form(key, feminine=False, plural=True)} if of_two else {}
    return dual | {
        key: Form(key, feminine=False, plural=False),
        stem + "ت": Form(key, feminine=True, plural=False),
        stem + "وا": Form(key, feminine=False, plural=True),
        stem + "تا": Form(key, feminine=True, plural=True),
    }


def _present(verb: str, lemma: str) -> dict[str, Form]:
    key = fold(verb)
    stem = key[:-1] if verb[-1] in "يوى" else key
    return {
        key: Form(lemma, feminine=False, plural=False),
        "ت" + key[1:]: Form(lemma, feminine=True, plural=False),
        stem + "ون": Form(lemma, feminine=False, plural=True),
        key + "ان": Form(lemma, feminine=False, plural=True),
    }


def _participle(word: str, lemma: str) -> dict[str, Form]:
    key = fold(word)
    stem = key[:-1] if word[-1] == "ي" else key
    return {
        key + "ا": Form(lemma, feminine=False, plural=False),
        key + "ه": Form(lemma, feminine=True, plural=False),
        stem + "ين": Form(lemma, feminine=False, plural=True),
        stem + "تين": Form(lemma, feminine=True, plural=True),
        key + "ات": Form(lemma, feminine=True, plural=True),
    }


_ROWS = [line.split() for line in VERBS.split("\n") if line]

# Folded form → how it agrees.
FINITE: dict[str, Form] = {}
PARTICIPLES: dict[str, Form] = {}
# Before a pronoun a final ya is an alif: «نعاه», «رواها».
BEFORE_PRONOUN: dict[str, Form] = {}


def _add(forms: dict[str, Form]) -> None:
    """Add forms; what is «she directs» of one verb and «he turned» of another («توجه») tells no gender."""
    for key, form in forms.items():
        known = FINITE.setdefault(key, form)
        if known.feminine is not form.feminine:
            FINITE[key] = known._replace(feminine=None)


for _verb, _now, _part in _ROWS:
    _add(_past(_verb))
    _theirs = next(key for key in _past(_verb) if key.endswith("وا"))
    BEFORE_PRONOUN[_theirs[:-1]] = FINITE[_theirs]  # «أبلغوه»
    if _verb.endswith("ى"):
        BEFORE_PRONOUN[fold(_verb)[:-1] + "ا"] = FINITE[fold(_verb)]
    if _now != "-":
        _add(_present(_now, fold(_verb)))
    if _now.endswith("ى"):
        for _form in (fold(_now), "ت" + fold(_now)[1:]):
            BEFORE_PRONOUN[_form[:-1] + "ا"] = FINITE[_form]  # «يراها»
    if _part != "-":
        PARTICIPLES.update(_participle(_part, fold(_verb)))
