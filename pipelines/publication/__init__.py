"""When an article was published: the witnesses on a page, and which of them is believed."""
