-- The articles of which a revision states a given day.
select distinct article_key from news.revision where published_on = %(day)s;
