"""Cleaning text for storing, and normalising Arabic for comparing (never for storing)."""

from __future__ import annotations

import html
import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Bidi marks and overrides, BOM, soft hyphen, object placeholder; ZWNJ and ZWJ stay, they are spelling.
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\ufffc]")
_SPACES = re.compile(r"\s+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_MARKS = re.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
_NOT_WORD = re.compile(r"[^\w]+|_+")
_FOLD = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ک": "ك", "ء": ""}
)
_WORD = re.compile(r"[^\W_]+")


def clean_text(text: str) -> str:
    """`text` without controls, lone surrogates (U+FFFD instead), bidi marks and BOMs; line ends stay.

    >>> clean_text("قال\\x00 الوزير\\u202c إن\\ud800")
    'قال الوزير إن\ufffd'
    """
    return _INVISIBLE.sub("", _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text)))


def clean_line(text: str) -> str:
    """One line: cleaned, every run of white space (also no-break) one space, none at the ends.

    >>> clean_line(" «الصباح»:\\u00a0 كل\\n الشروط ")
    '«الصباح»: كل الشروط'
    """
    return _SPACES.sub(" ", clean_text(text)).strip()


def unescape_line(text: str) -> str:
    """A line in which HTML references, escaped once or twice, are read.

    >>> unescape_line("&amp;quot;شعر وردي&amp;quot; و&nbsp;لغز")
    '"شعر وردي" و لغز'
    """
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return clean_line(text)


def normalize_arabic(text: str) -> str:
    """The form in which two spellings of one text are equal: for comparing, never for storing.

    NFKC (presentation forms, digits to ASCII), no tashkeel and tatweel, one alef, ya, ha and waw, no punctuation,
    lower case.

    >>> normalize_arabic("أعلنت «الحُكومـــة»، أنّ المدرسةَ") == normalize_arabic("اعلنت الحكومه ان المدرسة")
    True
    >>> normalize_arabic("ﺍﻟﻘﺎﻫﺮﺓ ٢٠٢٤")
    'القاهره 2024'
    """
    folded = _MARKS.sub("", unicodedata.normalize("NFKC", text)).translate(_FOLD).lower()
    return _NOT_WORD.sub(" ", ascii_digits(folded)).strip()


def ascii_digits(text: str) -> str:
    """Arabic-Indic and Persian digits as 0 to 9.

    >>> ascii_digits("١٥ يناير ۲۰۲۴")
    '15 يناير 2024'
    """
    return text.translate(_DIGITS)


_DIGITS = {ord(c): str(i) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for i, c in enumerate(digits)}


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
    return _WORD.findall(normalize_arabic(text))


_MOJIBAKE = re.compile(r"(?:[ØÙÚÛ][\x80-\xbf\u0152-\u0178\u2013-\u20ac§¨±²³´µ¶·¸¹ºª«¬®¯°¡¢£¤¥¦©])|(?:Ã[\x80-\xbf˜™])")


def is_mojibake(text: str) -> bool:
    """Whether Arabic was decoded with a wrong charset: «Ø§Ù„», or more than 1 % replacement characters.

    >>> is_mojibake("القاهرة".encode().decode("cp1252", "replace") * 3)
    True
    >>> is_mojibake("القاهرة، Ørsted")
    False
    """
    if not text:
        return False
    text = text[:50_000]
    broken = 2 * sum(1 for _ in _MOJIBAKE.finditer(text))
    return broken > 0.2 * len(text) or text.count("\ufffd") > max(10, 0.01 * len(text))
