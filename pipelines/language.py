"""Which language a text is in: py3langid's answer, asked so that the languages in Arabic script are distinguished."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_ARABIC = re.compile(
    r"[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]+"
)
_LETTERS = re.compile(r"[^\W\d_]+")
# What Arabic says all the time, and no other language that does without letters of its own.
_ARABIC_WORDS = re.compile(r"(?<!\w)(?:في|من|على|إلى|عن|أن|إن|التي|الذي|هذا|هذه)(?!\w)")
_OTHER_LETTERS = re.compile(r"[^\W\d_\u0621-\u063a\u0641-\u064a]")
_SURE = 5
_SAMPLE = 300
_FEW = 12
# The model knows two dialects of Arabic, and Kurdish in Arabic letters by its southern kind.
_NAMES = {"ary": "ar", "arz": "ar", "sdh": "ckb"}
_OF_ARABIC_SCRIPT = frozenset({"ar", "fa", "ur", "ps", "ug", "ckb"})


def arabic_share(text: str) -> float:
    """How much of the letters of `text`, 0 to 1, is of the Arabic script.

    >>> arabic_share("خبر AFP")
    0.5
    """
    letters = len("".join(_LETTERS.findall(text)))
    return len("".join(_ARABIC.findall(text))) / letters if letters else 0.0


def language(text: str) -> str | None:
    """ISO 639 code of the language of most of `text`; None where it has no letters, or too few to tell.

    Sorani is `ckb`; Sindhi and Punjabi, which the model does not know, are taken for a neighbour, never for Arabic.

    >>> language("أعلنت وزارة الصحة عن تسجيل إصابات جديدة في العاصمة")
    'ar'
    >>> language("شلونكم يا جماعة الخير، ترى المطر وصل عندنا البارحة")
    'ar'
    >>> language("وزیر خارجه ایران گفت که این مذاکرات در وین ادامه خواهد داشت")
    'fa'
    >>> language("وزیر اعظم نے کہا ہے کہ حکومت عوام کے مسائل حل کرے گی")
    'ur'
    >>> language("سەرۆکی هەرێمی کوردستان لەگەڵ شاندێکی بەرلین کۆبووەوە")
    'ckb'
    >>> language("The minister said that the talks will go on in the capital")
    'en'
    >>> language("عاجل: انفجار"), language("AFP")
    ('ar', None)
    """
    text = unicodedata.normalize("NFKC", _sample(text))
    if _is_plainly_arabic(text):
        return "ar"
    letters = sum(map(len, _LETTERS.findall(text)))
    if not letters:
        return None
    is_arabic_script = arabic_share(text) > 0.5
    for label, _ in _identifier().rank(text):
        code = _NAMES.get(label, label)
        # Longer labels are languages that no press of ours meets, and that short texts are mistaken for.
        if code in _OF_ARABIC_SCRIPT or (len(code) == 2 and not is_arabic_script):
            return code if code == "ar" or letters >= _FEW else None
    return None


def _is_plainly_arabic(text: str) -> bool:
    """Whether a text has Arabic's own letters alone and enough of its commonest words: the model is slow."""
    return _OTHER_LETTERS.search(text) is None and len(_ARABIC_WORDS.findall(text)) >= _SURE


def _sample(text: str) -> str:
    """The beginning and the middle of a long text, which may open in one language and go on in another."""
    if len(text) <= 2 * _SAMPLE:
        return text
    middle = len(text) // 2
    return f"{text[:_SAMPLE]} {text[middle : middle + _SAMPLE]}"


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE)
