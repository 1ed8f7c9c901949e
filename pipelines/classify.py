"""Why a page is not an article: tests on the bytes, on the address, on the title and on what was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from pipelines.article import Reason
from pipelines.body.cleaning import is_flash
from pipelines.body.cleaning.walls import is_consent_line, is_paywall_line
from pipelines.language import arabic_share, language
from pipelines.metadata import Facts
from pipelines.text import is_mojibake, normalize_arabic
from pipelines.tree import Line, lines
from spiders.outlet import Outlet
from spiders.records import Page
from spiders.wholeness import MAGIC, is_cut

_HTML_TYPES = ("html", "xml", "text/plain", "octet-stream")
_MISSING = re.compile(
    r"^(?:خط[أا] |error |عذرا )?404\b|\b404$|صفحه (?:غير|ليست) (?:موجوده|متاحه|متوفره)"
    r"|^(?:عذرا|عفوا|نعتذر|ناسف)\b.{0,24}(?:صفحه|رابط|محتوي|الخبر|المقال|الموضوع|العثور)"
    r"|^(?:لا يمكن|تعذر|لم نتمكن من|لم نستطع) (?:العثور|ايجاد|الوصول الي الصفحه)|^لم نعثر\b"
    r"|الصفحه (?:المطلوبه |التي تبحث عنها )?(?:غير (?:موجوده|متاحه|متوفره)|لم تعد)"
    r"|page not found|not found$"
    r"|لم يتم العثور|(?:الخبر|المقال|الموضوع|المحتوي) (?:غير (?:موجود|متاح|متوفر)|محذوف)"
    r"|تم حذف (?:هذا )?(?:الخبر|المقال|الموضوع)|(?:الصفحه|الرابط) (?:خاط|محذوف)"
)
_NOTHING_LISTED = re.compile(
    r"^(?:لا [تي]وجد|ليس هناك|لم يعد هناك)(?: اي)?(?: (?:المزيد|مزيد) من)?"
    r" (?:ال)?(?:مقالات|اخبار|نتا[ءي]ج|مواضيع|منشورات|مواد|عناصر)\b"
)
_LOGIN = re.compile(r"^(?:تسجيل (?:الدخول|دخول)|دخول|انشاء حساب|حساب جديد|log ?in|sign ?in|register)\b")
_CONSENT = re.compile(
    r"^(?:قبل (?:المتابعه|ان تتابع)|(?:نحن )?(?:نهتم ب|نقدر |نحترم )خصوصيتك|خصوصيتك تهمنا"
    r"|الموافقه علي (?:ملفات|الخصوصيه)"
    r"|before you continue|we value your privacy|cookie consent|privacy settings)"
)
_CHALLENGE = re.compile(
    r"^(?:just a moment|attention required|checking your browser|access denied|security check"
    r"|are you a robot|لحظه من فضلك|التحقق من المتصفح)"
)
_NOT_ARTICLE_PATH = re.compile(
    r"^/(?:[a-z]{2}/)?(tags?|topics?|categor(?:y|ies)|sections?|authors?|writers?|search|login|signin|register|archives?|وسم|تصنيف|بحث|كاتب)"
    r"(?:/|$|\.(?:php|aspx?|html?)$)",
    re.IGNORECASE,
)
# Where articles may lie too: under a number of no page and no year, or under a name of many words.
_PLACES = ("topic", "categor", "section", "archive")
_ARTICLE_END = re.compile(r"/(?!page/)(?:[^/]*?(?<!\d)(?!(?:19|20)\d\d(?:/|$))\d{4,}[^/]*|[^/]+(?:[-_][^/_-]+){4,})/?$")
_GALLERY_PATH = re.compile(r"/(?:gallery|galleries|photos?|album|albums|slideshow|pictures|صور)(?:/|$)", re.IGNORECASE)
_GALLERY_TITLE = re.compile(r"^(?:بالصور|صور|شاهد بالصور|البوم)\b")
_SEARCH = re.compile(r"(?:^|&)(?:s|q|query|search|keywords?)=")
_FEED = re.compile(rb"\s*(?:(?><!--.*?-->|<\?.*?\?>)\s*)*+<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.DOTALL)
_SHORTEST = 25
_LEAST_ARABIC = 0.4
# More letters in a row than a list of stories gives of one.
_ARTICLE_RUN = 500
_SUBSCRIBE = re.compile(r"شتر[اك]|سج[ّي]*ل|حساب|الحد|subscri", re.IGNORECASE)
_CONSENT_WORD = re.compile(
    r"خصوصي|موافق|وافق|الارتباط|قبول|قبل|رفض|نستخدم|نستعمل|شركا|cookie|privacy|accept|reject", re.I
)
_TEASER_WORDS = 120
_FEWEST_OF_FLASH = 4
# A text of so many letters is believed before a title that could be that of a missing page.
_PROSE = 300
_LONGEST_WALL = 600


def of_bytes(page: Page) -> Reason | None:
    """A reason in the response alone: nothing, something that is no HTML, or HTML that came in part."""
    if is_home(page.final_url) and not is_home(page.url):
        return Reason.HOME_REDIRECT
    head = page.body[:512].lstrip()
    if not head:
        return Reason.NO_TEXT
    kind = page.headers.get("content-type", "text/html").lower()
    if head.startswith(MAGIC) or not any(name in kind for name in _HTML_TYPES):
        return Reason.NOT_HTML
    if _FEED.match(head.removeprefix(b"\xef\xbb\xbf")):
        return Reason.NOT_HTML
    if (
        b"\x00" in head
        and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
        and b"<\x00" not in head
        and b"\x00<" not in head
    ):
        return Reason.NOT_HTML if b"<" not in head else None
    return Reason.TRUNCATED if is_cut(page.body, kind) else None


def is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.rstrip("/").lower() in ("", "/ar", "/index.html", "/index.php", "/home") and not parts.query


def of_page(url: str, title: str | None, outlet: Outlet, facts: Facts | None = None) -> Reason | None:
    """A reason in the address and the title; `facts` are what the page says of itself."""
    form = normalize_arabic(title or "")
    # Of what calls itself an article, the title is judged beside its text.
    if (reason := _of_title(form)) and not (facts is not None and _says_article(facts)):
        return reason
    path = unquote(urlsplit(url).path)
    is_known = outlet.is_article_url(url) or (facts is not None and _is_told(facts))
    if (
        is_home(url)
        or (_LOGIN.search(form) and len(form.split()) <= 4)
        or (_NOTHING_LISTED.search(form) and len(form.split()) <= 6)
        or (_is_section_path(path) and not is_known)
        or (path in ("", "/", "/index.php") and _SEARCH.search(urlsplit(url).query))
    ):
        return Reason.NOT_ARTICLE
    return None


def _of_title(form: str) -> Reason | None:
    """What a title in normal form alone says: a page that is missing, a challenge, a question for consent.

    >>> _of_title("الصفحه غير موجوده"), _of_title("وصول القافله الي الميناء")
    (<Reason.SOFT_404: 'soft_404'>, None)
    """
    if _CHALLENGE.search(form):
        return Reason.CHALLENGE
    if _CONSENT.search(form):
        return Reason.CONSENT
    return Reason.SOFT_404 if len(form) < 80 and _MISSING.search(form) else None


def _is_section_path(path: str) -> bool:
    """Whether an address names a section, a tag or a search, and not an article within it.

    >>> _is_section_path("/archives/48291"), _is_section_path("/archives/2024/05"), _is_section_path("/tag/النفط")
    (False, True, True)
    """
    found = _NOT_ARTICLE_PATH.search(path)
    if found is None:
        return False
    is_place = found[1].lower().startswith(_PLACES)
    return not (is_place and _ARTICLE_END.search(path[found.end(1) :]))


def _is_told(facts: Facts) -> bool:
    """Whether a page calls itself an article, with a time of publication."""
    return bool(facts.article) or (facts.first("og:type") == "article" and bool(facts.first("article:published_time")))


def _says_article(facts: Facts) -> bool:
    """Whether a page calls itself an article, or tells a time of publication."""
    published = facts.first("article:published_time", "datepublished")
    return bool(facts.article or published) or facts.first("og:type") == "article"


def is_listing(root: HtmlElement, container: HtmlElement | None, url: str, facts: Facts, outlet: Outlet) -> bool:
    """Whether a page that nothing calls an article is a row of headlines, each a link."""
    if _says_article(facts) or outlet.is_article_url(url):
        return False
    found = [line for line in lines(container if container is not None else root) if len(line.text) >= 20]
    prose = linked = run = 0
    is_told = False
    for line in found:
        if line.links > 0.8:
            linked, run, is_told = linked + len(line.text), 0, True
        elif line.links < 0.5 and len(line.text) >= 60:
            # What follows a link is what it says of its own story.
            linked, prose = (linked + len(line.text), prose) if is_told else (linked, prose + len(line.text))
            run, is_told = run + len(line.text), False
            if run >= _ARTICLE_RUN:
                return False
    return sum(line.links > 0.8 for line in found) >= 4 and linked > prose


def of_text(
    title: str | None,
    body: Sequence[str],
    url: str,
    facts: Facts,
    root: HtmlElement,
    found: Sequence[Line] | None = None,
) -> Reason | None:
    """A reason in what was read: garbage, another language, no text, a teaser only.

    `found` are the lines of the page where they are known already.
    """
    text = "\n".join(body)
    if is_mojibake(f"{title or ''}\n{text}"):
        return Reason.MOJIBAKE
    if len(text) < _PROSE and (reason := _of_title(normalize_arabic(title or ""))):
        return reason
    is_short = len(text.split()) < _TEASER_WORDS
    shown = (lines(root) if found is None else found) if is_short else []
    walled = [line for line in shown if len(line.text) < _LONGEST_WALL]
    if is_short and _is_paywalled(walled, facts):
        return Reason.PAYWALL
    if is_short and _is_consent_wall(walled):
        return Reason.CONSENT
    if not _has_text(body, is_urgent=is_flash(title or "")):
        return Reason.CAPTIONS_ONLY if _is_gallery(url, title, facts, root) else Reason.NO_TEXT
    if language(text) != "ar" or arabic_share(text) < _LEAST_ARABIC:
        return Reason.NOT_ARABIC
    if _MISSING.search(normalize_arabic(text[:120])) and len(text) < _PROSE:
        return Reason.SOFT_404
    return None if title else Reason.NO_TITLE


def _is_paywalled(found: Sequence[Line], facts: Facts) -> bool:
    is_told = str(facts.article.get("isAccessibleForFree", "")).lower() == "false"
    return is_told or any(_SUBSCRIBE.search(line.text) and is_paywall_line(line.text) for line in found)


def _is_consent_wall(found: Sequence[Line]) -> bool:
    """Whether questions for consent are most of what a page says outside its links."""
    said = [line for line in found if line.links < 0.5]
    if sum(1 for line in said if _CONSENT_WORD.search(line.text)) < 2:
        return False
    asked = [line for line in said if is_consent_line(line.text)]
    return len(asked) >= 2 and 2 * sum(len(line.text) for line in asked) > sum(len(line.text) for line in said)


def _has_text(body: Sequence[str], *, is_urgent: bool) -> bool:
    if is_urgent and any(len(line.split()) >= _FEWEST_OF_FLASH for line in body):
        return True
    return any(len(line) >= _SHORTEST and len(line.split()) >= 4 for line in body) or len(" ".join(body).split()) >= 8


def _is_gallery(url: str, title: str | None, facts: Facts, root: HtmlElement) -> bool:
    return (
        bool(facts.types & {"ImageGallery", "MediaGallery"})
        or bool(_GALLERY_PATH.search(urlsplit(url).path))
        or bool(_GALLERY_TITLE.search(normalize_arabic(title or "")))
        or len(root.findall(".//figcaption")) >= 3
    )
