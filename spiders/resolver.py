"""Refuses, for the whole process, every address that is not global: no page can send us into a private network."""

from __future__ import annotations

import ipaddress
import os
from typing import Any, ClassVar

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IHostResolution, IResolutionReceiver
from zope.interface import implementer

from spiders.private import is_global


def _is_test_server(host: str, address: str) -> bool:
    """The tests' own servers on loopback, named in WARRAQ_TEST_HOSTS; no other private address has an exception."""
    return host in _test_hosts() and ipaddress.ip_address(address).is_loopback


def _test_hosts() -> dict[str, str]:
    """The hosts of WARRAQ_TEST_HOSTS, where each is `name`, `name:port` or `name=address`, with their addresses."""
    told = (entry.partition("=") for entry in os.environ.get("WARRAQ_TEST_HOSTS", "").split(","))
    return {name.partition(":")[0]: address for name, _, address in told if name}


@implementer(IResolutionReceiver)
class _GlobalOnly:
    """Hands on the global addresses of a host, and remembers whether others were kept back."""

    def __init__(self, receiver: Any, host: str, kept_back: set[str]) -> None:
        self._receiver, self._host, self._kept_back = receiver, host, kept_back

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if is_global(address.host) or _is_test_server(self._host, address.host):
            self._receiver.addressResolved(address)
        else:
            self._kept_back.add(self._host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


class GuardedResolver(CachingHostnameResolver):
    """The process's resolver: an answer that is not global is as good as no answer.

    Literal addresses come through here too, since Twisted resolves them by the same door.
    """

    _kept_back: ClassVar[set[str]] = set()

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        *args: Any,
        **kwargs: Any,
    ) -> IHostResolution:
        # Any, because mypy does not see what zope's `implementer` says
        receiver: Any = _GlobalOnly(resolutionReceiver, hostName, self._kept_back)
        return super().resolveHostName(receiver, _test_hosts().get(hostName) or hostName, *args, **kwargs)

    @classmethod
    def kept_back(cls, host: str) -> bool:
        """Whether a host has answered with an address that is not global."""
        return host in cls._kept_back
