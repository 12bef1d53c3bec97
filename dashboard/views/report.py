"""The validation report of a file: what was noticed, what was rejected and why, and both to take away."""

from __future__ import annotations

import json
from functools import partial
from pathlib import PurePath

import pandas as pd
import streamlit as st

from dashboard.reading import FileRead
from dashboard.views.markup import plain
from geodata.cases.imports import open_rows
from geodata.readers.rejects import rejected_table
from geodata.render.markup import tag, text
from geodata.report import Report, RowWarning, TableReport

_FORMATS = {
    "case": "a case",
    "acled": "ACLED",
    "ucdp": "UCDP GED",
    "gdelt": "GDELT",
    "table": "a table",
    "geo": "a table with geometry",
}
_SHOWN = 500
_ROWS_NAMED = 12


def format_words(name: str) -> str:
    """Return a format of a report in words."""
    return _FORMATS.get(name, name)


def show_report(found: FileRead) -> None:
    """Draw the balance of every table; nothing is left out, and what is not shown can be taken away."""
    report = found.report
    if report is None:
        return
    for name, table in {"events": report.events, **report.tables}.items():
        _show_table(name, table, is_alone=not report.tables)
    _show_downloads(found, report)


def _show_table(name: str, table: TableReport, *, is_alone: bool) -> None:
    if not is_alone and not (table.rejected_rows or table.warnings):
        return
    if not is_alone:
        st.caption(plain(f"{name}: {table.rows_read:,} rows read, {table.accepted:,} accepted"))
    if table.warnings:
        st.html(tag("ul", "".join(map(_warning, table.warnings)), "sm-noticed"))
    if table.rejected_rows:
        shown = table.rejected_rows[:_SHOWN]
        st.dataframe(
            pd.DataFrame(
                {
                    "Rejected row": [row.row for row in shown],
                    "Column": [row.column for row in shown],
                    "Value": [row.value for row in shown],
                    "Reason": [row.reason for row in shown],
                    "Remedy": [row.remedy for row in shown],
                }
            ),
            hide_index=True,
            width="stretch",
            height=min(38 + 35 * len(shown), 300),
        )
        if len(table.rejected_rows) > _SHOWN:
            st.caption(f"The first {_SHOWN:,} of {len(table.rejected_rows):,} rejected rows are shown.")


def _warning(warning: RowWarning) -> str:
    rows = warning.rows
    # Messages of readers begin with the number of rows; of others it is said here.
    number = f" ({len(rows):,} rows)" if len(rows) > 1 and not warning.message[:1].isdigit() else ""
    which = f"row{'s' if len(rows) > 1 else ''} {_named(rows)}" if rows else ""
    return tag("li", text(warning.message + number) + tag("small", text(which)))


def _named(rows: tuple[int, ...]) -> str:
    more = f" and {len(rows) - _ROWS_NAMED:,} more" if len(rows) > _ROWS_NAMED else ""
    return ", ".join(map(str, rows[:_ROWS_NAMED])) + more


def _show_downloads(found: FileRead, report: Report) -> None:
    stem = PurePath(found.file).stem
    with st.container(horizontal=True):
        if report.events.rejected_rows and report.format != "case":
            st.download_button(
                f"Rejected rows ({len(report.events.rejected_rows):,})",
                partial(_rejected, found, report),
                file_name=f"{stem}-rejected.csv",
                mime="text/csv",
                key="own_rejected",
                on_click="ignore",
                icon=":material/download:",
                help="Their own columns, with row and reason before them. Mend them and open that file.",
            )
        st.download_button(
            "Report",
            partial(_report_json, report),
            file_name=f"{stem}-report.json",
            mime="application/json",
            key="own_report",
            on_click="ignore",
            icon=":material/download:",
            help="The same as: python -m geodata check FILE --json",
        )


def _rejected(found: FileRead, report: Report) -> bytes:
    rows = open_rows(found.data, found.file, found.options).rows
    return rejected_table(rows, report.events.rejected_rows)


def _report_json(report: Report) -> str:
    return json.dumps(report.as_dict(), ensure_ascii=False, indent=1) + "\n"
