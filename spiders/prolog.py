"""Where a feed or a sitemap begins: what stands before its root element is skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spiders.document_errors import HostileDocument, UnreadableDocument
from spiders.tags import tag_name

ROOTS = frozenset({"rss", "rdf", "feed", "channel", "urlset", "sitemapindex"})
_LONGEST = 2**18
_MARK = re.compile(r"<!--|<!DOCTYPE(?=[\s\[])|<([A-Za-z_][\w.-]{0,100}(?::[\w.-]{1,100})?)", re.I)
_DOCTYPE = re.compile(
    r"""<!DOCTYPE(?:[^\[<>"']|"[^"]*"|'[^']*')*+"""
    r"""(?:\[(?:[^\]"'<]|<!--(?:[^-]|-(?!->))*+-->|<|"[^"]*"|'[^']*')*+\]\s*+)?+>""",
    re.I,
)


def opened(pieces: Iterator[str]) -> tuple[str, str]:
    """The text from the root element on, as far as it had to be read, and the root's name in lower case.

    A root is a feed's or a sitemap's, whatever stands before it, unless that is a page; in a document without one
    it is the first element. Raises UnreadableDocument (empty, not_xml) and HostileDocument (xml_entities).

    >>> opened(iter(["<b>Notice</b>: x.php <!-- <rss> --><!DOCTYPE rss [<!ENTITY a '<rss>'>]><r", "ss>خبر"]))
    ('<rss>خبر', 'rss')
    >>> opened(iter(["<!DOCTYPE html><html><rss>"]))[1]
    'html'
    """
    head, found = "", None
    for piece in pieces:
        head += piece
        found = _root(head)
        if found or len(head) > _LONGEST:
            break
    found = found or _root(head, is_all=True)
    if found is None:
        is_empty = not head.strip("\ufeff \t\r\n")
        raise UnreadableDocument(*(("empty", "It is empty.") if is_empty else ("not_xml", "It is not XML.")))
    start, name = found
    return head[start:], name


def _root(head: str, *, is_all: bool = False) -> tuple[int, str] | None:
    """Where the root element starts, and its name: a feed's or a sitemap's, unless the document is a page.

    Where there is none, and that `is_all` that comes before a root, the first element; None to look further.
    """
    first: tuple[int, str] | None = None
    position = 0
    while match := _MARK.search(head, position):
        position = match.end()
        if match[1]:
            name = tag_name(match[1])[1]
            first = first or (match.start(), name)
            if name in ROOTS or name == "html":
                return (match.start(), name) if name in ROOTS else first
        elif match[0] == "<!--":
            position = head.find("-->", position)
            if position < 0:
                break
        else:
            ended = _DOCTYPE.match(head, match.start())
            if ended is None and is_all:
                raise HostileDocument("xml_entities", "Its document type does not end.")
            if ended is None:
                return None
            position = ended.end()
    return first if is_all else None
