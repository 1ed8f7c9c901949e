"""Where on a page a thing stands: at the headline, or elsewhere, in menus, lists of other stories and comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from pipelines.text import normalize_arabic, word_set
from pipelines.tree import hints, text_of

_ELSEWHERE_TAGS = word_set("nav footer aside")
_ELSEWHERE = word_set(
    "related sidebar comment comments footer nav navbar mainnav navigation menu submenu widget trending popular latest"
    " recommend recommended recommendations readmore readalso seealso ticker carousel swiper newsletter poll banner"
    " mostread mostviewed mostpopular moststories card cards disqus"
)
_CARDS = word_set("card cards banner")
_OF_WRITER = word_set("author writer byline reporter columnist")
_FOOTER = word_set("footer")
_OF_ARTICLE = word_set("post entry article story")
_PAGE_TAGS = word_set("html body")
_HIGHEST = 4
_MOST_INSIDE, _LONGEST = 40, 2_000


def is_elsewhere(element: HtmlElement, headline: HtmlElement | None = None) -> bool:
    """Whether an element stands in a menu, a list of other stories, comments or a footer.

    What holds the headline too is none of these, whatever it is called.

    >>> from lxml import html
    >>> page = html.fromstring("<div class='card'><nav><a>سياسة</a></nav><h1>أمطار</h1><p><a>اقتصاد</a></p></div>")
    >>> [(link.text, is_elsewhere(link, page.find("h1"))) for link in page.iter("a")]
    [('سياسة', True), ('اقتصاد', False)]
    """
    own = set(headline.iterancestors()) if headline is not None else set()
    place: HtmlElement | None = element
    while place is not None and place not in own and place.tag not in _PAGE_TAGS:
        names = hints(place)
        is_own_footer = place.tag == "footer" and names & _OF_ARTICLE
        if (place.tag in _ELSEWHERE_TAGS and not is_own_footer) or _is_called_elsewhere(names):
            return True
        place = place.getparent()
    return False


def _is_called_elsewhere(names: frozenset[str]) -> bool:
    """By the words of its id and classes; a writer's card and an article's footer tell of the article."""
    found = names & _ELSEWHERE
    is_own = (found <= _CARDS and names & _OF_WRITER) or (found <= _FOOTER and names & _OF_ARTICLE)
    return bool(found) and not is_own


def is_large(element: HtmlElement) -> bool:
    """Whether an element holds too much for a headline, a name or a label: over 40 others, or 2,000 characters.

    >>> from lxml import html
    >>> is_large(html.fromstring("<div>" + "<p>نص</p>" * 41 + "</div>"))
    True
    """
    inside = list(islice(element.iter(), _MOST_INSIDE + 2))
    return len(inside) > _MOST_INSIDE + 1 or _length(inside) > _LONGEST


def _length(elements: Sequence[HtmlElement]) -> int:
    """The characters in an element and what is in it, given first; what follows it is not its own."""
    return len(elements[0].text or "") + sum(len(e.text or "") + len(e.tail or "") for e in elements[1:])


def headline_element(headings: Sequence[HtmlElement], title: str) -> HtmlElement | None:
    """The heading that shows `title`, the largest kind first; None where none does.

    >>> from lxml import html
    >>> page = html.fromstring("<div><h1>الرقيب</h1><h2>أمطار غزيرة في الشمال</h2></div>")
    >>> headline_element(page.xpath("h1 | h2"), "أمطار غزيرة في الشمال").tag
    'h2'
    """
    wanted = normalize_arabic(title)
    shown = (heading for heading in sorted(headings, key=lambda heading: str(heading.tag)) if wanted)
    return next(
        (heading for heading in shown if not is_large(heading) and wanted in normalize_arabic(text_of(heading))), None
    )


def around(heading: HtmlElement) -> HtmlElement:
    """The nearest article around a headline, else up to four boxes around it, short of the page itself.

    >>> from lxml import html
    >>> page = html.fromstring("<body><article><div><h1>أمطار في الشمال</h1></div></article></body>")
    >>> around(page.find(".//h1")).tag
    'article'
    """
    region = heading
    for height, parent in enumerate(heading.iterancestors()):
        if parent.tag in _PAGE_TAGS or height > _HIGHEST or (parent.tag == "main" and region is not heading):
            break
        region = parent
        if parent.tag in ("article", "main"):
            break
    return region


def outermost(elements: list[HtmlElement]) -> Iterator[HtmlElement]:
    """The elements that lie in no other of them.

    >>> from lxml import html
    >>> page = html.fromstring("<div><p>كتبت <b>سارة</b></p></div>")
    >>> [element.tag for element in outermost(page.xpath("p | p/b"))]
    ['p']
    """
    chosen = set(elements)
    return (element for element in elements if not any(parent in chosen for parent in element.iterancestors()))
