"""What a robots.txt asks of us, by RFC 9309: the bytes of the file in, rules out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from protego import Protego

from spiders.settings import PRODUCT

MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: so much of a larger file is read
_DIRECTIVE = re.compile(
    r"(?i)(user[- ]?agent|diss?allow|diss?alow|diasllow|disallaw|allow|crawl[- ]delay|request[- ]rate)"
    r"(?:\s*:|\s)\s*(.*)"
)
_SITEMAP = re.compile(r"(?im)^[ \t]*+sitemap[ \t]*+:")
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# NULs and byte order marks; those of UTF-16 at the start of a line that was not read as such.
_NO_TEXT = re.compile("[\x00\ufeff]|^(?:\udcff\udcfe|\udcfe\udcff)", re.MULTILINE)
_INVISIBLE = "\x1a\ufffe\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"
# What no reader sees beside a line: spaces, marks of direction and of width, the end of file of old systems.
_AROUND = "".join(filter(str.isspace, map(chr, range(0x3001)))) + _INVISIBLE
_TOKEN = re.compile(r"[A-Za-z_-]+|\*(?=$|\s)")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one robots.txt that hold for us; `delay` is how many seconds it wants between two requests.

    >>> rules = read_rules("User-agent: *\\nDisallow: /بحث\\nCrawl-delay: 2".encode())
    >>> rules.allows("https://raqib.tld/%D8%A8%D8%AD%D8%AB?q=x"), rules.allows("https://raqib.tld/news/7"), rules.delay
    (False, True, 2.0)
    """

    parser: Protego
    delay: float

    def allows(self, url: str) -> bool:
        """Whether an address may be asked for."""
        return self.parser.can_fetch(url, PRODUCT)


def read_rules(body: bytes) -> Rules:
    """The rules of a file, in UTF-8, -16 or -32, with or without a byte order mark; what is no rule is passed over.

    Groups that name our product token, whole, hold for us; where there is none, those for everybody.

    >>> text = b"User-agent: war\\nDisallow: /\\n\\nUser-agent: Warraq/2\\nDisallow: /a\\n\\n"
    >>> text += b"User-agent: *\\nDisallow: /b"
    >>> [read_rules(text).allows(f"https://raqib.tld/{path}") for path in "abc"]
    [False, True, True]
    """
    ours, everybodys = _groups(decoded(body))
    chosen = everybodys if ours is None else ours
    parser = Protego.parse("\n".join(["User-agent: *", *(f"{field}: {value}" for field, value in chosen)]))
    rate = parser.request_rate(PRODUCT)
    delay = max(parser.crawl_delay(PRODUCT) or 0.0, rate.seconds / rate.requests if rate else 0.0)
    return Rules(parser, float(delay))


def decoded(body: bytes) -> str:
    """A file's text in the encoding in which most of its lines say something; NULs and byte order marks are left out.

    >>> file = "# ملف الروبوتات\\nUser-agent: *\\nDisallow: /بحث"
    >>> {decoded(file.encode(encoding)) == file for encoding in ("utf-8", "utf-16-be", "utf-32")}
    {True}
    """
    is_cut = len(body) > MAX_BYTES and body[MAX_BYTES] not in b"\r\n"
    body = body[:MAX_BYTES]
    # A wide encoding writes each ASCII letter with a NUL, and there is no rule without such letters.
    texts = [_NO_TEXT.sub("", body.decode(wide, "ignore")) for wide in _WIDE if b"\x00" in body]
    text = max([*texts, _narrow(body)], key=_n_lines)
    # A line that is cut is no rule.
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1] if is_cut else text


def _narrow(body: bytes) -> str:
    """UTF-8, in which a path in another encoding stands for the bytes that it is."""
    text = _NO_TEXT.sub("", body.decode("utf-8", "surrogateescape"))
    return re.sub("[\udc80-\udcff]", lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", text)


def _n_lines(text: str) -> int:
    """How many lines of a text are such as a robots.txt has."""
    return sum(1 for _ in _directives(text)) + len(_SITEMAP.findall(text))


def _groups(text: str) -> tuple[list[tuple[str, str]] | None, list[tuple[str, str]]]:
    """The directives for us (None where no group names us), and those for everybody."""
    ours: list[tuple[str, str]] | None = None
    everybodys: list[tuple[str, str]] = []
    agents: set[str] = set()
    is_open = False  # whether a further agent joins the group
    for field, value in _directives(text):
        if field.startswith("user"):
            token = _TOKEN.match(value)
            agents = (agents if is_open else set()) | ({token[0].lower()} if token else set())
            is_open = True
            if PRODUCT.lower() in agents:
                ours = ours or []
            continue
        is_open = is_open and field.startswith(("crawl", "request"))
        if PRODUCT.lower() in agents and ours is not None:
            ours.append((field, value))
        if "*" in agents:
            everybodys.append((field, value))
    return ours, everybodys


def _directives(text: str) -> Iterator[tuple[str, str]]:
    for line in re.split(r"\r\n?|\n", text):
        match = _DIRECTIVE.match(line.partition("#")[0].strip(_AROUND))
        if match:
            yield match[1].lower(), " ".join(match[2].split())
