-- Keeps turns for another while; one that was taken over stays with its new holder.
update crawl.turn
set until = now() + %(seconds)s * interval '1 second'
from unnest(%(outlets)s::text[], %(fences)s::bigint[]) as mine (outlet, fence)
where turn.outlet = mine.outlet and turn.fence = mine.fence;
