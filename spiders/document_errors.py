"""Why a feed, a sitemap or a section gives nothing."""

from __future__ import annotations

from spiders.errors import WarraqError


class DocumentError(WarraqError):
    """A feed, sitemap or section that gives nothing; `reason` is one word for the ledger.

    It travels between processes.

    >>> import pickle
    >>> error = pickle.loads(pickle.dumps(HostileDocument("too_large", "The document is too large.")))
    >>> error.reason, str(error)
    ('too_large', 'The document is too large.')
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(reason, sentence)
        self.reason, self.sentence = reason, sentence

    def __str__(self) -> str:
        return self.sentence


class HostileDocument(DocumentError):
    """A document made to harm its reader: too_large, xml_entities or xml_depth."""


class UnreadableDocument(DocumentError):
    """A document that is not what it should be: empty, not_xml, not_html or not_a_feed."""
