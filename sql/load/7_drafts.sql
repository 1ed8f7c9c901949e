-- The worktable is empty again.
delete from crawl.draft
where day is not distinct from %(day)s and outlet = any(%(outlets)s);
