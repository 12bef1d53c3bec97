"""Benchmarks: each module is run with ``python -m`` from the root and prints a table."""
