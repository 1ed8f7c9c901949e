-- What was read, without the moments at which it was fetched, the pages that showed it, and how often: equal for two
-- warehouses that read the same articles at different times.
copy (
    select kind, content
    from (
        select 'article' as kind, encode(article.article_key, 'hex') as place, content::text
        from news.article
        cross join lateral (select outlet, url, revision_key, published_at, published_on) as content
        union all
        select 'revision', encode(revision.revision_key, 'hex'), content::text
        from news.revision
        cross join lateral (
            select
                revision_key, article_key, canonical_url, title, summary, body, boilerplate, published_at, published_on,
                published_raw, date_source, modified_at, authors, agencies, dateline, attribution_raw, section, tags,
                image_url, language
        ) as content
        union all
        select 'link', encode(link_key, 'hex'), content::text
        from crawl.link
        cross join lateral (select url, outlet, day, outcome, reason) as content
        union all
        select 'boilerplate', '', boilerplate::text
        from news.boilerplate
        union all
        select 'copy', encode(article_key, 'hex'), copy::text
        from news.copy
    ) as told
    order by kind collate "C", place collate "C", content collate "C"
) to stdout;
