"""One article, one address: rules that make the spellings of a URL meet."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from urllib.parse import urljoin, urlsplit

from spiders.errors import WarraqError
from spiders.outlet import Outlet, bare_host
from spiders.percent import decoded, encoded, normal
from spiders.private import is_private

_TRACKING = re.compile(
    r"""(?xi) (?:utm|at|pk|mtm|matomo|piwik|hsa|vero|oly|ns|wt|fb_action|amp_js|_x_tr|guce) [_.] .*
    | fb_(?:ref|source) | action_(?:object|type|ref)_map | __twitter_impression | ref_(?:src|url) | wprov
    | fbclid | yclid | gclid | gclsrc | gbraid | wbraid | dclid | msclkid | ysclid
    | (?:tw|tt|li|rb_)cl(?:id|ickid) | igsh(?:id)? | mc_[ce]id | mkt_tok | _ga | _gl | _hsenc | _hsmi | usqp | amp_gsa
    | ocid | c?mpid | ncid | icid | intcmp | xtor | s_cid | ito | spm | trk | guccounter | nr_email_referer
    | smid | smtyp | sr_share | share(?:_from|d?_by)?"""
)
_SESSION = re.compile(r"(?i)(?:php|j|asp)sess(?:ion)?id\w*|aspsessionid\w*|session_?id|cf(?:id|token)|_?sess")
_ORIGIN = re.compile(r"(?i)ref|referr?er|src|source|from|via|origin|medium|traffic_source|utm")
_CHANNEL = re.compile(
    r"(?i)rss\w*|\w*feed|feedburner|twitter|tw|x|facebook|fb|whatsapp|wa|telegram|tg|instagram|ig|linkedin|youtube"
    r"|tiktok|snapchat|messenger|share\w*|social|e?mail|newsletter|push|notifications?|googlenews|google-?news|google"
    r"|amp|app|home(?:page)?|sitemap"
)
_AMP_NAME = re.compile(r"(?i)amp|is_?amp|amp_?(?:page|mode|version)")
_VIEW_NAME = re.compile(r"(?i)output_?type|output|format|view|type|mode|version|render")
_PAGE_LAYOUT = re.compile(r"(?i)(?:amp|print)pagelayout")
_AMP_SUFFIX = re.compile(r"(?i)(?<=[^.])(?:\.amp)+(?=\.html?$|$)")
_DOUBLED = re.compile(r"(?i)&(?:(?:amp|#0*38|#x0*26);)+")
_JUNK = (
    "".join(map(chr, range(0x21)))
    + "\x7f\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
MAX_LENGTH = 65_536
_PATH_SAFE, _QUERY_SAFE = "!$&'()*+,;=:@/", "!$&'()*+,;=:@/?"
_PORTS = {"http": 80, "https": 443}


class BadURL(WarraqError):
    """An address that is no http or https URL."""

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


def request_url(url: str, *, base: str | None = None) -> str:
    """An address made absolute and safe to send, with nothing dropped but the fragment. Raises BadURL.

    >>> request_url("../خريطة.xml?b=1&amp;a=2#x", base="https://Example.com/maps/index.xml")
    'https://example.com/%D8%AE%D8%B1%D9%8A%D8%B7%D8%A9.xml?b=1&a=2'
    """
    scheme, host, path, query = _parts(url, base)
    return f"{scheme}://{host}{normal(path, _PATH_SAFE) or '/'}" + (f"?{normal(query, _QUERY_SAFE)}" if query else "")


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
    kept = _kept_query(normal(query, _QUERY_SAFE), outlet.raw_query if outlet else ())
    return _slashed(f"{scheme}://{host}", path, f"?{kept}" if kept else "", outlet if canonical else None)


def _parts(url: str, base: str | None) -> tuple[str, str, str, str]:
    """Scheme, host with a port that is not the scheme's own, path and query."""
    if len(url) > MAX_LENGTH:
        raise BadURL(url, f"it is longer than {MAX_LENGTH} characters")
    text = _DOUBLED.sub("&", re.sub(r"[\t\r\n]", "", url.strip(_JUNK)))
    try:
        text = urljoin(base, text) if base else text
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
        host = decoded(host).encode("idna").decode("ascii").lower()
    if not re.fullmatch(r"[a-z0-9_.-]*", host) or ".." in host or host.startswith("."):
        raise ValueError("its host is no host name")
    return host


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
    segments[-1] = _AMP_SUFFIX.sub("", segments[-1])
    return "/" + "/".join(segments) + ("/" if path.endswith("/") and segments != [""] else "")


def _kept_query(query: str, identifying: tuple[str, ...]) -> str:
    pairs = [pair for pair in query.split("&") if pair]
    return "&".join(sorted(pair for pair in pairs if pair.partition("=")[0] in identifying or not _is_noise(pair)))


def _is_noise(pair: str) -> bool:
    """Whether a parameter says how the reader came or how the page is drawn, not which page it is."""
    name, _, value = pair.partition("=")
    return bool(
        _TRACKING.fullmatch(name)
        or _SESSION.fullmatch(name)
        or _AMP_NAME.fullmatch(name)
        or _PAGE_LAYOUT.search(value)
        or (_ORIGIN.fullmatch(name) and _CHANNEL.fullmatch(value))
        or (_VIEW_NAME.fullmatch(name) and value.lower() == "amp")
    )


def _slashed(site: str, path: str, query: str, outlet: Outlet | None) -> str:
    """The address, with or without a last slash as the outlet's articles have it."""
    bare = path.rstrip("/") or "/"
    if bare == "/" or outlet is None or not outlet.trailing_slash:
        return f"{site}{bare}{query}"
    if outlet.article_pattern:
        return f"{site}{bare}/{query}" if outlet.is_article_url(f"{site}{bare}/{query}") else f"{site}{path}{query}"
    return f"{site}{path}{query}" if re.search(r"\.\w{2,5}$", bare) else f"{site}{bare}/{query}"
