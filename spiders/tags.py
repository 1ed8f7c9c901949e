"""XML as it is found: start tags, end tags and text, whatever is broken between them.

A parser of XML ends at an attribute without quotation marks, at `<?php`, at a closing tag of the wrong name, and takes
the rest of the feed with it, even where it is told to recover. Only a few elements matter here, and their tags
are found whatever surrounds them. Nothing is expanded, and time and memory do not depend on how tags are nested.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html.entities import html5
from typing import Literal

UNREAD = "\ufdd0"  # stands for a reference to an entity that we do not read
LONGEST_TAG = 2**18  # characters
_TOKEN = re.compile(r"""<!--|<!\[CDATA\[|<[!?][^<>]*>|<(/?)([^\W\d][\w:.-]*)((?:"[^"<]*"|'[^'<]*'|[^<>])*+)>""")
_ATTRIBUTE = re.compile(r"""(?<![^\s"'/])([^\s"'=<>/]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_REFERENCE = re.compile(r"&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z]\w{0,31};))")


# "start" or "end" with a tag's name as it is written and what stands behind it; or "text", its references as they are.
Token = tuple[Literal["start", "end", "text"], str, str]


def tokens(pieces: Iterable[str]) -> Iterator[Token]:
    """The tags and texts of a document that comes in pieces; comments and instructions are left out.

    >>> [(kind, text) for kind, text, _ in tokens(["<a b=c>1 <", " 2</x><![CDATA[<", "&>]]></a><!-- <b> "])]
    [('start', 'a'), ('text', '1 '), ('text', '< 2'), ('end', 'x'), ('text', '<&amp;>'), ('end', 'a')]
    """
    left, closing = "", ""
    for piece in pieces:
        text, position = left + piece, 0
        while position < len(text):
            if closing:
                end = text.find(closing, position)
                last = end if end >= 0 else max(position, len(text) - 2)
                if closing == "]]>" and last > position:
                    yield "text", text[position:last].replace("&", "&amp;"), ""
                position = end + 3 if end >= 0 else last
                if end < 0:
                    break
                closing = ""
            match = _TOKEN.search(text, position)
            if match is None:
                break
            if match.start() > position:
                yield "text", text[position : match.start()], ""
            position = match.end()
            end_mark, name, rest = match.groups()
            if name:
                yield "end" if end_mark else "start", name, rest
            elif not match[0].endswith(">"):
                closing = "-->" if match[0] == "<!--" else "]]>"
        if not closing:
            held = _held(text, position)
            if held > position:
                yield "text", text[position:held], ""
            position = held
        left = text[position:]


def _held(text: str, position: int) -> int:
    """Where a tag may begin that the next piece ends."""
    start = text.rfind("<", position)
    return start if start >= 0 and len(text) - start < LONGEST_TAG else len(text)


def attribute(rest: str, name: str) -> str | None:
    """The value of an attribute in a start tag, by its lower-case name; None where it is not there.

    >>> attribute(" REL=self href='/a?b=1&amp;c=2' ", "href"), attribute(" data-href='x' ", "href")
    ('/a?b=1&c=2', None)
    """
    for match in _ATTRIBUTE.finditer(rest) if name in rest.lower() else ():
        if match[1].lower() == name:
            return resolved(next(value for value in match.groups()[1:] if value is not None))
    return None


@lru_cache(maxsize=4096)
def tag_name(tag: str) -> tuple[str, str]:
    """A tag's prefix and its name without it, in lower case."""
    prefix, _, name = tag.lower().rpartition(":")
    return prefix, name


def resolved(text: str) -> str:
    """Text with the references of XML and HTML read; one to an entity of the document's own becomes UNREAD.

    >>> resolved("مصر&nbsp;&amp; العالم &#1600; a & b &#x1F;"), resolved("&own;") == UNREAD
    ('مصر\\xa0& العالم ـ a & b ', True)
    """
    return _REFERENCE.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return html5.get(name, UNREAD)
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return html.unescape(match[0]) if number in (9, 10, 13) or number >= 32 else ""
