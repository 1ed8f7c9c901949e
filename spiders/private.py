"""Hosts that are not on the public web, in any spelling."""

from __future__ import annotations

import ipaddress
import re
import socket


def is_private(host: str) -> bool:
    """Whether a host is an address that is not global, in any spelling, or a name for this machine.

    >>> [is_private(host) for host in ("127.1", "0x7f000001", "[::ffff:10.0.0.1]", "localhost", "1.1.1.1", "raqib.tld")]
    [True, True, True, True, False, False]
    """
    if re.search(r"(?:^|\.)(?:localhost|local|internal|localdomain|home|lan)$", host):
        return True
    try:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        try:
            address = ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_global
