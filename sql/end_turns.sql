-- Ends turns before their time; their fences are kept, so that the next ones are higher.
update crawl.turn
set until = '-infinity'
from unnest(%(outlets)s::text[], %(fences)s::bigint[]) as mine (outlet, fence)
where turn.outlet = mine.outlet and turn.fence = mine.fence;
