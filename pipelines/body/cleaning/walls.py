"""What stands where the rest of a text should: an offer to subscribe, a question for consent."""

from __future__ import annotations

import re

from pipelines.body.cleaning.form import form

_READING = r"(?:ال)?(?:قراه|مقال|مقاله|خبر|تقرير|ماده|محتوي|نص|مطالعه)"
_PAYWALL = re.compile(
    rf"(?:لمتابعه|لاكمال|لقراه|لمواصله|للاطلاع علي|تابع|اكمل|واصل) {_READING}[\w ]{{0,40}}(?:اشترك|سجل|اشتراك"
    rf"|الاشتراك|تسجيل|التسجيل|حساب)"
    rf"|(?:اشترك|اشتركوا|سجل|سجلوا|للاشتراك)[\w ]{{0,20}} (?:ل|من اجل |و|في )?(?:متابعه|قراه|اكمال|مواصله|تكمل"
    rf"|تقرا|تتابع) ?{_READING}?"
    rf"|(?:هذا|هذه|بقيه|باقي|تتمه)? ?{_READING}[\w ]{{0,20}} (?:لل|ل|ب)?(?:مشتركين|مشتركي|المشتركين)\b|(?:حصري"
    rf"|خاص|متاح|مخصص)\w* (?:فقط )?(?:لل?|ب)مشتركي"
    r"|للمشتركين فقط|وصلت الي الحد (?:الاقصي|المسموح)|subscribe to (?:read|continue)|already a subscriber"
)
# What an offer goes on to say; a sentence of news that begins like one says other things.
_OFFER = re.compile(
    r"اشتر[اك]|تسجيل|سجل|حساب|باق[اه]|الان|كامل|جميع|مقال|محتو|موقع|مشتركين|دخول|مجان|وصول|subscri|account"
)
_NEWS_WORDS = 5
_CONSENT = re.compile(
    r"(?:نحن )?(?:نستخدم|نستعمل|نقدر خصوصيتك|نهتم بخصوصيتك|نحترم خصوصيتك)|خصوصيتك (?:تهمنا|مهمه)"
    r"|قبل (?:المتابعه|ان تتابع)|(?:نحن )?وشركا(?:ونا|ينا)|نحتاج (?:الي )?موافقتك"
    r"|(?:اقبل|قبول|ارفض|رفض|اداره) (?:الكل|جميع|كل|ملفات|الخيارات|التفضيلات|الاعدادات)|(?:اوافق|موافق"
    r"|لا اوافق)$|ملفات تعريف الارتباط|يمكنك (?:تغيير|سحب|اداره) (?:موافقتك|اعداداتك|تفضيلاتك|خياراتك)"
    r"|we (?:value|use|and our partners)|before you continue|(?:accept|reject|manage) (?:all|cookies|options)"
    r"|your privacy"
)


def is_paywall_line(line: str) -> bool:
    """An offer to subscribe in the place of the rest.

    >>> is_paywall_line("لمتابعة القراءة اشترك الآن"), is_paywall_line("هذا المحتوى متاح للمشتركين فقط")
    (True, True)
    >>> is_paywall_line("سجل الفريق هدفين في الشوط الأول."), is_paywall_line("بلغ عدد المشتركين في الخدمة مليونا.")
    (False, False)
    >>> is_paywall_line("خاص للمشتركين في الشبكة: رفعت الشركة أسعارها أمس.")
    False
    """
    read = form(line)
    found = _PAYWALL.match(read) if len(line) < 220 else None
    if found is None:
        return False
    rest = read[found.end() :]
    is_news = line.rstrip().endswith(".") and rest.count(" ") >= _NEWS_WORDS
    return not is_news or _OFFER.search(rest) is not None


def is_consent_line(line: str) -> bool:
    """A line of a question for consent: cookies, partners, accept or refuse.

    >>> is_consent_line("نحن نهتم بخصوصيتك"), is_consent_line("قبول الكل"), is_consent_line("قبلت اللجنة الاستقالة.")
    (True, True, False)
    """
    return bool(_CONSENT.match(form(line)))
