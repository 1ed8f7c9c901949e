-- The files that the index names, in the order of the bytes of their names, each with the places of its records.
select file, array_agg(record_offset order by record_offset, record_length),
    array_agg(record_length order by record_offset, record_length)
from crawl.page
group by file
order by file collate "C";
