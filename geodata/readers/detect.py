"""Which provider a table comes from, by the columns that only that provider has."""

from __future__ import annotations

from typing import Protocol

from geodata.progress import Progress, silent
from geodata.readers.acled import read_acled
from geodata.readers.acled_columns import is_event_file, is_weekly_file
from geodata.readers.gdelt import read_gdelt
from geodata.readers.headerless import detect_headerless
from geodata.readers.provider import Imported
from geodata.readers.rows import Rows
from geodata.readers.text_table import TextTable
from geodata.readers.ucdp import read_ucdp

__all__ = ["PROVIDERS", "detect_header", "detect_headerless", "detect_table"]


class Reader(Protocol):
    """Reads the columns of a provider's file."""

    def __call__(self, rows: TextTable, *, progress: Progress = silent) -> Imported: ...


PROVIDERS: dict[str, Reader] = {
    "acled": read_acled,
    "ucdp": read_ucdp,
    "gdelt": read_gdelt,
}


def detect_table(rows: Rows) -> str:
    """Return ``acled``, ``ucdp`` or, for every other table, ``table``."""
    return detect_header(rows.header)


def detect_header(header: tuple[str, ...]) -> str:
    """Return the same by the names of the columns alone."""
    if is_event_file(header) or is_weekly_file(header):
        return "acled"
    names = {name.casefold() for name in header}
    return "ucdp" if {"type_of_violence", "where_prec"} <= names else "table"
