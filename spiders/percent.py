"""Percent-encoding: one form for every spelling, and bytes that are not UTF-8 left as they are."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote

_HIDDEN = re.compile("[^A-Za-z0-9._~\xa0-\ud7ff\ue000-\U0010ffff-]")  # what is not shown: all but letters


def decoded(text: str) -> str:
    """Percent-encoded text with every letter shown that can be; bytes that are no UTF-8 stay encoded."""

    def shown(match: re.Match[str]) -> str:
        decoded = bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "surrogateescape")
        return _HIDDEN.sub(lambda char: _percent(char[0]), decoded)

    return re.sub(r"(?:%[0-9A-Fa-f]{2})+", shown, text)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


def encoded(text: str, safe: str) -> str:
    """Text with everything percent-encoded but ASCII letters, what is encoded already, and `safe`."""
    clean = re.sub(r"[\ud800-\udfff]", "\ufffd", text)
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", clean), safe=safe + "%~")


def sent(text: str, kept: str) -> str:
    """Text as browsers send it: what is encoded already stays as it is, a percent sign that encodes nothing too.

    `kept` are the signs that need no encoding besides letters and digits.

    >>> sent("/50%-off/%d8%ae/خبر 7", "/"), sent("t=%u0627", "=")
    ('/50%-off/%d8%ae/%D8%AE%D8%A8%D8%B1%207', 't=%u0627')
    """
    return quote(re.sub(r"[\ud800-\udfff]", "\ufffd", text), safe=kept + "%~")


def of_bytes(raw: bytes) -> str:
    """Bytes of an address as text, with those that are no UTF-8 percent-encoded as they are.

    >>> of_bytes("/خبر".encode("cp1256")), of_bytes("/خبر".encode())
    ('/%CE%C8%D1', '/خبر')
    """
    text = raw.decode("utf-8", "surrogateescape")
    return re.sub(r"[\udc80-\udcff]", lambda byte: _percent(byte[0]), text)


def readable(text: str) -> str:
    """An address, or a text with addresses, as a browser shows it: letters instead of their escapes, if they are UTF-8.

    >>> readable("https://raqib.tld/%D8%AE%D8%A8%D8%B1/%20?a=%2F&b=%E4")
    'https://raqib.tld/خبر/%20?a=%2F&b=%E4'
    """

    def shown(match: re.Match[str]) -> str:
        letters = unquote(match[0], errors="replace")
        return letters if letters.isalnum() else match[0]

    return re.sub(r"(?:%[89A-Fa-f][0-9A-Fa-f])+", shown, text)


def normal(text: str, safe: str) -> str:
    """The one encoded form of a part of an address.

    >>> normal("%d8%ae%D8%A8ر %7Ea%2fb", safe="/")
    '%D8%AE%D8%A8%D8%B1%20~a%2Fb'
    """
    return text if _is_normal(safe).fullmatch(text) else encoded(decoded(text), safe)


@lru_cache(maxsize=8)
def _is_normal(safe: str) -> re.Pattern[str]:
    """What `normal` would give back unchanged: most addresses, so that it need not take them apart."""
    hidden = "%(?:[0189A-F][0-9A-F]|2[0-9ABCF]|3[A-F]|40|5[BCDE]|60|7[BCDF])"
    return re.compile(rf"(?:[A-Za-z0-9._~{re.escape(safe)}-]|{hidden})*+")


def in_encoding(text: str, encoding: str) -> str:
    """Text whose letters beyond ASCII are percent-encoded in an encoding; those that it has not as HTML writes them.

    >>> in_encoding("q=خبر & 7", "cp1256"), in_encoding("ي €", "iso8859-6")
    ('q=%CE%C8%D1 & 7', '%EA %26%238364%3B')
    """

    def in_bytes(match: re.Match[str]) -> str:
        return quote(match[0].encode(encoding, "xmlcharrefreplace"), safe="")

    return re.sub(r"[^\x00-\x7f]+", in_bytes, text)
