"""A page's tree, within bounds of its depth, its elements and their attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from lxml import etree

from spiders.charset import decode as decode
from spiders.document_errors import DocumentError as DocumentError
from spiders.document_errors import HostileDocument, UnreadableDocument
from spiders.stream import gunzip as gunzip

MAX_ATTRIBUTES, MAX_PARTS, MAX_DEPTH = 500, 500_000, 250
_PIECE = 2**16
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Page(NamedTuple):
    """The root element of a page, and the Python name of the encoding that it is in."""

    root: etree._Element
    encoding: str


def parse_html(body: bytes, content_type: str | None = None) -> Page:
    """A page that may be compressed, badly encoded and not well-formed.

    Raises HostileDocument (too_large, xml_depth) and UnreadableDocument (empty, not_html).

    >>> page = parse_html("<p>خبر<a href=/1>عاجل".encode("cp1256"), "text/html; charset=windows-1256")
    >>> text_of(page.root), page.encoding
    ('خبرعاجل', 'cp1256')
    """
    text, encoding = decode(gunzip(body)[0], content_type)
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", _FORBIDDEN.sub("", text).lstrip("\ufeff"))
    if not text.strip():
        raise UnreadableDocument("empty", "It is empty.")
    clean = text.encode("utf-8")
    try:
        _check(clean)
        root: etree._Element | None = etree.fromstring(clean, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument("not_html", f"It is not HTML ({error}).") from error
    if root is None:
        raise UnreadableDocument("not_html", "It is not HTML.")
    return Page(root, encoding)


def _parser(target: Any = None) -> etree.HTMLParser:
    return etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, target=target)


def _check(text: bytes) -> None:
    """Raises HostileDocument for a page whose tree would be costly; it takes the square of an element's attributes."""
    bounds = _Bounds()
    parser = _parser(bounds)
    for start in range(0, len(text), _PIECE):
        parser.feed(text[start : start + _PIECE])
        if bounds.broken:
            raise bounds.broken
    parser.close()
    if bounds.broken:
        raise bounds.broken


class _Bounds:
    """What a parser reports instead of building a tree: only how large that tree would be."""

    def __init__(self) -> None:
        self.broken: HostileDocument | None = None
        self._depth = self._parts = 0

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._parts += 1 + len(attributes)
        if self._depth > MAX_DEPTH:
            self.broken = HostileDocument("xml_depth", f"It nests more than {MAX_DEPTH} elements.")
        if self._parts > MAX_PARTS:
            self.broken = HostileDocument("too_large", f"It has more than {MAX_PARTS:,} elements and attributes.")
        if len(attributes) > MAX_ATTRIBUTES:
            self.broken = HostileDocument("too_large", f"It has an element with {len(attributes):,} attributes.")

    def end(self, _tag: str) -> None:
        self._depth -= 1

    def data(self, _text: str) -> None:
        pass

    def close(self) -> None:
        pass


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace or prefix, in lower case; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def text_of(element: etree._Element | None) -> str:
    """An element's text without the spaces around it."""
    return "".join(map(str, element.itertext())).strip() if element is not None else ""
