"""Addresses as documents write them, made absolute as browsers do (the URL standard): slashes, dots, a base."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_BEFORE_QUERY = re.compile(r"[^?#]+")
_RELATIVE_PATH = re.compile(r"[^/?#:]+(?:[/?#]|$)")
_ONE, _TWO = re.compile(r"(?i)\.|%2e"), re.compile(r"(?i)(?:\.|%2e){2}")
_HAS_DOTS = re.compile(r"(?i)/(?:\.|%2e){1,2}(?:/|$)")


def with_slashes(text: str) -> str:
    r"""An address whose backslashes are slashes, but for its query and fragment, where they are none.

    >>> with_slashes(r"https:\\raqib.tld\news\7?q=a\b")
    'https://raqib.tld/news/7?q=a\\b'
    """
    return _BEFORE_QUERY.sub(lambda found: found[0].replace("\\", "/"), text, count=1) if "\\" in text else text


def joined(base: str, text: str) -> str:
    """An address read against a base, with empty segments kept: Python's own `urljoin` drops them from a relative path.

    >>> joined("https://raqib.tld/a//b/list", "news//7"), joined("https://raqib.tld/a//b", "?page=2")
    ('https://raqib.tld/a//b/news//7', 'https://raqib.tld/a//b?page=2')
    """
    if not _RELATIVE_PATH.match(text):
        return urljoin(base, text)
    parts = urlsplit(base)
    folder = parts.path[: parts.path.rfind("/") + 1] or "/"
    return f"{parts.scheme}://{parts.netloc}{folder}{text}"


def without_dots(path: str) -> str:
    """A path without its dot segments, encoded ones too: servers do what they say, and robots.txt speaks of the rest.

    >>> [without_dots(path) for path in ("/a/../private", "/%2E%2e/x/.", "/a/b/..", "/a.b/..c/...")]
    ['/private', '/x/', '/a/', '/a.b/..c/...']
    """
    if not _HAS_DOTS.search(path):
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if _TWO.fullmatch(segment):
            del kept[-1:]
        elif not _ONE.fullmatch(segment):
            kept.append(segment)
    is_folder = _ONE.fullmatch(segments[-1]) or _TWO.fullmatch(segments[-1])
    return "/" + "/".join([*kept, ""] if is_folder else kept)
