"""Hosts that fall silent: one hanging address costs itself, several in a row the whole host."""

from __future__ import annotations

from collections import defaultdict

MOST_LATE = 3  # addresses in a row that time out, before their host is left alone
TRIES = 2  # for an address that times out, where its host answers otherwise


class Silences:
    """The addresses of each host that timed out since it last answered.

    A host that never answers is asked four times: the first address twice, for it may have been a mishap, and two
    more. At 30 seconds each that is two minutes.

    >>> silences = Silences()
    >>> [silences.is_worth_another("raqib.tld", "/1") for _ in range(2) if not silences.late("raqib.tld", "/1")]
    [True, False]
    """

    def __init__(self) -> None:
        self._late: dict[str, dict[str, int]] = defaultdict(dict)

    def late(self, authority: str, url: str) -> None:
        """An address timed out."""
        late = self._late[authority]
        late[url] = late.get(url, 0) + 1

    def heard(self, authority: str) -> None:
        """The host answered, or refused to."""
        self._late.pop(authority, None)

    def is_silent(self, authority: str) -> bool:
        """Whether a host is to be left alone."""
        return len(self._late[authority]) >= MOST_LATE

    def is_worth_another(self, authority: str, url: str) -> bool:
        """Whether an address that timed out is asked again."""
        late = self._late[authority]
        return len(late) == 1 and late.get(url, 0) < TRIES
