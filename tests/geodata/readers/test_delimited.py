"""Columns are what rows are: the quick reader of providers' text against the reader of rows."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from provider_files import ACLED_ROW, GDELT_ROW, UCDP_ROW, acled_text

from geodata.cases import Case, NoEventError, imports
from geodata.cases.read import case_of_bytes
from geodata.errors import InputError
from geodata.readers import gdelt, ucdp
from geodata.readers.acled_columns import COLUMNS as ACLED_COLUMNS
from geodata.readers.delimited import Irregular, Source, read_delimited
from geodata.readers.layout import HEAD_BYTES, layout_of
from geodata.readers.table_file import TableOptions
from geodata.readers.text_table import TextTable

OPTIONS = TableOptions()


def outcome(data: bytes, monkeypatch: pytest.MonkeyPatch, *, by_rows: bool) -> object:
    """Return all that a reading gives: tables, rows, report, or the refusal."""
    with monkeypatch.context() as patch:
        if by_rows:
            patch.setattr(imports, "open_columns", lambda *_, **__: None)
        try:
            case = case_of_bytes(data, "t.csv")
        except NoEventError as error:
            return ("no event", error.message(), error.report.as_dict())
        except InputError as error:
            return ("refused", error.message(), error.as_dict())
    return told(case)


def told(case: Case) -> dict[str, object]:
    tables = {name: getattr(case, name) for name in ("events", "attacks", "claims", "sources")}
    return {
        "tables": {
            name: frame.astype(object).where(frame.notna(), None).to_dict("split")
            for name, frame in tables.items()
        },
        "types": {name: frame.dtypes.astype(str).to_dict() for name, frame in tables.items()},
        "report": case.report.as_dict(),
        "rows": case.event_rows,
        "meta": case.meta,
        "hash": case.data_hash,
    }


def same(data: bytes, monkeypatch: pytest.MonkeyPatch) -> object:
    quick = outcome(data, monkeypatch, by_rows=False)
    assert quick == outcome(data, monkeypatch, by_rows=True)
    return quick


def is_read_by_column(data: bytes) -> bool:
    source = Source.of_bytes(data, "t.csv")
    layout = layout_of(data[:HEAD_BYTES], "t.csv", OPTIONS, is_whole=len(data) <= HEAD_BYTES)
    if layout is None:
        return False
    try:
        read_delimited(source, layout)
    except Irregular:
        return False
    return True


def text(
    columns: list[str], *rows: dict[str, str], delimiter: str = ",", end: str = "\n", quote: int = 0
) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quote)
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return out.getvalue()


U = ucdp.COLUMNS
ONE, TWO = UCDP_ROW, UCDP_ROW | {"id": "900002", "best": "9", "latitude": "26.5"}
NASTY = {
    "plain": text(U, ONE, TWO),
    "crlf": text(U, ONE, TWO, end="\r\n"),
    "semicolons": text(U, ONE, TWO, delimiter=";"),
    "tabs": text(U, ONE, TWO, delimiter="\t"),
    "all quoted": text(U, ONE, TWO, quote=csv.QUOTE_ALL),
    "bom": "\ufeff" + text(U, ONE, TWO),
    "hxl": text(U, dict.fromkeys(U, "#x"), ONE, TWO),
    "blank lines": text(U, ONE) + "\n\n" + text(U, TWO).split("\n", 1)[1] + "\n",
    "blank under the header": text(U).rstrip("\n") + "\n\n" + text(U, ONE).split("\n", 1)[1],
    "lines in cells": text(U, ONE | {"where_description": "near\nthe\r\n\nroad"}, TWO),
    "quotes in cells": text(U, ONE | {"source_headline": 'He said ""no"", "twice"'}, TWO),
    "padded": text(U, {name: f"  {cell}\t" for name, cell in ONE.items()}, TWO),
    "hard spaces": text(U, ONE | {"side_a": "\u00a0Side\u2003One\u3000"}, TWO),
    "na": text(U, ONE | {"low": "NA", "adm_2": "NULL", "iso3": "nan"}, TWO),
    "twice": text(U, ONE, TWO, ONE | {"best": "77"}),
    "bad cells": text(U, ONE | {"latitude": "north"}, TWO | {"date_start": "31.31.2021"}, ONE | {"id": ""}),
    "one without the other": text(U, ONE | {"longitude": ""}, TWO | {"latitude": "0", "longitude": "0"}),
    "unknown codes": text(U, ONE | {"where_prec": "9", "date_prec": "x", "type_of_violence": "4.0"}, TWO),
    "out of order": text(U, ONE | {"low": "5", "best": "2", "high": "1"}, TWO),
    "short row": text(U, ONE) + "900009,x,2021\n" + text(U, TWO).split("\n", 1)[1],
    "long row": text(U, ONE).rstrip("\n") + ",too,many\n" + text(U, TWO).split("\n", 1)[1],
    "every row long": "\n".join(
        [text(U).strip(), *(text(U, row).split("\n", 1)[1].strip() + "," for row in (ONE, TWO))]
    ),
    "empty column at the end": text([*U, ""], ONE, TWO),
    "index column": text(["", *U], ONE, TWO),
    "doubled name": text([*U, "id"], ONE, TWO),
    "reordered": text(list(reversed(U)), ONE, TWO),
    "further column": text([*U, "note"], ONE | {"note": "x"}, TWO),
    "upper case": text([name.upper() for name in U], {k.upper(): v for k, v in ONE.items()}),
    "without header": text(U, ONE, TWO).split("\n", 1)[1],
    "title": "UCDP GED\n\n" + text(U, ONE, TWO),
    "stated separator": "sep=,\n" + text(U, ONE, TWO),
    "open quote": text(U, ONE) + '"900003,never closed\n' + text(U, TWO).split("\n", 1)[1],
    "quote inside": text(U, ONE).replace("Side One", 'Side "One') + text(U, TWO).split("\n", 1)[1],
    "text after quote": text(U, ONE).replace("Side One", '"Side" One') + text(U, TWO).split("\n", 1)[1],
    "space before quote": text(U, ONE).replace("Side One", ' "Side, One"'),
    "carriage returns": text(U, ONE, TWO, end="\r"),
    "zero byte": text(U, ONE | {"side_a": "a\0b"}, TWO),
    "header alone": text(U),
    "nothing": "",
    "acled": acled_text({}, {"event_id_cnty": "PAK2", "geo_precision": "3"}),
    "acled with na": text(ACLED_COLUMNS, ACLED_ROW | {"fatalities": "NA"}, ACLED_ROW | {"event_date": ""}),
    "acled days": text(
        ACLED_COLUMNS, ACLED_ROW | {"event_date": "02/01/2024"}, ACLED_ROW | {"event_id_cnty": "B"}
    ),
    "acled revised": text(
        ACLED_COLUMNS,
        ACLED_ROW | {"timestamp": "9", "notes": "new"},
        ACLED_ROW | {"timestamp": "1", "notes": "old"},
    ),
    "gdelt": "\n".join(
        "\t".join((GDELT_ROW | {"GLOBALEVENTID": str(n)}).get(name, "") for name in gdelt.columns(61))
        for n in (1, 2)
    ),
    "gdelt with quotes": "\t".join(
        (GDELT_ROW | {"Actor1Name": '"A', "ActionGeo_FullName": 'b"'}).get(name, "")
        for name in gdelt.columns(61)
    )
    + "\n",
}
BY_ROWS = {
    *("title", "stated separator", "open quote", "quote inside", "text after quote", "space before quote"),
    *("carriage returns", "zero byte", "doubled name", "nothing", "blank under the header"),
}


@pytest.mark.parametrize("name", NASTY)
def test_both_ways_give_the_same(monkeypatch, name):
    same(NASTY[name].encode(), monkeypatch)


def test_most_of_these_are_read_by_column_and_the_doubtful_ones_by_row():
    by_row = {name for name, data in NASTY.items() if not is_read_by_column(data.encode())}
    assert by_row == BY_ROWS


def test_other_encodings_are_left_to_the_reader_of_rows(monkeypatch):
    data = text(U, ONE | {"adm_1": "Région"}, TWO)
    for encoding in ("utf-16", "cp1252"):
        assert not is_read_by_column(data.encode(encoding))
        same(data.encode(encoding), monkeypatch)


CELLS = st.text(
    alphabet=st.sampled_from(["a", "é", " ", '"', ",", "\n", "\r", ";", "\t", "0", "\u00a0", "|", "'"]),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4),
    end=st.sampled_from(["\n", "\r\n"]),
    quote=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_cells_that_csv_can_write(cells, end, quote):
    rows = [
        ONE | {"id": str(900_000 + n), "side_a": a, "source_headline": b, "where_description": c}
        for n, (a, b, c) in enumerate(cells)
    ]
    with pytest.MonkeyPatch.context() as patch:
        same(text(U, *rows, end=end, quote=quote).encode(), patch)


@settings(max_examples=80, deadline=None)
@given(
    junk=st.text(alphabet=st.sampled_from(['"', ",", "\n", "\r", "a", " "]), max_size=12),
    at=st.integers(0, 400),
)
def test_any_damage_to_a_file(junk, at):
    data = text(U, ONE, TWO)
    place = len(",".join(U)) + at % len(data)
    with pytest.MonkeyPatch.context() as patch:
        same((data[:place] + junk + data[place:]).encode(), patch)


def texts(table: TextTable, name: str) -> list[str]:
    column = table.columns[table.header.index(name)]
    return [column.at(position) for position in range(len(column))]


@pytest.mark.parametrize("block", [64, 700, 5_000])
def test_blocks_end_anywhere_and_change_nothing(block):
    data = text(U, *(ONE | {"id": str(n), "side_a": f'a "{n}"\nb' * (n % 3)} for n in range(40))).encode()
    layout = layout_of(data, "t.csv", OPTIONS, is_whole=True)
    whole, whole_hash = read_delimited(Source.of_bytes(data, "t.csv"), layout)
    cut, cut_hash = read_delimited(Source.of_bytes(data, "t.csv"), layout, block_bytes=block)
    assert cut_hash == whole_hash and list(cut.numbers) == list(whole.numbers)
    for name in U:
        assert texts(cut, name) == texts(whole, name), name


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory():
    data = (text(U, ONE) + '"' + "x" * 3_000_000).encode()
    layout = layout_of(data[:HEAD_BYTES], "t.csv", OPTIONS, is_whole=False)
    with pytest.raises(InputError, match=r"line 3 is longer than 1 MB") as refused:
        read_delimited(Source.of_bytes(data, "t.csv"), layout, longest_line=1_000_000, block_bytes=100_000)
    assert refused.value.row == 3 and "not closed" in refused.value.remedy
