"""Holds every request, redirected ones too, within the outlet's hosts and the web's two schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, cast

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from spiders.urls import refusal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.spider import OutletSpider


class Refused(IgnoreRequest):
    """A request that we do not make; `reason` is one of the ledger's."""

    def __init__(self, reason: str, url: str) -> None:
        super().__init__(f"{url} is refused: {reason}")
        self.reason = reason
        self.url = url


def is_robots(request: Request) -> bool:
    """Whether this is the request for a robots.txt, which may be redirected to another host (RFC 9309, 2.3.1.2)."""
    return bool(request.meta.get("dont_obey_robotstxt"))


def spider_of(crawler: Crawler) -> OutletSpider:
    """The spider of a crawler, which is always of the one kind and always there when a request is made."""
    return cast("OutletSpider", crawler.spider)


class ScopeMiddleware:
    """`dont_filter` does not open this door, and Scrapy's own off-site filter, which it opens, is off."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        reason = refusal(request.url, spider_of(self._crawler).outlet)
        if reason == "scope" and is_robots(request):
            return
        if reason:
            raise Refused(reason, request.url)
