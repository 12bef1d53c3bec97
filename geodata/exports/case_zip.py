"""The zip of a case: the part that is wanted, as a person would edit it, and nothing computed."""

from __future__ import annotations

from geodata.cases.write import zip_of
from geodata.exports.csv_table import csv_bytes
from geodata.exports.part import part_files, part_of
from geodata.exports.tables import Tables

JOINED_FILE = "joined.csv"  # read by nobody: a case has its own tables


def zip_bytes(tables: Tables) -> bytes:
    """Return ``case.toml`` and the four tables; of joined events the joined table beside them.

    Raises
    ------
    InputError
        If a row could not stand in a case, as where a bare table cites sources it does not list.
    """
    files = part_files(part_of(tables))
    beside = {} if tables.has_attacks else {JOINED_FILE: csv_bytes(tables)}
    return zip_of(files, beside=beside)
