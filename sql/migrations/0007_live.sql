-- The spelling of a link that was listed, which is asked for: `url` is canonical and only compares. Null where the two are one.
alter table crawl.link
    add column listed_url text,
    add constraint link_listed_url check (listed_url <> url);
