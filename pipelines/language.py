"""Which language a text is in, as far as this system must know: Arabic, or not."""

from __future__ import annotations

import re

from pipelines.text import word_set, words

_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_SAMPLE = 20_000
_LETTER = re.compile(r"[^\W\d_]")
# Letters that the other languages of the script need and Arabic does not; most telling first.
_OWN_LETTERS = {
    "ckb": "ەێۆڕڵڤ",
    "ug": "ۇۈۋېڭ",
    "ur": "ٹڈڑںےہھ",
    "ps": "ښځڅړډږېۍټګ",
    "sd": "ڪڙڻڳڃٻڀ",
    "fa": "پچژگکی",
}
_ARABIC_WORDS = word_set(
    "في من علي الي عن ان مع هذا هذه ذلك التي الذي الذين كان كانت قال قالت بعد قبل بين او لا ما لم لن قد حتي كل غير"
)
_FUNCTION_WORDS = {
    "en": word_set("the of and to in that is for on with was by as"),
    "fr": word_set("le la les des et du que est dans pour une sur au"),
    "es": word_set("el los las del y que en por con para una se"),
    "de": word_set("der die das und den von zu mit ist nicht"),
    "tr": word_set("ve bir bu için ile da de olarak olan"),
}


def arabic_share(text: str) -> float:
    """How much of the letters of `text`, 0 to 1, is of the Arabic script.

    >>> arabic_share("خبر AFP")
    0.5
    """
    letters = len(_LETTER.findall(text))
    return len(_ARABIC.findall(text)) / letters if letters else 0.0


def language(text: str) -> str | None:
    """ISO 639 code of the language of `text`; None where it has no letters or the language is not known.

    >>> language("أعلنت وزارة الصحة عن تسجيل إصابات جديدة في العاصمة")
    'ar'
    >>> language("وزیر خارجه ایران گفت که این مذاکرات در وین ادامه خواهد داشت")
    'fa'
    >>> language("وزیر اعظم نے کہا ہے کہ حکومت عوام کے مسائل حل کرے گی")
    'ur'
    >>> language("سەرۆکی هەرێمی کوردستان لەگەڵ شاندێکی بەرلین کۆبووەوە")
    'ckb'
    >>> language("The minister said that the talks will go on in the capital")
    'en'
    """
    text = text[:_SAMPLE]
    if not _LETTER.search(text):
        return None
    if arabic_share(text) < 0.5:
        return _latin(text)
    letters = _ARABIC.findall(text)
    shares = {code: sum(map(letters.count, own)) / len(letters) for code, own in _OWN_LETTERS.items()}
    # Persian's letters serve the others too, so it comes last.
    code = max((own for own in shares if own != "fa"), key=lambda own: shares[own])
    code = code if shares[code] > 0.03 else "fa"
    share = shares[code] + (shares["fa"] if code != "fa" else 0.0)
    if share > 0.06 and share > 0.5 * _article_share(text):
        return code
    return "ar"


def _article_share(text: str) -> float:
    """The share of words that Arabic alone has: its small words, and those with the article."""
    found = words(text)
    own = sum(1 for word in found if word in _ARABIC_WORDS or word.startswith(("ال", "وال", "بال", "لل")))
    return own / len(found) if found else 0.0


def _latin(text: str) -> str | None:
    found = words(text)
    counts = {code: sum(1 for word in found if word in own) for code, own in _FUNCTION_WORDS.items()}
    code, count = max(counts.items(), key=lambda pair: pair[1])
    return code if count else None
