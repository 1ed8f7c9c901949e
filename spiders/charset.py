"""Which encoding a document is really in: what it says, if its Arabic then looks like Arabic."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import islice

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874"}
_COMMONEST = ("cp1252", "cp1256", "iso8859-6", "utf-8")  # of equals the first
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]+)|<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]+)""",
    re.I,
)
_ARABIC = re.compile("[\u0621-\u064a\u067e\u0686\u0698\u06a4\u06a9\u06af\u06cc]")
_COMMON = frozenset("اليمنورت")
_LATIN = re.compile("[\xc0-\u024f]")
_PLAIN = re.compile("[A-Za-z]")
# What no text holds: controls, private use, and Arabic and Latin letters in one word.
_ODD = re.compile(
    "[\x80-\x9f\ufffd\ue000-\uf8ff\x00]|(?<=[A-Za-z\xc0-\u024f])[\u0621-\u0655]|[\u0621-\u0655](?=[A-Za-z\xc0-\u024f])"
)
_WORDS = re.compile(rb"[A-Za-z\x80-\xff]+")
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_SAMPLE = 30_000


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
        if body.startswith(mark) and not _is_false(mark, body):
            return body[len(mark) :].decode(encoding, "replace"), encoding
    body = body.removeprefix(codecs.BOM_UTF8)
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace"), wide
    if is_mostly_utf8(body):
        return _utf8(body), "utf-8"
    best = max(_candidates(body, content_type), key=lambda scored: scored[0], default=(0.0, "utf-8"))[1]
    return body.decode(best, "replace"), best


def _utf8(body: bytes) -> str:
    """UTF-8 whose lone surrogates, which stand for no letter, are left out; other broken bytes become U+FFFD."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _SURROGATE.sub(b"", body).decode("utf-8", "replace")


def _is_false(mark: bytes, body: bytes) -> bool:
    """A mark that a template's file brought into a page of another encoding."""
    return mark == codecs.BOM_UTF8 and not is_mostly_utf8(body)


def is_mostly_utf8(body: bytes) -> bool:
    """Whether bytes are UTF-8, but for a few broken letters such as one that was cut in two.

    >>> [is_mostly_utf8(body) for body in (b"news", "خبر".encode(), "خبر عاجل".encode("cp1256"))]
    [True, True, False]
    """
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        at_end = error.reason == "unexpected end of data"
        text = body.decode("utf-8", "replace")
        n_broken = text.count("\ufffd") - at_end
        return sum(char > "\x7f" for char in text) - n_broken - at_end > 20 * n_broken
    return True


def _wide(body: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: in markup one byte of two or four is not zero, and always the same one."""
    head = body[:400]
    filled = [len(head[place::4]) - head[place::4].count(0) for place in range(4)]
    zeros = head.count(0)
    if len(head) < 4 or not len(head) // 5 <= zeros < len(head):
        return None
    if zeros > 0.7 * len(head):
        return "utf-32-le" if filled[0] > filled[3] else "utf-32-be"
    even, odd = filled[0] + filled[2], filled[1] + filled[3]
    return "utf-16-be" if odd > 1.5 * even else "utf-16-le" if even > 1.5 * odd else None


def _candidates(body: bytes, content_type: str | None) -> Iterator[tuple[float, str]]:
    """Encodings with their plausibility; what the document claims wins unless another fits clearly better."""
    sample = _beyond_ascii(body)
    for bonus, encoding in zip((0.06, 0.05), _claims(body, content_type), strict=False):
        yield plausibility(sample.decode(encoding, "replace")) + bonus, encoding
    for encoding in _COMMONEST:
        yield plausibility(sample.decode(encoding, "replace")), encoding


def _beyond_ascii(body: bytes) -> bytes:
    """The first words that are not ASCII, since the rest tells nothing and may be all but a headline."""
    words = (match[0] for match in _WORDS.finditer(body))
    return b" ".join(islice((word for word in words if not word.isascii()), _SAMPLE // 8))[:_SAMPLE]


def _claims(body: bytes, content_type: str | None) -> Iterator[str]:
    http = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", content_type or "", re.I)
    declared = _DECLARED.search(body[:4096])
    for label in (http[1] if http else "", (declared[1] or declared[2]).decode() if declared else ""):
        name = _python_name(label)
        if name and not name.startswith(("utf-8", "utf-16", "utf-32", "utf-7", "idna", "punycode", "unicode", "raw")):
            yield _SUPERSETS.get(name, name)


def _python_name(label: str) -> str | None:
    """A declared encoding's name in Python, from its many spellings; None where Python has no such text encoding."""
    label = label.lower().removeprefix("x-").replace("mac-arabic", "mac_arabic")
    known = re.fullmatch(r"(?:windows|win|ms|cp)?[-_]*(125\d)|iso[-_]*(8859[-_]\d+)(?:[-_][ei])?(?:[:_-]\d{4})?", label)
    if known:
        label = f"cp{known[1]}" if known[1] else f"iso{known[2]}"
    try:
        name = codecs.lookup(label).name
        "".encode(name)
    except (LookupError, ValueError):
        return None
    return name


def plausibility(text: str) -> float:
    """How much words look like news in Arabic or another language, from 0 to 1; ASCII words beside them do harm.

    >>> good = "أعلنت الوزارة في القاهرة"
    >>> bad = good.encode("cp1256").decode("iso8859-6", "replace")
    >>> plausibility(good) > 0.5 > 0.4 > plausibility(bad), plausibility("Ø§Ù„Ù‚Ø§Ù‡Ø±Ø©") < 0.2
    (True, True)
    """
    beyond = [char for char in text if char > "\x7f"]
    if not beyond:
        return 1.0
    arabic, latin = _ARABIC.findall(text), len(_LATIN.findall(text))
    others = sum(map(str.isalpha, beyond)) - latin - len(arabic)
    common = sum(char in _COMMON for char in arabic)
    # Accents are few among the letters of a Latin word; where all are, it is Arabic in a wrong encoding.
    accented = latin / (latin + len(_PLAIN.findall(text))) if latin else 0.0
    found = common + 0.8 * latin * (1 - accented) + 0.45 * max(0, others)
    return max(0.0, found / len(beyond) - 2 * len(_ODD.findall(text)) / len(beyond))
