"""What the join tells of the points of a file: in another unit than the row says, or in none."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.cases import Case
from geodata.join import OUTSIDE_BOUNDARIES, STATED_MISMATCH
from geodata.report import Report, RowWarning, TableReport

_AT_SEA = "sea_or_air"


def place_warnings(case: Case, joined: pd.DataFrame) -> tuple[RowWarning, ...]:
    """Return warnings on the events of a case by where their points lie.

    Parameters
    ----------
    joined
        The events with the columns that :func:`geodata.join.assign_admin` adds, in any order.
    """
    events = joined.set_index("event_id").loc[list(case.events["event_id"])]
    flags = events["join_flags"].str.split(";")
    mismatch = np.array([STATED_MISMATCH in cell for cell in flags], dtype=bool)
    outside = np.array([OUTSIDE_BOUNDARIES in cell for cell in flags], dtype=bool)
    stated, found = events["country_iso3"].to_numpy(), events["adm0_id"].to_numpy()
    abroad = mismatch & (stated != "") & (found != "") & (stated != found)
    at_sea = outside & (events["location_precision"] != _AT_SEA).to_numpy()
    wanted = {
        "other_country": (abroad, "the point lies in another country than the row states"),
        "other_unit": (mismatch & ~abroad, "the point lies in another province or district than is stated"),
        "at_sea": (at_sea, "the point lies in no country: at sea, or off a coast that is drawn coarsely"),
    }
    rows = np.array(case.event_rows or range(1, len(events) + 1))
    told = []
    for code, (which, words) in wanted.items():
        at = tuple(int(row) for row in rows[which])
        if at:
            told.append(RowWarning(code, f"{_counted(len(at))}: {words}; kept as it is", at))
    return tuple(told)


def with_place_warnings(report: Report, warnings: tuple[RowWarning, ...]) -> Report:
    """Return a report with more warnings on its events."""
    events = report.events
    table = TableReport(
        events.file, events.rows_read, events.accepted, events.rejected_rows, (*events.warnings, *warnings)
    )
    return Report(report.format, table, report.tables)


def _counted(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
