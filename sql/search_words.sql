-- Which of some words, as they are spelled, a query finds. Few are stemmed, which costs: those that hold a lexeme of the query,
-- or a word that the lexicon reads as one, but for the last letter, which an ending may have changed.
with sought as materialized (
    select array(
        select found[1] from regexp_matches(querytree(news.search_query(%(query)s)), '''([^'']+)''', 'g') as found
    ) as lexemes
),
spelling as (
    select unnest(lexemes) as letters from sought
    union
    select word from sought, jsonb_each_text(news.lexicon()) as entry (word, stem) where stem = any (lexemes)
),
piece as materialized (
    select array_agg(distinct left(letters, greatest(length(letters) - 1, 2))) as pieces from spelling
),
plain as materialized ( -- عبدالله is two words
    select word, part
    from unnest(%(words)s::text[]) as word
    cross join string_to_table(news.normalize_arabic(word), ' ') as part
    where part <> ''
)
select distinct word
from plain, sought, piece
where exists (select from unnest(pieces) as held where strpos(translate(plain.part, 'ىآ', 'يا'), held) > 0)
    and news.lexemes(plain.part) && sought.lexemes;
