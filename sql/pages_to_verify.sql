-- Every page of the archive's index, in the order in which it lies on the disk.
select outlet, url, final_url, file, record_offset, record_length, sha256
from crawl.page
order by file, record_offset;
