-- Whether nothing was ever found, fetched or loaded.
select not exists (select from crawl.link) and not exists (select from crawl.page)
    and not exists (select from news.article);
