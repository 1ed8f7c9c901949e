"""Cleaning text for storing, and normalising Arabic for comparing (never for storing)."""

from __future__ import annotations

import html
import re
import unicodedata

_ENDS = r"\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
# Controls; bidi marks and overrides, BOM, soft hyphen, object placeholder. ZWNJ and ZWJ stay, they are spelling.
_UNSEEN = (
    r"\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff"
    r"\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffc"
)
_LINE_ENDS, _INVISIBLE, _SURROGATES = (re.compile(f"[{signs}]") for signs in (_ENDS, _UNSEEN, r"\ud800-\udfff"))
_UNCLEAN = re.compile(rf"[{_ENDS}{_UNSEEN}\ud800-\udfff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_DIGITS = {ord(c): str(i) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for i, c in enumerate(digits)}
# NFKC would put a space before each of these marks.
_SPACED_MARKS = re.compile(r"[\ufe70-\ufe7f]")
_IGNORED = re.compile(
    r"[\u00ad\u0300-\u036f\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    r"\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_FOLDED = dict(zip("أإآٱٲٳىیېےێةۃەۀہۂھؤئکڪءİ", [*"اااااايييييهههههههويكك", "", "i"], strict=True))


class _Letters(dict[int, str | None]):
    """For `str.translate`: letters and digits folded, marks dropped, all else a space; grows as it reads."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        plain = char.lower() if char.isalnum() else " "
        found = None if _IGNORED.match(char) else _DIGITS.get(code) or _FOLDED.get(char, plain)
        if code < 0x3000:  # a hostile text has a million others
            self[code] = found
        return found


_letters = _Letters()


def clean_text(text: str) -> str:
    """`text` without controls, lone surrogates (U+FFFD instead), bidi marks and BOMs; line ends stay or become "\\n".

    Spelling stays as the outlet wrote it: tashkeel, tatweel, ZWNJ, presentation forms.

    >>> clean_text("قال\\x00 الوزير\\u202c إن\\ud800")
    'قال الوزير إن\ufffd'
    """
    if _UNCLEAN.search(text) is None:  # as most texts are
        return text
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))


def clean_line(text: str) -> str:
    """One line: cleaned, every run of white space (also no-break) one space, none at the ends.

    >>> clean_line(" «الصباح»:\\u00a0 كل\\n الشروط ")
    '«الصباح»: كل الشروط'
    """
    return " ".join(clean_text(text).split())


def unescape_line(text: str) -> str:
    """A line in which HTML references, escaped once or twice, are read.

    >>> unescape_line("&amp;quot;شعر وردي&amp;quot; و&nbsp;لغز")
    '"شعر وردي" و لغز'
    """
    for _ in range(2):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return clean_line(text)


def normalize_arabic(text: str) -> str:
    """The form in which two spellings of one text are equal: for comparing, never for storing.

    Presentation forms and ligatures as letters (NFKC); no tashkeel, tatweel and invisible characters; one alef, ya,
    ha, waw and kaf, no lone hamza; ASCII digits; a space for punctuation; lower case.

    >>> normalize_arabic("أعلنت «الحُكومـــة»، أنّ المدرسةَ") == normalize_arabic("اعلنت الحكومه ان المدرسة")
    True
    >>> normalize_arabic("ﺍﻟﻘﺎﻫﺮﺓ ٢٠٢٤"), normalize_arabic("ﷲ"), normalize_arabic("كیف AFP")
    ('القاهره 2024', 'الله', 'كيف afp')
    """
    if not text.isascii() and not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", _SPACED_MARKS.sub("", text))
    return " ".join(text.translate(_letters).split())


def ascii_digits(text: str) -> str:
    """Arabic-Indic and Persian digits as 0 to 9.

    >>> ascii_digits("١٥ يناير ۲۰۲۴")
    '15 يناير 2024'
    """
    return text.translate(_DIGITS)


def word_set(text: str) -> frozenset[str]:
    """A set of words written as one string, for tables.

    >>> sorted(word_set("من في"))
    ['في', 'من']
    """
    return frozenset(text.split())


def words(text: str) -> list[str]:
    """The words of a text in their normal form.

    >>> words("مصر: ٣٠ إصابةً جديدة")
    ['مصر', '30', 'اصابه', 'جديده']
    """
    return normalize_arabic(text).split()


def _bytes_as(encoding: str, first: int, last: int) -> str:
    """The characters that bytes become in an encoding, and the controls that they become where it has none."""
    return bytes(range(first, last + 1)).decode(encoding, "ignore") + "".join(map(chr, range(0x80, 0xA0)))


# UTF-8 of Arabic letters (D8 to DB), and of Western letters made of it (C2, C3), in the encodings it is taken for.
_WRONG = ("cp1252", "mac_roman", "cp1256", "cp1251")
_LEADS = re.escape("".join(b"\xd8\xd9\xda\xdb\xc2\xc3".decode(encoding) for encoding in _WRONG[1:]))
_FOLLOWERS = re.escape("".join(_bytes_as(encoding, 0x80, 0xBF) for encoding in _WRONG))
_GARBLED = re.compile(
    rf"(?=[À-ú{_LEADS}\ufffd?])"  # most letters need no closer look
    rf"(?:(?:[ØÙÚÛÂÃ][{_FOLLOWERS}]?|[{_LEADS}][{_FOLLOWERS}]|[âï][{_FOLLOWERS}]{{2}}){{3,}}+"
    # Arabic in one byte, read as Western letters; those that French has stand in windows-1256 too.
    r"|[À-ßáãäåæìíðñòóõöøú]{3,}+"
    r"|\ufffd{3,}|(?<!\?)\?{2,}+(?:[\s،.:]{1,3}+\?{2,}+){2,}+)"
)


def is_mojibake(text: str) -> bool:
    """Whether Arabic was decoded with a wrong encoding: a line of it, or more than 1 % replacement characters.

    >>> is_mojibake("القاهرة تستضيف القمة".encode().decode("cp1252", "replace"))
    True
    >>> is_mojibake("القاهرة تستضيف القمة".encode("cp1256").decode("latin-1"))
    True
    >>> is_mojibake("القاهرة، Ørsted")
    False
    """
    text = text[:50_000]
    if text.count("\ufffd") > max(3, 0.01 * len(text)):
        return True
    return bool(_GARBLED.search(text)) and any(map(_is_garbled, text.splitlines()))


def _is_garbled(line: str) -> bool:
    garbled = sum(len(match[0]) for match in _GARBLED.finditer(line))
    return garbled > max(5, 0.2 * len(line))
