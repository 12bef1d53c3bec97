"""Very many events: columns in the order of a map, counts by place and day, rows from Parquet.

``docs/decisions/store.md`` says how a store lies on disk and why.
"""
