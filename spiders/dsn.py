"""WARRAQ_DATABASE_URL in every form that libpq takes: read by libpq itself, shown without what is secret in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from spiders.errors import ImpossibleRequest

SECRETS = frozenset({"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"})
_SHOWN = "***"
_IS_URL = re.compile(r"postgres(?:ql)?://")


class NoDatabaseUrl(ImpossibleRequest):
    """WARRAQ_DATABASE_URL cannot be read; what it holds is not shown, for it may hold a password."""

    def __init__(self) -> None:
        super().__init__(
            "WARRAQ_DATABASE_URL is not a Postgres URL; write it as postgresql://user:password@host:5432/database, "
            "with %40 for an @ in the password, %2F for a / and %3A for a colon."
        )


def parameters(url: str) -> dict[str, str]:
    """What a URL, or a string of keywords and values, says to libpq.

    Raises NoDatabaseUrl for what libpq cannot read, and where a part of the password may have become another part.

    >>> parameters("host=db.example user=ana password='two words'")
    {'user': 'ana', 'password': 'two words', 'host': 'db.example'}
    """
    try:
        found = {key: str(value) for key, value in parse_dsn(url).items()}
    except (psycopg2.Error, ValueError) as error:
        raise NoDatabaseUrl from error
    if _is_doubtful(url, found):
        raise NoDatabaseUrl
    return found


def _is_doubtful(url: str, found: Mapping[str, str]) -> bool:
    """Whether a sign in a password, unquoted, has moved a piece of it to where libpq's errors would show it."""
    authority, _, path = url.partition("?")[0].partition("://")[2].partition("/")
    is_torn = bool(_IS_URL.match(url)) and (authority.count("@") > 1 or "@" in path)
    has_port = re.fullmatch(r"[\d,\s]*", found.get("port", ""))
    return is_torn or not has_port or bool(re.search("://|=", found.get("dbname", "")))


def without_password(url: str) -> str:
    """The address as it may be shown. Raises NoDatabaseUrl for what is none.

    >>> without_password("postgresql://ana:secret@db.example:5432/news?sslpassword=other")
    'postgresql://ana:***@db.example:5432/news?sslpassword=***'
    >>> without_password("host=db.example user=ana password='two words'")
    'user=ana password=*** host=db.example'
    """
    shown = {key: _SHOWN if key in SECRETS else value for key, value in parameters(url).items()}
    return _as_url(shown) if _IS_URL.match(url) else str(make_dsn(**shown))


def _as_url(found: dict[str, str]) -> str:
    rest = dict(found)
    who = quote(rest.pop("user", ""), safe="")
    if password := rest.pop("password", ""):
        who += f":{password}"
    where = "" if "/" in found.get("host", "") else _hosts(rest.pop("host", ""), rest.pop("port", ""))
    name = quote(rest.pop("dbname", ""), safe="")
    query = urlencode(rest, safe="/*:,", quote_via=quote)
    return f"postgresql://{who}{'@' if who else ''}{where}/{name}{'?' if query else ''}{query}"


def _hosts(hosts: str, ports: str) -> str:
    """Hosts with their ports: one port serves all, and an IPv6 address has brackets."""
    names = [f"[{host}]" if ":" in host else host for host in hosts.split(",")]
    numbers = ports.split(",") if "," in ports else [ports] * len(names)
    return ",".join(f"{name}:{number}" if number else name for name, number in zip(names, numbers, strict=False))


def for_psql(url: str) -> tuple[str, dict[str, str], list[str]]:
    """What psql gets as its argument, which others may see; its environment; and which secrets it does not get."""
    found = parameters(url)
    open_part = {key: value for key, value in found.items() if key not in SECRETS}
    environment = {"PGPASSWORD": found["password"]} if "password" in found else {}
    return str(make_dsn(**open_part)), environment, sorted(SECRETS & found.keys() - {"password"})
