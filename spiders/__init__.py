"""DISCOVER, FETCH, ARCHIVE: from an outlet's addresses to pages in the archive. Imports nothing of ours."""
