"""The paragraphs of an article: where they stand on a page, and what stands among them that is not part of the text."""

from pipelines.body.read import Body, read_body

__all__ = ["Body", "read_body"]
