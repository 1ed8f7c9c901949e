"""The headline as a reader sees it: the visible heading that the page's metadata speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import islice

from lxml.html import HtmlElement

from pipelines.language import arabic_share
from pipelines.metadata.facts import Facts
from pipelines.metadata.jsonld import text_value
from pipelines.metadata.title_lines import line_above_text, repeated_line
from pipelines.regions import is_elsewhere, is_large
from pipelines.text import normalize_arabic, unescape_line, word_set
from pipelines.tree import hints, is_hidden, lines, text_of

_SEPARATOR = re.compile(r"\s+(?:[-–—|»«:•·/~]|::|--)\s+|\s*[|｜]\s*")
_SITE_WORDS = word_set(
    "صحيفه جريده موقع قناه وكاله بوابه شبكه مجله راديو اذاعه تلفزيون اخبار الاخبار الاخباريه الاخباري للانباء انباء"
    " نيوز اونلاين نت الرسمي الرسميه الالكترونيه الالكتروني الصفحه الرييسيه"
    " news newspaper online tv com net org www the"
)
_GENERIC = word_set(
    "untitled document home homepage page index new welcome title default main story article details html htm php aspx"
    " خبر الخبر تفاصيل عرض صفحه جديده مقال المقال موضوع بدون عنوان مستند الرييسيه"
)
_SITE_FIRST = re.compile(r"([^:]{3,40}):\s+(?=\S)")
_DOMAIN = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}/?", re.IGNORECASE)
_CUT = re.compile(r"\s*(?:\.{2,}|…)$")
_NOT_HEADLINE = word_set(
    "share sharing social count counter views comments print date time badge icon tools toolbar kicker rubric category"
    " section label overline supertitle subtitle"
)
_OTHER_HEADINGS = (
    "//h2 | //h3 | //*[@itemprop='headline'][not(self::meta)]"
    " | //*[self::div or self::span or self::p or self::strong]"
    "[contains(@class, 'title') or contains(@class, 'headline')]"
)
_MOST_HEADINGS = 60
_LONGEST = 400
_MOST_PARTS = 20


def page_title(facts: Facts, root: HtmlElement, site_names: frozenset[str]) -> str | None:
    """The headline, without the outlet's name, a rubric's label or counters; None where nothing says it.

    `site_names`: the outlet's names in normal form. A visible heading that says what the metadata say is preferred:
    metadata lose quotation marks, cut long headlines and add the outlet's name.

    >>> from lxml import html
    >>> from pipelines.metadata.facts import read_facts
    >>> page = html.fromstring("<html><title>الرقيب: أمطار غزيرة في الشمال | الرقيب</title><h1>الرقيب</h1>"
    ...     "<h1><span class='kicker'>طقس</span> «أمطار غزيرة» في الشمال <button>3</button></h1></html>")
    >>> page_title(read_facts(page), page, frozenset({"الرقيب"}))
    '«أمطار غزيرة» في الشمال'
    """
    told = [text_value(facts.article.get("headline")), facts.first("og:title"), facts.first("twitter:title")]
    raw = [text for text in (*told, facts.title) if text]
    stated = [text for text in (without_site(text, site_names) for text in raw) if not _is_no_title(text, site_names)]
    wanted = list(dict.fromkeys(form for text in (*stated, *raw) if (form := normalize_arabic(_CUT.sub("", text)))))
    headings = [heading for heading in islice(root.iter("h1"), _MOST_HEADINGS) if not is_hidden(heading)]
    shown = [forms for heading in headings if (forms := _shown(heading, site_names))]
    found = _matching(shown, wanted)
    if not found and wanted:
        others = root.xpath(_OTHER_HEADINGS)[:_MOST_HEADINGS]
        found = _equal((_shown(heading, site_names) for heading in others), wanted)
    return found or _without_heading(stated, raw, headings, root, site_names)


def _without_heading(
    stated: Sequence[str],
    raw: Sequence[str],
    headings: Sequence[HtmlElement],
    root: HtmlElement,
    site_names: frozenset[str],
) -> str | None:
    """The headline of a page of which no heading repeats what its metadata say."""
    shown = lines(root)
    if found := repeated_line(shown, [*stated, *raw]):
        return found
    is_arabic = arabic_share(" ".join(line.text for line in shown)) > 0.5
    believed = [text for text in stated if arabic_share(text) > 0 or not is_arabic]
    return (
        _whole(believed)
        or _alone(headings, site_names)
        or line_above_text(root, shown, lambda text: _is_no_title(text, site_names))
    )


def without_site(title: str, site_names: frozenset[str]) -> str:
    """A title without the outlet's name, and the labels between them, at its end or its head.

    >>> without_site("زلزال عنيف يضرب الساحل - أخبار - صحيفة البيان", frozenset({"البيان"}))
    'زلزال عنيف يضرب الساحل'
    >>> without_site("النفط - رحلة طويلة", frozenset({"البيان"}))
    'النفط - رحلة طويلة'
    """
    first = _SITE_FIRST.match(title)
    if first and _SITE_WORDS & set(normalize_arabic(first[1]).split()) and _is_site(first[1], site_names):
        title = title[first.end() :]
    cuts = list(_SEPARATOR.finditer(title))
    if len(cuts) > _MOST_PARTS:
        return title
    if cuts and _is_site(title[: cuts[0].start()], site_names):
        title = title[cuts[0].end() :].strip()
        cuts = list(_SEPARATOR.finditer(title))
    ends = [cut for cut in cuts if _is_site(title[cut.end() :], site_names) or _is_site(_last(title), site_names)]
    if not ends:
        return title
    labels = (cut for cut in ends if len(title[: cut.start()].split()) >= 4 and _only_labels(title[cut.end() :]))
    return title[: next(labels, ends[-1]).start()].strip()


def _last(title: str) -> str:
    return _SEPARATOR.split(title)[-1]


def _only_labels(rest: str) -> bool:
    return all(len(part.split()) <= 3 and len(part) < 25 for part in _SEPARATOR.split(rest))


def _is_site(text: str, site_names: frozenset[str]) -> bool:
    """Whether a text is the outlet's name, with or without words like «صحيفة», or a domain."""
    form = normalize_arabic(text)
    if not form or form in site_names or _DOMAIN.fullmatch(text.strip()):
        return True
    own = [word for word in form.split() if word not in _SITE_WORDS]
    return len(own) <= 4 and any(own == _own(name) for name in site_names) if own else True


def _is_no_title(text: str, site_names: frozenset[str]) -> bool:
    """Whether a whole title is the outlet's name, or what any page can be called."""
    return _is_site(text, site_names) or all(
        word in _GENERIC or word.isdigit() for word in normalize_arabic(text).split()
    )


def _own(name: str) -> list[str]:
    return [word for word in name.split() if word not in _SITE_WORDS]


def _shown(heading: HtmlElement, site_names: frozenset[str]) -> list[str]:
    """The readings of a heading: all its text, and the text without labels, counters and buttons in it."""
    whole = "" if is_large(heading) else unescape_line(text_of(heading))
    if not whole or len(whole) > _LONGEST or _is_site(whole, site_names):
        return []
    extra = [
        i for i, e in enumerate(heading.iterdescendants()) if hints(e) & _NOT_HEADLINE or e.tag in ("small", "time")
    ]
    if not extra:
        return [whole]
    bare = deepcopy(heading)
    inside = list(bare.iterdescendants())
    for index in extra:
        if inside[index].getparent() is not None:
            inside[index].drop_tree()
    text = unescape_line(text_of(bare))
    return [text, whole] if text else [whole]


def _equal(shown: Iterator[list[str]] | Sequence[list[str]], wanted: Sequence[str]) -> str | None:
    return next((text for forms in shown for text in forms if normalize_arabic(text) in wanted), None)


def _matching(shown: Sequence[list[str]], wanted: Sequence[str]) -> str | None:
    """The heading that is a stated title, else begins, ends or continues one; the only one if it shares most words."""
    if found := _equal(shown, wanted):
        return found
    says = [_is_longer_or_shorter, _shares_most] if len(shown) == 1 else [_is_longer_or_shorter]
    pairs = ((forms[0], other) for forms in shown for other in wanted)
    return next((text for text, other in pairs if any(rule(normalize_arabic(text), other) for rule in says)), None)


def _is_longer_or_shorter(one: str, two: str) -> bool:
    """Whether one begins with the other, or ends with it after a word or two such as «عاجل»."""
    if one.replace(" ", "") == two.replace(" ", ""):
        return True
    short, long = sorted((one, two), key=len)
    if len(short) <= 15:
        return False
    return long.startswith(short) or (long.endswith(short) and len(long.split()) - len(short.split()) <= 3)


def _shares_most(one: str, two: str) -> bool:
    first, second = set(one.split()), set(two.split())
    return len(first) >= 4 and len(first & second) >= 0.6 * min(len(first), len(second)) and len(first & second) >= 3


def _whole(stated: Sequence[str]) -> str | None:
    """The first stated title; where it is cut, the one that goes on."""
    first = next(iter(stated), None)
    if first is None or not (_CUT.search(first) or len(first) >= 100):
        return first
    start = _CUT.sub("", first)
    longer = (text for text in stated if text.startswith(start) and len(text) > len(first) and not _CUT.search(text))
    return next(longer, first)


def _alone(headings: Sequence[HtmlElement], site_names: frozenset[str]) -> str | None:
    """The only heading of a page whose metadata say nothing."""
    found = [forms[0] for h in headings if (forms := _shown(h, site_names)) and not is_elsewhere(h)]
    return found[0] if len(found) == 1 else None
