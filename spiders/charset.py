"""Which encoding a document is really in: what it says, if its Arabic then looks like Arabic."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALIASES = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "utf-16": "utf-16-le",
}
_LEGACY = ("cp1256", "iso8859-6", "cp1252")
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]+)|<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]+)""",
    re.I,
)
_ARABIC = re.compile("[\u0621-\u064a\u067e\u0686\u0698\u06a4\u06a9\u06af\u06cc]")
_COMMON = frozenset("اليمنورت")
_ODD = re.compile("[\x80-\x9f\ufffd\ue000-\uf8ff\x00]")
_LATIN = re.compile("[\xc0-\u024f]")
_SAMPLE = 60_000


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """A document's text and its encoding's Python name: byte order mark, HTTP, declaration, then what fits.

    Never raises: bytes that fit nothing become U+FFFD. A claim is believed only where the text is then plausible.

    >>> decode("خبر عاجل من القاهرة".encode("cp1256"), "text/html; charset=utf-8")
    ('خبر عاجل من القاهرة', 'cp1256')
    >>> decode("<?xml version='1.0' encoding='windows-1256'?><a>القاهرة</a>".encode())[1]
    'utf-8'
    >>> decode("القاهرة".encode("utf-16"))
    ('القاهرة', 'utf-16-le')
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), encoding
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace"), wide
    if is_mostly_utf8(body):
        return body.decode("utf-8", "replace"), "utf-8"
    best = max(_candidates(body, content_type), key=lambda scored: scored[0], default=(0.0, "utf-8"))[1]
    return body.decode(best, "replace"), best


def is_mostly_utf8(body: bytes) -> bool:
    """Whether bytes are UTF-8, but for a few broken letters such as one that was cut in two.

    >>> [is_mostly_utf8(body) for body in (b"news", "خبر".encode(), "خبر عاجل".encode("cp1256"))]
    [True, True, False]
    """
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        good = sum(1 for char in text if char > "\x7f" and char != "\ufffd")
        return good > 20 * text.count("\ufffd")
    return True


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: markup has a zero in every second byte."""
    head = body[:400]
    if len(head) < 4 or head.count(0) < len(head) // 5:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    return "utf-16-be" if even > 4 * odd else "utf-16-le" if odd > 4 * even else None


def _candidates(body: bytes, content_type: str | None) -> Iterator[tuple[float, str]]:
    """Encodings with their plausibility; what the document claims wins unless another fits clearly better."""
    sample = body[:_SAMPLE] if re.search(rb"[\x80-\xff]", body[:_SAMPLE]) else body
    for bonus, encoding in zip((0.06, 0.05), _claims(body, content_type), strict=False):
        yield plausibility(sample.decode(encoding, "replace")) + bonus, encoding
    for encoding in _LEGACY:
        yield plausibility(sample.decode(encoding, "replace")), encoding


def _claims(body: bytes, content_type: str | None) -> Iterator[str]:
    http = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", content_type or "", re.I)
    declared = _DECLARED.search(body[:4096])
    for label in (http[1] if http else "", (declared[1] or declared[2]).decode() if declared else ""):
        try:
            name = codecs.lookup(label).name
            "".encode(name)
        except (LookupError, ValueError):
            continue
        if not name.startswith(("utf-8", "utf-16", "utf-32", "utf-7", "idna", "punycode", "unicode", "raw")):
            yield _ALIASES.get(name, name)


def plausibility(text: str) -> float:
    """How much a text looks like news in Arabic or another language, from 0 to 1.

    >>> good = "أعلنت الوزارة في القاهرة"
    >>> bad = good.encode("cp1256").decode("iso8859-6", "replace")
    >>> plausibility(good) > 0.6 > 0.45 > plausibility(bad), plausibility("Ø§Ù„Ù‚Ø§Ù‡Ø±Ø©") < 0.2
    (True, True)
    """
    beyond = [char for char in text if char > "\x7f"]
    if not beyond:
        return 1.0
    odd = len(_ODD.findall(text)) / len(beyond)
    arabic = _ARABIC.findall(text)
    latin = len(_LATIN.findall(text)) / len(beyond)
    common = sum(char in _COMMON for char in arabic) / len(arabic) if arabic else 0.0
    plain = sum(char.isascii() and char.isalpha() for char in text)
    # Accents are rare among the letters of a Latin text; where they are many, they are Arabic in a wrong encoding.
    if latin > 0.5:
        return max(0.0, 0.8 - 3 * len(_LATIN.findall(text)) / (plain + len(beyond)) - odd)
    return max(0.0, common * (1 - latin) - 2 * odd)
