"""Months and days as Arabic newspapers write them."""

from bot.extract.lexicon import folded, listed
from storage.arabic import fold

# East, west and north of Africa, and the names of the Levant.
_MONTHS = (
    "يناير|كانون الثاني|جانفي|january|jan",
    "فبراير|شباط|فيفري|february|feb",
    "مارس|آذار|march|mar",
    "أبريل|إبريل|نيسان|أفريل|april|apr",
    "مايو|أيار|ماي|may",
    "يونيو|يونيه|حزيران|جوان|june|jun",
    "يوليو|يوليه|تموز|جويلية|يوليوز|july|jul",
    "أغسطس|آب|أوت|غشت|august|aug",
    "سبتمبر|أيلول|شتنبر|september|sep",
    "أكتوبر|تشرين الأول|october|oct",
    "نوفمبر|تشرين الثاني|نونبر|november|nov",
    "ديسمبر|كانون الأول|دجنبر|december|dec",
)
# Folded name → number.
MONTHS = {fold(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
HIJRI_MONTHS = folded("محرم صفر ربيع جمادى رجب شعبان رمضان شوال القعدة الحجة ذو ذي هجري هـ")
DAYS = folded("السبت الأحد الإثنين الاثنين الثلاثاء الأربعاء الخميس الجمعة sat sun mon tue wed thu fri")

# What may stand beside a date on its line.
DATE_WORDS = folded(
    """
    نشر نشرت نشر في بتاريخ تاريخ النشر تاريخ آخر تحديث التحديث حدث حدثت عدل الساعة ساعة بتوقيت توقيت غرينتش
    جرينتش مكة المكرمة القاهرة صباحا مساء ظهرا ص م ه gmt utc am pm updated published on last update هـ يوم اليوم
    الأول الثاني أول الموافق محلي المحلي
    """
)

# Hours ahead of UTC, all the year round, where a date line names the place.
ZONES = {fold("غرينتش"): 0, fold("جرينتش"): 0, "gmt": 0, "utc": 0, fold("مكة"): 3}
EVENING = folded("مساء م pm")
MORNING = folded("صباحا ص am")

# How long ago something was put on a page: «منذ ساعتين», «قبل 3 أيام».
AGO = listed("منذ قبل")
UNITS = folded("ثوان ثانية دقيقة دقيقتين دقائق ساعة ساعتين ساعات يوم يومين أيام أسبوع أسبوعين أسابيع شهر شهرين أشهر")
