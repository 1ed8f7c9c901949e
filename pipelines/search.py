"""READ: Arabic full-text search over the warehouse, by `news.search`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from rich.text import Text

from pipelines.console import console
from spiders.percent import readable
from spiders.warehouse import statement

SNIPPET = 180  # characters
_MARKS = r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f"
_TOKEN = re.compile(rf"[\w{_MARKS}]+")  # a word with its vowel marks


@dataclass(frozen=True, kw_only=True, slots=True)
class Within:
    """Where a search looks: in everything, or only in some outlets, days (both included) and agencies' texts."""

    outlets: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    agencies: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """An article that a query finds.

    `snippet` is the part of its text where most of the query's words stand, and `found` are these words as they
    are spelled there and in the title; `original_url` is the article that it copies, if it is a copy.
    """

    title: str
    outlet: str
    day: date | None
    url: str
    original_url: str | None
    snippet: str
    found: list[str]


EVERYWHERE = Within()


def search(connection: Connection, query: str, limit: int = 20, within: Within = EVERYWHERE) -> list[Hit]:
    """The articles that a query finds, the best first; a query without words finds none."""
    query = query.replace("\0", " ")
    with connection, connection.cursor() as cursor:
        cursor.execute(
            statement("search_articles"),
            {
                "query": query, "limit": limit, "outlets": list(within.outlets), "agencies": list(within.agencies),
                "since": within.since, "until": within.until,
            },
        )  # fmt: skip
        rows = cursor.fetchall()
        wanted = _found_words(cursor, query, {word for row in rows for text in row[5] for word in tokens(text)})
    return [_hit(row, wanted) for row in rows]


def _found_words(cursor: Cursor, query: str, spelled: Collection[str]) -> set[str]:
    cursor.execute(statement("search_words"), {"query": query, "words": list(spelled)})
    return {word for (word,) in cursor}


def nothing_found(connection: Connection, query: str, within: Within = EVERYWHERE) -> str:
    """The sentences that say why a query found nothing."""
    with connection, connection.cursor() as cursor:
        cursor.execute(statement("search_is_empty"), {"query": query.replace("\0", " ")})
        (is_empty,) = cursor.fetchone() or (True,)
        cursor.execute(statement("search_agencies"), {"agencies": [*filter(None, within.agencies)]})
        unknown = [agency for (agency,) in cursor]
    if is_empty:
        return (
            "The query holds no word to search for: words like في and من, which every text has, are not searched, "
            "and neither are words to leave out alone."
        )
    is_narrow = any((within.outlets, within.since, within.until, within.agencies))
    where = " in the outlets, days and agencies that the search was narrowed to" if is_narrow else ""
    credit = f" No article credits the agency {' or '.join(unknown)}." if unknown else ""
    return f"No article matches «{query[:80]}»{where}.{credit}"


def tokens(text: str) -> list[str]:
    """The words of a text as they are spelled.

    >>> tokens("أعلنَ «الوزير»، اليوم")
    ['أعلنَ', 'الوزير', 'اليوم']
    """
    return _TOKEN.findall(text)


def _hit(row: tuple[Any, ...], wanted: Collection[str]) -> Hit:
    title, outlet, day, url, original_url, paragraphs = row
    snippet = cut_snippet(best_paragraph(paragraphs[1:], wanted) or title, wanted)
    found = [word for word in dict.fromkeys(tokens(f"{title} {snippet}")) if word in wanted]
    return Hit(
        title=title, outlet=outlet, day=day, url=url, original_url=original_url, snippet=snippet, found=found
    )  # fmt: skip


def best_paragraph(paragraphs: Sequence[str], wanted: Collection[str]) -> str:
    """The first of the paragraphs that hold the most of the wanted words.

    >>> best_paragraph(["قال الوزير", "زار الوزير القاهرة", "القاهرة والوزير"], {"القاهرة", "الوزير", "والوزير"})
    'زار الوزير القاهرة'
    """
    return max(filter(None, paragraphs), key=lambda text: len(set(tokens(text)).intersection(wanted)), default="")


def cut_snippet(text: str, wanted: Collection[str], size: int = SNIPPET) -> str:
    """About `size` characters of a text, where the most of the wanted words stand.

    >>> cut_snippet("أعلنَ الوزير اليوم من القاهرةِ أن العمل يبدأ", {"القاهرةِ"}, size=20)
    '… اليوم من القاهرةِ أن العمل …'
    >>> cut_snippet("رئيس المجلس البلدي في القرية، ثم مجلس الأمن", {"المجلس", "مجلس", "الأمن"}, size=20)
    '… القرية، ثم مجلس الأمن'
    """
    spans = [match.span() for match in _TOKEN.finditer(text)]
    focus = _fullest([span for span in spans if text[slice(*span)] in wanted], text, size - size // 5)
    start = max((begin for begin, _ in spans if begin <= focus - size // 5), default=0)
    least = max(start + size, focus + size - size // 5)
    end = min((finish for _, finish in spans if finish >= least), default=len(text))
    cut = " ".join(text[start:end].split())
    return ("… " if start else "") + cut + (" …" if end < len(text) else "")


def _fullest(spans: Sequence[tuple[int, int]], text: str, size: int) -> int:
    """Where the first of the stretches of `size` characters begins that hold the most different words of some."""
    most, place = 0, 0
    for number, (begin, _) in enumerate(spans):
        near = spans[number : number + size]  # more do not fit in
        if (n := len({text[slice(*span)] for span in near if span[1] <= begin + size})) > most:
            most, place = n, begin
    return place


def hits_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Hits as JSON: days as strings."""
    return [asdict(hit) | {"day": hit.day and hit.day.isoformat()} for hit in hits]


def print_hits(hits: Sequence[Hit], nothing: str = "") -> None:
    """A block a hit and nothing side by side, so that a terminal that turns Arabic around keeps it legible.

    `nothing` is the sentence where there is no hit.
    """
    out = console()
    if not hits:
        out.print(Text(nothing))
    for number, hit in enumerate(hits, 1):
        title, snippet = Text(f"{number}. {hit.title}", style="bold"), Text(hit.snippet)
        words = "|".join(map(re.escape, hit.found))
        for text in (title, snippet):
            text.highlight_regex(rf"(?<!\w)(?:{words})(?!\w)", style="bold yellow")
        lines = [f"{hit.outlet} · {hit.day}", readable(hit.url)]
        if hit.original_url:
            lines.append(f"copy of {readable(hit.original_url)}")
        out.print(title)
        out.print(Text("\n".join(lines), style="dim"), soft_wrap=True)  # an address in one piece can be opened
        out.print(snippet, Text(), sep="\n")
