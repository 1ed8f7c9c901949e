"""The dates of feeds and sitemaps: RFC 822 and W3C forms only, nothing guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

YEARS = range(1995, 2100)
_W3C = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?", re.I)
_RFC822 = re.compile(r"(?:[a-z]{3,9},?\s*)?\d{1,2}[\s-][a-z]{3,9}[\s-]\d{2,4}\s+\d{1,2}:\d{2}", re.I)


def parse_moment(text: str, zone: ZoneInfo) -> datetime | date | None:
    """An instant, or a day where only that is told; a time without a zone is one of `zone`.

    >>> cairo = ZoneInfo("Africa/Cairo")
    >>> parse_moment("Thu, 19 Nov 2026 23:19:00 +0400", cairo).isoformat()
    '2026-11-19T23:19:00+04:00'
    >>> parse_moment("19 Nov 2026 08:00 GMT", cairo).isoformat()
    '2026-11-19T08:00:00+00:00'
    >>> parse_moment("2026-11-19T08:00", cairo).isoformat()
    '2026-11-19T08:00:00+02:00'
    >>> [parse_moment(text, cairo) for text in ("2026-11-19", "الخميس 19 نوفمبر", "31 Feb 2026 10:00")]
    [datetime.date(2026, 11, 19), None, None]
    """
    text = " ".join(text[:64].split())
    try:
        moment = _w3c(text) or _rfc822(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    if moment is None or moment.year not in YEARS:
        return None
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment


def _w3c(text: str) -> datetime | date | None:
    match = _W3C.fullmatch(text)
    if not match:
        return None
    day, time, offset = match.groups()
    return datetime.fromisoformat(f"{day}T{time}{(offset or '').upper()}") if time else date.fromisoformat(day)


def _rfc822(text: str) -> datetime | None:
    if not _RFC822.match(text):
        return None
    moment = parsedate_to_datetime(text)
    # -0000 is UTC told by a machine that knows no zone; email.utils gives it without one.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None and text.endswith("-0000") else moment
