"""What can come in the place of an outlet's home page: a challenge, a consent page, a seller of domains."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

Gate = Literal["", "challenge", "consent", "login", "parked", "closed", "error"]

# What is said of each: "what came is …".
GATES: dict[Gate, str] = {
    "challenge": "a challenge that only a browser passes",
    "consent": "a page that asks for consent",
    "login": "a login page",
    "parked": "a page of the domain's seller or host, not of an outlet",
    "closed": "a page that says the site is closed for now",
    "error": "an error page",
}
# How a title, or a part of it between dashes, begins; in the form of `_form`.
_TITLES: dict[Gate, tuple[str, ...]] = {
    "challenge": (
        "just a moment|attention required|checking your browser|one moment,? please|un (?:instant|momento)|please wait",
        "ddos.guard|access denied|security (?:check|verification)|human verification|are you (?:a )?(?:human|robot)",
        r"(?:ro)?bot (?:check|verif\w*)|verify(?:ing)? (?:that )?you are|making sure you.re not a bot|vercel security",
        "you have been blocked|request unsuccessful|pardon our interruption",
        "لحظه (?:من فضلك|واحده)|انتظر (?:قليلا|لحظه)|التحقق (?:من|الامني)|جاري? التحقق",
    ),
    "consent": (
        "before you (?:continue|proceed)|we value your privacy|your privacy|manage (?:your )?consent|consent",
        "cookies? (?:consent|settings|notice|policy)|privacy (?:settings|preferences|consent|notice)",
        "قبل (?:المتابعه|ان تتابع)|(?:نحن )?(?:نهتم ب|نقدر |نحترم )خصوصيتك|خصوصيتك (?:تهمنا|مهمه)|اعدادات الخصوصيه",
        "الموافقه علي|ملفات (?:تعريف )?الارتباط",
    ),
    "login": ("log ?in|sign ?in|subscribe to|register|تسجيل (?:ال)?دخول|(?:ال)?دخول$|اشترك للمتابعه|سجل دخولك",),
    "parked": (
        r".*\b(?:domain|website|site|name) (?:is |name is |may be )?(?:for sale|parked|(?:has )?expired|suspended)",
        r".*\b(?:buy this domain|parked (?:free|domain)|domain parking|account (?:has been )?suspended|godaddy)",
        r".*\b(?:hugedomains|sedoparking|afternic|dan\.com|default (?:web ?(?:site)?|server|test)? ?page)",
        r"index of /|future home of",
        "(?:apache|nginx|http server).{0,30}test page|welcome to nginx|it works!?$|iis windows server",
        ".*(?:النطاق|الدومين|الموقع) (?:معروض )?للبيع|انتهت صلاحيه|.*(?:الحساب|الاستضافه) موقوف",
        "تم ايقاف (?:الموقع|الحساب|الاستضافه)",
    ),
    "closed": (
        r".*\b(?:under (?:construction|maintenance)|be (?:right )?back)\b|coming soon|(?:scheduled )?maintenance",
        "(?:site|website) (?:is )?(?:offline|down|closed)|قريبا$|.*(?:قيد|تحت) (?:الانشاء|التطوير|الصيانه|التحديث)",
        "الموقع مغلق|نعود قريبا|صيانه",
    ),
    "error": (
        "error|(?:http )?(?:40[0-9]|50[0-9])|(?:page )?not found|forbidden|bad gateway|service unavailable",
        "internal server error|.*error establishing a database|الصفحه غير موجوده|خطا|عذرا",
    ),
}
_TITLED = {gate: re.compile(rf"(?:{'|'.join(words)})(?!\w)") for gate, words in _TITLES.items()}
_PATHS: dict[Gate, re.Pattern[str]] = {
    "consent": re.compile(
        r"(?i)/(?:collect-?)?(?:consent|gdpr|cookie-?(?:consent|wall|notice)|privacy-?gate)(?:[/.]|$)"
    ),
    "login": re.compile(r"(?i)/(?:log-?in|sign-?in|wp-login\.php|sso|auth)(?:[/.]|$)"),
    "parked": re.compile(r"(?i)/(?:cgi-sys|lander|parking|suspendedpage)(?:[/.]|$)"),
}
_MARKS = re.compile(
    rb"_cf_chl_opt|/cdn-cgi/challenge-platform/h/|cf-browser-verification|ddos-guard|sucuri_cloudproxy|slowAES|"
    rb"_Incapsula_Resource|captcha-delivery\.com|px-captcha|awsWafCookieDomainList|imunify360|anubis_challenge|/_vercel/security"
)
_COOKIE_LOOP = re.compile(rb"document\.cookie\s*=.{0,2000}location", re.DOTALL)
_VERIFY = re.compile(
    r"you are (?:a )?human|not a (?:ro)?bot|cookies to continue|checking (?:if the site connection|your browser)"
    r"|\bray id\b|لست (?:برنامج )?روبوت|انك انسان|التحقق من متصفحك"
)
_CONSENT_WORDS = re.compile(
    r"privacy|cookies?\b|consent|partners|gdpr|خصوصي|ملفات تعريف الارتباط|الكوكيز|بياناتك|شركا[يء]"
)
_ACCEPT = re.compile(r"accept|agree|continue|reject|اوافق|موافق|قبول|متابعه|استمرار|رفض")
_SHORT = 1500  # characters of text: more is a page of its own


@dataclass(frozen=True, kw_only=True, slots=True)
class Front:
    """What is seen of a page that came for a home page; `n_stories` are headlines that lead to articles.

    `text` is what it shows, `body` its bytes; `is_named` says that its metadata name the site.
    """

    url: str
    title: str
    text: str
    body: bytes = b""
    n_stories: int = 0
    n_links: int = 0
    has_feeds: bool = False
    has_password: bool = False
    is_named: bool = False


def gate_of(front: Front) -> Gate:
    """What stands before an outlet, or in its place; "" where the page is the outlet's own.

    >>> gate_of(Front(url="https://raqib.tld/", title="قبل المتابعة إلى الرقيب", text="نحن نحترم خصوصيتك"))
    'consent'
    >>> gate_of(Front(url="https://raqib.tld/", title="الدخول إلى القمر: برنامج جديد", text="…", n_stories=12))
    ''
    """
    if front.has_feeds or front.n_stories >= 3:
        return ""
    parts = [_form(part) for part in (front.title, *re.split(r"\s[-–—|:»]+\s", front.title))]
    for gate, pattern in _TITLED.items():
        if any(map(pattern.match, parts)):
            return gate
    if front.n_stories:
        return ""
    path = unquote(urlsplit(front.url).path)
    for gate, pattern in _PATHS.items():
        if pattern.search(path):
            return gate
    return "" if len(front.text) > _SHORT else _of_text(front)


def _of_text(front: Front) -> Gate:
    """What a short page without a story is by what it says."""
    text = _form(front.text)
    if _MARKS.search(front.body) or _VERIFY.search(text) or (not front.n_links and _COOKIE_LOOP.search(front.body)):
        return "challenge"
    if front.has_password and front.n_links < 10:
        return "login"
    is_consent = len(set(_CONSENT_WORDS.findall(text))) >= 2 and _ACCEPT.search(text)
    if is_consent and not front.is_named:
        return "consent"
    first = " ".join(text.split()[:12])
    return next((gate for gate in ("parked", "closed") if _TITLED[gate].match(first)), "") if front.n_links < 5 else ""


def _form(text: str) -> str:
    """Text in small letters, its alifs, ta marbuta and alif maqsura as one, without marks."""
    plain = re.sub("[\u064b-\u0652\u0640\u0670]", "", text.lower())
    return " ".join(re.sub("[أإآٱ]", "ا", plain).replace("ة", "ه").replace("ى", "ي").split())
