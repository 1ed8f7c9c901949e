"""The pipeline after the crawl (not Scrapy's item pipelines): extract, dedup, load, check, read."""
