"""Everything that a page says about its article besides its text: one door to the modules that read it."""

from pipelines.metadata.authors import told_authors
from pipelines.metadata.bylines import visible_bylines
from pipelines.metadata.facts import Facts, read_facts
from pipelines.metadata.jsonld import text_value
from pipelines.metadata.pictures import image_url
from pipelines.metadata.section import section
from pipelines.metadata.summary import summary
from pipelines.metadata.tags import tags
from pipelines.metadata.title import page_title, without_site

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
