"""A first look at an outlet: its robots.txt, its home page, and the feeds and sitemaps that these name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from spiders.homepage import HomePage, named_sitemaps, read_home_page
from spiders.outlet import Outlet
from spiders.replay import recording
from spiders.resolver import GuardedResolver
from spiders.robots import MAX_BYTES
from spiders.scope import Refused, is_robots
from spiders.settings import crawl_settings
from spiders.urls import refusal
from spiders.warehouse import home

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MOST_DOCUMENTS = 20  # feeds, and as many sitemaps: a first look is short

Kind = Literal["feed", "sitemap"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A feed or a sitemap that came: the address that was asked for, and the bytes."""

    kind: Kind
    url: str
    content_type: str | None
    body: bytes


@dataclass(kw_only=True, slots=True)
class Survey:
    """What came. `outlet` is what is known before: a slug and a host; `home_url` is the home page's address after
    redirects; `problems` are sentences, each of an address that did not come.
    """

    outlet: Outlet
    home_url: str = ""
    home: HomePage | None = None
    robots: str = ""
    answers: list[Answer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    was_stopped: bool = False


class SurveySpider(scrapy.Spider):
    """Asks for one outlet's home page, then for what it and robots.txt name; follows nothing further."""

    name = "survey"

    def __init__(self, survey: Survey, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.survey, self.url = survey, url
        self.outlet, self.waited = survey.outlet, 0.0  # what the middlewares read and count

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.keep_robots, signal=signals.response_received)
        return spider

    def keep_robots(self, response: Response, request: Request) -> None:
        """Reads the robots.txt that the middleware fetched, so that it is fetched once."""
        if is_robots(request) and response.status == 200:
            self.survey.robots = response.body[:MAX_BYTES].decode("utf-8", "replace")

    async def start(self) -> AsyncIterator[Request]:
        yield self._request(self.url, self.read_home)

    def _request(self, url: str, callback: Any) -> Request:
        return Request(url, callback=callback, errback=partial(self.failed, url=url), dont_filter=True)

    def read_home(self, response: Response) -> Iterator[Request]:
        """The home page: what it says of the outlet, and what to ask for next."""
        if not self._came(response, self.url):
            return
        survey = self.survey
        survey.home_url = response.url
        survey.home = read_home_page(response.body, url=response.url, content_type=_content_type(response))
        sitemaps = named_sitemaps(survey.robots, url=response.url) or (urljoin(response.url, "/sitemap.xml"),)
        yield from self._ask("feed", survey.home.feeds)
        yield from self._ask("sitemap", sitemaps)

    def _ask(self, kind: Kind, urls: tuple[str, ...]) -> Iterator[Request]:
        for url in urls[:MOST_DOCUMENTS]:
            reason = refusal(url, self.outlet)
            if reason:
                self.survey.problems.append(f"{url} was not asked for: {_SAID[reason]}.")
            else:
                yield self._request(url, partial(self.keep, url=url, kind=kind))
        if len(urls) > MOST_DOCUMENTS:
            self.survey.problems.append(f"Of {len(urls)} {kind}s only {MOST_DOCUMENTS} were asked for.")

    def keep(self, response: Response, url: str, kind: Kind) -> None:
        """A feed or a sitemap."""
        if self._came(response, url):
            self.survey.answers.append(
                Answer(kind=kind, url=url, content_type=_content_type(response), body=response.body)
            )

    def _came(self, response: Response, url: str) -> bool:
        if response.status != 200:
            self.survey.problems.append(f"{url} answers {response.status}.")
        return bool(response.status == 200)

    def failed(self, failure: Failure, url: str) -> None:
        """An address that gave no answer, or was never asked."""
        self.survey.problems.append(f"{url} could not be fetched: {_why(failure, url)}.")

    def closed(self, reason: str) -> None:
        self.survey.was_stopped = reason == "shutdown"


_SAID = {
    "robots": "its robots.txt forbids it",
    "scope": "it is on another host",
    "scheme": "it is no http or https address",
    "private_address": "its host is not on the public web",
}


def survey(outlet: Outlet, url: str, replay: Path | None = None) -> Survey:
    """Looks at the outlet whose home page is at `url`, once in a process.

    `replay` is a recording that answers instead of the network, as it stood at its end.

    Raises:
        UnreadableWarc: for the recording.
    """
    if replay:
        recording(replay)  # an unreadable recording is said before anything starts
    found = Survey(outlet=outlet)
    (home() / "logs").mkdir(exist_ok=True)
    settings = {
        **crawl_settings(replay),
        "REPLAY_AS_OF": datetime.max.replace(tzinfo=UTC),
        "LOG_FILE": str(home() / "logs" / "outlets-add.log"),
    }
    process = CrawlerProcess(settings)
    process.crawl(SurveySpider, survey=found, url=url)
    process.start()
    return found


def _why(failure: Failure, url: str) -> str:
    error = failure.value
    if isinstance(error, Refused):
        is_elsewhere = error.reason == "scope"
        return f"it leads to {error.url}, another host" if is_elsewhere else _SAID[error.reason]
    if GuardedResolver.kept_back(urlsplit(url).hostname or ""):
        return _SAID["private_address"]
    return failure.getErrorMessage().rstrip(".")


def _content_type(response: Response) -> str | None:
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None
