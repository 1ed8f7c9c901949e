"""Credits before the first sentence of a paragraph and after its last."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.agencies import agency
from pipelines.credit_lines import source_line
from pipelines.credits import Credit, has_date, plain, read_credit
from pipelines.names import credit_words, is_outlet_like
from pipelines.text import words
from pipelines.wire_marks import is_wire_mark

_LONGEST_OPENING = 140
_LONGEST_ENDING = 130
_SHORTEST_TEXT = 15
_LONGEST_PIECE = 8
_OPENING_END = re.compile(
    r"\s*\)?\s*(?:(?<![A-Za-z])-|-(?![A-Za-z])|[:/|])[-:/|\s]*|\s*\)\s*|(?<=[^\W\d_][^\W\d_][^\W\d_])\.\s+"
)
_SENTENCE_END = re.compile(
    r'(?<=[\w")][\w")])[.؟?!…]+"?\s*|(?<=\w)["]\s*(?=[(/-])|(?<=\w)\s*(?=\(\s*(?:النهاي[ةه]|انته[ىي])\s*\))'
)
_AGENCY_IN_BRACKETS = re.compile(r"\(\s*([^()]{2,60})\s*\)")
# «كتب فلان: …» tells what somebody wrote elsewhere.
_WROTE = re.compile(r"كتبت?\s[^-:/]*:$")
_DASH = re.compile(r"\S\s*-")
_FROM = re.compile(r"(?:^|[-)/|]\s*)من\s")
_CITED = re.compile(r'"\s*([^"]{2,40})\s*"?$')
_ENDS = ' -:|/")'


def opening(line: str, outlet_names: frozenset[str] = frozenset()) -> tuple[Credit, int] | None:
    """The credit before the first sentence, the longest that can be one, and where the text begins; None for none.

    >>> credit, start = opening("القاهرة 20 نوفمبر (رويترز) - قال مسؤول إن المحادثات ستستأنف غدا.")
    >>> credit.places, credit.agencies, start
    (('القاهرة',), ('reuters',), 29)
    >>> opening("نقلت رويترز عن مسؤول قوله: المفاوضات ستستمر إلى الأسبوع المقبل.")
    """
    start = plain(line[:_LONGEST_OPENING])
    ends = list(_OPENING_END.finditer(start))
    # Every credit opens with a short piece; most texts do not, and are not read further.
    if not ends or len(start[: ends[0].start()].split()) > _LONGEST_PIECE:
        return None
    for match in reversed(ends):
        text = line[match.end() :].lstrip()
        if len(text) < _SHORTEST_TEXT:
            continue
        head = start[: match.end()]
        if found := _read_opening(read_credit(head, outlet_names), head.strip(), text):
            return found, match.end()
    return None


def ending(line: str, outlet_names: frozenset[str] = frozenset()) -> tuple[Credit, int] | None:
    """The credit after the last sentence, and where it begins; None for none.

    >>> credit, end = ending("ستعقد جولة جديدة الأسبوع المقبل. --(بترا)")
    >>> credit.agencies, end
    (('petra',), 33)
    >>> ending("قال ذلك مصدر لوكالة الأنباء الألمانية (د.ب.أ).")
    """
    offset = max(0, len(line) - _LONGEST_ENDING)
    tail = plain(line[offset:])
    for match in _SENTENCE_END.finditer(tail):
        told = tail[match.end() :]
        cited = _CITED.search(tail[: match.end()].rstrip())
        if len(told.strip()) < 2 or (cited and agency(cited[1])):
            continue
        if is_wire_mark(told):
            return Credit(), offset + match.end()
        if found := source_line(told, outlet_names) or _read_ending(read_credit(told, outlet_names), told.strip()):
            return found, offset + match.end()
    return None


def _read_opening(credit: Credit, head: str, text: str) -> Credit | None:
    if credit.agencies:
        return _agency_opening(credit, head, text)
    end = head[-1:]
    if end == "." or _WROTE.match(head):
        return None
    if credit.people:
        is_known = credit.sure_people and (
            credit.is_marked or (credit.has_city and end == ":") or (credit.offices and end == ":")
        )
        is_outlet = len(credit.unknown) == 1 and credit.has_city and is_outlet_like(credit.unknown[0])
        return replace(credit, unknown=()) if is_known and (not credit.unknown or is_outlet) else None
    if credit.has_city and len(credit.unknown) == 1 and end == ":" and not credit.offices:
        # «outlet - place:», of an outlet that we do not know.
        is_outlet = head.lstrip('"').startswith(credit.unknown[0]) and len(credit.unknown[0].split()) < 3
        is_outlet = is_outlet and is_outlet_like(credit.unknown[0]) and bool(_DASH.search(head))
        return replace(credit, unknown=()) if is_outlet else None
    if credit.unknown or not credit.has_city or end not in "-:|/":
        return None
    if credit.offices:
        return credit
    return credit if end == "-" and (_reports(text) or has_date(head)) else None


def _reports(text: str) -> bool:
    first = words(text[:40])[:1]
    return bool(first and first[0] in credit_words("reports"))


def _agency_opening(credit: Credit, head: str, text: str) -> Credit | None:
    bracket = _AGENCY_IN_BRACKETS.search(head)
    is_bracketed = bool(bracket and agency(bracket[1].split("،")[0].split("/")[0]))
    is_ended = head[-1:] in "-:|/"
    others = credit.unknown + (() if credit.sure_people else credit.people)
    if (
        credit.people
        and credit.sure_people
        and not (credit.is_marked or _FROM.search(head) or head.startswith(credit.people[0]))
    ):
        return None
    if not others:
        if credit.places:
            return credit if is_ended or is_bracketed or (credit.sure and head[-1:] == ".") else None
        if credit.offices or credit.people:
            return credit if credit.sure and is_ended else None
        is_generic = credit.agencies == ("agencies",) and is_ended
        return credit if is_generic or (head[-1:] == "-" and (credit.sure or is_bracketed or _reports(text))) else None
    is_first = head.lstrip('"').startswith((others[0], *credit.places[:1])) and not head.rstrip(_ENDS).endswith(
        others[0]
    )
    if len(others) > 1 or not is_first or not is_ended or not credit.sure or not is_outlet_like(others[0]):
        return None
    if is_bracketed and not credit.places:
        # «place (agency) -»: what stands there is a place, known or not.
        return replace(credit, unknown=(), people=(), places=(others[0],))
    return replace(credit, unknown=(), people=()) if head[-1:] == ":" or credit.places else None


def _read_ending(credit: Credit, told: str) -> Credit | None:
    if credit.unknown or (credit.people and not credit.is_marked):
        return None
    is_bracketed = told.lstrip("-| ")[:1] in ("(", "/")
    if credit.agencies:
        return credit if credit.sure or is_bracketed else None
    return credit if credit.people and is_bracketed else None
