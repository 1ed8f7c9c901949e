"""Labels, counters and clocks that stand between the lines of a text."""

from __future__ import annotations

import re

from pipelines.body.cleaning.form import form, is_opened, n_words
from pipelines.dates import date_in, without_date

_TAGS = re.compile(
    r"(?:ال)?(?:كلمات|كلمه) (?:ال)?(?:دلاليه|مفتاحيه|بحث|متعلقه)\b|(?:ال)?(?:وسوم|تاغات|تاجات|تاجز|هاشتاغ|هاشتاج)\b"
    r"|(?:ال)?علامات\b|tags?\b|keywords?\b"
)
_UNIT = (
    r"(?:ثانيه|ثوان|ثواني|دقيقه|دقيقتين|دقايق|ساعه|ساعتين|ساعات"
    r"|يوم|يومين|ايام|اسبوع|اسبوعين|اسابيع|شهر|شهرين|اشهر|min|mins|minutes?|hours?|days?)"
)
_BADGE = re.compile(
    rf"(?:\d{{1,3}} ?{_UNIT}(?: (?:read|قراه|للقراه|ago|مضت))?|(?:مده|وقت|زمن) (?:ال)?قراه(?: [\w ]{{0,20}})?"
    rf"|(?:قبل|منذ|since) (?:\d+ )?{_UNIT}|الان"
    r"|(?:\d{1,7}k? )?(?:مشاهده|مشاهدات|قراه|زياره|زيارات|اعجاب|views?|likes?|shares?|reads?)"
    rf"|قراه \d{{1,3}} ?{_UNIT}|\d{{1,7}} (?:تعليق|تعليقات|comments?)|مصدر (?:ال)?(?:خبر|مقال|ماده|معلومات)"
    r"|محتويات(?: (?:ال)?(?:مقال|مقاله|موضوع|صفحه|تقرير))?|(?:جدول|فهرس|قايمه) (?:ال)?محتويات|المحتويات"
    r"|(?:ال)?نشره (?:ال)?(?:يوميه|اسبوعيه|بريديه|اخباريه)|(?:ال)?مصدر"
    r"|(?:عدد )?(?:ال)?(?:مشاهدات|قراات|زيارات|مشاركات)(?: \d+)?"
    r"|مثبت|منشور مثبت|بث مباشر|مباشر|مباشر الان|عاجل|حصري|خاص|تحديث مباشر|live|pinned|loading|جاري التحميل"
    r"|اخر تحديث|نهايه التغطيه|بدايه التغطيه"
    r"|\d{1,2} \d{2}(?: \d{2})?(?: (?:ص|م|صباحا|مسا|gmt|utc|am|pm))?(?: (?:بتوقيت )?(?:[\w]+)(?: [\w]+)?)?"
    r"|https? [\w ]+)$"
)
_CLOCK = re.compile(r"^\W*\d{1,2}\s*[:.]\s*\d{2}")
_SIGNS = re.compile(r"^[\W_]+$")
_ADDRESS = re.compile(r"^https?://\S+$")
_DATE_LIKE = re.compile(r"\d{4}|\d\s?[/.\-،]\s?\d|\d\s+\w{3,}|\d{1,2}:\d\d|(?:منذ|قبل|اليوم|أمس)\b")
# What a theme says in Latin letters before a value.
_FIELD = re.compile(r"(?:author|role|published(?: on)?|updated(?: on)?|image|caption)\s*[,:]", re.IGNORECASE)
# What stands beside the date in the head of a page: the print edition, counters, words of publication.
_HEAD_WORDS = re.compile(
    r"\b(?:الموافق|السنه(?: ال\w+){0,2}|السنة(?: ال\w+){0,2}|العدد|عدد|المشاهدات|التعليقات|القراءات|الزيارات"
    r"|مشاهدات|مشاهدة|مشاركة|تعليقات"
    r"|أضيف|أضيفت|اضيف|نشر|نشرت|بتاريخ|تاريخ|النشر|الإضافة|تحديث|آخر|هـ|م|في|يوم)\b"
)
_LETTERS = re.compile(r"[^\W\d_]")
_LONGEST_DATE, _LONGEST_INFO = 110, 70
_INFO = re.compile(r"[|•·]|\s-\s")
_BYLINE = re.compile(r"كتب|بقلم|تحرير|إعداد|اعداد|تقرير|ترجمة|حوار|متابعة|تغطية|[/\\]\s*[ء-ي]")
_NUMBER = re.compile(r"\d{1,2} \d{2}\b")


def is_label(line: str) -> bool:
    """A list of tags, a reading time, a counter, a clock, or a row of signs.

    >>> is_label("كلمات دلالية: النفط، أوبك"), is_label("2 min"), is_label("* * *"), is_label("14:30 بتوقيت غرينتش")
    (True, True, True, True)
    >>> is_label("قتل 5"), is_label("العلامات التجارية الكبرى تنسحب من السوق")
    (False, False)
    """
    if len(line) > 250:
        return False
    if "\ufffd" in line:
        # Letters that were lost, of which the text is judged later.
        return False
    if _SIGNS.match(line) or _FIELD.match(line) or _ADDRESS.match(line):
        return True
    read = form(line)
    if _NUMBER.match(read) and not _CLOCK.match(line):
        return False
    if _BADGE.match(read):
        return True
    tagged = _TAGS.match(read)
    return tagged is not None and (n_words(line) <= 2 or is_opened(line, tagged.end() + 4))


def is_date_line(line: str) -> bool:
    """A line that is a date, at most a word or two more, and what the head of a page says beside it.

    >>> is_date_line("سياسة 2026/11/19 16:07"), is_date_line("وقعت الهدنة في 19 نوفمبر 2026 بالقاهرة")
    (True, False)
    """
    if len(line) >= _LONGEST_DATE or not _DATE_LIKE.search(line):
        return False
    if "|" in line and len(line) < _LONGEST_INFO and any(map(date_in, _INFO.split(line))):
        return _BYLINE.search(line) is None
    return bool(date_in(line)) and len(_LETTERS.findall(_HEAD_WORDS.sub("", without_date(line)))) <= 12
