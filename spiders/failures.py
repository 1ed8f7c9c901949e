"""Why an address gave no page, in a word for the ledger and in words for people; and what becomes of its link."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.web.client import ResponseFailed, ResponseNeverReceived

from spiders.hosts import HostPaused
from spiders.ledger import Lease, Settlement
from spiders.resolver import GuardedResolver
from spiders.robots import RobotsUnreachable

MOST_TRIES = 5  # runs that ask for a link before it is set aside
REFUSALS = {
    "robots": "its robots.txt forbids it",
    "scope": "it is on another host",
    "scheme": "it is not an http or https address",
    "private_address": "its host is not on the public web",
}


class Refused(IgnoreRequest):
    """A request that we do not make; `reason` is one of the ledger's."""

    def __init__(self, reason: str, url: str) -> None:
        super().__init__(f"{url} was not asked for: {REFUSALS[reason]}")
        self.reason = reason
        self.url = url


class NoAnswer(IgnoreRequest):
    """An address that gave no whole answer; `reason` is one of the ledger's, `said` continues "raqib.tld …".

    `is_final` where another try would bring nothing else.
    """

    def __init__(self, reason: str, said: str, *, is_final: bool = False) -> None:
        super().__init__(said)
        self.reason = reason
        self.said = said
        self.is_final = is_final


class HostSilent(IgnoreRequest):
    """A host that let too many addresses in a row time out; it is not asked again in this run."""

    def __init__(self, authority: str, n_addresses: int) -> None:
        super().__init__(
            f"{authority} did not answer for {n_addresses} addresses in a row, and was not asked again in this run"
        )


def no_answer(error: Exception, url: str) -> Exception:
    """What an error of the download means: NoAnswer, or Refused for a host in a private network."""
    if GuardedResolver.kept_back(urlsplit(url).hostname or ""):
        return Refused("private_address", url)
    if isinstance(error, CannotResolveHostError):
        return NoAnswer("unreachable", "has a name that was not found")
    if isinstance(error, DownloadConnectionRefusedError):
        return NoAnswer("unreachable", "refused the connection")
    if isinstance(error, DownloadTimeoutError):
        return NoAnswer("timeout", "did not answer in time")
    if isinstance(error, ResponseDataLossError):
        return NoAnswer("truncated", "closed the connection before the whole response had arrived")
    if isinstance(error, DownloadCancelledError):
        return NoAnswer("too_large", "sends more than the size limit", is_final=True)
    if isinstance(error, DownloadFailedError):
        return _failed(error)
    return NoAnswer("bad_response", f"sent an answer that is not HTTP ({type(error).__name__})")


def _failed(error: DownloadFailedError) -> NoAnswer:
    cause = error.__cause__
    inner = [failure.value for failure in cause.reasons] if isinstance(cause, ResponseFailed) else []
    for found in inner:
        if isinstance(found, SSL.Error | VerificationError):
            return NoAnswer("unreachable", f"failed at TLS ({_tls(found)})")
    if isinstance(cause, ResponseNeverReceived):
        return NoAnswer("unreachable", "closed the connection without an answer")
    if any(isinstance(found, ConnectionDone | ConnectionLost) for found in inner):
        return NoAnswer("unreachable", "closed the connection while it answered")
    return NoAnswer("bad_response", "sent an answer that is not HTTP")


def _tls(error: BaseException) -> str:
    if isinstance(error, VerificationError):
        return "its certificate is another host's"
    told = error.args[0] if error.args else None
    words = told[-1][-1] if isinstance(told, list) and told else str(error)
    return str(words) or type(error).__name__


def said(error: BaseException, url: str) -> str:
    """A sentence's end about an address that did not come: the host, and what it did."""
    if isinstance(error, NoAnswer):
        return f"{urlsplit(url).netloc} {error.said}"
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def settle_status(lease: Lease, status: int, pause: float | None = None) -> Settlement:
    """The outcome of an answer other than 200."""
    if status in (404, 410):
        return Settlement(lease=lease, outcome="gone", reason=str(status))
    if status in (429, 503):
        return _try_later(lease, f"http_{status}", timedelta(seconds=pause or 600))
    if status >= 500 or status == 408:
        return _try_later(lease, f"http_{status}", timedelta(minutes=10))
    return Settlement(lease=lease, outcome="quarantined", reason=f"http_{status}")


def settle_failure(lease: Lease, error: BaseException) -> Settlement:
    """The outcome of a request that got no whole answer, or was never made."""
    if isinstance(error, Refused):
        return Settlement(lease=lease, outcome="refused", reason=error.reason)
    if isinstance(error, HostPaused):
        return _try_later(lease, "paused", timedelta(seconds=error.wait))
    if isinstance(error, RobotsUnreachable):
        return _try_later(lease, "robots_unreachable", timedelta(minutes=15))
    if isinstance(error, HostSilent):
        return _try_later(lease, "timeout", timedelta(minutes=10))
    if not isinstance(error, NoAnswer):
        raise error
    if error.reason in ("redirect_loop", "too_large", "truncated", "bad_response"):
        return Settlement(lease=lease, outcome="quarantined", reason=error.reason)
    return _try_later(lease, error.reason, timedelta(minutes=10))


def _try_later(lease: Lease, reason: str, wait: timedelta) -> Settlement:
    if lease.n_tries >= MOST_TRIES:
        return Settlement(lease=lease, outcome="quarantined", reason=reason)
    return Settlement(lease=lease, outcome="pending", reason=reason, wait=wait * 2 ** (lease.n_tries - 1))
