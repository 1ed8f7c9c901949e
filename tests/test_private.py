"""Which addresses are public: every block of the IANA special-purpose registries, and what lies inside IPv6."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from spiders.private import is_global, is_private
from spiders.resolver import GuardedResolver, _GlobalOnly

# Of each registry's blocks that are not globally reachable, the first and the last address.
PRIVATE_BLOCKS = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/29 192.0.0.8/32
    192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4
    255.255.255.255/32 224.0.0.0/4 ::/128 ::1/128 ::/96 ::ffff:0:0:0/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64
    2001::/32 2001:2::/48 2001:10::/28 2001:db8::/32 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8 200::/7
    400::/6 4000::/3 8000::/1
"""
GLOBAL_BLOCKS = """
    1.0.0.0/24 8.8.8.0/24 9.255.255.0/24 11.0.0.0/24 100.63.255.0/24 100.128.0.0/24 126.255.255.0/24 128.0.0.0/24
    172.15.255.0/24 172.32.0.0/24 191.255.255.0/24 192.0.1.0/24 192.0.0.9/32 192.0.0.10/32 192.31.196.0/24
    192.52.193.0/24 192.175.48.0/24 198.17.255.0/24 198.20.0.0/24 203.0.112.0/24 223.255.255.0/24 2001:1::1/128
    2001:1::2/128 2001:1::3/128 2001:3::/32 2001:4:112::/48 2001:20::/28 2001:30::/28 2001:200::/23 2400:cb00::/32
    2606:4700::/32 2620:4f:8000::/48 2a00:1450::/32
"""
INNER_PRIVATE = ("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.1.2.3")


def ends(blocks: str) -> list[str]:
    networks = [ipaddress.ip_network(block) for block in blocks.split()]
    return sorted({str(end) for network in networks for end in (network[0], network[-1])})


@pytest.mark.parametrize("address", ends(PRIVATE_BLOCKS))
def test_what_the_registries_reserve_is_not_global(address: str) -> None:
    assert not is_global(address)
    assert is_private(f"[{address}]" if ":" in address else address)


@pytest.mark.parametrize("address", ends(GLOBAL_BLOCKS))
def test_the_rest_is_global(address: str) -> None:
    assert is_global(address)
    assert not is_private(address)


def carriers(inner: str) -> dict[str, str]:
    """The IPv6 addresses, by kind, that lead to an IPv4 address."""
    number = int(ipaddress.IPv4Address(inner))
    high, low = number >> 16, number & 0xFFFF
    return {
        "mapped": f"::ffff:{inner}",
        "nat64": f"64:ff9b::{inner}",
        "6to4": f"2002:{high:x}:{low:x}::1",
        "isatap": f"2606:4700:0:1:0:5efe:{high:x}:{low:x}",
        "isatap, universal": f"2606:4700:0:1:200:5efe:{high:x}:{low:x}",
    }


@pytest.mark.parametrize("kind", carriers("127.0.0.1"))
@pytest.mark.parametrize("inner", INNER_PRIVATE)
def test_an_ipv6_address_is_as_private_as_what_it_carries(kind: str, inner: str) -> None:
    assert not is_global(carriers(inner)[kind])
    assert is_global(carriers("8.8.4.4")[kind])


@pytest.mark.parametrize(
    "address",
    ["::8.8.8.8", "::ffff:0:8.8.8.8", "64:ff9b:1::8.8.8.8", "2001:0:808:808:0:0:f7f7:f7f7", "fe80::5efe:8.8.8.8"],
)
def test_forms_that_are_never_global_whatever_they_carry(address: str) -> None:
    assert not is_global(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.0.0.1", "0177.0.0.1", "017700000001", "127.0.0.1.",
        "[::1]", "[::]", "[fe80::1%eth0]", "[0:0:0:0:0:ffff:7f00:1]", "１２７.０.０.１",
        "127。0。0。1", "⑩.0.0.1", "0", "10.1",
        "localhost", "LocalHost.", "printer.local", "db.internal", "nas.lan", "router.home.arpa",
    ],
)  # fmt: skip
def test_a_private_host_in_any_spelling(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize(
    "host",
    ["raqib.tld", "localhost.raqib.tld", "fe80.raqib.tld", "10.raqib.tld", "internalnews.tld", "8.8.8.8", "", "["],
)
def test_other_hosts_are_not_private(host: str) -> None:
    assert not is_private(host)


class Receiver:
    def __init__(self) -> None:
        self.got: list[str] = []

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.got.append(address.host)


@pytest.mark.parametrize("kind", carriers("10.0.0.1"))
def test_the_resolver_hands_on_nothing_that_leads_into_a_private_network(kind: str) -> None:
    receiver, kept_back = Receiver(), set[str]()
    guard: Any = _GlobalOnly(receiver, "www.raqib.tld", kept_back)
    guard.addressResolved(IPv6Address("TCP", carriers("10.0.0.1")[kind], 443))
    assert (receiver.got, kept_back) == ([], {"www.raqib.tld"})
    guard.addressResolved(IPv4Address("TCP", "8.8.8.8", 443))
    assert receiver.got == ["8.8.8.8"]
    assert not GuardedResolver.kept_back("www.raqib.tld")
