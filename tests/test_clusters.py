"""Clusters that are decided piece by piece are those of all articles at once."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import date, timedelta

from pipelines.clusters import Member, decided, originals

DAY = date(2026, 11, 19)


class Store:
    """Articles and their originals as a warehouse keeps them, and how many it was asked for."""

    def __init__(self) -> None:
        self.members: dict[bytes, Member] = {}
        self.pairs: dict[frozenset[bytes], int] = {}
        self.n_read = 0

    def clusters(self, keys: Collection[bytes]) -> dict[bytes, Member]:
        asked = {self.members[key].original for key in keys if key in self.members}
        found = {
            key: member._replace(neighbours=self.neighbours(key))
            for key, member in self.members.items()
            if member.original in asked
        }
        self.n_read += len(found)
        return found

    def neighbours(self, key: bytes) -> list[tuple[bytes, int]]:
        return [
            (other, window)
            for pair, window in self.pairs.items()
            if key in pair
            for other in pair - {key}
            if other in self.members
        ]

    def put(self, key: bytes, day: date, rank: int) -> None:
        original = self.members[key].original if key in self.members else key
        self.members[key] = Member((rank, key), day, original, [])

    def refresh(self, *touched: bytes) -> None:
        for key, original in decided(touched, self.clusters).items():
            self.members[key] = self.members[key]._replace(original=original)

    def known(self) -> dict[bytes, bytes]:
        return {key: member.original for key, member in self.members.items()}

    def at_once(self) -> dict[bytes, bytes]:
        return originals(self.clusters(list(self.members)))


def test_piece_by_piece_in_any_order_is_all_at_once() -> None:
    """Random chains; articles come in any order, and later lose pairs, or learn of another day."""
    for seed in range(300):
        chance, store = random.Random(seed), Store()
        days = {bytes([n]): DAY + timedelta(days=chance.randrange(16)) for n in range(chance.randrange(4, 40))}
        density = chance.choice([0.1, 0.3, 0.9])
        for one in days:
            for other in days:
                if one < other and abs((days[one] - days[other]).days) <= 3 and chance.random() < density:
                    store.pairs[frozenset((one, other))] = chance.choice([1, 3, 3])
        waiting = chance.sample(sorted(days), len(days))
        while waiting:
            size = chance.randrange(1, 4)
            batch, waiting = waiting[:size], waiting[size:]
            for key in batch:
                store.put(key, days[key], days[key].toordinal() + chance.choice([0, 0, 0, -1, 2]))
            store.refresh(*batch)
            assert store.known() == store.at_once(), seed
        for _ in range(10):
            key = chance.choice(sorted(store.members))
            if chance.random() < 0.5:
                store.put(key, days[key] - timedelta(days=chance.randrange(3)), chance.randrange(16) + DAY.toordinal())
            for pair in [pair for pair in store.pairs if key in pair and chance.random() < 0.3]:
                del store.pairs[pair]
            store.refresh(key)
            assert store.known() == store.at_once(), seed


def test_one_more_day_of_a_text_that_recurs_reads_as_much_at_any_age() -> None:
    store, read = Store(), []
    for n in range(60):
        today = [bytes([n, outlet]) for outlet in range(3)]
        for key in today:
            store.put(key, DAY + timedelta(days=n), n)
            near = [bytes([max(n - back, 0), outlet]) for back in range(4) for outlet in range(3)]
            store.pairs |= {frozenset((key, other)): 3 for other in near if other != key}
        before = store.n_read
        store.refresh(*today)
        read.append(store.n_read - before)
    assert store.known() == store.at_once()
    assert max(read[30:]) == max(read[10:30]) <= 30
