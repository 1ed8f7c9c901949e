"""LEARN: paragraphs that many pages of one outlet share are boilerplate, without anyone writing a rule.

What is learned is a function of the revisions in the warehouse alone, so that the order of days does not matter:
a paragraph is boilerplate around a day on which it stood in many of the outlet's articles.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg2.extensions import cursor as Cursor

from pipelines.streaming import stream
from spiders.warehouse import statement

FEWEST = 5  # articles of one day; what fewer share may be the background of one story
SHARE = 0.1  # of the outlet's articles of that day; a rule for one section is one, too
SHORTEST = 12  # characters; shorter lines are headings
WINDOW_DAYS = 30  # layouts change, and a backfill reads old ones


def learn_boilerplate(cursor: Cursor, article_keys: Sequence[bytes]) -> set[bytes]:
    """Learns from the days of some articles, marks what is boilerplate, and gives the articles whose text changed.

    Call it in the transaction that has loaded the articles, `alone`. A changed text gets new search words; it is still
    to be compared with the others.
    """
    arguments = {
        "article_keys": list(article_keys), "fewest": FEWEST, "share": SHARE, "shortest": SHORTEST,
        "window_days": WINDOW_DAYS,
    }  # fmt: skip
    cursor.execute(statement("learn_boilerplate"), arguments)
    cursor.execute(statement("mark_boilerplate"), arguments)
    changed = {bytes(key) for (key,) in stream(cursor, "select article_key from marked", portion=500)}
    if changed:
        cursor.execute(statement("refresh_search"))
        cursor.execute(statement("forget_fingerprints"))
    return changed
