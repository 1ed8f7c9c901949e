"""Lines that are nothing but a credit."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.credits.agencies import form_of
from pipelines.credits.names import credit_words, has_family_name, has_outlet_word, is_outlet_like
from pipelines.credits.pieces import Credit, has_date, plain, read_credit
from pipelines.credits.wire_marks import is_wire_mark

_LONGEST = 130
_SENTENCE = re.compile(r"[^\W_]{2,}[.…]+\s+[^\W_]{2}|[؟?!]|[^\W_]{3,}\s[^\W_]{3,}\.$")
_SOURCE = re.compile(
    r"\W*(?:(?P<source>المصدر|المصادر|مصدر الخبر|sources?|نقلا\S? عن)|عن|بالاتفاق مع|خدم[ةه])(?!\w)"
    r"\s*(?P<colon>[:/|-]*)\s*(?P<rest>.{2,80})",
    re.IGNORECASE,
)
# «خدمة «نيويورك تايمز»», «خاص بـ«النهضة»», «تصوير: سارة علي», «تحرير: خالد حسن»: of no agency, and of no author.
_SYNDICATED = re.compile(r'\W*(?:خدم[ةه]\W+[("][^")(]{2,30}[")]\W*)?(?:خاص\s+[بل]ـ*\s*[("][^")(]{2,30}[")])?\W*')
_HELPED = re.compile(r"\W*(?:تصوير|عدسة|تحرير)\s*[:/-]+\s*([^:/()-]{2,40})\W*")
_IN_BRACKETS = re.compile(r"[\s|-]*[(/]+[^()]*[)/]+\s*\.?\s*")
_PLACE_IN_BRACKETS = re.compile(r"[^()]+\([^()]+\)\W*")
_SENTENCE_WITH_BRACKET = re.compile(r"[^()]+\([^()]+\)\s*\.\s*")
_OUTLET_IN_QUOTES = re.compile(r'[^"]{0,30}"[^"]{2,30}"[^"]{0,30}')


def head_line(line: str, outlet_names: frozenset[str] = frozenset()) -> Credit | None:
    """The credit that a line at the head of a text is, None for a line that says more, or something else.

    >>> head_line("لندن: رنيم حنوش").people, head_line("القاهرة: قلب العروبة")
    (('رنيم حنوش',), None)
    """
    if found := credit_line(line, outlet_names):
        return found
    credit = read_credit(line, outlet_names) if _is_line(line) else Credit(unknown=(line,))
    if credit.agencies:
        return None
    return _beside_unknown_outlet(credit, line) or (_without_doubtful(credit) if _is_head(credit, line) else None)


def _without_doubtful(credit: Credit) -> Credit:
    """«دمشق - نبض المدينة»: two words beside a place that nothing tells to be a person's are as often an outlet."""
    return credit if credit.sure_people or all(map(has_family_name, credit.people)) else replace(credit, people=())


def _beside_unknown_outlet(credit: Credit, line: str) -> Credit | None:
    """A person, a place or a desk beside a name that is an outlet's by its shape and its place."""
    is_ended = plain(line).rstrip().endswith(":")
    if (credit.has_city or is_ended) and len(credit.unknown) == 1 and credit.people and credit.sure_people:
        return replace(credit, unknown=()) if is_outlet_like(credit.unknown[0]) else None
    is_told = credit.has_city or (_has_desk(credit) and not (credit.people and credit.sure_people))
    if is_told and len(credit.unknown + credit.people) == 1 and _is_outlet_line(line, credit):
        return replace(credit, unknown=(), people=credit.people if credit.sure_people else ())
    return None


def _is_head(credit: Credit, line: str) -> bool:
    """«من سارة علي», «القاهرة - سارة علي», «القاهرة، 9 تشرين الأول 2009»."""
    if credit.unknown or (credit.people and not credit.sure_people and len(credit.people) > 1):
        return False
    if credit.people and credit.sure_people and line.lstrip(" (").startswith("من "):
        return True
    if not credit.people:
        return credit.has_city and not credit.offices and has_date(line)
    return credit.has_city and len(credit.people) == 1 and not credit.people[0].startswith("ال")


def foot_line(line: str, outlet_names: frozenset[str] = frozenset()) -> Credit | None:
    """The credit that a line at the foot of a text is; one that names nobody for an agency's mark that a story ends.

    >>> foot_line("(د ب أ)").agencies, foot_line("// انتهى //") == Credit(), foot_line("سمير نعمان")
    (('dpa',), True, None)
    """
    return credit_line(line, outlet_names) or (Credit() if is_wire_mark(line) else None)


def lone_name(line: str, outlet_names: frozenset[str] = frozenset()) -> Credit | None:
    """The person whose name is all that a line says.

    >>> lone_name("سارة علي").people, lone_name("أزمة السكن")
    (('سارة علي',), None)
    """
    credit = read_credit(line, outlet_names) if _is_line(line) else Credit()
    return credit if credit == Credit(people=credit.people, sure_people=True) and len(credit.people) == 1 else None


def is_listed(line: str, *beside: str) -> bool:
    """Whether a line with a person is one of a list: a line beside it has a person too.

    >>> is_listed("سمير نعمان - صيدا", "كريم الحلبي - دبي"), is_listed("كتب: سمير نعمان", "كريم الحلبي - دبي")
    (True, False)
    """
    return _has_person(line) and any(map(_has_person, beside))


def _has_person(line: str) -> bool:
    credit = read_credit(line) if _is_line(line) else Credit()
    is_named = credit.sure_people or bool(credit.places)
    return bool(credit.people) and is_named and not credit.is_marked and not credit.agencies


def credit_line(line: str, outlet_names: frozenset[str] = frozenset()) -> Credit | None:
    """The credit that a line is for sure, wherever it stands: an agency, a marked byline, a place and a name.

    >>> credit_line("بيروت ـ الأناضول").agencies, credit_line("كتبت: سارة علي").people, credit_line("معا نستطيع")
    (('aa',), ('سارة علي',), None)
    """
    if not _is_line(line):
        return None
    if found := source_line(line, outlet_names):
        return found
    if _credits_nobody(line, outlet_names):
        return Credit()
    credit = read_credit(line, outlet_names)
    if credit.agencies:
        return _agency_line(credit, line)
    if credit.unknown:
        return None
    if credit.people:
        is_known = credit.sure_people and (credit.has_city or credit.offices)
        return credit if credit.is_marked or is_known else None
    is_house = len(credit.offices) > 1 and (credit.is_own or _has_desk(credit))
    return credit if credit.offices and (credit.has_city or credit.is_marked or is_house) else None


def source_line(line: str, outlet_names: frozenset[str] = frozenset()) -> Credit | None:
    """«المصدر: وكالات», «نقلا عن رويترز»: without a colon nothing but agencies may follow.

    >>> source_line("المصدر : أ ف ب").agencies, source_line("المصدر الذي رفض كشف اسمه")
    (('afp',), None)
    """
    match = _SOURCE.fullmatch(plain(line)) if len(line) <= _LONGEST else None
    if not match:
        return None
    credit = read_credit(match["rest"], outlet_names)
    is_pure = bool(credit.agencies) and not credit.unknown and not credit.people
    is_told = match["source"] and match["colon"] and len(match["rest"].split()) <= 8 and not _SENTENCE.search(line)
    return replace(credit, people=(), unknown=()) if is_pure or is_told else None


def _credits_nobody(line: str, outlet_names: frozenset[str]) -> bool:
    bare = plain(line)
    if helped := _HELPED.fullmatch(bare):
        return not read_credit(helped[1], outlet_names).unknown
    return bool(_SYNDICATED.fullmatch(bare)) and any(map(str.isalpha, bare))


def _is_line(line: str) -> bool:
    return 1 < len(line) <= _LONGEST and not _SENTENCE.search(line)


def _has_desk(credit: Credit, kind: str = "desks") -> bool:
    return any(form_of(office).split()[0] in credit_words(kind) for office in credit.offices)


def _is_outlet_line(line: str, credit: Credit) -> bool:
    """«(دبي - الصباح)», «جدة: «الصباح»», «الصباح - جدة», «صباح (جدة)»: an outlet that we do not know beside a place."""
    name = (credit.unknown + credit.people)[0]
    bare = plain(line)
    if not is_outlet_like(name):
        return False
    if _IN_BRACKETS.fullmatch(bare) or _OUTLET_IN_QUOTES.fullmatch(bare) or _has_desk(credit, "sure_desks"):
        return True
    if not credit.has_city:
        return False
    if has_outlet_word(name):
        return len(name.split()) == 2
    is_shaped = name.startswith("ال") or bool(_PLACE_IN_BRACKETS.fullmatch(bare)) or bare.rstrip().endswith(":")
    return is_shaped and len(name.split()) == 1 and len(credit.places) < 4


def _agency_line(credit: Credit, line: str) -> Credit | None:
    others = credit.unknown + (() if credit.sure_people else credit.people)
    if (credit.unknown or credit.people) and _SENTENCE_WITH_BRACKET.fullmatch(plain(line)):
        return None
    if not others:
        is_sure = credit.sure or credit.places or len(credit.agencies) > 1 or _IN_BRACKETS.fullmatch(plain(line))
        return credit if is_sure else None
    # An outlet that we do not know stands at the front or after a place, never after the agency: that is a headline.
    bare = plain(line).strip(' -:|/".()')
    is_first = bare.startswith((others[0], *credit.places[:1])) and not bare.endswith(others[0])
    if not (credit.sure and is_first and len(others) == 1 and len(line) < 60 and is_outlet_like(others[0])):
        return None
    return replace(credit, unknown=(), people=credit.people if credit.sure_people else ())
