-- The words of a text in one spelling, parted by spaces: no vowel marks, tatweel or punctuation; alef, ya, ta marbuta and
-- hamza carriers folded; Western digits; lower case. Explicit ranges, since classes like [:alnum:] depend on the locale.
-- U+E000 and U+E001 stay, because search_query marks its operators with them.
create function news.normalize_arabic(document text) returns text
    language sql immutable strict parallel safe
return regexp_replace(
    translate(
        lower(regexp_replace(
            normalize(document, nfkc),
            '[\u00AD\u0300-\u036F\u0610-\u061A\u061C\u0640\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E8'
            || '\u06EA-\u06ED\u0898-\u089F\u08CA-\u08FF\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF]+',
            '', 'g'
        )),
        'أإآٱىیےېةۃەؤئک٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹',
        'ااااييييهههويك01234567890123456789'
    ),
    '[\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7'
    || '\u0600-\u060F\u061B\u061D-\u061F\u066A-\u066D\u06D4\u06DD\u06DE\u06E9\u2000-\u200A\u2010-\u2029'
    || '\u202F-\u205F\u20A0-\u20CF\u2100-\u2BFF\u3000-\u303F\uE002-\uF8FF\uFD3E-\uFD4F\uFFF0-\uFFFF'
    || '\U0001F000-\U0001FAFF]+',
    ' ', 'g'
);

-- The search document of a text: its normalised words with their places. Cut at 200,000 characters, since a tsvector holds 1 MB.
create function news.search_vector(document text) returns tsvector
    language sql immutable strict parallel safe
return to_tsvector('pg_catalog.simple'::regconfig, news.normalize_arabic(left(document, 200000)));

-- The search of what a person typed: all the words, "a phrase", -not. Never an error: cut at 1,000 characters, monsters of
-- more than 100 letters left out, open quotes closed by the parser; what holds no word finds nothing.
create function news.search_query(query text) returns tsquery
    language sql immutable strict parallel safe
return websearch_to_tsquery(
    'pg_catalog.simple'::regconfig,
    regexp_replace(
        translate(
            news.normalize_arabic(
                regexp_replace(
                    translate(
                        left(translate(query, U&'\E000\E001', ''), 1000),
                        '"«»“”„‟', repeat(U&'\E001', 7)
                    ),
                    '(^|[[:space:]])-(?=[^[:space:]-])', U&'\\1 \E000', 'g'
                )
            ),
            U&'\E000\E001', '-"'
        ),
        '[^[:space:]"-]{101,}', ' ', 'g'
    )
);
