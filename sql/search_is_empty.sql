-- Whether a query holds nothing to search for.
select numnode(news.search_query(%(query)s)) = 0;
