-- Which of these turns are held with these fences; nobody takes one of them over before the transaction has ended.
select turn.outlet
from unnest(%(outlets)s::text[], %(fences)s::bigint[]) as mine (outlet, fence)
join crawl.turn on turn.outlet = mine.outlet and turn.fence = mine.fence
order by turn.outlet
for key share of turn;
