-- Drops the fresh fingerprints of drafts that have become no revision, or one of which paragraphs are boilerplate, and those
-- that another load has kept meanwhile.
delete from fresh
where not exists (
        select from news.revision where revision.revision_key = fresh.revision_key and revision.boilerplate = '{}'
    )
    or exists (select from news.fingerprint where fingerprint.revision_key = fresh.revision_key);
