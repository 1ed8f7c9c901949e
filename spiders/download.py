"""Scrapy's own download handler, more patient, and for answers that browsers read although Twisted refuses them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from scrapy import signals
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Request, Response
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web._newclient import STATUS, ParseError
from twisted.web.http import _DataLoss
from twisted.web.http_headers import InvalidHeaderName

from spiders.chunks import Chunks
from spiders.settings import TIMEOUT

SLOWEST = 1024  # bytes a second that an answer must bring, after its first TIMEOUT seconds
LONGEST_LINE = 1 << 18  # bytes of one header; a Content-Security-Policy may be long
MOST_HEADERS = 1 << 20  # bytes of all


class DownloadHandler(http11.HTTP11DownloadHandler):
    """Reads what Scrapy's own handler does, and what is odd in an answer but no reason to lose it.

    An answer may take long as long as it comes on: up to its request's `download_timeout`, see `deadline`.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
        self._under_way: dict[Request, _Patience] = {}
        crawler.signals.connect(self._heard, signal=signals.headers_received)
        crawler.signals.connect(self._heard, signal=signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(TIMEOUT) as bound:
                self._under_way[request] = _Patience(bound, request.meta["download_timeout"])
                return await super().download_request(request)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"{request.url} fell silent, or came too slowly") from error
        finally:
            self._under_way.pop(request, None)

    def _heard(self, request: Request, data: bytes = b"") -> None:
        if patience := self._under_way.get(request):
            patience.heard(len(data))


class _Patience:
    """How long a download may still take, by what came of it."""

    def __init__(self, bound: asyncio.Timeout, longest: float) -> None:
        self._bound, self._longest = bound, longest
        self._began, self._n_bytes = asyncio.get_running_loop().time(), 0

    def heard(self, n_bytes: int) -> None:
        self._n_bytes += n_bytes
        now = asyncio.get_running_loop().time()
        with suppress(RuntimeError):  # it is being ended already
            self._bound.reschedule(deadline(self._began, now, self._n_bytes, self._longest))


def deadline(began: float, now: float, n_bytes: int, longest: float) -> float:
    """When a download is given up, if nothing more comes: after a silence, or where it is slower than SLOWEST.

    >>> deadline(began=0, now=29, n_bytes=1024, longest=300), deadline(began=0, now=50, n_bytes=1 << 20, longest=300)
    (31.0, 80.0)
    """
    return min(now + TIMEOUT, began + min(TIMEOUT + n_bytes / SLOWEST, longest))


class _Chunks(Chunks):
    def noMoreData(self) -> None:  # noqa: N802
        """A body is whole once its last chunk came, whatever was to follow it (RFC 9112, 8)."""
        if not self.has_come:
            raise _DataLoss("the connection was closed between or within chunks")


class _Parser(http11._LenientHTTPClientParser):
    """Passes over a header line whose name has letters that HTTP does not allow; Scrapy gives up the whole answer.

    What does not begin as HTTP does, or has endless headers, is told apart from a connection that was lost.
    """

    MAX_LENGTH = LONGEST_LINE
    _transferDecoders = {b"chunked": _Chunks}  # type: ignore[dict-item]  # noqa: N815, RUF012
    n_bytes = 0  # of lines so far

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        self.n_bytes += len(line)
        if self.n_bytes > MOST_HEADERS:
            raise ParseError("its headers are too long", line[:100])  # type: ignore[no-untyped-call]
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        raise ParseError("a line of its headers is too long", line[:100])  # type: ignore[no-untyped-call]

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802
        try:
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]
        except InvalidHeaderName:
            return

    def allHeadersReceived(self) -> None:  # noqa: N802
        told = b",".join(self.connHeaders.getRawHeaders(b"transfer-encoding", []))
        codings = [coding.strip().lower() for coding in told.split(b",")]
        # `identity` is no coding at all.
        self.connHeaders.setRawHeaders(b"transfer-encoding", [c for c in codings if c not in (b"", b"identity")])
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure | None = None) -> None:  # noqa: N802
        begin = self._buffer[:5]
        if self.state == STATUS and begin and not b"HTTP/".startswith(begin):
            no_http = ParseError("it does not begin as HTTP does", begin)  # type: ignore[no-untyped-call]
            reason = Failure(no_http)  # type: ignore[no-untyped-call]
        super().connectionLost(reason)


class _Protocol(http11._LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Deferred[Any]:
        answer = super().request(request)
        self._parser.__class__ = _Parser  # as Scrapy's own replaces Twisted's, which has no other way
        return answer


class _Factory(http11._LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: N802, ARG002
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
