"""Credits before the first sentence of a paragraph and after its last."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.credits.agencies import agency
from pipelines.credits.lines import source_line
from pipelines.credits.names import credit_words, is_outlet_like
from pipelines.credits.pieces import Credit, has_date, plain, read_credit
from pipelines.credits.wire_marks import is_wire_mark
from pipelines.text import words

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
_SIGNS = ("-", ":", "|", "/")
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
        if found := source_line(told, outlet_names) or _read_ending(read_credit(told, outlet_names), told.strip()):
            return found, offset + match.end()
        # Asked last: «أ ف ب» could be initials too.
        if is_wire_mark(told):
            return Credit(), offset + match.end()
    return None


def _read_opening(credit: Credit, head: str, text: str) -> Credit | None:
    if credit.agencies:
        return _agency_opening(credit, head, text)
    if head.endswith(".") or _WROTE.match(head):
        return None
    return _byline_opening(credit, head, text) if credit.people else _place_opening(credit, head, text)


def _agency_opening(credit: Credit, head: str, text: str) -> Credit | None:
    """«القاهرة (رويترز) -», «رويترز -», «وكالات:», «بيروت (رويترز) - من سارة علي -»."""
    is_told = credit.is_marked or _FROM.search(head) or head.startswith(credit.people[:1]) or _is_between(credit, head)
    if credit.people and credit.sure_people and not is_told:
        return None
    if others := credit.unknown + (() if credit.sure_people else credit.people):
        return _beside_unknown_name(credit, others, head)
    is_ended = head.endswith(_SIGNS)
    if credit.places:
        return credit if is_ended or _is_bracketed(head) or (credit.sure and head.endswith(".")) else None
    if credit.offices or credit.people or credit.agencies == ("agencies",):
        return credit if credit.sure and is_ended else None
    if head.startswith("(") and head.endswith(")"):
        return credit if credit.sure else None
    return credit if head.endswith("-") and (credit.sure or _is_bracketed(head) or _reports(text)) else None


def _is_between(credit: Credit, head: str) -> bool:
    """A person after the place and before the agency: «القاهرة - سارة علي - رويترز -»."""
    return credit.has_city and head.startswith(credit.places[0]) and not head.rstrip(_ENDS).endswith(credit.people)


def _beside_unknown_name(credit: Credit, others: tuple[str, ...], head: str) -> Credit | None:
    """An agency and a name that stands before it: a place in «name (agency) -» and «name, country (agency) -»."""
    name = others[0]
    is_first = head.lstrip('"').startswith((name, *credit.places[:1])) and not head.rstrip(_ENDS).endswith(name)
    is_sure = credit.sure and head.endswith(_SIGNS) and is_outlet_like(name)
    if len(others) > 1 or not is_first or not is_sure:
        return None
    bare = replace(credit, unknown=(), people=())
    is_before_country = not credit.has_city and head[len(name) :].lstrip().startswith("،")
    if _is_bracketed(head) and (not credit.places or is_before_country):
        return replace(bare, places=(name, *credit.places))
    return bare if head.endswith(":") or credit.places else None


def _byline_opening(credit: Credit, head: str, text: str) -> Credit | None:
    """«كتب: سارة علي -», «القاهرة - سارة علي:», «سارة علي - النهضة - بيروت:», «من سارة علي -»."""
    is_ended = head.endswith(":") and bool(credit.has_city or credit.offices)
    is_ended = is_ended or bool(head.endswith("-") and _FROM.search(head) and _reports(text))
    if not credit.sure_people or not (credit.is_marked or is_ended):
        return None
    is_outlet = len(credit.unknown) == 1 and credit.has_city and is_outlet_like(credit.unknown[0])
    return replace(credit, unknown=()) if is_outlet or not credit.unknown else None


def _place_opening(credit: Credit, head: str, text: str) -> Credit | None:
    """«دمشق -», «دمشق - مراسلنا:», «النهضة - دمشق:»."""
    if not credit.has_city:
        return None
    if credit.unknown:
        return replace(credit, unknown=()) if _opens_with_outlet(credit, head) else None
    if credit.offices:
        return credit if head.endswith(_SIGNS) else None
    return credit if head.endswith("-") and (_reports(text) or has_date(head)) else None


def _opens_with_outlet(credit: Credit, head: str) -> bool:
    name = credit.unknown[0]
    is_shaped = head.lstrip('"').startswith(name) and head.endswith(":") and bool(_DASH.search(head))
    is_alone = len(credit.unknown) == 1 and not credit.offices and len(name.split()) < 3
    return is_shaped and is_alone and is_outlet_like(name)


def _is_bracketed(head: str) -> bool:
    bracket = _AGENCY_IN_BRACKETS.search(head)
    return bool(bracket and agency(bracket[1].split("،")[0].split("/")[0]))


def _reports(text: str) -> bool:
    first = words(text[:40])[:1]
    return bool(first and first[0] in credit_words("reports"))


def _read_ending(credit: Credit, told: str) -> Credit | None:
    if credit.unknown or (credit.people and not credit.is_marked):
        return None
    is_bracketed = told.lstrip("-| ")[:1] in ("(", "/")
    if credit.agencies:
        return credit if credit.sure or is_bracketed else None
    return credit if credit.people and is_bracketed else None
