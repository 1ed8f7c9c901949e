"""Which addresses are on the public web, after the IANA registries of special-purpose addresses, in any spelling."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_LOCAL_NAME = re.compile(r"(?:^|\.)(?:localhost|localdomain|local|internal|intranet|home|home\.arpa|lan)$")

# What the IPv4 registry calls not globally reachable; 192.0.0.9 and .10 inside 192.0.0.0/24 are.
_PRIVATE_4 = tuple(map(IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/3",
)))  # fmt: skip
_GLOBAL_4 = tuple(map(IPv4Network, ("192.0.0.9/32", "192.0.0.10/32")))

# Only this eighth of IPv6 is handed out to networks; the registry reserves three blocks of it, but for a few addresses.
_UNICAST_6 = IPv6Network("2000::/3")
_PRIVATE_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
_GLOBAL_6 = tuple(map(IPv6Network, (
    "2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:3::/32", "2001:4:112::/48", "2001:20::/28",
    "2001:30::/28",
)))  # fmt: skip
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = 0x00005EFE  # above the IPv4 address, apart from the bits "universal" and "group"


def is_global(address: str | Address) -> bool:
    """Whether an address is on the public web, and with it every IPv4 address that it carries inside.

    Raises ValueError for what is no address.

    >>> [is_global(a) for a in ("8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1", "192.0.0.9")]
    [True, True, True, True, True]
    >>> [is_global(a) for a in ("127.0.0.1", "100.64.0.1", "169.254.169.254", "192.0.0.8", "224.0.0.1", "fe80::1%eth0")]
    [False, False, False, False, False, False]
    >>> [is_global(a) for a in ("::ffff:10.0.0.1", "::127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b::7f00:1")]
    [False, False, False, False]
    >>> [is_global(a) for a in ("64:ff9b:1::808:808", "2002:a00:1::1", "2001:0:808:808::1", "2606:4700::5efe:10.0.0.1")]
    [False, False, False, False]
    """
    ip = ipaddress.ip_address(address.split("%")[0]) if isinstance(address, str) else address
    if isinstance(ip, IPv4Address):
        return not _within(ip, _PRIVATE_4) or _within(ip, _GLOBAL_4)
    if ip.ipv4_mapped:
        return is_global(ip.ipv4_mapped)
    if not (ip in _NAT64 or ip in _UNICAST_6):
        return False
    if _within(ip, _PRIVATE_6) and not _within(ip, _GLOBAL_6):
        return False
    return all(map(is_global, _inside(ip)))


def _within(ip: Address, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return any(ip in network for network in networks)


def _inside(ip: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses to which a router may hand on what is sent to an IPv6 address."""
    if ip.sixtofour:
        yield ip.sixtofour
    low = int(ip) & 0xFFFFFFFFFFFFFFFF
    if ip in _NAT64 or (low >> 32) & ~0x03000000 == _ISATAP:
        yield IPv4Address(low & 0xFFFFFFFF)


def is_private(host: str) -> bool:
    """Whether a host is an address that is not global, in any spelling, or a name for this machine or network.

    >>> [is_private(host) for host in ("127.1", "0x7f000001", "[::ffff:10.0.0.1]", "LOCALHOST.", "１２７.0.0.1")]
    [True, True, True, True, True]
    >>> [is_private(host) for host in ("1.1.1.1", "[2606:4700::1111]", "raqib.tld")]
    [False, False, False]
    """
    name = unicodedata.normalize("NFKC", host).replace("。", ".").lower().strip("[]").removesuffix(".")
    if _LOCAL_NAME.search(name):
        return True
    address = _address(name)
    return address is not None and not is_global(address)


def _address(name: str) -> Address | None:
    """The address that a host's name spells, also as one number, in octal or in hexadecimal; None for a name."""
    try:
        return ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(name)) if re.fullmatch(r"[0-9a-fx.]+", name) else None
    except OSError:
        return None
