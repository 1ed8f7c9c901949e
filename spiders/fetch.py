"""One address of an outlet, asked for as politely and as patiently as every other.

Every request of Warraq goes this way: within the outlet's hosts, by its robots.txt, in its host's turn. Redirects are
followed here; a cookie that one of them sets is sent back to its host within the chain, and then forgotten.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from spiders.answers import Answer, answer_of, pause_of
from spiders.cookies import Cookies
from spiders.discovery import Document, document_refusal
from spiders.failures import HostSilent, NoAnswer, Refused, no_answer
from spiders.hosts import PATIENCE, HostPaused, Hosts
from spiders.outlet import Outlet
from spiders.percent import of_bytes
from spiders.robots import Answer as RobotsAnswer
from spiders.robots import Held, Robots
from spiders.robots_text import MAX_BYTES
from spiders.settings import HOST_DELAY
from spiders.silences import MOST_LATE, Silences
from spiders.urls import BadURL, refusal, request_url
from spiders.wholeness import is_cut

TRIES = 3  # for an address, in one run
BACKOFF = 2.0  # seconds, times the number of the try
MOST_REDIRECTS = 5
PAGE_SECONDS, DOCUMENT_SECONDS = 120.0, 300.0  # that an answer may take while it comes on; a sitemap may have 50 MB
LONGEST_DELAY = 60.0  # seconds; a host whose robots.txt asks for more is left alone
LARGEST = 10 * 1024 * 1024  # bytes of a page
ENCODINGS = "gzip, deflate, br"
_SMALL = 1 << 16  # bytes of a body that take no time
_AGAIN = frozenset({408, 500, 502, 504, 522, 524})
_LATER = frozenset({429, 503})
_MOVED = frozenset({301, 302, 303, 307, 308})

Download = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """An address to ask for, of an outlet.

    `max_bytes` bounds its body; `document` is what is asked for, if it is a feed, a sitemap or a section; `is_robots`
    is for a robots.txt, which may lead to another host (RFC 9309, 2.3.1.2).
    """

    url: str
    outlet: Outlet
    headers: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int = LARGEST
    document: Document | None = None
    is_robots: bool = False

    @property
    def is_page(self) -> bool:
        """Whether HTML is expected."""
        return not self.is_robots and (self.document is None or self.document.kind == "section")

    def refusal(self, url: str) -> str | None:
        """Why this address, or one that it redirects to, is not asked for."""
        if self.document:
            return document_refusal(url, self.outlet, self.document)
        reason = refusal(url, self.outlet)
        return None if reason == "scope" and self.is_robots else reason


class Fetcher:
    """Asks for one outlet's addresses.

    `download` makes one request; `hosts`, `robots` and `silences` are shared by all outlets; `as_of` is a replay's
    moment.

    `waited` sums the seconds that it was held back by delays, `notes` has sentences about old copies of robots.txt.
    """

    def __init__(
        self, download: Download, hosts: Hosts, robots: Robots, silences: Silences, as_of: datetime | None = None
    ) -> None:
        self._download, self._hosts, self._robots, self._as_of = download, hosts, robots, as_of
        self._silences = silences
        self.waited = 0.0
        self.notes: dict[str, None] = {}

    async def fetch(self, ask: Ask) -> Answer:
        """The answer of an address after redirects, asked for up to three times where that may help.

        Raises:
            Refused: for an address, or where a redirect leads, that may not be fetched.
            RobotsUnreachable: where its host's robots.txt cannot be read.
            HostPaused: where its host asked for a longer pause than a crawl waits.
            HostSilent: where its host let too many addresses time out.
            NoAnswer: where no whole answer came.
        """
        for attempt in range(1, TRIES + 1):
            try:
                answer = await self._chain(ask, attempt)
            except NoAnswer as error:
                if attempt == TRIES or error.is_final:
                    raise
                continue
            if attempt == TRIES or not _is_worth_another(answer):
                break
        return answer

    async def _chain(self, ask: Ask, attempt: int) -> Answer:
        """Follows redirects from an address to its answer."""
        url, cookies, seen = _sendable(ask.url), Cookies(), list[tuple[str, bytes]]()
        for _ in range(MOST_REDIRECTS + 1):
            sent = cookies.header(url)
            if (url, sent) in seen:
                break
            seen.append((url, sent))
            response = await self._once(ask, url, sent, attempt)
            location = _location(response, url)
            if location is None:
                return await _read(response, ask)
            cookies.take(url, response.headers.getlist("Set-Cookie"))
            url = location
        raise NoAnswer("redirect_loop", "redirects without an end", is_final=True)

    async def _once(self, ask: Ask, url: str, cookie: bytes, attempt: int) -> Response:
        """One request, in its host's turn."""
        delay = await self._allowed(ask, url)
        authority = urlsplit(url).netloc.lower()
        if self._silences.is_silent(authority):
            raise HostSilent(authority, MOST_LATE)
        request = self._request(ask, url, authority, cookie)
        async with self._hosts.slot(authority, delay) as slot:
            self.waited += slot.waited
            try:
                response = await self._download(request)
            except IgnoreRequest:
                raise
            except Exception as error:
                slot.pause = BACKOFF * attempt
                raise self._failure(error, url, authority) from error
            self._silences.heard(authority)
            slot.pause = _pause(response, attempt)
        return response

    def _failure(self, error: Exception, url: str, authority: str) -> Exception:
        """Why no answer came; a host that lets its addresses time out is asked less and less."""
        failure = no_answer(error, url)
        if not isinstance(failure, NoAnswer) or failure.reason != "timeout":
            self._silences.heard(authority)
            return failure
        self._silences.late(authority, url)
        failure.is_final = not self._silences.is_worth_another(authority, url)
        return failure

    async def _allowed(self, ask: Ask, url: str) -> float:
        """The delay that the address's host asks for, in seconds. Raises Refused, RobotsUnreachable."""
        if reason := ask.refusal(url):
            raise Refused(reason, url)
        least = max(HOST_DELAY, ask.outlet.crawl_delay or 0.0)
        if ask.is_robots:
            return least
        held = await self.robots(url, ask.outlet)
        if held.note:
            self.notes[held.note] = None
        if not held.rules.allows(url) or held.rules.delay > LONGEST_DELAY:
            raise Refused("robots", url)
        return max(least, held.rules.delay)

    async def robots(self, url: str, outlet: Outlet) -> Held:
        """The robots.txt that holds for an address of an outlet. Raises RobotsUnreachable."""
        return await self._robots.of(url, lambda file: self._ask_robots(file, outlet))

    async def _ask_robots(self, url: str, outlet: Outlet) -> RobotsAnswer:
        """What a host answers for its robots.txt: errors of the server and silence tell nothing of its rules."""
        try:
            answer = await self.fetch(Ask(url=url, outlet=outlet, is_robots=True))
        except NoAnswer as error:
            if error.reason == "redirect_loop":
                return RobotsAnswer(b"", "redirects without an end")
            return RobotsAnswer(None, f"cannot be read: it {error.said}")
        except HostPaused as error:
            return RobotsAnswer(None, f"cannot be read: {error}", error.wait)
        except IgnoreRequest as error:
            return RobotsAnswer(None, f"cannot be read: {error}")
        if answer.status == 429 or answer.status >= 500:
            return RobotsAnswer(None, f"answers {answer.status}", answer.pause)
        return RobotsAnswer(answer.body if answer.status < 300 else b"", str(answer.status))

    def _request(self, ask: Ask, url: str, authority: str, cookie: bytes) -> Request:
        meta = {
            "download_slot": authority, "download_maxsize": ask.max_bytes, "as_of": self._as_of,
            "download_timeout": DOCUMENT_SECONDS if ask.document else PAGE_SECONDS,
            "verbatim_url": True,  # Scrapy would encode more than browsers do
        }  # fmt: skip
        if ask.is_robots:  # of a larger file the beginning is read, which cannot be unpacked alone
            meta |= {"download_maxsize": 0, "only_first": MAX_BYTES + 1}
        headers: dict[str, str | bytes] = {"Accept-Encoding": "identity" if ask.is_robots else ENCODINGS, **ask.headers}
        headers |= {"Cookie": cookie} if cookie else {}
        return Request(url, headers=headers, meta=meta, dont_filter=True)


async def _read(response: Response, ask: Ask) -> Answer:
    """A response as an answer. The reactor does not wait for what may take long to be unpacked and looked through."""
    if len(response.body) <= _SMALL and "Content-Encoding" not in response.headers:
        return _answer(response, ask)
    return await asyncio.to_thread(_answer, response, ask)


def _answer(response: Response, ask: Ask) -> Answer:
    answer = answer_of(response, ask.max_bytes)
    return replace(answer, is_cut=ask.is_page and _is_cut(answer))


def _is_worth_another(answer: Answer) -> bool:
    """Whether another try may bring a better answer soon; the host's slot keeps the pause that it asked for."""
    if answer.status in _LATER:
        return answer.pause is not None and answer.pause <= PATIENCE
    return answer.status in _AGAIN or answer.is_cut


def _pause(response: Response, attempt: int) -> float:
    """The seconds for which a host wants to be left alone after an answer."""
    return pause_of(response) or (BACKOFF * attempt if response.status in _AGAIN else 0.0)


def _is_cut(answer: Answer) -> bool:
    is_html = "html" in (answer.content_type or "text/html").lower()
    return answer.status == 200 and is_html and is_cut(answer.body, answer.content_type)


def _location(response: Response, url: str) -> str | None:
    """Where an answer redirects to; None where it does not, or to no address."""
    told = response.headers.get("Location")
    if response.status not in _MOVED or not told:
        return None
    return _sendable(of_bytes(told), url)


def _sendable(address: str, base: str | None = None) -> str:
    """An address as it goes out. Raises Refused."""
    try:
        path, mark, query = request_url(address, base=base).partition("?")
    except BadURL as error:
        raise Refused(error.reason, address[:200]) from error
    return path + mark + query.replace("'", "%27")  # as browsers do; the spelling that is compared keeps it
