"""What a feed, a sitemap or a section says of when an article appeared: which day that is, and when it is believed."""

from __future__ import annotations

from datetime import date, datetime

from spiders.outlet import Outlet

Hint = datetime | date | None


def day_of(hint: Hint, outlet: Outlet) -> date | None:
    """The outlet's local day that a hint tells; None where it tells none, or two.

    Local times are often mislabelled as UTC: such a hint is read both ways, and where the days differ the page decides.
    """
    if not isinstance(hint, datetime):
        return hint
    day = hint.astimezone(outlet.tz).date()
    is_ambiguous = not hint.utcoffset() and hint.replace(tzinfo=outlet.tz).date() != day
    return None if is_ambiguous else day


def believed(hint: Hint, outlet: Outlet, moment: datetime) -> Hint:
    """A hint, but for one that is later than its discovery at a moment: it cannot be when the article appeared."""
    if isinstance(hint, datetime):
        return hint if hint <= moment else None
    return hint if hint is None or hint <= moment.astimezone(outlet.tz).date() else None


def precedes(new: Hint, old: Hint) -> bool:
    """An instant is worth more than a day, and a day more than nothing; of two of a kind the earlier."""
    rank = [(isinstance(hint, datetime), hint is not None) for hint in (new, old)]
    return rank[0] > rank[1] or (rank[0] == rank[1] and new is not None and old is not None and new < old)
