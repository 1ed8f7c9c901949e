"""What a person's name looks like, and what does not."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from pipelines.credits.agencies import agency, form_of, is_place
from pipelines.text import normalize_arabic

_HERE = Path(__file__).parent
_LETTERS = re.compile(r"[^\W\d_][\w\u064b-\u065f'’.-]*(?: [^\W\d_][\w\u064b-\u065f'’.-]*)*")

_LATIN, _ARABIC = re.compile(r"[A-Za-z]"), re.compile(r"[ء-ي]")


@cache
def _table() -> dict[str, str]:
    return tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))


@cache
def credit_words(kind: str) -> frozenset[str]:
    """The words of one kind of `words.toml`, in normal form: "titles", "offices", "reports", …

    >>> "التقي" in credit_words("reports")
    True
    """
    return frozenset(normalize_arabic(_table()[kind]).split())


@cache
def _link() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({'|'.join(credit_words('links'))})\s+")


@cache
def _given() -> frozenset[str]:
    lines = (_HERE / "given_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(normalize_arabic(word) for line in lines if not line.startswith("#") for word in line.split())


def _name_parts(text: str) -> list[str]:
    """The words of a name in normal form without its titles, «عبد الله» one word."""
    parts = form_of(text).split()
    while len(parts) > 1 and parts[0] in credit_words("titles"):
        parts = parts[1:]
    return _link().sub(r"\1", " ".join(parts)).split()


def is_office(text: str, outlet_names: frozenset[str] = frozenset()) -> bool:
    """Whether a text names an outlet, a desk or a correspondent, and no person.

    >>> is_office("فريق التحرير"), is_office("سارة علي")
    (True, False)
    """
    form = form_of(text)
    parts = set(form.split())
    is_sentence = len(form.split()) > 4 or parts & credit_words("reports") or parts & credit_words("citations")
    return form in outlet_names or bool(not is_sentence and parts & credit_words("offices"))


def is_outlet_like(text: str) -> bool:
    """Whether up to three words can be an outlet's name, or a place's, that is in no list: no word of the news.

    >>> is_outlet_like("فرانس 24"), is_outlet_like("أزمة السكن")
    (True, False)
    """
    parts = form_of(text).split()
    told = {*parts, *(part[1:] for part in parts[:1] if part.startswith("و"))}
    return 1 <= len(parts) <= 3 and not (credit_words("news") | credit_words("reports")) & (told - {"اليوم"})


def has_outlet_word(text: str) -> bool:
    """Whether a text has a word by which outlets are named, and no person.

    >>> has_outlet_word("نبض البلد"), has_outlet_word("سارة علي")
    (True, False)
    """
    return bool(credit_words("outlets") & set(form_of(text).split()))


def is_name(text: str, outlet_names: frozenset[str] = frozenset()) -> bool:
    """Whether two to four words can be a person's name: no place, office, number, verb or word of the news.

    >>> is_name("رنيم حنوش"), is_name("سكاي نيوز عربية"), is_name("القاهرة"), is_name("أزمة السكن")
    (True, False, False, False)
    """
    # «على» is Ali in Egyptian spelling, but no name opens with it.
    if len(text) > 60 or text.startswith("على ") or not _LETTERS.fullmatch(text.strip(" -.")) or _is_mixed(text):
        return False
    form, parts = form_of(text), _name_parts(text)
    return (
        2 <= len(parts) <= 4
        and all(len(part) > 1 for part in parts[:1] + parts[-1:])
        and not (credit_words("news") | credit_words("outlets")) & set(form.split())
        and not is_office(form, outlet_names)
        and not is_place(form)
        and agency(form) is None
        and not any((found := agency(part)) and found[1] for part in parts)
        and (parts[0] in _given() or not is_place(parts[0]))
    )


def _is_mixed(text: str) -> bool:
    return bool(_LATIN.search(text) and _ARABIC.search(text))


def is_given_name(word: str) -> bool:
    """Whether a word is a given name that we know.

    >>> is_given_name("وليد"), is_given_name("وأنجليكا")
    (True, False)
    """
    return form_of(word) in _given()


def has_family_name(text: str) -> bool:
    """Whether a name ends as families of a town or a tribe are called, and does not open as outlets do.

    >>> has_family_name("شجاع الدوسري"), has_family_name("المشهد اليمني"), has_family_name("صوت العرب")
    (True, False, False)
    """
    parts = form_of(text).split()
    return (
        not parts[0].startswith("ال") and parts[-1].startswith("ال") and parts[-1].endswith("ي") and len(parts[-1]) > 4
    )


def is_sure_name(text: str, outlet_names: frozenset[str] = frozenset()) -> bool:
    """Whether a text can be a name, and opens with a given name.

    >>> is_sure_name("د. سارة علي"), is_sure_name("عبد الله بن علي"), is_sure_name("قلب العروبة")
    (True, True, False)
    """
    first = next(iter(_name_parts(text)), "")
    known = first in _given() or (first.startswith(("عبدال", "ابو")) and len(first) > 5)
    return known and is_name(text, outlet_names)
