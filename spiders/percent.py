"""Percent-encoding: one form for every spelling, and bytes that are no UTF-8 left as they are."""

from __future__ import annotations

import re
from urllib.parse import quote

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def decoded(text: str) -> str:
    """Percent-encoded text with every letter shown that can be; bytes that are no UTF-8 stay encoded."""

    def shown(match: re.Match[str]) -> str:
        decoded = bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "surrogateescape")
        return "".join(
            char if char in _UNRESERVED or (char > "\x9f" and not "\ud800" <= char <= "\udfff") else _percent(char)
            for char in decoded
        )

    return re.sub(r"(?:%[0-9A-Fa-f]{2})+", shown, text)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


def encoded(text: str, safe: str) -> str:
    """Text with everything percent-encoded but ASCII letters, what is encoded already, and `safe`."""
    clean = re.sub(r"[\ud800-\udfff]", "\ufffd", text)
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", clean), safe=safe + "%~")


def normal(text: str, safe: str) -> str:
    """The one encoded form of a part of an address.

    >>> normal("%d8%ae%D8%A8ر %7Ea%2fb", safe="/")
    '%D8%AE%D8%A8%D8%B1%20~a%2Fb'
    """
    return encoded(decoded(text), safe)
