"""Answers requests from a recording, at Scrapy's download handler, so that everything above it is the real thing."""

from __future__ import annotations

import bisect
import re
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from w3lib.url import safe_url_string

from spiders.content_coding import TooLarge, UndecodableBody
from spiders.warc import MAX_BODY, Record, UnreadableWarc, index_warc, read_record

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_FETCHED_AT = "x-warraq-recorded-at"
MISSING = "missing"  # the flag of an answer that the recording does not hold


class Recording:
    """Where each address of a WARC file was recorded, and when: an index in memory, the bodies stay on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._exact: dict[str, list[tuple[datetime, int]]] = {}
        self._alike: dict[str, list[tuple[datetime, int]]] = {}
        last = -1
        for place in index_warc(path):
            if place.offset == last:
                raise UnreadableWarc(f"{path}: its records share a gzip member. Write it anew, one member a record.")
            last = place.offset
            with suppress(ValueError):  # an address that no request can have (http://[bad) is never asked for
                self._alike.setdefault(_key(place.url), []).append((place.recorded_at, place.offset))
                self._exact.setdefault(place.url, []).append((place.recorded_at, place.offset))
        for places in (*self._exact.values(), *self._alike.values()):
            places.sort()

    def answer(self, url: str, as_of: datetime, limit: int = MAX_BODY) -> Record | None:
        """The last record of an address not later than a moment, or None.

        Records of this very spelling come before those of other ones that mean the same (`%d8` and `%D8`). Of two
        records of one second, the later in the file is the last.

        Raises:
            UndecodableBody: where its body came in part, or has more than `limit` bytes.
        """
        for places in (self._exact.get(url, []), self._alike.get(_key(url), [])):
            if index := bisect.bisect_right(places, as_of, key=lambda place: place[0]):
                with self.path.open("rb") as file:
                    file.seek(places[index - 1][1])
                    return read_record(file, limit)
        return None


@cache
def recording(path: Path) -> Recording:
    """A recording, indexed once in a process."""
    return Recording(path)


class ReplayHandler:
    """A download handler that never touches the network. An address that was not recorded is a 404; a body that was
    recorded in part, or is too large, is the error that a live download of it gives.
    """

    lazy = False

    def __init__(self, source: Recording) -> None:
        self._source = source

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(recording(Path(crawler.settings["REPLAY"])))

    async def download_request(self, request: Request) -> Response:
        limit = request.meta.get("download_maxsize") or MAX_BODY
        try:
            record = self._source.answer(request.url, request.meta["as_of"], limit)
        except TooLarge as error:
            raise DownloadCancelledError(str(error)) from error
        except UndecodableBody as error:
            raise ResponseDataLossError(str(error)) from error
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
