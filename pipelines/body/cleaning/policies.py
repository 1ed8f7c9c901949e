"""The rules of the house: comments, copyright, cookies, disclaimers, and where to report mistakes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.body.cleaning.form import form, is_opened, n_words

_COPYRIGHT = re.compile(
    r"(?:جميع|كافه|كل) (?:ال)?حقوق(?: [\w ]{2,30})? (?:ال)?محفوظ|حقوق (?:النشر|الطبع"
    r"|الملكيه)(?: [\w ]{2,20})? محفوظ|all rights reserved|copyright\b|(?:ال)?حقوق محفوظه"
    r"|(?:يحظر|يمنع|لا يجوز|لا يسمح ب) ?(?:ال)?(?:نشر|اعاده|نسخ|استخدام|اقتباس)[\w ]{0,80}(?:دون|بدون|الا ب)"
)
_DISCLAIMER = re.compile(
    r"(?:ان |جميع |كل |كافه )?(?:(?:ال)?(?:ارا|مقالات?|تعليقات|ماده)|ما (?:ينشر|ورد|يرد))\b(?!.{0,60}بقلم).{0,90}"
    r"(?:لا|ولا) (?:ت|ي)(?:عبر|مثل|عكس|تحمل)\w*\b.{0,40}(?:الموقع|الصحيفه|الجريده|القناه|الشبكه|راي|وجهه|سياس"
    r"|مسووليه|موقف)"
    r"|(?:تنويه|ملاحظه|اخلاء مسووليه) (?:ان |جميع |كل |كافه )?(?:ال)?(?:ارا|مقالات?|مواد)\b.{0,60}"
    r"(?:ت|ي)(?:مثل|عبر عن) "
    r"(?:راي|ارا|وجهه نظر|وجهات نظر) "
    r"(?:كتاب|كاتب|اصحاب|صاحب)"
    r"|(?:هذا )?المقال (?:لا )?يعبر (?:بالضروره )?عن راي (?:كاتبه|صاحبه|الكاتب)"
)
# The rest of what a house says of its comments and its writers.
_NOTICE = re.compile(
    r"(?:ال)?ارا(?: الوارده| المنشوره)?[\w ]{0,20} (?:تعبر|تمثل)(?: الا)? (?:عن )?(?:راي|ارا|وجهه نظر)"
    r" (?:صاحب|اصحاب|كاتب|كتاب)\w*"
    r"|يرجي (?:الالتزام|التقيد) ب(?:اداب|قواعد|ضوابط) (?:ال)?(?:حوار|نقاش|تعليق)"
    r"|(?:يلفت|ينوه|تنوه|تلفت) (?:ال)?(?:موقع|صحيفه|جريده|اداره)\b.{0,40}غير مسوول\w* عن (?:ال)?تعليق"
    r"|(?:رابط مختصر|الرابط المختصر|تقييم (?:ال)?(?:مستخدم\w*|قرا))(?: [\w ]{0,40})?$"
)
_COOKIES = re.compile(
    r"(?:نستخدم|نحن نستخدم|يستخدم (?:هذا )?(?:ال)?موقع\w*"
    r"|(?:ان )?(?:هذا )?(?:ال)?موقع\w* (?:الالكتروني )?(?:يستخدم|يستعمل)"
    r"|تستخدم هذه الصفحه|باستخدام|عند استخدام"
    r"|باستمرارك"
    r"|بالاستمرار|بمواصله|نستعمل|يستعمل (?:هذا )?الموقع).{0,90}"
    r"(?:ملفات (?:تعريف|الارتباط)|كوكيز|الكوكيز|cookies|ملفات الارتباط|شروط|سياسه الخصوصيه)|(?:اوافق|موافق"
    r"|قبول الكل|رفض الكل|قبول جميع)\b.{0,30}(?:كوكيز|ملفات)?$"
    r"|(?:we|this (?:web)?site) uses? cookies|by (?:using|continuing)"
)
_AGREED = re.compile(r"(?:بالضغط|بالنقر|بتسجيل\w*|باشتراك\w*|بالاشتراك|بالتسجيل)\b.{0,60}(?:توافق|اوافق|تقبل|موافق)")
_RULES = r"(?:سياسه|شروط|قواعد|ضوابط|ارشادات|بروتوكول|اتفاقيه)"
_NAMES = re.compile(rf"{_RULES} (?:نشر )?(?:ال)?(?:تعليق|تعليقات|مشاركه|مشاركات|خصوصيه|استخدام|نشر|كوكيز|مستخدم)\b")
_HOUSE = re.compile(r"\b(?:يمنع|تحتفظ|نحتفظ|يحتفظ|يرجي|حذف|الزوار|المستخدم|الموقع|موقعنا|لدينا)\b")
_COMMENTS = re.compile(
    r"(?:ال)?(?:اضف|اضافه|اكتب|اترك|ضع|كتابه|ارسل|ترك) (?:تعليق|تعليقا|تعليقك|تعليقكم|ردا|رد|رايك)\b|(?:لا توجد"
    r"|لا يوجد) (?:اي )?تعليق|كن اول من (?:يعلق|يكتب)|لن يتم نشر عنوان"
    r"|الحقول الالزاميه|يجب (?:عليك |ان تكون )?(?:تسجيل|مسجل)|سجل (?:الدخول|دخولك) ل|شاركنا (?:ب)?(?:رايك"
    r"|تعليقك)|لاضافه تعليق|للتعليق (?:علي|يجب|سجل)|عدد (?:ال)?(?:تعليقات|احرف|حروف)"
    r"|ترحب (?:شبكه|اداره|صحيفه|قناه|موقع|جريده)\b.{0,40}(?:نقاش|تعليق|مشارك|مساهم|قرا)|يتم حذف (?:اي )?تعليق"
    r"|(?:اذا|في حال|عند) (?:\w+ ){0,2}(?:ال)?تعليق\w* |تعليق(?:ك|كم) |leave a (?:comment|reply)|no comments"
    r"|post (?:a )?comment"
)
_RIGHT_TO_DELETE = re.compile(
    r"(?:تحتفظ|نحتفظ|يحتفظ)\b.{0,60}(?:حذف|عدم نشر).{0,30}(?:تعليق|مشارك|رد)|(?:تعليق|مشارك)\w*.{0,80}(?:تحتفظ"
    r"|نحتفظ|يحتفظ).{0,40}حق"
)
_COMMENTS_HEADING = re.compile(
    r"(?:ال)?تعليقات(?: (?:ال)?(?:زوار|قرا|متصفحين|فيسبوك|facebook))?(?: \d+)?$|\d+ (?:تعليقات|تعليقا)$"
)
_LONGEST_COMMENT = 200
_LONGEST_LABEL = 40
_LABELS = re.compile(
    r"(?:ال)?تعليقات(?: (?:ال)?(?:زوار|قرا|فيسبوك|facebook))?(?: \d+)?$|البريد الالكتروني$|comments?(?: \d+)?$"
)
_MISTAKE = re.compile(
    r"(?:للابلاغ عن|ابلغ عن|بلغ عن|هل وجدت|اذا وجدت|هل اكتشفت|للابلاغ عن اي) (?:اي )?(?:ال)?(?:خطا|اخطاء|معلومه"
    r"|مشكله)\b|اذا لاحظت (?:اي )?خطا\w* (?:راسل|اخبر|ابلغ)\w*"
    r"|ارسل تصحيحا|لتصحيح (?:(?:اي )?خطا في|هذا الخبر|الخبر|المقال)\b"
    r"|(?:لاي|لارسال|لابدا) (?:اي )?(?:ملاحظ|تصحيح|استفسار|اقتراح)"
)
_CORRECTION = re.compile(r"للتصحيح\b(?: (?:او|و|ا?بدا|يرجي|يمكنك|راسل)|$)")
_CONTACT = re.compile(r"للتواصل مع(?:نا| الكاتب| المحرر| كاتب)|لمراسلتنا\b|للتصحيح\b.*(?:راسل|تواصل|اضغط)")
_ADDRESS = re.compile(r"@|\(at\)|\bat\b.*\.\w{2,3}\b", re.IGNORECASE)


def is_policy(line: str) -> bool:
    """Rules for comments, copyright, cookies, disclaimers, and the comment form.

    >>> is_policy("الآراء الواردة أدناه لا تعبر عن رأي الموقع"), is_policy("جميع الحقوق محفوظة © ٢٠٢٦")
    (True, True)
    >>> is_policy("جميع الحقوق التي يكفلها الدستور مصونة."), is_policy("سياسة الخصوصية الجديدة أثارت جدلا واسعا")
    (False, False)
    """
    read = form(line)
    if (
        _COPYRIGHT.match(read)
        or _DISCLAIMER.match(read)
        or _NOTICE.match(read)
        or _COOKIES.match(read)
        or _COMMENTS.match(read)
        or _AGREED.match(read)
    ):
        return True
    if _RIGHT_TO_DELETE.match(read) or _LABELS.match(read):
        return True
    named = _NAMES.match(read)
    return named is not None and (
        n_words(line) <= 4 or (is_opened(line, named.end() + 8) and bool(_HOUSE.search(read)))
    )


def comments_place(paragraphs: Sequence[str]) -> int:
    """The place of the heading below which readers comment; the number of paragraphs where none is.

    >>> comments_place(["أعلنت البلدية عن خطة لتعبيد الطرق في الأحياء الشرقية.", "تعليقات القراء", "سالم: أحسنتم"])
    1
    """
    whole = sum(map(len, paragraphs))
    said = 0
    for place, text in enumerate(paragraphs):
        is_heading = len(text) < _LONGEST_LABEL and _COMMENTS_HEADING.match(form(text)) is not None
        # The same word may be a button above the text or within it.
        if is_heading and said > 0.6 * whole and all(len(below) < _LONGEST_COMMENT for below in paragraphs[place:]):
            return place
        said += len(text)
    return len(paragraphs)


def is_footer(line: str) -> bool:
    """An invitation to report mistakes or to write to the house.

    >>> is_footer("للتصحيح أو إبدا أي ملاحظات desk (at) example.com")
    True
    >>> is_footer("لتصحيح المسار الاقتصادي دعا الوزير إلى خطة جديدة."), is_footer("للتصحيح فوائد كثيرة عند المعلمين.")
    (False, False)
    """
    read = form(line)
    if _MISTAKE.match(read) or _CORRECTION.match(read):
        return True
    return bool(_CONTACT.match(read)) and (n_words(line) <= 6 or bool(_ADDRESS.search(line)) or "اضغط" in read)
