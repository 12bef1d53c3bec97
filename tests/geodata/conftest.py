"""A case of a few rows, written as the files that a person would write."""

import csv
import io

import pytest

from geodata.cases import load_case
from geodata.record import build_record

HEAD = {
    "id": "small",
    "title": "A small case",
    "information_as_of": "2024-02-01",
    "time_zone": "Asia/Karachi",
    "date_from": "2024-01-01",
    "date_to": "2024-01-31",
    "licence": "CC BY 4.0",
    "citation": "Somebody (2024)",
}
EVENT = {"title": "Reported strike", "event_type": "strike", "start": "2024-01-16"}


def table_text(rows):
    out = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def head_text(**changes):
    return "\n".join(f'{key} = "{value}"' for key, value in {**HEAD, **changes}.items())


@pytest.fixture
def write_case(tmp_path):
    """Return a function that writes a case folder; an event is only what a test cares about."""

    def write(events, *, head="", name="case", **tables):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "case.toml").write_text(head or head_text(), encoding="utf-8")
        tables["events"] = [{"event_id": f"e{n}", **EVENT, **row} for n, row in enumerate(events)]
        for table, rows in tables.items():
            (folder / f"{table}.csv").write_text(table_text(rows), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def make_record(write_case):
    """Return a function that writes a case and returns its record."""

    def make(events, **parts):
        return build_record(load_case(write_case(events, **parts)))

    return make


@pytest.fixture(scope="session")
def bundled():
    """Return the record of the bundled case."""
    return build_record(load_case("iran-pakistan-2024"))
