"""Everything that a page tells of its article beside its text: one door to the modules that read it."""

from pipelines.authors import told_authors
from pipelines.bylines import visible_bylines
from pipelines.facts import Facts, read_facts
from pipelines.jsonld import text_value
from pipelines.pictures import image_url
from pipelines.section import section
from pipelines.summary import summary
from pipelines.tags import tags
from pipelines.title import page_title, without_site

__all__ = [
    "Facts",
    "image_url",
    "page_title",
    "read_facts",
    "section",
    "summary",
    "tags",
    "text_value",
    "told_authors",
    "visible_bylines",
    "without_site",
]
