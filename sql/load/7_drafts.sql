-- The worktable is empty again.
delete from crawl.draft where page_key in (table loading);
