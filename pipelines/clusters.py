"""CLUSTERS: which article is the original of which, among those joined by pairs.

Which article is an original may depend on a chain of others over years, such as the prayer times of every day. So only
the clusters that can change are decided again, and the result is the same as if all had been.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple


class Member(NamedTuple):
    """An article of a cluster, the original that it has so far, and its neighbours.

    The lowest rank was out first. A neighbour comes with how many days from their original both may lie.
    """

    rank: tuple[Any, ...]
    day: date
    original: bytes
    neighbours: Sequence[tuple[bytes, int]]

    def draws(self, other: Member, window: int) -> bool:
        """Whether an original takes another article in, over a pair of that window with one of its own."""
        return abs((other.day - self.day).days) <= window


def decided(
    touched: Collection[bytes], clusters: Callable[[Collection[bytes]], dict[bytes, Member]]
) -> dict[bytes, bytes]:
    """The original of every article that may have another one since some were touched.

    `clusters` gives the whole clusters, so far, of some articles. Those of the touched are decided by themselves; as
    long as one of their neighbours outside belongs to what they decided, or the other way round, its cluster is decided
    with them.
    """
    known = clusters(touched)
    opened = set(known)
    while True:
        around = {near for key in opened for near, _ in known[key].neighbours} - known.keys()
        known |= clusters(around) if around else {}
        found = originals({key: known[key] for key in opened})
        contested = _contested(known, found)
        if not contested:
            return found
        opened |= {key for key, member in known.items() if member.original in contested}


def _contested(known: Mapping[bytes, Member], found: Mapping[bytes, bytes]) -> set[bytes]:
    """The originals, so far, of the clusters outside that draw an article of these, or of which these draw one."""
    contested = set()
    for key, original in found.items():
        for near, window in known[key].neighbours:
            if near not in found:
                ours, theirs = known[original], known[known[near].original]
                is_ours_first = ours.rank < theirs.rank
                if ours.draws(known[near], window) if is_ours_first else theirs.draws(known[key], window):
                    contested.add(known[near].original)
    return contested


def originals(members: Mapping[bytes, Member]) -> dict[bytes, bytes]:
    """The original of each article: the first of those that it is joined with, directly or through others.

    Only what lies within the window of the original's own day is joined, so that the same few words every day are
    no endless chain.

    >>> days = [date(2026, 11, day) for day in (18, 19, 20)]
    >>> urgent = {b"one": [b"two"], b"two": [b"one", b"three"], b"three": [b"two"]}
    >>> def joined(window):
    ...     near = {key: [(other, window) for other in others] for key, others in urgent.items()}
    ...     return originals({key: Member((day,), day, key, near[key]) for key, day in zip(urgent, days)})
    >>> joined(3)
    {b'one': b'one', b'two': b'one', b'three': b'one'}
    >>> joined(1)
    {b'one': b'one', b'two': b'one', b'three': b'three'}
    """
    found: dict[bytes, bytes] = {}
    for original in sorted(members, key=lambda key: members[key].rank):
        waiting = [original]
        while waiting:
            article = waiting.pop()
            if article not in found:
                found[article] = original
                near = [(other, window) for other, window in members[article].neighbours if other in members]
                waiting.extend(other for other, window in near if members[original].draws(members[other], window))
    return found
