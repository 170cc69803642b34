"""Lines in which a page asks to be followed on its social networks."""

from bot.extract.lexicon import folded

# A line that opens so and names a network asks to be followed there: «تابعوا حساباتنا على منصات التواصل», «كونوا معنا
# على واتساب» …
FOLLOWING = folded(
    """
    تابع تابعوا تابعي تابعنا تابعونا انضم انضموا اشترك اشتركوا شارك شاركوا كن كونوا لمتابعة للمتابعة يمكنكم يمكنك
    تواصل تواصلوا زوروا زر لزيارة أرسلوا ناقش ناقشوا نلتقي تجدوننا تجدنا
    """
)
# … of these.
NETWORKS = folded(
    """
    فيسبوك الفيسبوك بفيسبوك تويتر إكس واتساب الواتساب تلغرام تيليغرام تليغرام إنستغرام انستغرام إنستقرام يوتيوب
    تيك توك سناب سنابشات لينكدإن التواصل نبض whatsapp telegram facebook twitter instagram youtube tiktok x
    """
)
