"""Who is credited for a text: agencies, dateline and bylines at its head or its foot, never in running text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipelines.body.cleaning import is_footer
from pipelines.credits.agencies import is_own
from pipelines.credits.edges import ending, opening
from pipelines.credits.lines import credit_line, foot_line, head_line, is_listed, lone_name, source_line
from pipelines.credits.pieces import Credit, read_credit
from pipelines.credits.wire_marks import is_number, is_wire_mark
from pipelines.text import clean_line

_NO_BYLINE = re.compile(r"//|[@<>]|\.(?:jpe?g|png|gif|webp|html?)\b")
_LONGEST_BYLINE = 120


@dataclass(frozen=True, slots=True)
class Attribution:
    """What remains of the paragraphs, and who was credited: `agencies` are ids, `raw` the removed words."""

    body: list[str]
    agencies: list[str] = field(default_factory=list)
    dateline: str | None = None
    authors: list[str] = field(default_factory=list)
    raw: str | None = None


def split_attribution(paragraphs: Sequence[str], *, outlet_names: frozenset[str] = frozenset()) -> Attribution:
    """`paragraphs` without the credits at their head and foot, and what the credits say.

    `outlet_names` are the outlet's names in normal form, which are no authors. Of two places the first counts.

    >>> text = "قال مسؤول إن المحادثات ستستأنف غدا."
    >>> found = split_attribution(["القاهرة (أ ف ب) - " + text, "انتهت الجولة الأولى مساء."])
    >>> found.agencies, found.dateline, found.body[0] == text
    (['afp'], 'القاهرة', True)
    >>> split_attribution(["نقلت رويترز عن مسؤول قوله إن المفاوضات ستستمر."]).agencies
    []
    """
    rest = [line for line in paragraphs if not is_footer(line)]
    found: list[tuple[Credit, str]] = []
    for take in (_take_head, _take_inner, _take_opening, _take_foot, _take_ending):
        taken, rest = take(rest, outlet_names)
        found += taken
    return _attribution(found, rest)


def split_byline(told: Iterable[str], outlet_names: frozenset[str] = frozenset()) -> Attribution:
    """What the strings say in which a page names its author: «(دبي - سارة علي)», «كتبت سارة علي», «أ ف ب».

    >>> found = split_byline(["(دبي - خالد الخطيب)"])
    >>> found.authors, found.dateline
    (['خالد الخطيب'], 'دبي')
    """
    read = ((_read_byline(text, outlet_names), text) for text in told)
    return _attribution([(credit, text) for credit, text in read if credit], [])


def _read_byline(text: str, outlet_names: frozenset[str]) -> Credit | None:
    if len(text) > _LONGEST_BYLINE or _NO_BYLINE.search(text):
        return None
    credit = source_line(text, outlet_names) or read_credit(text, outlet_names)
    # A page that names its own house as its author credits nobody.
    credit = replace(credit, agencies=tuple(name for name in credit.agencies if not is_own(name, outlet_names)))
    if not credit.sure_people and credit.sure:
        credit = replace(credit, people=())
    return credit if credit.people or credit.agencies or (credit.places and credit.offices) else None


Taken = tuple[list[tuple[Credit, str]], list[str]]


def _take_head(lines: list[str], outlet_names: frozenset[str]) -> Taken:
    """Up to three credit lines, empty lines between them not counted."""
    found: list[tuple[Credit, str]] = []
    rest = lines
    while len(found) < 3 and (number := _first_told(rest)) is not None:
        credit = head_line(rest[number], outlet_names)
        if not credit:
            break
        found.append((credit, rest[number]))
        rest = rest[number + 1 :]
    return found, rest


def _take_inner(lines: list[str], outlet_names: frozenset[str]) -> Taken:
    """A credit line below a standfirst."""
    for number in (1, 2):
        if len(lines) <= number + 1 or is_listed(lines[number], lines[number - 1], lines[number + 1]):
            continue
        if credit := credit_line(lines[number], outlet_names):
            return [(credit, lines[number])], lines[:number] + lines[number + 1 :]
    return [], lines


def _take_opening(lines: list[str], outlet_names: frozenset[str]) -> Taken:
    """A credit before the first sentence; below a standfirst only one that names an agency."""
    for number, line in enumerate(lines[:3]):
        read = opening(line, outlet_names)
        if read and (read[0].agencies or number == _first_told(lines)):
            credit, start = read
            return [(credit, line[:start])], [*lines[:number], line[start:].strip(), *lines[number + 1 :]]
    return [], lines


def _take_foot(lines: list[str], outlet_names: frozenset[str]) -> Taken:
    """Up to five credit lines and an agency's marks below the last sentence, in their order."""
    found: list[tuple[Credit, str]] = []
    rest = lines
    while len(rest) > 1 and len(found) < 5 and (credit := _foot(rest, found, outlet_names)):
        found.insert(0, (credit, rest[-1]))
        rest = rest[:-1]
    return found, rest


def _foot(lines: list[str], below: list[tuple[Credit, str]], outlet_names: frozenset[str]) -> Credit | None:
    last = lines[-1]
    if is_number(last) and is_wire_mark(lines[-2]):
        return Credit()
    # A lone name above «المصدر: …» is the author's.
    is_signed = bool(below) and source_line(below[0][1], outlet_names) is not None
    credit = foot_line(last, outlet_names) or (lone_name(last, outlet_names) if is_signed else None)
    return None if credit and credit.people and is_listed(last, lines[-2]) else credit


def _take_ending(lines: list[str], outlet_names: frozenset[str]) -> Taken:
    read = ending(lines[-1], outlet_names) if lines else None
    if not read or not lines[-1][: read[1]].strip():
        return [], lines
    credit, end = read
    return [(credit, lines[-1][end:])], [*lines[:-1], lines[-1][:end].rstrip()]


def _first_told(lines: Sequence[str]) -> int | None:
    return next((number for number, line in enumerate(lines) if line.strip()), None)


def _attribution(found: Sequence[tuple[Credit, str]], body: list[str]) -> Attribution:
    credits = [credit for credit, _ in found]
    return Attribution(
        body=body,
        agencies=list(dict.fromkeys(agency for credit in credits for agency in credit.agencies)),
        dateline=next((place for credit in credits for place in credit.places), None),
        authors=list(dict.fromkeys(person for credit in credits for person in credit.people)),
        raw=" | ".join(clean_line(raw) for _, raw in found) or None,
    )
