"""The anchors of a listing page: which of them are headlines, and which belong to the page's frame."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from spiders.markup import local_name

MAX_ANCHORS = 20_000
ITEM_ENDS = frozenset({"article", "li", "tr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_FURNITURE = frozenset({"nav", "aside"})
_EDGES = frozenset({"header", "footer"})
_CONTENT = frozenset({"article", "main", "section", "li"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar"})


@dataclass(slots=True)
class _Around:
    """What holds inside an element that is open; `anchors` are the first three in it."""

    name: str
    is_frame: bool
    in_content: bool
    in_heading: bool
    anchor: etree._Element | None
    anchors: list[etree._Element] = field(default_factory=list)
    has_bare_heading: bool = False


def listed_anchors(root: etree._Element) -> tuple[list[tuple[etree._Element, bool]], bool]:
    """The anchors outside the page's frame, each with whether it is a headline; and whether there were too many.

    A headline stands in a heading, has one in it, or is the link of an item whose heading has none. An article's own
    header and footer are no frame.

    >>> page = "<nav><a>1</a></nav><h3><a>2</a></h3><li><a>3</a><h3>x</h3></li><p><a>4</a></p><a><h2>5</h2></a>"
    >>> found, is_cut = listed_anchors(etree.fromstring(page, etree.HTMLParser()))
    >>> [("".join(anchor.itertext()), is_headline) for anchor, is_headline in found]
    [('2', True), ('3', True), ('4', False), ('5', True)]
    """
    walk = _Walk()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            walk.enter(element)
        else:
            walk.leave()
        if len(walk.anchors) > MAX_ANCHORS:
            break
    anchors = [anchor for anchor in walk.anchors[:MAX_ANCHORS] if anchor not in walk.framed]
    return [(anchor, anchor in walk.headlines) for anchor in anchors], len(walk.anchors) > MAX_ANCHORS


class _Walk:
    """One walk through a tree: what was seen of its anchors, and what is open."""

    def __init__(self) -> None:
        self.anchors: list[etree._Element] = []
        self.headlines: set[etree._Element] = set()
        self.framed: set[etree._Element] = set()
        self._open = [_Around("", False, False, False, None)]

    def enter(self, element: etree._Element) -> None:
        """An element begins."""
        outer, name = self._open[-1], local_name(element)
        role = (element.get("role") or "").strip().lower()
        around = _Around(
            name,
            is_frame=outer.is_frame
            or name in _FURNITURE
            or role in _ROLES
            or (name in _EDGES and not outer.in_content),
            in_content=outer.in_content or name in _CONTENT,
            in_heading=outer.in_heading or name in _HEADINGS,
            anchor=element if name == "a" else outer.anchor if name not in ITEM_ENDS else None,
        )
        if name == "a":
            self._enter_anchor(element, outer)
            around.anchors = [element]
        elif name in _HEADINGS and outer.anchor is not None:
            self.headlines.add(outer.anchor)
        self._open.append(around)

    def _enter_anchor(self, anchor: etree._Element, outer: _Around) -> None:
        self.anchors.append(anchor)
        if outer.in_heading:
            self.headlines.add(anchor)
        if outer.is_frame:
            self.framed.add(anchor)

    def leave(self) -> None:
        """The last element that began ends."""
        inner, outer = self._open.pop(), self._open[-1]
        is_bare = inner.has_bare_heading or (inner.name in _HEADINGS and not inner.anchors)
        if inner.name in ITEM_ENDS:
            if is_bare and len(inner.anchors) < 3:
                self.headlines.update(inner.anchors)
        else:
            outer.has_bare_heading = outer.has_bare_heading or is_bare
        outer.anchors = (outer.anchors + inner.anchors)[:3]
