"""Whether an HTML document is cut short: its connection was closed, or somebody's copy of it was cut."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from dataclasses import dataclass, field

from spiders.charset import decode, is_mostly_utf8

# How files begin that are no documents, whatever their Content-Type calls them.
MAGIC = (
    b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"ID3", b"OggS", b"wOFF",
    b"\x00\x00\x01\x00", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"BZh", b"\x7fELF", b"MZ\x90",
)  # fmt: skip
_TAIL = 8192
_KINDS = ("html", "xml", "text/plain", "octet-stream")
_ENDED = re.compile(rb"</(?:html|body)[\s/]*>(?:\s|<!--(?:(?!-->).)*+-->)*+\Z", re.DOTALL)
# What opens a comment or a declaration, or a whole tag. A quote begins a value only after an equals sign.
_TOKEN = re.compile(
    rb"<!--|<!\[CDATA\[|<[!?]|</(?=[^a-z])|<(?P<slash>/?)(?P<name>[a-z][^\s/>]*+)"
    rb"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+|(?=>)))*+(?P<bracket>>)?+",
    re.IGNORECASE,
)
_COMMENT_END, _CDATA_END, _BRACKET = re.compile(rb"--!?>"), re.compile(rb"\]\]>"), re.compile(rb">")
_RAW = frozenset(b"script style title textarea xmp iframe noembed noframes".split())
_RAW_END = {name: re.compile(rb"</" + name + rb"(?=[\s/>])", re.IGNORECASE) for name in _RAW}
_VOID = frozenset(
    b"area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
)
_ROOTS = frozenset(b"html head body".split())
_EMPTY_PAGE = _ROOTS | frozenset(b"meta link base script style title noscript".split())
_INLINE = frozenset(
    b"a abbr acronym b bdi bdo big cite code em font i label mark nobr q s small span strike strong sub sup u".split()
)
_UNENDED = frozenset(  # whose end tag HTML lets out
    b"p li dt dd option optgroup tr td th thead tbody tfoot colgroup caption rt rp".split()
)
_TEXTS = frozenset(b"article main".split())
_SCRIPTS = frozenset((b"/script", b"/noscript"))
_HABIT = 4  # end tags that show that a document writes them
_COMPLETE = re.compile(r"[.!?؟…؛۔»”\"')\]]\s*\Z|\n\Z")


def is_cut(body: bytes, content_type: str | None) -> bool:
    """Whether an HTML document ends before its end. Other documents, and empty ones, are never called cut.

    `</html>` behind some content ends it, whatever follows, and so does `</body>`, unless a tag is cut behind it.
    Without these it is cut where it ends inside a tag, a comment, a script, a title, or any other construct that only
    its own end mark ends; or, if there is any content, where it ends

    - in text, or behind a break or a picture, in a paragraph (a list item, a cell) while it closes its other ones;
    - in text within an element that it closes elsewhere, or within any while it has closed some;
    - in a table, which no browser of its time would have shown;
    - in text that ends in the middle of a line, without a sentence's last mark: of a page of 2005 that closes nothing,
      the last line decides;
    - between two tags, right behind an opening one, or with two or more open elements while it has closed others: one
      may have been forgotten, and so may all that were open before an article's end or a footer. Behind a script it is
      whole.

    It is linear in the size, and looks at the whole only where the last bytes do not close the document.

    >>> page = "<html><body><div><p>أعلنت الوزارة.</p><p>وقال الوزير.</p></div>"
    >>> pages = (page, page + "</body></html><!-- 0.1s -->", page[:-20], page[:-2])
    >>> [is_cut(page.encode(), "text/html") for page in pages]
    [False, False, True, True]
    """
    if ends_document(body):
        return False
    is_other = content_type and not any(kind in content_type.lower() for kind in _KINDS)
    if is_other or body[:512].lstrip().startswith(MAGIC):
        return False
    if b"\x00" in body[:64] or body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        body = decode(body)[0].encode()
    reading = _read(body)
    return reading.is_inside or (not reading.is_ended and reading.has_content and _is_left_open(reading, body))


def ends_document(body: bytes) -> bool:
    """Whether the last bytes close a document, but for comments behind it."""
    tail = body[-_TAIL:].lower()
    return bool(_ENDED.match(tail, max(0, tail.rfind(b"</html"), tail.rfind(b"</body"))))


@dataclass(slots=True)
class _Reading:
    """The tags of a document, and where its last byte stands."""

    started: Counter[bytes] = field(default_factory=Counter)
    closed: Counter[bytes] = field(default_factory=Counter)
    open: Counter[bytes] = field(default_factory=Counter)
    inner: bytes = b""  # the open paragraph, item or cell that holds the last byte
    last: bytes = b""  # the last tag, an end tag with its slash
    has_content: bool = False
    is_ended: bool = False  # by </body> or </html> behind some content
    is_inside: bool = False
    forgotten: Counter[bytes] = field(default_factory=Counter)  # what was open where an article ended, or a footer came
    text: bytes = b""  # behind the last tag


def _read(body: bytes) -> _Reading:
    """What is not closed reaches to the document's end, and ends the reading: nothing is looked at twice."""
    reading, place = _Reading(), 0
    while token := _TOKEN.search(body, place):
        end = _take_tag(reading, token) if token["name"] else _end_of_declaration(token)
        if end is None:
            is_tag = token["name"] and not token["bracket"]
            reading.is_inside = bool(is_tag) or not reading.is_ended
            return reading
        if reading.last == b"/html" and reading.is_ended:
            return reading
        place = end
    reading.text = body[place:].rstrip(b"\x00")
    reading.is_inside = reading.text.endswith((b"<", b"</"))
    return reading


def _end_of_declaration(token: re.Match[bytes]) -> int | None:
    if token[0] == b"<!--":
        end = _COMMENT_END.search(token.string, token.start() + 2)  # <!--> is a whole comment
    else:
        end = (_BRACKET if len(token[0]) == 2 else _CDATA_END).search(token.string, token.end())
    return end.end() if end else None


def _take_tag(reading: _Reading, token: re.Match[bytes]) -> int | None:
    """Counts a tag; gives the place behind it and its raw text, or None where the document ends in it."""
    if not token["bracket"]:
        return None
    name = token["name"].lower()
    reading.last = token["slash"] + name
    if token["slash"]:
        _close(reading, name)
        return token.end()
    reading.has_content |= name not in _EMPTY_PAGE
    if name in _TEXTS:
        reading.forgotten.clear()
    elif name == b"footer" and not reading.open[b"blockquote"]:
        reading.forgotten = reading.open.copy()
    if token[0].endswith(b"/>") or name in _VOID:
        return token.end()
    if name in _RAW:
        end = _RAW_END[name].search(token.string, token.end())
        return end.start() if end else None
    reading.started[name] += 1
    reading.open[name] += 1
    if name not in _INLINE:
        reading.inner = name if name in _UNENDED else b""
    return token.end()


def _close(reading: _Reading, name: bytes) -> None:
    reading.closed[name] += 1
    reading.open[name] -= reading.open[name] > 0
    if name not in _INLINE:
        reading.inner = b""
    if name in _TEXTS or (name == b"footer" and not reading.open[b"blockquote"]):
        reading.forgotten = reading.open.copy()
    reading.is_ended |= name in (b"body", b"html") and reading.has_content


def _is_left_open(reading: _Reading, body: bytes) -> bool:
    inner = reading.inner
    if inner and reading.closed[inner] and 2 * reading.closed[inner] >= reading.started[inner]:
        return True
    is_between = not reading.text.strip()
    if is_between and reading.last in _SCRIPTS:
        return False
    left = reading.open - reading.forgotten if is_between else reading.open
    blocks = {name: n for name, n in left.items() if n and name not in _UNENDED | _INLINE | _ROOTS}
    if b"table" in blocks:
        return True
    n_closed = sum(n for name, n in reading.closed.items() if name not in _INLINE | _EMPTY_PAGE)
    if is_between:
        n_missed = sum(blocks.values()) if n_closed >= _HABIT else 0
        was_opened = not reading.last.startswith(b"/") and reading.last not in _VOID | _UNENDED
        return n_missed >= 2 or was_opened
    if any(reading.closed[name] for name in blocks) or (blocks and n_closed >= _HABIT):
        return True
    return not _COMPLETE.search(reading.text.decode("utf-8" if is_mostly_utf8(body) else "cp1256", "replace"))
