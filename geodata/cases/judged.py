"""A provider's tables judged by column; only rows that may have a fault meet the rules of a row.

What a reader of a provider made is well-formed in almost every row. Whether it is, whole columns
tell, each distinct value once. Rows that do not pass go through the schema and the rules of every
case, one by one, and those say what is wrong: the reasons are the same for any table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata import schema
from geodata.days import parse_when
from geodata.readers.provider import Imported
from geodata.readers.rows import Rows
from geodata.readers.texts import Mask
from geodata.readers.validate import Draft, draft_table

Drafts = dict[str, Draft]


def judged_drafts(imported: Imported, rules: Callable[[Drafts], None]) -> Drafts:
    """Return the tables of an import, its faulty rows rejected.

    Parameters
    ----------
    rules
        Runs the rules of every case over the drafts of the four tables.
    """
    events, claims = imported.events, imported.claims
    is_clean = _is_clean(events, _EVENT_TESTS) & _cites(events["source_ids"], imported.sources)
    is_clean &= _agrees(events)
    claim_is_clean = _is_clean(claims, _CLAIM_TESTS) & _figures_agree(claims)
    sources = imported.sources
    are_sources_clean = bool(_is_clean(sources, _SOURCE_TESTS).all())
    if are_sources_clean:  # GDELT's pages are as many as its events
        sources = sources.iloc[:0]
    else:
        is_clean[:], claim_is_clean[:] = False, False
    # A claim falls with its event, and is judged beside it; both have the row number of their record.
    claim_is_clean &= np.isin(claims.index, events.index[is_clean])
    is_clean &= ~np.isin(events.index, claims.index[~claim_is_clean])
    doubtful = replace(imported, events=events[~is_clean], claims=claims[~claim_is_clean], sources=sources)
    drafts = row_drafts(doubtful)
    if are_sources_clean:
        _add(drafts["sources"], imported.sources)
    if not (is_clean.all() and claim_is_clean.all()):
        rules(drafts)
    for name, clean in (("events", events[is_clean]), ("claims", claims[claim_is_clean])):
        _add(drafts[name], clean)
    return drafts


def row_drafts(imported: Imported) -> Drafts:
    """Return the tables of an import, parsed and held against the schema row by row."""
    frames = {"events": imported.events, "claims": imported.claims, "sources": imported.sources}
    drafts = {}
    for name in schema.TABLES:
        frame = frames.get(name)
        if frame is None:
            rows = Rows(imported.file, schema.REQUIRED[name], ())
        else:
            cells = zip(*(_cells(frame[column]) for column in frame.columns), strict=True)
            rows = Rows(
                imported.file,
                tuple(frame.columns),
                tuple(zip(map(int, frame.index), cells, strict=True)),
            )
        drafts[name] = draft_table(name, rows)
    return drafts


def _cells(column: pd.Series) -> list[str]:
    """Return the cells as they would stand in a file: numbers as the shortest text that gives them back."""
    if column.dtype == float:
        return ["" if np.isnan(value) else repr(value) for value in column.tolist()]
    return [str(cell) for cell in column]


def _add(draft: Draft, clean: pd.DataFrame) -> None:
    """Add rows without a fault to a draft, under the columns of the schema."""
    draft.rows_read += len(clean)
    table, numbers = schema.TABLES[draft.name], schema.number_columns(draft.name)
    columns = {}
    for name in table.columns:
        default = np.nan if name in numbers else schema.DEFAULTS[draft.name].get(name, "")
        columns[name] = clean[name] if name in clean else _repeated(default, clean.index)
    frame = pd.DataFrame(columns, index=clean.index, copy=False)
    if draft.frame.empty:
        draft.frame = frame
    else:
        draft.frame = pd.concat([frame, draft.frame]).sort_index()


def _repeated(value: object, index: pd.Index) -> pd.Series:
    return pd.Series(value, index=index, dtype="str" if isinstance(value, str) else float)


# -- what whole columns tell ---------------------------------------------------------------------


def _arrow(column: pd.Series) -> pa.ChunkedArray:
    made = pa.array(column.array, pa.large_string())
    return made if isinstance(made, pa.ChunkedArray) else pa.chunked_array([made])


def _among(column: pd.Series, test: Callable[[str], bool]) -> Mask:
    """Return which cells pass; each distinct value is tested once, and most often all of them pass."""
    cells = _arrow(column)
    wrong = [value for value in cells.unique().to_pylist() if not test(value)]
    if not wrong:
        return np.ones(len(cells), dtype=bool)
    is_wrong = pc.is_in(cells, value_set=pa.array(wrong, pa.large_string()))
    return ~np.asarray(is_wrong).astype(bool, copy=False)


def _is_filled(column: pd.Series) -> Mask:
    return np.asarray(pc.greater(pc.binary_length(_arrow(column)), 0)).astype(bool, copy=False)


def _is_unique(column: pd.Series) -> Mask:
    cells = _arrow(column)
    if pc.count_distinct(cells).as_py() == len(cells):
        return np.ones(len(cells), dtype=bool)
    return ~column.duplicated(keep=False).to_numpy()


def _is_day(column: pd.Series) -> Mask:
    return _among(column, lambda text: not text or _is_time(text))


def _is_time(text: str) -> bool:
    try:
        parse_when(text)
    except ValueError:
        return False
    return len(text) == len("2024-01-16")


def _one_of(*values: str) -> Callable[[pd.Series], Mask]:
    return lambda column: _among(column, values.__contains__)


def _between(low: float, high: float) -> Callable[[pd.Series], Mask]:
    def test(column: pd.Series) -> Mask:
        values = column.to_numpy(dtype=float)
        return np.asarray(np.isnan(values) | ((values >= low) & (values <= high)), dtype=bool)

    return test


_Tests = Mapping[str, tuple[Callable[[pd.Series], Mask], ...]]
_EVENT_TESTS: _Tests = {
    "event_id": (_is_filled, _is_unique),
    "title": (_is_filled,),
    "event_type": (_one_of(*schema.EVENT_TYPES),),
    "start": (_is_filled, _is_day),
    "end": (_is_day,),
    "time_precision": (_one_of("day", "week", "month", "year"),),
    "latitude": (_between(-90, 90),),
    "longitude": (_between(-180, 180),),
    "location_precision": (_one_of(*schema.LOCATION_PRECISIONS),),
    "location_uncertainty_km": (_between(0, np.finfo(float).max),),
}
_CLAIM_TESTS: _Tests = {
    "claim_id": (_is_filled, _is_unique),
    "event_id": (_is_filled,),
    "claimant": (_is_filled,),
    "subject": (_one_of(*schema.CLAIM_SUBJECTS),),
    **dict.fromkeys(("value_min", "value_max", "value_best"), (_between(0, np.finfo(float).max),)),
}
_SOURCE_TESTS: _Tests = {
    "source_id": (_is_filled, _is_unique),
    "publisher": (_is_filled,),
    "title": (),
}
# Further columns of our schema are judged by no rule beyond "is text"; a provider's table has no others.
_FREE = {"place_name", "country_iso3", "admin1", "admin2", "actors", "summary", "extra", "source_ids", "text"}
_FREE |= {"source_id", "url", "licence", "accessed"}


def _is_clean(frame: pd.DataFrame, tests: _Tests) -> Mask:
    """Return which rows pass the tests of their columns; none does where a column was not foreseen."""
    if not set(frame.columns) <= {*tests, *_FREE}:
        return np.zeros(len(frame), dtype=bool)
    clean = np.ones(len(frame), dtype=bool)
    for column, wanted in tests.items():
        for test in wanted if column in frame else ():
            clean &= test(frame[column])
    return clean


def _agrees(events: pd.DataFrame) -> Mask:
    """Return which events end no earlier than they start, and have both coordinates or neither."""
    has_lat, has_lon = events["latitude"].notna().to_numpy(), events["longitude"].notna().to_numpy()
    needs_point = ~_among(events["location_precision"], lambda text: text not in schema.POINT_PRECISIONS)
    agrees = (has_lat == has_lon) & (has_lat | ~needs_point)
    if "end" in events:
        start, end = _arrow(events["start"]), _arrow(events["end"])
        is_early = pc.and_(pc.greater(pc.binary_length(end), 0), pc.less(end, start))
        agrees &= ~np.asarray(is_early).astype(bool, copy=False)
    return np.asarray(agrees, dtype=bool)


def _figures_agree(claims: pd.DataFrame) -> Mask:
    """Return which claims have a least figure that is not above their most."""
    if "value_min" not in claims:
        return np.zeros(len(claims), dtype=bool)
    low, high = claims["value_min"].to_numpy(dtype=float), claims["value_max"].to_numpy(dtype=float)
    return np.asarray(~np.isnan(low) & ~(low > high), dtype=bool)


def _cites(cells: pd.Series, sources: pd.DataFrame) -> Mask:
    known: Collection[str] = set(sources["source_id"])
    return _among(cells, lambda cell: all(value in known for value in schema.split(cell)))
