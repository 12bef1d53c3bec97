"""Readers: bytes to rows, rows to validated tables; one module a provider."""
