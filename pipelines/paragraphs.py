"""COMPARE: which paragraphs of one text another text does not have, however the other cuts its paragraphs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from pipelines.fingerprints import shingles

KEPT = 0.5  # of a paragraph's pairs of neighbouring words: changed words leave it the same paragraph


def missing(body: Sequence[str], other: Sequence[str], besides: Collection[int] = ()) -> list[int]:
    """The places (from 1) of the paragraphs that `other` does not have, without those at the places `besides`.

    >>> rain = "هطلت أمطار غزيرة على مدن الساحل مساء أمس."
    >>> missing([rain, "وأغلقت المدارس أبوابها يومين."], ["هطلت أمطار غزيرة على مدن الساحل أمس", "انتهى"])
    [2]
    """
    text = "\n".join(other)
    known = np.concatenate((shingles(text, 1), shingles(text, 2)))
    places = []
    for place, paragraph in enumerate(body, 1):
        own = shingles(paragraph, 2)  # a paragraph of one word is that word
        if own.size and place not in besides and np.isin(own, known).mean() < KEPT:
            places.append(place)
    return places
