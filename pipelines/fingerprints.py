"""FINGERPRINT: a text as a set of hashed word shingles, and the MinHash bands in which near-duplicates meet.

Every number here is stored in the warehouse and compared with those of other days: normalisation, hashes and
bands must never change without a migration. `tests/test_fingerprints.py` freezes them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b, sha256

import numpy as np
import rensa
from numpy.typing import NDArray

Hashes = NDArray[np.int64]

COPY_THRESHOLD = 0.65  # the similarity that makes a copy
SHINGLE_WORDS = 4
SHORT = 17  # shingles of 20 words; under it one changed name is another story, and only equal words copy
BANDS = 24
ROWS = 4  # of pairs at 0.65 meet 99 %, at 0.8 all, at 0.2 only 4 %
SEED = 20150721

_FOLDED = dict(zip("أإآٱىةؤئـ", [*"اااايهوي", None], strict=True))
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class _Letters(dict[int, str | None]):
    """For `str.translate`: no marks, folded letters, spaces for all but letters and digits; grows as it reads."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        plain = char if char.isalnum() else " "
        found = None if unicodedata.combining(char) else _FOLDED.get(char, plain)
        self[code] = found
        return found


_letters = _Letters()


def normalize(text: str) -> str:
    """A text in the one spelling in which copies are compared, with spaces for punctuation.

    >>> normalize("أَعلَنَتْ الحكومـــة إلى مسؤولي الآثار!")
    'اعلنت الحكومه الي مسوولي الاثار '
    """
    return unicodedata.normalize("NFKC", text).translate(_letters).lower()


def words(text: str) -> list[str]:
    """The normalised words of a text.

    >>> words("قال «الوزير»، (أمس): ٣ قتلى_و5 جرحى!")
    ['قال', 'الوزير', 'امس', '٣', 'قتلي', 'و5', 'جرحي']
    """
    return normalize(text).split()


def body_key(paragraphs: Iterable[str]) -> bytes:
    """The key that bodies share exactly when their normalised words are the same (32 bytes).

    >>> body_key(["عاد الهدوء", "إلى المدينة."]) == body_key(["عادَ الهدوء، الى المدينه"])
    True
    """
    return sha256(" ".join(words("\n".join(paragraphs))).encode()).digest()


class _TokenHashes(dict[str, bytes]):
    """The hashes (8 bytes each) of the words in every token seen of late; a token is what stands between two spaces.

    Tokens repeat so much that this is several times as fast as normalising whole texts.
    """

    def __missing__(self, token: str) -> bytes:
        if len(self) >= 1 << 19:
            self.clear()
        found = self[token] = b"".join(blake2b(word.encode(), digest_size=8).digest() for word in words(token))
        return found


_token_hashes = _TokenHashes()


def shingles(text: str, size: int = SHINGLE_WORDS) -> Hashes:
    """The hashes of the runs of `size` words of a text: signed, 64 bits, ascending, each once.

    A text of fewer words is one shingle of all of them; a text without words has none.

    >>> shingles("سقطت الأمطار على جبال لبنان").size, shingles("عاجل: زلزال").size, shingles("…").size
    (2, 1, 0)
    >>> np.array_equal(shingles("وصلَ الوزيرُ إلى القاهرة"), shingles("وصل الوزير، الى القاهره!"))
    True
    """
    return _runs(_word_hashes(text), size)


def compared(text: str) -> Hashes:
    """The shingles by which a text is compared with others: of a short one, without the label of urgent news.

    >>> quake = compared("زلزال يضرب شمال تركيا")
    >>> labels = "عاجل |", "#عاجل:", "#خبر_عاجل..", "عاجل.. عاجل -"
    >>> [np.array_equal(compared(f"{label} زلزال يضرب شمال تركيا."), quake) for label in labels]
    [True, True, True, True]
    >>> compared("عاجل").size
    1
    """
    return _runs(_unlabelled(_word_hashes(text)), SHINGLE_WORDS)


def _word_hashes(text: str) -> bytes:
    return b"".join(map(_token_hashes.__getitem__, text.split()))


_URGENT, _URGENT_NEWS = _word_hashes("عاجل"), _word_hashes("خبر عاجل")


def _unlabelled(hashes: bytes) -> bytes:
    """The words without their label, where some are left, but fewer than 20."""
    rest = hashes
    while rest.startswith((_URGENT, _URGENT_NEWS)):
        rest = rest.removeprefix(_URGENT_NEWS).removeprefix(_URGENT)
    return rest if 0 < len(rest) < len(_URGENT) * (SHORT + SHINGLE_WORDS - 1) else hashes


def _runs(word_hashes: bytes, size: int) -> Hashes:
    hashes = np.frombuffer(word_hashes, dtype="<u8")
    if hashes.size == 0:
        return np.empty(0, dtype=np.int64)
    size = min(size, hashes.size)
    count = hashes.size - size + 1
    rolled = np.zeros(count, dtype=np.uint64)
    for place in range(size):
        rolled = _mixed(rolled + hashes[place : place + count])
    return _distinct(rolled.view(np.int64))


def _distinct(values: Hashes) -> Hashes:
    """Like `np.unique`, and several times as fast on so few values."""
    values = np.sort(values)
    return values[np.concatenate(([True], values[1:] != values[:-1]))]


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every bit of a value spread over all bits (multiply and shift; one to one)."""
    values = values * _MULTIPLIER
    return values ^ (values >> np.uint64(29))


def jaccard(one: Hashes, other: Hashes) -> float:
    """The exact Jaccard similarity of two texts' shingles, 0 where neither has any.

    >>> first = shingles("أعلنت الوزارة اليوم نتائج الامتحانات في كل المدن")
    >>> second = shingles("أعلنت الوزارة اليوم نتائج الامتحانات في كل القرى")
    >>> round(jaccard(first, second), 3)
    0.667
    """
    shared = np.intersect1d(one, other, assume_unique=True).size
    either = one.size + other.size - shared
    return shared / either if either else 0.0


def copy_similarity(one: Hashes, other: Hashes, threshold: float = COPY_THRESHOLD) -> float | None:
    """The similarity of two texts where it makes them copies, else None; short ones must have equal words.

    >>> flood, fire = shingles("عاجل: مقتل ثلاثة أشخاص في فيضان"), shingles("عاجل: مقتل ثلاثة أشخاص في حريق")
    >>> copy_similarity(flood, fire, threshold=0.2), copy_similarity(flood, flood)
    (None, 1.0)
    """
    needed = 1.0 if min(one.size, other.size) < SHORT else threshold
    similarity = jaccard(one, other)
    return similarity if similarity >= needed else None


def bands_of(texts: Sequence[Hashes]) -> NDArray[np.int64]:
    """The bands of many texts by their shingles: texts by BANDS numbers. No text may be without shingles."""
    flat = np.concatenate(texts).view(np.uint64) if texts else np.empty(0, dtype=np.uint64)
    offsets = np.cumsum([0, *(text.size for text in texts)], dtype=np.uint64)
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(flat, offsets, BANDS * ROWS, SEED)
    digests = np.array(matrix.to_rows(), dtype=np.uint64).reshape(len(texts), BANDS, ROWS)
    keys = np.broadcast_to(np.arange(BANDS, dtype=np.uint64), (len(texts), BANDS))
    for row in range(ROWS):
        keys = _mixed(keys + digests[:, :, row])
    return keys.view(np.int64)


def bands(text: Hashes) -> list[int]:
    """The bands of one text by its shingles, signed 64-bit numbers: two texts that share one are candidates.

    >>> len(bands(shingles("سقطت الأمطار على جبال لبنان"))) == BANDS, bands(shingles("…"))
    (True, [])
    """
    return [int(key) for key in bands_of([text])[0]] if text.size else []


def candidates(bands: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """The pairs of rows (first < second) that share a band, each once, from an array of texts by BANDS.

    >>> list(candidates(np.array([[1, 5], [2, 6], [1, 5], [3, 6]])))
    [(0, 2), (1, 3)]
    """
    for band in range(bands.shape[1]):
        for group in groups(bands[:, band]):
            yield from _new_pairs(group, bands[:, :band])


def groups(keys: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The rows, ascending, of every key that several have.

    >>> [rows.tolist() for rows in groups(np.array([7, 5, 7, 6, 5, 7]))]
    [[1, 4], [0, 2, 5]]
    """
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    edges = np.concatenate(([0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1, [len(ordered)]))
    for group in np.flatnonzero(np.diff(edges) > 1):
        yield order[edges[group] : edges[group + 1]]


def _new_pairs(group: NDArray[np.int64], earlier: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """The pairs of a group of ascending rows, without those that met in an earlier band."""
    for place, row in enumerate(group[:-1]):
        others = group[place + 1 :]
        fresh = others[~(earlier[others] == earlier[row]).any(axis=1)]
        yield from ((int(row), int(other)) for other in fresh)
