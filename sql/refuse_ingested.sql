-- Ends links of ingested pages that the database refused; one that led to a page before stays as it is.
update crawl.link
set outcome = 'quarantined', reason = %(reason)s, settled_at = now()
where link_key = any(%(link_keys)s) and outcome = 'pending' and run_day is null and page_key is null;
