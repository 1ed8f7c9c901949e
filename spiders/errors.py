"""The errors that a person reads."""

from __future__ import annotations


class WarraqError(Exception):
    """Something that a person asked for cannot be done; the message is the sentence that they see.

    `exit_code` is what the command line ends with: 1 failed, 2 impossible request, 3 no disk space, 75 busy, try again.
    """

    exit_code = 1


class ImpossibleRequest(WarraqError):
    """A request that can never work as it stands: an unknown outlet, a day in the future."""

    exit_code = 2
