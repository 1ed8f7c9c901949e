-- Who has an outlet's turn, and whether it is over.
select holder, until < now()
from crawl.turn
where outlet = %(outlet)s;
