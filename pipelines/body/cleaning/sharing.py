"""Buttons that became text, and invitations to follow, subscribe and install."""

from __future__ import annotations

import re

from pipelines.body.cleaning.form import form, n_words
from pipelines.text import normalize_arabic, word_set

# A line made of nothing but these words is a row of buttons; the last group alone says nothing.
_BUTTONS = word_set(
    normalize_arabic(
        "شارك شاركها شاركنا شاركوا شاركه مشاركة المشاركة مشاركات انشر انشرها أرسل إرسال أرسلها طباعة اطبع"
        " الطباعة حفظ احفظ نسخ انسخ النسخ"
        " اضغط للطباعة رابط مختصر الرابط المختصر فيسبوك الفيسبوك فيس بوك تويتر واتساب الواتساب واتس آب واتسآب"
        " تلغرام تليغرام تيليغرام تلجرام"
        " تيليجرام تليجرام ماسنجر مسنجر لينكدإن لينكد انستغرام إنستغرام انستجرام بنترست ثريدز سناب شات"
        " بريد البريد الإلكتروني إيميل إكس facebook twitter whatsapp telegram messenger linkedin instagram"
        " pinterest viber share tweet print email copy"
        " link x reddit threads snapchat tumblr flipboard pocket save follow us bookmark تكبير تصغير حجم خط"
        " الخط أصغر أكبر كبير صغير متوسط"
        " play pause volume mute unmute seek stop listen loading استماع سماع استمع تشغيل إيقاف كتم الصوت بصوت"
        " تحميل جاري جار تنزيل"
        " إعلان إعلانات الإعلان ad ads advertisement advertisements sponsored ممول برعاية تخطي skip close إغلاق"
        " صوّت تصويت التصويت النتائج النتيجة"
        " زر الذهاب الأعلى يمين يسار شمال مساحة إعلانية إضافة لصديق لصديقك قيم قيّم الاقتراحات روابط للدخول"
        " للأعلى القائمة بحث عرض الكل رجوع السابق التالي previous next more المزيد"
    )
)
_BETWEEN = word_set(
    normalize_arabic(
        "للمقال للخبر للمقالة"
        " على عبر في إلى هذا هذه المقال المقالة الخبر الموضوع الصفحة القصة الرابط رابط مع أصدقائك الأصدقاء من و أو تم"
        " the this article on via to page story url short post a aa"
    )
)
_FOLLOW = re.compile(
    r"(?:تابعونا|تابعنا|تابعوا|تابع (?:اخر|اخبار|صفحت|قنات|حساب|كل|جميع|اهم|احدث|المزيد|موقع|ابرز)|لمتابعه"
    r"|للاشتراك|للمتابعه|للانضمام|(?:اشترك|اشتركوا|اشتركي) (?:الان|في (?:قنا?ت|نشرت|النشره|القائمه|خدم|صفحت"
    r"|بريد)|ب(?:قنا?ت|نشرت|النشره))\w*"
    r"|(?:انضم|انضموا) (?:الان|الينا|الي (?:قنا?ت|مجموع|صفحت|نشرت))\w*|(?:حمل|حملوا|نزل|نزلوا) (?:ال)?(?:تطبيق"
    r"|نسخه)\w*|سجل الان|سجل في النشره|(?:احصل|احصلوا) علي"
    r"|لا تفوت|لا يفوتك|كن اول|ليصلك|لتصلك|يمكنك|يمكنكم|فعل|follow us|subscribe|sign up|join|download|get)\b"
)
_CHANNEL = re.compile(
    r"\b(?:غوغل|جوجل|google|فيسبوك|فيس بوك|facebook|تويتر|twitter|واتس\w*|whatsapp|تل[يغج]\w*|تيل[يغج]\w*"
    r"|telegram|ان?س[تث]\w*رام|instagram|يوتيوب|youtube|تيك توك|tiktok"
    r"|نبض|nabd|(?:ال)?تطبيق\w*|app|نشر(?:ه|ت)\w* (?:ال)?(?:بريد|يومي|اخباري|اسبوعي)\w*|النشره البريديه"
    r"|newsletter|الاشعارات|اشعارات|منصه اكس|بريدك|بريدكم|صندوق بريد\w*|صفحات التواصل|وسايل التواصل|اخبارنا)\b"
)
# Words by which a house speaks to its reader; without them a past tense may begin a report.
_HOUSE = re.compile(
    r"\b(?:قنا?تنا|صفحتنا|صفحاتنا|حسابنا|حساباتنا|موقعنا|تطبيقنا|نشرتنا|اخبارنا|مجموعتنا|خدمتنا|الينا|معنا"
    r"|لدينا|بريدك|بريدكم|هاتفك|بك|مجانا|الان|العاجله"
    r"|ليصلك|لتصلك|نشره|النشره|علي مدار الساعه|our|us|your)\b"
)
_TO_NUMBER = re.compile(r"للاشتراك في .{0,50}(?:ارسل|ارسلوا)\b.{0,30}\bالي \d{3,6}$")
_ON = re.compile(r" (?:علي|عبر)(?: (?:كل|جميع))?$")
_FEW = 8
_MOST = 220


def _is_running(line: str, read: str) -> bool:
    """Whether a line is a sentence of some length that says nothing of the house."""
    return line.rstrip().endswith(".") and n_words(line) >= _FEW and not _HOUSE.search(read)


def is_share_line(line: str) -> bool:
    """A row of buttons (share, print, letter size, player, advertisement).

    >>> is_share_line("شارك هذا المقال على فيسبوك"), is_share_line("Play / Pause"), is_share_line("إعلان")
    (True, True, True)
    >>> is_share_line("مشاركة الأهلي في البطولة مؤكدة"), is_share_line("إعلان حالة الطوارئ في الإقليم")
    (False, False)
    """
    if len(line) > 120:
        return False
    said = [word for word in form(line).split() if not word.isdigit()]
    return bool(said) and any(w in _BUTTONS for w in said) and all(w in _BUTTONS or w in _BETWEEN for w in said)


def is_follow_line(line: str) -> bool:
    """An invitation to follow the house elsewhere, to subscribe or to install.

    >>> is_follow_line("تابعوا أخبارنا عبر غوغل نيوز"), is_follow_line("اشترك في النشرة البريدية")
    (True, True)
    >>> is_follow_line("اشترك الجانبان في تطوير التطبيق وفق الاتفاق الموقع أمس.")
    False
    >>> is_follow_line("حمل التطبيق الذي أطلقته البلدية خرائط الأحياء القديمة كلها.")
    False
    """
    read = form(line)
    if len(line) > _MOST or not _FOLLOW.match(read):
        return False
    if read.startswith(("تابعونا", "تابعنا", "follow us")) and n_words(line) <= 14 and not line.rstrip().endswith("."):
        return True
    if _TO_NUMBER.match(read):
        return True
    if read.startswith(("حمل ", "حملوا ", "نزل ", "نزلوا ")) and _is_running(line, read):
        return False
    if _ON.search(read) and n_words(line) <= _FEW:
        return True
    return bool(_CHANNEL.search(read)) and bool(_HOUSE.search(read) or n_words(line) <= 9)
