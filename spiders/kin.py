"""Whether two hosts have one owner, by the list of public suffixes that comes with tldextract; no network access."""

from __future__ import annotations

from functools import cache

from tldextract import TLDExtract


def is_kin(host: str, other: str) -> bool:
    """Whether two hosts lie under one registered domain, or are one name or address at two ports.

    >>> [is_kin("www.raqib.com.eg", host) for host in ("raqib.com.eg", "ar.raqib.com.eg:8080", "diwan.com.eg")]
    [True, True, False]
    >>> is_kin("raqib.blogspot.com", "diwan.blogspot.com"), is_kin("raqib.tld", "sport.raqib.tld")
    (False, True)
    >>> is_kin("127.0.0.1:80", "127.0.0.1:81"), is_kin("10.0.0.1", "127.0.0.1")
    (True, False)
    """
    return _registered(host) == _registered(other)


def _registered(host: str) -> str:
    """The part of a host that somebody registered; the whole host where it is an address or a name of one label."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if name.replace(".", "").isdigit() or name.startswith("["):
        return name
    if known := str(_suffixes()(name).top_domain_under_public_suffix):
        return known
    return ".".join(name.split(".")[-2:])  # below an ending that the list does not know


@cache
def _suffixes() -> TLDExtract:
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
