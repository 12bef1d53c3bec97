"""Parts of the page, one a file; each takes the record and draws."""
