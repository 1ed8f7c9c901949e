"""READ: articles out of the warehouse, streaming: a file, a folder of files, or a dataset with a card."""
