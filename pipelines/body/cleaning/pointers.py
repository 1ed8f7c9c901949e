"""Pointers to other stories: «اقرأ أيضا» in its spellings, «مواضيع ذات صلة», «لقراءة المزيد اضغط هنا»."""

from __future__ import annotations

import re

from pipelines.body.cleaning.form import form, is_opened, n_words

_ALSO = r"(?:ايض[اه]?|كذلك|المزيد|اكثر)"
# What nothing but a pointer says.
_ALWAYS = re.compile(
    rf"(?:اقر[اي]?|اقراوا|اقرووا|اقروا|انظر|انظروا|شاهدوا|طالعوا|طالع|تصفح) {_ALSO}\b|اقر[ا]? [يى]ض[اه]?\b"
    rf"|شاهد ايضا\b|تخطي .{1, 40} وواصل القراه"
    r"|(?:لقراه المزيد|لمزيد|لمتابعه المزيد) من (?:ال)?(?:اخبار|تفاصيل)(?: [\w ]{0,20})? ?(?:زوروا|اضغط|انقر|تابعوا)\b"
    r"|للمزيد (?:من [\w ]{3,40} )?(?:اقرا|اضغط|انقر|تابع|زوروا|يرجي|طالع)|(?:اضغط|انقر|اضغطوا)(?: [\w ]{0,20})?هنا\b"
    r"|(?:لقراه|للاطلاع علي|لمتابعه|لمشاهده|لمعرفه) [\w ]{2,60}(?:اضغط|انقر|من هنا|هنا$|عبر الرابط|الرابط التالي)"
    r"|read (?:also|more|next)\b|see also\b|lire aussi\b|a lire\b|related (?:articles|stories|topics|news"
    r"|posts)\b|you (?:may|might) also like"
)
_KINDS = r"(?:ال)?(?:مواضيع|موضوعات|اخبار|مقالات|قصص|تقارير|محتوي|فيديو|فيديوهات|روابط|عناوين|مواد)"
# What is a pointer where it stands alone or before a colon, and begins a sentence elsewhere.
_ALONE = re.compile(
    rf"(?:للمزيد|المزيد|مزيد من|تابع {_ALSO}|تابعوا {_ALSO}|استمع {_ALSO}|طالع|شاهد|اقرا|اقراوا|تابع"
    rf"|تابع (?:ال)?قراه|اكمل (?:ال)?قراه|متابعه القراه"
    rf"|{_KINDS} (?:ذات (?:ال)?صله|ذو صله|متعلقه|المتعلقه|مشابهه|مرتبطه|تهمك|اخري|مختاره|مقترحه"
    rf"|قد (?:تهمك|يهمك|يعجبك|تعجبك)|تعجبك)"
    rf"|ذات صله|قد (?:يهمك|يعجبك|تهمك|يهمكم|تعجبك)|ربما يهمك|اخترنا لكم?"
    rf"|نرشح لكم?|نقترح عليك|لقراه|للاطلاع|الاكثر (?:قراه|مشاهده|تداولا|تعليقا|شعبيه|رواجا)|(?:اخر|احدث"
    rf"|اهم) الاخبار|تفاصيل اكثر|التفاصيل من هنا)\b"
)
_NEIGHBOUR = re.compile(r"(?:(?:المقال|الخبر|الموضوع|الماده|المقاله) )?ال(?:تالي|سابق)ه?\b")
_MOST = 250


def is_read_also(line: str) -> bool:
    """A pointer to another story, with its headline or without.

    >>> is_read_also("إقرأ أيضًا: الذهب يتراجع"), is_read_also("للمزيد اضغط هنا"), is_read_also("قد يهمك أيضا")
    (True, True, True)
    >>> is_read_also("المزيد من القوات يصل الحدود الشرقية اليوم بعد قرار القيادة نشر لواء كامل.")
    False
    """
    read = form(line)
    if len(line) >= _MOST or not read:
        return False
    if _ALWAYS.match(read):
        return True
    if _NEIGHBOUR.match(read) and not line.rstrip().endswith(_ENDS):
        return True
    found = _ALONE.match(read)
    if found is None:
        return False
    rest = read[found.end() :].split()
    is_short = len(rest) <= 1 and not line.rstrip().endswith((".", "!"))
    return is_short or is_opened(line, found.end() + 12) or rest[:1] == ["ايضا"] or _is_label(line)


def is_pointer_heading(line: str) -> bool:
    """A pointer that announces a list of links below it, without a headline of its own.

    >>> is_pointer_heading("مواضيع ذات صلة"), is_pointer_heading("اقرأ أيضا: الذهب يتراجع بعد قرار الفائدة")
    (True, False)
    """
    return n_words(line) <= 4 and is_read_also(line)


_ENDS = (".", "،", ":")
_OF_NEWS = re.compile(
    r"(?:المزيد|مزيد) (?:من|عن|حول) (?:ال)?(?:اخبار|مقالات|مواضيع|قصص|فيديوهات|تفاصيل|موضوعات|تقارير)\b"
)


def _is_label(line: str) -> bool:
    return bool(_OF_NEWS.match(form(line))) and n_words(line) <= 6 and not line.rstrip().endswith(".")
