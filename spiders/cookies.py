"""Cookies within one chain of redirects, by RFC 6265, 5.2: what a host sets goes back to it, and is then forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from spiders.http_message import http_date

MOST, LONGEST = 50, 4096  # cookies of a host, and bytes of each
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie as it was set; `is_over` where setting it deletes it."""

    name: bytes
    value: bytes
    is_secure: bool
    is_over: bool


def cookie_of(header: bytes, now: datetime) -> Cookie | None:
    """The cookie that a Set-Cookie header sets; None where it sets none.

    Of its attributes Max-Age, Expires and Secure are heard: they say whether it still goes back to its host.

    >>> now = datetime(2026, 11, 19, tzinfo=UTC)
    >>> [cookie_of(text, now).value for text in (b"a[b]= x y ; SameSite=None; Partitioned", b'a="1=2"; Max-Age=9')]
    [b'x y', b'"1=2"']
    >>> [cookie_of(text, now).is_over for text in (b"a=; Max-Age=0", b"a=1; Expires=Thu, 01-Jan-1970 00:00:00 GMT")]
    [True, True]
    """
    pair, *told = header.split(b";")
    name, equals, value = (part.strip() for part in pair.partition(b"="))
    if not name or not equals or len(name) + len(value) > LONGEST or _CONTROL.search(header):
        return None
    attributes = {}
    for part in told:
        key, _, text = part.partition(b"=")
        attributes[key.strip().lower()] = text.strip().decode("latin-1")
    return Cookie(name, value, b"secure" in attributes, _is_over(attributes, now))


def _is_over(attributes: dict[bytes, str], now: datetime) -> bool:
    """Whether a cookie ends at once; Max-Age counts before Expires, and what is neither a number nor a date is none."""
    age = attributes.get(b"max-age", "")
    if re.fullmatch(r"-?[0-9]+", age):
        return age.startswith("-") or not age.strip("0")
    until = http_date(attributes.get(b"expires", ""))
    return until is not None and until <= now


class Cookies:
    """The cookies of one chain. A host is known by its name, whatever its port and scheme.

    >>> cookies = Cookies()
    >>> cookies.take("http://raqib.tld/", [b"a=1; Path=/", b"b=2", b"b=; Max-Age=0"])
    >>> cookies.header("https://raqib.tld/2"), cookies.header("https://safir.tld/")
    (b'a=1', b'')
    """

    def __init__(self) -> None:
        self._of: dict[str, dict[bytes, Cookie]] = {}

    def take(self, url: str, headers: Iterable[bytes]) -> None:
        """Keeps what the answer of an address sets, and drops what it deletes."""
        cookies = self._of.setdefault(_host(url), {})
        for cookie in (cookie_of(header, datetime.now(UTC)) for header in headers):
            if cookie is None:
                continue
            cookies.pop(cookie.name, None)
            if not cookie.is_over and len(cookies) < MOST:
                is_secure = cookie.is_secure and url.startswith("https:")  # what came in the open may go back so
                cookies[cookie.name] = Cookie(cookie.name, cookie.value, is_secure, is_over=False)

    def header(self, url: str) -> bytes:
        """What goes to an address, empty where nothing does."""
        cookies = self._of.get(_host(url), {}).values()
        is_open = not url.startswith("https:")
        return b"; ".join(b"%s=%s" % (one.name, one.value) for one in cookies if not (one.is_secure and is_open))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
