"""Why a connection to Postgres was refused, by the server's words: libpq passes on no SQLSTATE here."""

from __future__ import annotations

import re

from spiders.errors import ImpossibleRequest, WarraqError


class WarehouseDown(WarraqError):
    """The database cannot be reached."""


class WarehouseBusy(WarehouseDown):
    """The database answers, and takes no more connections at the moment."""

    exit_code = 75


class NoEntry(ImpossibleRequest):
    """The database answers and does not let this role in, or has no such database, or the address is wrong."""


_KINDS: tuple[tuple[str, type[WarraqError], str], ...] = (
    (
        r"authentication failed|no password supplied|no pg_hba\.conf entry|not permitted to log in"
        r'|permission denied for|role ".*" does not exist',
        NoEntry,
        "The database {url} does not let Warraq in ({reason}). Correct WARRAQ_DATABASE_URL.",
    ),
    (
        r'database ".*" does not exist|no such database',
        NoEntry,
        "There is no such database: {url} ({reason}). Make it as the README says under “Your own Postgres”, "
        "or correct WARRAQ_DATABASE_URL.",
    ),
    (
        r"too many (?:clients|connections)|connection slots are reserved|starting up|shutting down|in recovery mode"
        r"|not yet accepting connections",
        WarehouseBusy,
        "The database {url} takes no connection now ({reason}). Nothing loaded is lost; try again.",
    ),
    (
        r"definition of service|service file|invalid [\w ]*value",
        NoEntry,
        "WARRAQ_DATABASE_URL cannot be used: {url} ({reason}). Correct it.",
    ),
)


def refusal(url: str, said: str) -> WarraqError:
    """The error for what libpq said; `url` is the address as it may be shown.

    >>> refusal("postgresql://db/news", 'connection failed: FATAL:  sorry, too many clients already').exit_code
    75
    """
    lines = said.strip().splitlines() or ["it gave no reason"]
    reason = next((line for line in lines if "FATAL" in line), lines[0]).strip()
    for words, kind, sentence in _KINDS:
        if re.search(words, said):
            return kind(sentence.format(url=url, reason=reason))
    return WarehouseDown(f"The database {url} does not answer ({reason}). Start it, or correct WARRAQ_DATABASE_URL.")
