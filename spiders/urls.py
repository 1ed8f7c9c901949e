"""One article, one address: rules that turn all spellings of a URL into one."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

import idna

from spiders.errors import WarraqError
from spiders.outlet import Outlet, bare_host
from spiders.percent import decoded, encoded, in_encoding, normal, sent
from spiders.private import is_private
from spiders.references import joined, with_slashes, without_dots
from spiders.tracking import kept_query

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HTML_SUFFIX = re.compile(r"(?i)\.html?$")
_DOUBLED = re.compile(r"(?i)&(?:(?:amp|#0*38|#x0*26);)+")
_JUNK = (
    "".join(map(chr, range(0x21)))
    + "\x7f\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
MAX_LENGTH = 65_536
_LONGEST_BASE, _LONGEST_HOST = 2_048, 253
_PATH_SAFE, _QUERY_SAFE = "!$&'()*+,;=:@/", "!$&'()*+,;=:@/?"
# What a path and a query hold unencoded by the URL standard, besides letters and digits.
_PATH_KEPT, _QUERY_KEPT = _PATH_SAFE + "[]|", _QUERY_SAFE + "[]|^`{}\\"
_PORTS = {"http": 80, "https": 443}


class BadURL(WarraqError):
    """An address that is not an http or https URL."""

    reason = "scheme"

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url[:200]!r} is not an address that can be fetched: {why}.")


def canonicalize(url: str, outlet: Outlet | None = None, *, base: str | None = None) -> str:
    """The one spelling of an address; relative ones are read against `base`. Raises BadURL.

    The Unicode normal form is left alone: it is part of the address that the server knows (see `link_key`).

    >>> canonicalize("HTTP://Example.com:80//a/../سياسة/1/?utm_source=rss&b=2&a=1#top")
    'https://example.com/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9/1?a=1&b=2'
    >>> canonicalize("https://example.com/%d8%ae%d8%a8%d8%b1") == canonicalize("https://example.com/خبر")
    True
    >>> canonicalize("https://example.com/amp/news/7"), canonicalize("https://example.com/news/7.amp?amp=1&amp;x=2")
    ('https://example.com/news/7', 'https://example.com/news/7?x=2')
    >>> canonicalize("/news/7?ot=ot.AMPPageLayout", base="https://example.com/rss")
    'https://example.com/news/7'
    >>> canonicalize("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/amp/7")
    'https://www.example.com/7'
    >>> canonicalize("data:,x")
    Traceback (most recent call last):
    spiders.urls.BadURL: 'data:,x' is not an address that can be fetched: the scheme is 'data'.
    """
    address = url
    for _ in range(8):  # an unwrapped cache address or a removed segment can uncover the next one
        address, before = _canonical_once(address, outlet, base), address
        if address == before:
            break
    return address


def canonical_or_none(url: str, outlet: Outlet | None = None, *, base: str | None = None) -> str | None:
    """`canonicalize`, with None for what is no http or https URL."""
    try:
        return canonicalize(url, outlet, base=base)
    except BadURL:
        return None


def link_key(url: str) -> bytes:
    """The 32 bytes by which a canonical URL is known; both Unicode spellings of a letter have one key.

    >>> link_key(canonicalize("https://example.com/أ")) == link_key(canonicalize("https://example.com/ا\u0654"))
    True
    """
    composed = unicodedata.normalize("NFC", decoded(url))
    return hashlib.sha256(encoded(composed, _QUERY_SAFE + "#[]").encode("ascii")).digest()


def request_url(url: str, *, base: str | None = None, encoding: str = "utf-8") -> str:
    r"""An address made absolute, as browsers send it: only the fragment and dot segments are dropped. Raises BadURL.

    What is encoded, and a percent sign that encodes nothing, stays as it is written. The query goes out in the
    `encoding` of the page that has the link, as the URL standard says and browsers do.

    >>> request_url("../خريطة.xml?b=1&amp;a=2#x", base="https://Example.com/maps/index.xml")
    'https://example.com/%D8%AE%D8%B1%D9%8A%D8%B7%D8%A9.xml?b=1&a=2'
    >>> request_url("https://example.com/خبر?ن=مصر", encoding="cp1256")
    'https://example.com/%D8%AE%D8%A8%D8%B1?%E4=%E3%D5%D1'
    >>> request_url(r"news\50%-off?t=%u0627", base="https://example.com/a/../b")
    'https://example.com/news/50%-off?t=%u0627'
    """
    scheme, host, path, query = _parts(url, base)
    if not encoding.startswith("utf"):
        query = in_encoding(query, encoding)
    path = sent(without_dots(path), _PATH_KEPT) or "/"
    return f"{scheme}://{host}{path}" + (f"?{sent(query, _QUERY_KEPT)}" if query else "")


def preferred(url: str, *listed: str) -> str:
    """Of several listed spellings of one canonical address the one to ask for: the canonical itself, else the shortest.

    >>> preferred("https://raqib.tld/7", "https://raqib.tld/amp/7", "https://raqib.tld/7/", "https://raqib.tld/7?utm_source=x")
    'https://raqib.tld/7/'
    """
    return min(listed, key=lambda spelling: (spelling != url, len(spelling), spelling))


def refusal(url: str, outlet: Outlet) -> str | None:
    """Why an address is not fetched for an outlet: scheme, private_address or scope; None where it may be.

    >>> place = {"country": "EG", "timezone": "Africa/Cairo"}
    >>> raqib = Outlet(slug="raqib", name="الرقيب", hosts=("raqib.tld",), **place)
    >>> [refusal(url, raqib) for url in ("https://www.raqib.tld/1", "ftp://raqib.tld/", "http://0x7f.1/")]
    [None, 'scheme', 'private_address']
    >>> refusal("https://raqib.tld@other.tld/", raqib)
    'scope'
    """
    try:
        _, host, _, _ = _parts(url, None)
    except BadURL:
        return BadURL.reason
    if outlet.owns(host):
        return None
    return "private_address" if is_private(re.sub(r":\d+$", "", host)) else "scope"


def _canonical_once(url: str, outlet: Outlet | None, base: str | None) -> str:
    scheme, host, path, query = _parts(url, base)
    host, path = _uncached(host, path)
    canonical = outlet.canonical_host(host) if outlet else None
    if canonical and outlet:
        scheme, host = (outlet.scheme, canonical) if ":" not in host else (scheme, canonical)
        for pattern, replacement in outlet.rewrites:
            path = re.sub(pattern, replacement, path)
    elif ":" not in host:
        scheme, host = "https", host.removeprefix("amp.") if host.count(".") > 1 else host
    path = _without_amp(_tidy(normal(path, _PATH_SAFE)))
    kept = kept_query(normal(query, _QUERY_SAFE), outlet.raw_query if outlet else ())
    return _slashed(f"{scheme}://{host}", path, f"?{kept}" if kept else "", outlet if canonical else None)


def _parts(url: str, base: str | None) -> tuple[str, str, str, str]:
    """Scheme, host with a port that is not the scheme's own, path and query."""
    if len(url) > MAX_LENGTH:
        raise BadURL(url, f"it is longer than {MAX_LENGTH} characters")
    text = with_slashes(_DOUBLED.sub("&", re.sub(r"[\t\r\n]", "", url.strip(_JUNK))))
    if base and not _ABSOLUTE.match(text) and len(base) > _LONGEST_BASE:
        raise BadURL(url, f"the base that it is read against is longer than {_LONGEST_BASE} characters")
    try:
        text = joined(base, text) if base else text
        parts = urlsplit(text)
        host, port = _ascii_host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise BadURL(url, str(error)) from error
    if parts.scheme not in _PORTS:
        raise BadURL(url, f"the scheme is {parts.scheme!r}" if parts.scheme else "it has no scheme")
    if not host:
        raise BadURL(url, "it has no host")
    return (
        parts.scheme,
        host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}",
        parts.path,
        parts.query,
    )


def _ascii_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host.partition('%')[0])}]"
    if not host.isascii() or "%" in host:
        host = _idna(decoded(host))
    if not re.fullmatch(r"[a-z0-9_.-]*", host) or ".." in host or host.startswith("."):
        raise ValueError("its host is not a host name")
    return host


def _idna(host: str) -> str:
    """A host in ASCII by IDNA 2008, its letters mapped by UTS 46 as browsers do. Raises ValueError.

    >>> _idna("رقيب。تونس"), _idna("straße.example"), _idna("Ｗww_2.رقيب.tld")
    ('xn--ngbr5c6a.xn--pgbs0dh', 'xn--strae-oqa.example', 'www_2.xn--ngbr5c6a.tld')
    """
    if len(host) > _LONGEST_HOST:
        raise ValueError("its host is too long")
    labels = idna.uts46_remap(host, std3_rules=False, transitional=False).rstrip(".").split(".")
    # What is ASCII may hold what a registry would not give, such as www_2.
    return ".".join(label if label.isascii() else idna.alabel(label).decode("ascii") for label in labels)


def _uncached(host: str, path: str) -> tuple[str, str]:
    """The address behind an AMP cache."""
    if host.endswith(".cdn.ampproject.org") or (bare_host(host).startswith("google.") and path.startswith("/amp/")):
        match = re.match(r"/(?:[a-z]{1,4}/)?(?:s/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(/.*|$)", path)
        if match:
            return match[1], match[2]
    return host, path


def _tidy(path: str) -> str:
    """A path without empty, dot and session segments."""
    segments: list[str] = []
    bare = re.sub(r"(?i);(?:jsessionid|phpsessid|sid)=[^/;]*|/\([SAF]\([^)/]*\)\)", "", path)
    for segment in bare.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/" + "/".join(segments) + ("/" if segments and re.search(r"/\.{0,2}$", bare) else "")


def _without_amp(path: str) -> str:
    segments = path.strip("/").split("/")
    first = next((index for index, segment in enumerate(segments) if segment.lower() != "amp"), -1)
    segments = segments[first:]
    while len(segments) > 1 and segments[-1].lower() in ("amp", "amp.html"):
        del segments[-1]
    segments[-1] = _without_amp_suffix(segments[-1])
    return "/" + "/".join(segments) + ("/" if path.endswith("/") and segments != [""] else "")


def _without_amp_suffix(name: str) -> str:
    """A file's name without .amp, alone or before .html, unless there would be no name.

    >>> [_without_amp_suffix(name) for name in ("7.amp", "7.AMP.amp.html", ".amp", "7.amp.x")]
    ['7', '7.html', '.amp', '7.amp.x']
    """
    suffix = _HTML_SUFFIX.search(name)
    end = last = suffix.start() if suffix else len(name)
    while end > 4 and name[end - 4 : end].lower() == ".amp":
        end -= 4
    if end < last and name[end - 1] == ".":
        end += 4
    return name[:end] + name[last:]


def _slashed(site: str, path: str, query: str, outlet: Outlet | None) -> str:
    """The address, with or without a last slash as the outlet's articles have it."""
    bare = path.rstrip("/") or "/"
    if bare == "/" or outlet is None or not outlet.trailing_slash:
        return f"{site}{bare}{query}"
    if outlet.article_pattern:
        return f"{site}{bare}/{query}" if outlet.is_article_url(f"{site}{bare}/{query}") else f"{site}{path}{query}"
    return f"{site}{path}{query}" if re.search(r"\.\w{2,5}$", bare) else f"{site}{bare}/{query}"
