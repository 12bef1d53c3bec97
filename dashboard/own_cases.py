"""Cases that a session opened from files of its user: in memory only, seen by nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.cases import Case
from geodata.cases.update import Update
from geodata.report import Report

# No folder of a case is called so: what stands in an address is known for a file of a session.
PREFIX = "~"


@dataclass(frozen=True)
class OwnCase:
    """A file that is open.

    Parameters
    ----------
    key
        What stands for it in the list of cases: ``PREFIX`` and a number.
    file
        Name of the file that was read last.
    case
        The case it became.
    report
        What became of its rows.
    update
        What the file changed, where it was read over a case that was open before.
    """

    key: str
    file: str
    case: Case
    report: Report
    update: Update | None = None


def is_own(case_id: str) -> bool:
    """Return whether an id is that of a file of some session."""
    return case_id.startswith(PREFIX)
