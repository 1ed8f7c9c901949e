-- The articles of which a revision tells a day.
select distinct article_key from news.revision where published_on = %(day)s;
