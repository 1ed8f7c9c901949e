"""Lines that stand among an article's paragraphs and are no part of it: one small rule for each concern."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from pipelines.dates import date_in, without_date
from pipelines.text import normalize_arabic

_READ_ALSO = re.compile(
    r"^(?:[-–•*>«\[(]\s*)*(?:[اإأ]قرأ(?:وا)?\s+(?:أيض[اًـ]+|المزيد|أكثر|كذلك|[:：])|[اإأ]قر[أا]\s+[يى]ض|طالع\s+(?:أيض|المزيد)|شاهد\s*(?:أيض|[:：])"
    r"|شاهدوا\s+أيض|للمزيد\s*(?:من|[:：]|اقرأ|حول)|المزيد\s*(?:من|عن|حول)|انظر\s+أيض|إقرأ\s+أيض|مواضيع\s+(?:ذات|متعلقة|مشابهة)|أخبار\s+(?:ذات\s+صلة|متعلقة)"
    r"|مقالات\s+(?:ذات|متعلقة)|موضوعات\s+(?:ذات|متعلقة)|الموضوعات\s+المتعلقة|قد\s+يهمك|قد\s+يعجبك|اخترنا\s+(?:لك|لكم)|تابع\s+(?:أيض|المزيد)|read\s+(?:also|more)\b|lire\s+aussi)",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"^(?:مشاركة|شارك(?:ها|نا|وا)?|المشاركة\s+عل[يى]|انشر|أرسل|إرسال|طباعة|حفظ|نسخ(?:\s+الرابط)?|انسخ\s+الرابط|تم\s+النسخ|رابط\s+مختصر|short\s+url|facebook|twitter"
    r"|whatsapp|telegram|فيسبوك|تويتر|واتساب|تلغرام|share|print|email|copy\s+link|إعلان|اعلان|advertisement|play\s*/\s*pause|volume|تحميل|استماع|سماع|تكبير\s+الخط|تصغير\s+الخط|a[+-])"
    r"(?:\s+(?:هذا|هذه|المقال[ةه]?|الخبر|الموضوع|الصفحة|على|عبر|\S*فيسبوك|\S*تويتر|\S*واتساب|the|this|article|on))*\s*[:：+-]*$",
    re.IGNORECASE,
)
_FOLLOW = re.compile(
    r"^\W*(?:تابعوا|تابعونا|تابعنا|لمتابعة|للاشتراك|اشترك(?:وا)?|إشترك|انضم(?:وا)?|حمّ?ل(?:وا)?\s+تطبيق)\b.{0,60}"
    r"(?:غوغل|جوجل|google|فيسبوك|فيس\s*بوك|facebook|تويتر|twitter|واتس|whatsapp|تلغرام|تليغرام|telegram|انستغرام|instagram|يوتيوب|youtube|تيك\s*توك|نبض|التطبيق|تطبيق|قناتنا|صفحتنا|النشرة|نشرتنا|عبر|على)",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"الآراء\s+الواردة|لا\s+تعب[رّ]+\s+(?:بالضرورة\s+)?عن\s+(?:رأي|وجهة|راي)|سياسة\s+(?:التعليق|الخصوصية|النشر)|شروط\s+(?:التعليق|الاستخدام|النشر)|إرشادات\s+(?:الاستخدام|التعليق)"
    r"|بروتوكول\s+نشر\s+التعليقات|(?:تحتفظ|نحتفظ|يحتفظ).{0,60}(?:حذف|التعليقات)|يتم\s+حذف\s+تعليق|ترحب\s+شبكة|(?:جميع|كافة|كل)\s+(?:ال)?حقوق(?:\s+النشر)?\s+(?:ال)?محفوظة|جميع\s+الحقوق"
    r"|يحظر\s+نشر|(?:نستخدم|يستخدم|تستخدم|باستخدام).{0,40}(?:ملفات\s+)?(?:تعريف\s+الارتباط|الكوكيز)|سياسة\s+الكوكيز|cookies?\b.{0,80}\b(?:policy|accept|use)|all\s+rights\s+reserved"
    r"|(?:أضف|اضف|إضافة|أكتب|اكتب|اترك|شاركنا)\s+(?:تعليق|تعليقا|تعليقاً|تعليقك|ردا|رأيك)|لا\s+توجد\s+تعليقات|لن\s+يتم\s+نشر\s+عنوان\s+بريدك|البريد\s+الإلكتروني\s*[*:]|الحقول\s+الإلزامية",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^(?:للتصحيح\b|لتصحيح\s|للإبلاغ\s+عن\s+خطأ|إذا\s+وجدت\s+خطأ|بلّ?غ\s+عن\s+خطأ|أبلغ\s+عن\s+خطأ|هل\s+وجدت\s+خطأ|لأي\s+ملاحظات|لإرسال\s+(?:ملاحظات|تصحيح))",
)
_CAPTION = re.compile(
    r"^(?:©|\(c\)|الصور[ةه]\s*[:：]|صور[ةه]\s*[:：]|تصوير\s*[:：]|مصدر\s+الصور[ةه]|photo\s*:|getty\b"
    r"|(?:[A-Z][\w.' ]{1,30}\s*/\s*){1,2}[A-Z][\w.' ]{1,40}$|صور[ةه]\s+(?:أرشيفية|ارشيفية|تعبيرية|من\s+الأرشيف))",
    re.IGNORECASE,
)
_TAGS = re.compile(
    r"^(?:كلمات\s+(?:دلالية|مفتاحية|البحث)|الكلمات\s+(?:الدلالية|المفتاحية)|وسوم|الوسوم|تاغات|تاجز|العلامات|tags?|keywords)\s*[:：]?",
    re.IGNORECASE,
)
_BADGE = re.compile(
    r"^(?:\d{1,3}\s*(?:min|دقائق|دقيقة|دقيقه)(?:\s+(?:read|قراءة|للقراءة))?|(?:مدة|وقت|زمن)\s+القراءة.{0,20}|\d{1,7}\s*(?:مشاهدة|مشاهدات|views?|زيارة)|(?:عدد\s+)?(?:المشاهدات|القراءات|الزيارات)\s*[:：]?\s*\d*|https?://\S+|\W+)$",
    re.IGNORECASE,
)
_SHORT = 140


def is_read_also(line: str) -> bool:
    """A pointer to another story.

    >>> is_read_also("اقرأ أيضاً: الذهب يتراجع"), is_read_also("اقرأ الطالب النص بصوت عال")
    (True, False)
    """
    return bool(_READ_ALSO.search(line)) and len(line) < 250


def is_share_line(line: str) -> bool:
    """A button that became text, an invitation to follow or subscribe.

    >>> is_share_line("شارك هذا المقال على فيسبوك"), is_share_line("تابعوا أخبارنا عبر غوغل نيوز")
    (True, True)
    >>> is_share_line("مشاركة الأهلي في البطولة مؤكدة")
    False
    """
    if _SHARE.match(line):
        return True
    match = _FOLLOW.search(line)
    return match is not None and len(line) < _SHORT


def is_policy(line: str) -> bool:
    """Rules for comments, copyright, cookies.

    >>> is_policy("الآراء الواردة أدناه لا تعبر عن رأي الموقع")
    True
    """
    match = _POLICY.search(line)
    return match is not None and match.start() < 40


def is_footer(line: str) -> bool:
    """An invitation to report mistakes.

    >>> is_footer("للتصحيح أو إبداء أي ملاحظات desk (at) example.com")
    True
    """
    return bool(_FOOTER.match(line))


def is_caption(line: str) -> bool:
    """The credit of a picture.

    >>> is_caption("© REUTERS / SHOKRY HUSSIEN"), is_caption("صورة: أرشيف")
    (True, True)
    """
    return bool(_CAPTION.match(line)) and len(line) < _SHORT


def is_label(line: str) -> bool:
    """A list of tags, a reading time, a counter, or a row of signs.

    >>> is_label("كلمات دلالية: النفط، أوبك"), is_label("2 min"), is_label("* * *"), is_label("قتل 5")
    (True, True, True, False)
    """
    return bool(_BADGE.match(line)) or (bool(_TAGS.match(line)) and len(line) < 250)


_FLASH = re.compile(r"^\W*(?:عاجل|خبر عاجل|urgent|breaking)\b", re.IGNORECASE)


def is_flash(title: str) -> bool:
    """Whether a headline announces an urgent item.

    >>> is_flash("عاجل | زلزال يضرب الساحل"), is_flash("لقاء عاجل في القاهرة")
    (True, False)
    """
    return bool(_FLASH.match(title))


def is_date_line(line: str) -> bool:
    """A line that is a date and at most a word or two more.

    >>> is_date_line("سياسة 2026/11/19 16:07"), is_date_line("وقعت الهدنة في 19 نوفمبر 2026 بالقاهرة")
    (True, False)
    """
    return len(line) < 70 and bool(date_in(line)) and len(_LETTERS.findall(without_date(line))) <= 12


_LETTERS = re.compile(r"[^\W\d_]")
_RULES: tuple[Callable[[str], bool], ...] = (is_read_also, is_share_line, is_policy, is_footer, is_caption, is_label)


@lru_cache(maxsize=8192)
def is_furniture(line: str) -> bool:
    """Whether any of the rules above takes a line for no part of the text."""
    return any(rule(line) for rule in _RULES)


def without_headline(paragraphs: list[str], title: str) -> list[str]:
    """`paragraphs` without the headline at their head, however it is spelt.

    >>> without_headline(["الأمير يصل القاهرة", "وصل الأمير إلى القاهرة."], "الأمير  يصلُ القاهرة")
    ['وصل الأمير إلى القاهرة.']
    """
    wanted = normalize_arabic(title)
    head = [line for line in paragraphs[:3] if not wanted or normalize_arabic(line) != wanted]
    # A flash is often nothing but its headline: then it is the text.
    return head + paragraphs[3:] or (paragraphs[:1] if is_flash(title) else [])


def without_echo(paragraphs: list[str]) -> list[str]:
    """`paragraphs` without those that repeat one before, or at the head, that the text after them holds (a teaser).

    >>> without_echo(["أعلنت الوزارة عن خطة جديدة...", "أعلنت الوزارة عن خطة جديدة للتعليم في البلاد.", "انتهى."])
    ['أعلنت الوزارة عن خطة جديدة للتعليم في البلاد.', 'انتهى.']
    """
    forms = [normalize_arabic(line) for line in paragraphs]
    kept: list[str] = []
    seen: set[str] = set()
    for number, (line, form) in enumerate(zip(paragraphs, forms, strict=True)):
        ahead = " ".join(forms[number + 1 : number + 8]) if number < 2 else ""
        if (len(form) > 25 and form in ahead) or (len(form) > 40 and form in seen):
            continue
        seen.add(form)
        kept.append(line)
    return kept
