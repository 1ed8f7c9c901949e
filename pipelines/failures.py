"""What a person can put right when Postgres refuses, by SQLSTATE: a sentence and an exit code; the rest is our bug."""

from __future__ import annotations

from collections.abc import Collection

import psycopg2

from spiders.warehouse import is_lost

FAILED, IMPOSSIBLE, NO_SPACE, BUSY = 1, 2, 3, 75

_LOST = (
    "The database stopped answering, or ended a load that stood still for a minute ({reason}). Nothing loaded is lost; "
    "run it again.",
    BUSY,
)
_LOCKED = ("The database is busy ({reason}). Nothing loaded is lost; try again.", BUSY)
_STOOD_STILL = (
    "This command stood still for too long in the middle of a load, so the database let the next one in ({reason}). "
    "Nothing is lost; run it again.",
    BUSY,
)
_NO_RIGHT = (
    "The database refuses a right that Warraq needs ({reason}). Grant it to the role of WARRAQ_DATABASE_URL, "
    "or name another role there.",
    IMPOSSIBLE,
)
_INCOMPLETE = (
    "The warehouse lacks a part of its schema ({reason}). Restore it from a copy, or name an empty database in "
    "WARRAQ_DATABASE_URL and load the archive with `warraq ingest`.",
    IMPOSSIBLE,
)
_BY_STATE = {
    "55P03": _LOCKED,  # lock not available
    "40P01": _LOCKED,  # deadlock
    "40001": _LOCKED,  # serialization failure
    "25P03": _STOOD_STILL,  # a transaction that did nothing for a minute
    "42501": _NO_RIGHT,
    "28": _NO_RIGHT,  # a whole class, by its two first characters
    "53100": ("The database's disk is full ({reason}). Nothing loaded is lost; make room and run it again.", NO_SPACE),
    "53300": ("The database takes no more connections now ({reason}). Nothing loaded is lost; try again.", BUSY),
    "53": ("The database has not enough memory ({reason}). Nothing loaded is lost; give it more.", FAILED),
    "58": (
        "The database cannot use its files ({reason}). Look at its disk and its log, then run `warraq verify`.",
        FAILED,
    ),
    "57014": (
        "The database broke off a statement ({reason}). Nothing loaded is lost; where it is a timeout, raise "
        "statement_timeout for the role of WARRAQ_DATABASE_URL, and run it again.",
        FAILED,
    ),
    "42P01": _INCOMPLETE,  # no such table or view
    "42703": _INCOMPLETE,  # no such column
    "42883": _INCOMPLETE,  # no such function
    "3F000": _INCOMPLETE,  # no such schema
    "25006": (
        "The database can only be read ({reason}). Name one in WARRAQ_DATABASE_URL that can be written.",
        IMPOSSIBLE,
    ),
}


def told(error: psycopg2.Error) -> tuple[str, int] | None:
    """The sentence and the exit code for an error of the database; None where it is a bug of ours."""
    state = error.pgcode or ""
    found = _LOST if is_lost(error) else _BY_STATE.get(state) or _BY_STATE.get(state[:2])
    if found is None:
        return None
    sentence, exit_code = found
    return sentence.format(reason=_reason(error)), exit_code


def _reason(error: psycopg2.Error) -> str:
    said = error.diag.message_primary or str(error).strip() or "connection lost"
    return said.splitlines()[0]


def worst(exit_codes: Collection[int]) -> int:
    """The exit code of several failures: another try helps only where it helps all of them; 0 where there are none.

    >>> worst([75, 75]), worst([75, 1]), worst([1, 3, 75]), worst([2]), worst([])
    (75, 1, 3, 1, 0)
    """
    if not exit_codes:
        return 0
    if NO_SPACE in exit_codes:
        return NO_SPACE
    return BUSY if set(exit_codes) == {BUSY} else FAILED
