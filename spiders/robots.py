"""robots.txt by RFC 9309: what cannot be read forbids everything, what is not there forbids nothing."""

from __future__ import annotations

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from spiders.scope import Refused, is_robots

MAX_BYTES = 512 * 1024  # RFC 9309, 2.5
LONGEST_DELAY = 60.0  # seconds; an outlet that asks for more is left alone


class RobotsUnreachable(IgnoreRequest):
    """A robots.txt that answers with an error: nothing may be fetched until it answers."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's own, but for errors, which it takes as leave, and for Crawl-delay, which it reads and forgets."""

    _robotstxt_useragent: str  # the settings always name one

    # Scrapy deprecates the argument `spider` that its own method still has
    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        if is_robots(request):
            return
        parser = await self.robot_parser(request)
        if parser is None:
            raise RobotsUnreachable(f"the robots.txt of {request.url} cannot be read")
        if not parser.allowed(request.url, self._robotstxt_useragent):
            raise Refused("robots", request.url)
        delay = float(parser.crawl_delay(self._robotstxt_useragent) or 0)
        if delay > LONGEST_DELAY:
            raise Refused("robots", request.url)
        request.meta["crawl_delay"] = delay

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            raise RobotsUnreachable(f"{response.url} answers {response.status}")
        body = response.body[:MAX_BYTES] if response.status < 300 else b""
        if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise RobotsUnreachable(f"{response.url} is not UTF-8")
        await super()._parse_robots(response.replace(body=body), netloc, request)
