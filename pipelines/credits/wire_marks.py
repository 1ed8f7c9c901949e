"""What an agency writes below its story and an outlet copies along: the end, the clock, a number, desk and initials."""

from __future__ import annotations

import re

from pipelines.credits.pieces import INITIALS, plain

_END_WORD = r"(?:[إا]نته[ىي]|يتبع|النهاي[ةه])"
# In brackets any of the words is a mark; without, only «انتهى».
_END = rf"(?P<end>[/(]+\s*{_END_WORD}\s*[/)]+|[إا]نته[ىي](?!\w))"
_CLOCK = r"(?P<clock>\d{1,2}\s*:\s*\d{2}\s*ت\s*\.?\s*مـ*)"
_GAP = r"[\s/|=_.-]*"
_MARK = re.compile(rf"{_GAP}{_END}?{_GAP}{_CLOCK}?{_GAP}(?:\d{{3,5}})?{_GAP}(?P<initials>{INITIALS})?{_GAP}")
_DESK = re.compile(
    r"\(?\s*(?:شارك|تغطي[ةه]|[إا]عداد|ترجم[ةه]|كتاب[ةه]|تحرير)\s[^().؟!]{3,100}للنشر[ةه] العربي[ةه][^().؟!]{0,80}\)?\W*"
    r"|\(\s*(?:شارك|تغطي[ةه]|[إا]عداد|ترجم[ةه]|كتاب[ةه])\s[^()]{3,90}(?<!\w)تحرير\s[^()]{3,90}\)\W*"
)
_NUMBER = re.compile(r"\W*\d{3,5}\W*")
_LONGEST_MARK, _LONGEST_DESK = 40, 200


def is_wire_mark(text: str) -> bool:
    """Whether a text says only that an agency's story ends here, when it was sent, or who sent and edited it.

    >>> is_wire_mark("// انتهى // 14:05 ت م 0123"), is_wire_mark("م ع / ن س"), is_wire_mark("النهاية")
    (True, True, False)
    >>> is_wire_mark("(إعداد سارة علي للنشرة العربية - تحرير خالد حسن)"), is_wire_mark("إعداد: سارة علي")
    (True, False)
    """
    if len(text) > _LONGEST_DESK:
        return False
    told = plain(text)
    mark = _MARK.fullmatch(told) if len(text) <= _LONGEST_MARK else None
    return bool((mark and any(mark.groupdict().values())) or _DESK.fullmatch(told))


def is_number(text: str) -> bool:
    """Whether a line is a bare number: below an agency's mark the number of its story.

    >>> is_number("0123"), is_number("1450 قتيلا")
    (True, False)
    """
    return bool(len(text) <= _LONGEST_MARK and _NUMBER.fullmatch(plain(text)))
