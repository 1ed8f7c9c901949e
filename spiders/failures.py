"""What becomes of a link whose page did not come: each status and each failure has its outcome."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Request
from twisted.python.failure import Failure

from spiders.ledger import Lease, Settlement
from spiders.politeness import HostPaused
from spiders.resolver import GuardedResolver
from spiders.robots import RobotsUnreachable
from spiders.scope import Refused

MOST_TRIES = 5  # runs that ask for a link before it is set aside


def request_of(failure: Failure) -> Request:
    """The request that failed."""
    return cast(Request, failure.request)  # type: ignore[attr-defined]  # Scrapy puts it on Twisted's class


def settle_status(lease: Lease, status: int, retry_after: float | None = None) -> Settlement:
    """The outcome of an answer other than 200."""
    if status in (404, 410):
        return Settlement(lease=lease, outcome="gone", reason=str(status))
    if status in (429, 503):
        return _try_later(lease, f"http_{status}", timedelta(seconds=retry_after or 600))
    if status >= 500 or status == 408:
        return _try_later(lease, f"http_{status}", timedelta(minutes=10))
    return Settlement(lease=lease, outcome="quarantined", reason=f"http_{status}")


def settle_failure(lease: Lease, failure: Failure) -> Settlement:
    """The outcome of a request that got no answer, or was never made."""
    error = failure.value
    if isinstance(error, Refused):
        return Settlement(lease=lease, outcome="refused", reason=error.reason)
    if isinstance(error, HostPaused):
        return _try_later(lease, "paused", timedelta(seconds=error.wait))
    if isinstance(error, RobotsUnreachable):
        return _try_later(lease, "robots_unreachable", timedelta(minutes=15))
    if isinstance(error, IgnoreRequest):
        # Scrapy gives up on redirects and on pages that inflate beyond bounds with one and the same exception.
        reason = "redirect_loop" if "redirect" in str(error) else "too_large"
        return Settlement(lease=lease, outcome="quarantined", reason=reason)
    if isinstance(error, DownloadCancelledError):
        return Settlement(lease=lease, outcome="quarantined", reason="too_large")
    if GuardedResolver.kept_back(urlsplit(request_of(failure).url).hostname or ""):
        return Settlement(lease=lease, outcome="refused", reason="private_address")
    reason = "timeout" if isinstance(error, DownloadTimeoutError) else "unreachable"
    return _try_later(lease, reason, timedelta(minutes=10))


def _try_later(lease: Lease, reason: str, wait: timedelta) -> Settlement:
    if lease.n_tries >= MOST_TRIES:
        return Settlement(lease=lease, outcome="quarantined", reason=reason)
    return Settlement(lease=lease, outcome="pending", reason=reason, wait=wait * 2 ** (lease.n_tries - 1))
