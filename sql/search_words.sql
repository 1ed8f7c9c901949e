-- Which of some words, as they are spelled, a query finds.
select word
from unnest(%(words)s::text[]) as word
where news.lexemes(btrim(news.normalize_arabic(word))) && array(
    select found[1] from regexp_matches(querytree(news.search_query(%(query)s)), '''([^'']+)''', 'g') as found
);
