"""Answers requests from a recording, at Scrapy's download handler, so that everything above it is the real thing."""

from __future__ import annotations

import bisect
import re
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from w3lib.url import safe_url_string

from spiders.warc import Record, UnreadableWarc, read_record, read_warc

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_FETCHED_AT = "x-warraq-recorded-at"
MISSING = "missing"  # the flag of an answer that the recording does not hold


class Recording:
    """Where each address of a WARC file was recorded, and when: an index in memory, the bodies stay on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[str, list[tuple[datetime, int]]] = {}
        last = -1
        for record in read_warc(path):
            if record.offset == last:
                raise UnreadableWarc(f"{path}: its records share a gzip member. Write it anew, one member a record.")
            last = record.offset
            with suppress(ValueError):  # an address that no request can have (http://[bad) is never asked for
                self._places.setdefault(_key(record.url), []).append((record.recorded_at, record.offset))
        for places in self._places.values():
            places.sort()

    def answer(self, url: str, as_of: datetime) -> Record | None:
        """The last record of an address not later than a moment, or None.

        Of two records of one second, the later in the file is the last.
        """
        places = self._places.get(_key(url), [])
        index = bisect.bisect_right(places, as_of, key=lambda place: place[0])
        if index == 0:
            return None
        with self.path.open("rb") as file:
            file.seek(places[index - 1][1])
            return read_record(file)


@cache
def recording(path: Path) -> Recording:
    """A recording, indexed once in a process."""
    return Recording(path)


class ReplayHandler:
    """A download handler that never touches the network. An address that was not recorded is a 404."""

    lazy = False

    def __init__(self, source: Recording) -> None:
        self._source = source

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(recording(Path(crawler.settings["REPLAY"])))

    async def download_request(self, request: Request) -> Response:
        record = self._source.answer(request.url, request.meta["as_of"])
        if record is None:
            return Response(request.url, status=404, request=request, flags=[MISSING])
        headers = Headers({name: value for name, value in record.headers.items() if name not in _DECODED})
        headers[_FETCHED_AT] = record.recorded_at.isoformat()
        kind = responsetypes.from_args(headers=headers, url=request.url, body=record.body)
        return kind(request.url, status=record.status, headers=headers, body=record.body, request=request)

    async def close(self) -> None:
        """Nothing is held open."""


_DECODED = ("content-encoding", "transfer-encoding", "content-length")


def recorded_at(response: Response) -> datetime | None:
    """When a replayed response was recorded; None for a live one."""
    text = response.headers.get(_FETCHED_AT)
    return datetime.fromisoformat(text.decode()) if text else None


def _key(url: str) -> str:
    """One spelling for one address on the wire: percent escapes in capitals, no fragment.

    >>> _key("https://a.example/%d8%a3#top") == _key("https://a.example/أ")
    True
    """
    return _ESCAPE.sub(lambda match: match[0].upper(), safe_url_string(url).split("#")[0])
