"""What an address answered: a record of our own, in which nothing of Scrapy is left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapy.http import Response

from spiders.content_coding import TooLarge, UndecodableBody, decoded
from spiders.failures import NoAnswer
from spiders.http_message import http_date
from spiders.replay import MISSING, recorded_at

LONGEST_PAUSE = 24 * 3600.0  # seconds of a Retry-After that are believed
_SECONDS = re.compile(r"(?i)([0-9]+(?:\.[0-9]+)?)\s*(?:s|secs?|seconds?)?\s*(?:[,;.(].*)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An HTTP answer.

    `url` is where redirects led; `headers` has lower-case names; `body` is decoded from its content encodings;
    `fetched_at` is when it came, or was recorded; `pause` the seconds that its Retry-After asks for, None where it
    asks for none; `is_cut` whether the document ends before its end; `is_missing` whether a recording lacks it.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    is_replayed: bool = False
    is_missing: bool = False
    pause: float | None = None
    is_cut: bool = False

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")


def answer_of(response: Response, limit: int) -> Answer:
    """A response as an answer of at most `limit` bytes.

    Raises:
        NoAnswer: `truncated` where its content encoding does not unpack to the end, `too_large` beyond the limit.
    """
    headers = {
        name.decode("latin-1").lower(): (response.headers.get(name) or b"").decode("latin-1")
        for name in response.headers
    }
    try:
        body = decoded(response.body, headers.get("content-encoding", ""), limit)
    except TooLarge as error:
        raise NoAnswer("too_large", f"sends more than {limit >> 20} MiB", is_final=True) from error
    except UndecodableBody as error:
        raise NoAnswer("truncated", f"sends a body that cannot be unpacked ({error})") from error
    recorded = recorded_at(response)
    return Answer(
        url=response.url, status=response.status, headers=headers, body=body,
        fetched_at=recorded or datetime.now(UTC), is_replayed=recorded is not None,
        is_missing=MISSING in response.flags, pause=pause_of(response),
    )  # fmt: skip


def pause_of(response: Response) -> float | None:
    """The seconds for which an answer asks to be left alone; None where it does not."""
    told = response.headers.get("Retry-After")
    if response.status not in (429, 503) or not told:
        return None
    return retry_after(told.decode("latin-1"), datetime.now(UTC))


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or a date; None where it says neither.

    A number may have a fraction, a unit of seconds, and whatever follows a comma behind it.

    >>> now = datetime(2026, 11, 19, tzinfo=UTC)
    >>> [retry_after(text, now) for text in ("120", "3.5", "3s", "3, 3", "9" * 40)]
    [120.0, 3.5, 3.0, 3.0, 86400.0]
    >>> retry_after("Thu, 19 Nov 2026 00:01:00 GMT", now)
    60.0
    >>> [retry_after(text, now) for text in ("nan", "soon", "1e999", "-5", "3 minutes")]
    [None, None, None, None, None]
    """
    text = value[:64].strip(" \t\"'")
    if number := _SECONDS.fullmatch(text):
        return min(float(number[1]), LONGEST_PAUSE)
    until = http_date(text)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_PAUSE) if until else None
