"""Bytes from outside to text and to XML: tolerant where they are broken, strict where they are hostile."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator
from html.entities import name2codepoint
from typing import NamedTuple

from lxml import etree

from spiders.charset import decode as decode
from spiders.errors import WarraqError

MAX_BYTES = 10 * 2**20
MAX_DEPTH = 200
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z]\w{1,31});|)")
_ITEM_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry|url|sitemap)\s{0,99}>")
_ITEM_START = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry|url|sitemap)[\s>]")
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]{0,100})")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


class DocumentError(WarraqError):
    """A feed, sitemap or section that gives nothing; `reason` is one word for the ledger."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason

    def __reduce__(self) -> tuple[type[DocumentError], tuple[str, str]]:
        return type(self), (self.reason, str(self))  # it comes back from a child process


class HostileDocument(DocumentError):
    """A document made to harm its reader: xml_entities, xml_depth or too_large."""


class UnreadableDocument(DocumentError):
    """A document that is not what it should be: empty, not_xml or not_a_feed."""


class Document(NamedTuple):
    """The root element of a document, and its problems: "partial", "sanitised"."""

    root: etree._Element
    problems: tuple[str, ...]


def gunzip(body: bytes, limit: int = MAX_BYTES) -> tuple[bytes, bool]:
    """Bytes out of gzip where they are gzip, and whether they are all there; HostileDocument beyond `limit`.

    >>> import gzip
    >>> gunzip(gzip.compress(b"<rss/>")), gunzip(gzip.compress(b"news")[:-9])[1], gunzip(b"<rss/>")
    ((b'<rss/>', True), False, (b'<rss/>', True))
    """
    is_complete = True
    for _ in range(3):  # a .gz file that a server compressed once more
        if not body.startswith(b"\x1f\x8b"):
            break
        body, whole = _inflated(body, limit)
        is_complete = is_complete and whole
    if len(body) > limit:
        raise HostileDocument("too_large", f"The document has more than {limit} bytes when it is decompressed.")
    return body, is_complete


def _inflated(body: bytes, limit: int) -> tuple[bytes, bool]:
    chunks, size = [], 0
    while body.startswith(b"\x1f\x8b"):
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            chunks.append(inflater.decompress(body, limit + 1 - size))
        except zlib.error:
            return b"".join(chunks), False
        size += len(chunks[-1])
        if size > limit:
            raise HostileDocument("too_large", f"The document has more than {limit} bytes when decompressed.")
        if not inflater.eof:
            return b"".join(chunks), False
        body = inflater.unused_data
    return b"".join(chunks), True


def parse_xml(body: bytes, content_type: str | None = None) -> Document:
    """The document in XML that may be compressed, badly encoded, not well-formed or cut.

    Raises HostileDocument and UnreadableDocument. Fetches nothing, and expands no entity of the document.

    >>> parse_xml("<rss><title>مصر&nbsp;& العالم</title></rss>".encode()).root.findtext("title")
    'مصر\\xa0& العالم'
    >>> parse_xml(b"<rss><item>1</item><item>2").problems
    ('partial',)
    """
    body, is_complete = gunzip(body)
    text, _ = decode(body, content_type)
    if not text.strip(" \t\r\n\ufeff\x00"):
        raise UnreadableDocument("empty", "The document is empty.")
    clean, is_closed = _complete_items(_sanitised(text))
    problems = [] if is_complete and is_closed else ["partial"]
    return Document(_parsed(clean), tuple(problems + (["sanitised"] if _FORBIDDEN.search(text) else [])))


def _sanitised(text: str) -> str:
    """The root element's text, XML as far as characters go: no forbidden ones, no references but XML's own."""
    parts = []
    for part in _split(_FORBIDDEN.sub("", text)):
        if part.startswith("<![CDATA["):
            parts.append(part)
        elif not part.startswith("<!--"):
            if re.search("<!ENTITY", part, re.I):
                raise HostileDocument("xml_entities", "The document defines entities of its own.")
            parts.append(_REFERENCE.sub(_reference, part))
    return _without_prolog("".join(parts)).rstrip()


def _without_prolog(text: str) -> str:
    """The text from its root element on; a document type may stand before it, but bring nothing of its own."""
    root = _ROOT.search(text)
    if root is None:
        raise UnreadableDocument("not_xml", "The document is no XML.")
    prolog = text[: root.start()].upper()
    if "<!DOCTYPE" in prolog and "[" in prolog and "%" in prolog:
        raise HostileDocument("xml_entities", "The document type refers to entities of its own.")
    return text[root.start() :]


def _split(text: str) -> Iterator[str]:
    """Text in pieces, CDATA and comments each a piece of their own; one that has no end goes on to the last."""
    position = 0
    for match in re.finditer(r"<!\[CDATA\[|<!--", text):
        if match.start() < position:
            continue
        yield text[position : match.start()]
        end = text.find("]]>" if match[0].endswith("[") else "-->", match.end())
        position = end + 3 if end >= 0 else len(text)
        yield text[match.start() : position]
    yield text[position:]


def _reference(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        known = name in name2codepoint and name not in _XML_NAMES
        return chr(name2codepoint[name]) if known else match[0] if name in _XML_NAMES else f"&amp;{name};"
    if decimal or hexadecimal:
        number = int(decimal or "0") or int(hexadecimal or "0", 16)
        allowed = number in (9, 10, 13) or 32 <= number <= 0x10FFFF
        return html.escape(chr(number)) if allowed and not _FORBIDDEN.match(chr(number)) else ""
    return "&amp;"


def _complete_items(text: str) -> tuple[str, bool]:
    """The text, and whether its end is there; where it is not, the text up to its last complete item."""
    root = _ROOT.match(text)
    if (root and re.search(rf"</{re.escape(root[1])}\s*>", text[-2000:])) or text.endswith("/>"):
        return text, True
    ends = [match.end() for match in _ITEM_END.finditer(text)]
    start = _ITEM_START.search(text)
    return text[: ends[-1] if ends else start.start() if start else None], False


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument("not_xml", f"The document is no XML ({error}).") from error
    if any("depth" in entry.message.lower() for entry in parser.error_log) or _depth(root) > MAX_DEPTH:
        raise HostileDocument("xml_depth", f"The document nests more than {MAX_DEPTH} elements.")
    if root is None:
        raise UnreadableDocument("not_xml", "The document is no XML.")
    return root


def _depth(root: etree._Element | None) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace or prefix, in lower case; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def text_of(element: etree._Element | None) -> str:
    """An element's text without the spaces around it."""
    return "".join(map(str, element.itertext())).strip() if element is not None else ""
