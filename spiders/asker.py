"""Asks for what a first look at an outlet wants to see, within its bounds; sentences report what does not come."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

from spiders.answers import Answer
from spiders.discovery import Document, document_refusal
from spiders.document_errors import DocumentError
from spiders.documents import Readers
from spiders.failures import REFUSALS, Refused, said
from spiders.fetch import Ask, Fetcher
from spiders.gates import GATES
from spiders.homepage import HomePage, read_home_page
from spiders.kin import is_kin
from spiders.looks import Look, look_at
from spiders.outlet_record import host_of
from spiders.robots_text import decoded
from spiders.seen import Seen, Survey
from spiders.urls import refusal

MOST_ASKED, SECONDS = 30, 300.0  # of one look, besides robots.txt
MOST_HOSTS = 3
ADD_IT = "If that is the outlet, add it with that address."

Kind = Literal["feed", "sitemap"]


class Asker:
    """Asks for one outlet's addresses, each once, and writes into `found` what came. `left` are those not asked for."""

    def __init__(self, found: Survey, fetcher: Fetcher, readers: Readers) -> None:
        self.found, self._fetcher, self._readers = found, fetcher, readers
        self.left: list[str] = []
        self._asked: set[str] = set()
        self._until = time.monotonic() + SECONDS

    async def robots(self) -> str:
        """The text of the home page's robots.txt."""
        return decoded((await self._fetcher.robots(self.found.home_url, self.found.outlet)).body)

    async def page(self, url: str) -> tuple[str, HomePage] | None:
        """A page and where redirects led; None, and a sentence, where none came."""
        reply = await self._came(url, may_learn=True)
        try:
            return (reply.url, await self._home_page(reply)) if reply else None
        except DocumentError as error:
            self.found.problems.append(f"{url} cannot be read: {error}")
            return None

    async def try_out(self, kind: Kind, urls: Iterable[str]) -> None:
        """Asks for common addresses, which the site does not name, until one is good."""
        before, tried = list(self.found.problems), list[str]()
        for url in (url for url in urls if url not in self._asked):
            seen = await self.ask(kind, url, "")
            if seen and seen.look.is_good:
                break
            tried.append(url)
        self.found.problems = before
        if tried:
            self.found.remarks.append(f"Common addresses were tried, without success: {', '.join(tried)}.")

    async def ask(self, kind: Kind, url: str, source: str, *, is_shared_host: bool = False) -> Seen | None:
        """Looks at what an address gives, once; None, and a sentence, where it gives nothing."""
        document = Document(kind=kind, url=url, is_shared_host=is_shared_host)
        if url in self._asked or urlsplit(url).path == "/robots.txt":  # which was read as what it is
            return None
        if len(self._asked) >= MOST_ASKED or time.monotonic() > self._until:
            self.left.append(url)
            return None
        if reason := document_refusal(url, self.found.outlet, document):
            self.found.problems.append(f"{url} was not asked for: {REFUSALS[reason]}.")
            return None
        self._asked.add(url)
        reply = await self._came(url, document)
        if reply is None:
            return None
        self._asked.add(reply.url)
        seen = Seen(url=url, final_url=reply.url, source=source, look=await self._look_at(reply, is_shared_host))
        self.found.seen.append(seen)
        return seen

    async def _look_at(self, reply: Answer, is_shared_host: bool) -> Look:
        """A look at a document. Where all that it lists is on another host of the same owner, that is theirs too."""
        for _ in range(2):
            try:
                look = await self._readers.call(
                    len(reply.body), look_at, reply.body, url=reply.url, outlet=self.found.outlet,
                    content_type=reply.content_type, is_shared_host=is_shared_host,
                )  # fmt: skip
            except DocumentError as error:
                return Look(kind="other", fault=f"cannot be read: {str(error).rstrip('.')}")
            elsewhere = {host_of(refused.url) for refused in look.found.refused if refused.reason == "scope"}
            if look.links or look.found.children or len(elsewhere) != 1 or not self._learn(elsewhere.pop()):
                break
        return look

    async def _came(self, url: str, document: Document | None = None, *, may_learn: bool = False) -> Answer | None:
        """The answer of an address; None, and a sentence, where it gave none."""
        try:
            reply = await self._fetcher.fetch(Ask(url=url, outlet=self.found.outlet, document=document))
        except IgnoreRequest as error:
            elsewhere = error.url if isinstance(error, Refused) and error.reason == "scope" else ""
            if may_learn and elsewhere and self.may_go(elsewhere):
                return await self._came(elsewhere, may_learn=True)
            why = f"it leads to {elsewhere}, another host" if elsewhere else _why(error, url)
            more = f" {ADD_IT}" if elsewhere and may_learn else ""
            self.found.problems.append(f"{url} could not be fetched: {why}.{more}")
            return None
        if reply.status == 200:
            return reply
        what = f", with {GATES['challenge']}" if await self._is_challenge(reply) else ""
        self.found.problems.append(f"{url} answers {reply.status}{what}.")
        return None

    async def _home_page(self, reply: Answer) -> HomePage:
        return await self._readers.call(
            len(reply.body),
            read_home_page,
            reply.body,
            url=reply.url,
            outlet=self.found.outlet,
            content_type=reply.content_type,
        )

    async def _is_challenge(self, reply: Answer) -> bool:
        try:
            return (
                "challenge" in reply.headers.get("cf-mitigated", "")
                or (await self._home_page(reply)).gate == "challenge"
            )
        except DocumentError:
            return False

    def may_go(self, url: str) -> bool:
        """Whether an address is on the outlet's hosts, or on another of the same owner, which is theirs from now on."""
        reason = refusal(url, self.found.outlet)
        return reason is None or (reason == "scope" and self._learn(host_of(url)))

    def _learn(self, host: str) -> bool:
        outlet = self.found.outlet
        if len(outlet.hosts) >= MOST_HOSTS or not host or not is_kin(host, outlet.hosts[0]):
            return False
        self.found.outlet = replace(outlet, hosts=(*outlet.hosts, host))
        return True


def _why(error: IgnoreRequest, url: str) -> str:
    return REFUSALS[error.reason] if isinstance(error, Refused) else said(error, url)
