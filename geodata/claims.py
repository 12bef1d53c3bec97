"""The ledger of claims: who says what, which figures are current, and the range they span.

A claimant is who says it; a source is who printed it. A figure is current when no
other claim supersedes it and no reason excludes it. What a data provider (ACLED,
UCDP) codes from many reports stands on a line of its own, never in a range.

How the range of an event is made, for ``killed`` and for ``injured``:

1. Superseded and excluded claims, and those of providers, are listed, not counted.
2. A figure without ``category`` is a claimant's total. Where it has one, its figures
   with a category are parts and are not counted. One category alone is the total
   ("11 police officers killed"). Several categories without a total may overlap, so
   they are not added up: the claimant says at least the largest of them.
3. Of several current figures of one claimant, those of the latest day of
   ``claimed_at`` count, and of these the latest hour where each has one. Figures
   whose order nothing tells all stand.
4. Low is the smallest ``value_min``, high the largest ``value_max`` or ``value_min``;
   the range is open when a counted figure is "at least".
5. A claimant without a figure adds no number, and is not named among those who gave one;
   one who is not recorded is not counted as a claimant, but named as such.
6. Where all counted figures are of one category, the words name it: "11 killed (police
   only; 1 claimant)".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.schema import CASUALTY_SUBJECTS, CLAIM_SUBJECTS, PROVIDERS, RANGE_COLUMNS, split

NOT_RECORDED = "Claimant not recorded"
_DAY_LENGTH = len("2024-01-18")
_KEYS = ["event_id", "claimant"]
_FIGURES = ["value_min", "value_max"]


class _Source(NamedTuple):
    publisher: str = ""
    url: str = ""
    relays: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim as the panel shows it; numbers are None where the cell is empty.

    ``relayed_publisher`` is whom the source only repeats, ``""`` where it stands alone.
    ``replaced_by`` says what took the place of a superseded claim: "95", and where
    somebody else said it "9 of the Interior Ministry".
    """

    claim_id: str
    text: str
    value_min: float | None
    value_max: float | None
    value_best: float | None
    figure: str
    category: str
    claimed_at: str
    grade: str
    excluded_reason: str
    source_id: str
    publisher: str
    url: str
    relayed_publisher: str
    replaced_by: str = ""


@dataclass(frozen=True)
class Position:
    """What one claimant says on one subject.

    Parameters
    ----------
    claimant
        Who says it.
    current
        Claims that stand, in order of time; several where nothing tells which is newer.
    superseded
        Claims that a newer one replaced, oldest first.
    excluded
        Claims set aside, each with its reason.
    is_provider
        Whether this is a data provider's coding, on a line of its own.
    independent_sources
        Number of sources of the current claims that do not only repeat another of them.
    """

    claimant: str
    current: tuple[Claim, ...]
    superseded: tuple[Claim, ...]
    excluded: tuple[Claim, ...]
    is_provider: bool
    independent_sources: int


@dataclass(frozen=True)
class Comparison:
    """Claimants whose counted figure on a subject is the same."""

    figure: str
    claimants: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """One subject of the ledger: positions side by side, and which figures agree.

    ``differs`` tells whether claimants contradict each other. Of killed and injured they
    do when their counted figures differ. On other subjects they do when two of them give
    other figures for the same thing, or when current claims of two are graded disputed:
    what one claimant says in several parts is no contradiction.
    """

    subject: str
    positions: tuple[Position, ...]
    figures: tuple[Comparison, ...]
    differs: bool = False


@dataclass(frozen=True)
class Ledger:
    """All claims on one event, by subject in the order of the schema."""

    event_id: str
    subjects: tuple[Subject, ...]


def casualty_ranges(claims: pd.DataFrame, event_ids: Sequence[str]) -> pd.DataFrame:
    """Return the range of killed and injured of every event, by the written rule.

    Parameters
    ----------
    claims
        Claim table of a case.
    event_ids
        Events to report on, in this order; each once.

    Returns
    -------
    pandas.DataFrame
        One row an event, index ``event_id``, columns ``schema.RANGE_COLUMNS``. Persons;
        NaN where nobody gives a figure (never 0). ``claims_count`` counts all claims on
        the event, on every subject, superseded ones included. Texts are ``""`` where
        nobody says anything on the subject.
    """
    index = pd.Index(list(event_ids), name="event_id", dtype="str")
    claims = claims[index.get_indexer(pd.Index(claims["event_id"])) >= 0]
    parts = [_subject_ranges(claims, subject, index) for subject in CASUALTY_SUBJECTS]
    counts = claims["event_id"].value_counts().reindex(index, fill_value=0).rename("claims_count")
    return pd.concat([*parts, counts], axis=1)[list(RANGE_COLUMNS)]


def provider_lines(claims: pd.DataFrame, event_ids: Sequence[str]) -> pd.Series:
    """Return what data providers code as killed, one line an event, apart from all claims.

    ACLED's 0 stands for "no information" and reads "none reported".

    Returns
    -------
    pandas.Series
        Text, ``""`` where no provider codes the event; index ``event_id``.
    """
    index = pd.Index(list(event_ids), name="event_id", dtype="str")
    coded = claims[claims["claimant"].isin(PROVIDERS) & (claims["subject"] == "killed") & _stands(claims)]
    cells = zip(coded["claimant"], coded["value_min"], coded["value_max"], strict=True)
    words = [f"{name}: {_provider_words(name, low, high)}" for name, low, high in cells]
    lines = pd.Series(words, index=coded["event_id"], dtype="str")
    joined = lines.groupby(level=0, sort=False).agg("; ".join)
    return joined.reindex(index, fill_value="").rename("provider_text")


def ledger(claims: pd.DataFrame, sources: pd.DataFrame, event_id: str) -> Ledger:
    """Return the claims on one event, claimants side by side.

    Parameters
    ----------
    claims, sources
        Tables of a case.
    event_id
        The event. One without claims has a ledger without subjects.
    """
    of_event = claims[claims["event_id"] == event_id]
    replaced = _replacements(of_event)
    publishers = _sources_by_id(sources)
    subjects = []
    for subject in CLAIM_SUBJECTS:
        rows = of_event[of_event["subject"] == subject]
        if rows.empty:
            continue
        positions = tuple(
            _position(str(claimant), group, replaced, publishers)
            for claimant, group in rows.groupby("claimant", sort=False)
        )
        is_count = subject in CASUALTY_SUBJECTS
        figures = _comparisons(_counted(of_event, subject)) if is_count else _plain_comparisons(positions)
        differs = len(figures) > 1 if is_count else _contradict(positions)
        subjects.append(Subject(subject, positions, figures, differs))
    return Ledger(event_id, tuple(subjects))


def _sources_by_id(sources: pd.DataFrame) -> dict[str, _Source]:
    columns = [sources[name] for name in ("publisher", "url", "relays")]
    return dict(zip(sources["source_id"], map(_Source, *columns), strict=True))


def _superseded_ids(claims: pd.DataFrame) -> frozenset[str]:
    named = claims.loc[claims["supersedes"] != "", "supersedes"]
    return frozenset(claim_id for cell in named for claim_id in split(cell))


def _replacements(claims: pd.DataFrame) -> dict[str, str]:
    """Return what replaced each superseded claim, in words."""
    speaker = dict(zip(claims["claim_id"], claims["claimant"], strict=True))
    words: dict[str, list[str]] = {}
    for row in claims[claims["supersedes"] != ""].to_dict("records"):
        said = _claim_figure(row["value_min"], row["value_max"]) or "a later statement"
        for claim_id in split(row["supersedes"]):
            is_own = speaker.get(claim_id) == row["claimant"]
            words.setdefault(claim_id, []).append(said if is_own else f"{said} of {row['claimant']}")
    return {claim_id: " and ".join(found) for claim_id, found in words.items()}


def _stands(claims: pd.DataFrame) -> pd.Series:
    return ~claims["claim_id"].isin(_superseded_ids(claims)) & (claims["excluded_reason"] == "")


def _counted(claims: pd.DataFrame, subject: str) -> pd.DataFrame:
    """Return one row a claimant and event: low, high, whether open, whether it has a figure."""
    said = claims[(claims["subject"] == subject) & ~claims["claimant"].isin(PROVIDERS) & _stands(claims)]
    said = said.assign(key=_speaker(said), high=said[_FIGURES].max(axis=1))
    figures = _latest(_totals(said[said["high"].notna()]))
    is_open = figures["value_min"].notna() & figures["value_max"].isna()
    figures = figures.assign(open=is_open | figures["is_part"])
    grouped = figures.groupby("key", sort=False)
    given = grouped.agg(
        low=("value_min", "min"),
        high=("high", "max"),
        open=("open", "any"),
        category=("category", "first"),
        is_part=("is_part", "any"),
    )
    given["category"] = given["category"].mask(given.pop("is_part"), "")
    if figures["is_part"].any():
        # Parts that may overlap are not added up: the largest of them is the least that was said.
        given["low"] = given["low"].mask(grouped["is_part"].any(), grouped["value_min"].max())
    everyone = said.drop_duplicates("key")[[*_KEYS, "key"]].join(given, on="key")
    has_figure, recorded = everyone["high"].notna(), everyone["claimant"] != NOT_RECORDED
    return everyone.assign(
        has_figure=has_figure,
        open=everyone["open"].eq(True),
        recorded=recorded,
        recorded_figure=has_figure & recorded,
        unrecorded_figure=has_figure & ~recorded,
    )


def _speaker(said: pd.DataFrame) -> np.ndarray:
    """Return one number for each claimant of each event."""
    (event, _), (claimant, names) = (pd.factorize(said[key]) for key in _KEYS)
    return np.asarray(event.astype(np.int64) * max(len(names), 1) + claimant)


def _totals(figures: pd.DataFrame) -> pd.DataFrame:
    """Drop the parts of a total; mark parts that stand without one."""
    is_total = figures["category"] == ""
    if is_total.all():
        return figures.assign(is_part=False)
    has_total = is_total.groupby(figures["key"]).transform("any")
    several = figures.groupby("key")["category"].transform("nunique") > 1
    return figures.assign(is_part=~has_total & several)[is_total | ~has_total]


def _latest(figures: pd.DataFrame) -> pd.DataFrame:
    """Keep each claimant's newest figures; where nothing tells their order, all of them."""
    parts = ["key", "category"]
    if not figures.duplicated(parts).any():
        return figures
    figures = figures.assign(day=figures["claimed_at"].str.slice(0, _DAY_LENGTH))
    newest_day = figures.groupby(parts)["day"].transform("max")
    figures = figures[(figures["day"] == newest_day) | (figures["day"] == "")]
    timed = figures["claimed_at"].str.len() > _DAY_LENGTH
    figures = figures.assign(all_timed=timed.groupby([figures[part] for part in parts]).transform("all"))
    newest = figures.groupby(parts)["claimed_at"].transform("max")
    return figures[~figures["all_timed"] | (figures["claimed_at"] == newest)]


def _subject_ranges(claims: pd.DataFrame, subject: str, index: pd.Index) -> pd.DataFrame:
    table = _counted(claims, subject)
    by_event = table.groupby("event_id", sort=False).agg(
        low=("low", "min"),
        high=("high", "max"),
        open=("open", "any"),
        with_figure=("recorded_figure", "sum"),
        claimants=("recorded", "sum"),
        unrecorded_figure=("unrecorded_figure", "any"),
        everybody=("recorded", "size"),
    )
    by_event["unrecorded"] = by_event["unrecorded_figure"].where(
        by_event["high"].notna(), by_event["everybody"] > by_event["claimants"]
    )
    categories = table[table["has_figure"]].groupby("event_id", sort=False)["category"]
    alike = categories.first().where(categories.nunique() == 1, "")
    by_event["category"] = alike.reindex(by_event.index, fill_value="").astype("str")
    by_event["text"] = _distinct_words(by_event, subject)
    ranges = pd.DataFrame(index=index)
    ranges[f"{subject}_low"] = by_event["low"].reindex(index).astype(float)
    ranges[f"{subject}_high"] = by_event["high"].reindex(index).astype(float)
    ranges[f"{subject}_open"] = by_event["open"].reindex(index, fill_value=False).astype(bool)
    ranges[f"{subject}_text"] = by_event["text"].reindex(index, fill_value="").astype("str")
    return ranges


def _distinct_words(by_event: pd.DataFrame, subject: str) -> np.ndarray:
    """Write each distinct range once: a million events share some thousand of them."""
    columns = ["low", "high", "open", "with_figure", "claimants", "unrecorded", "category"]
    codes = by_event.groupby(columns, dropna=False, sort=False).ngroup().to_numpy()
    distinct = by_event[columns].assign(code=codes).drop_duplicates("code").sort_values("code")
    cells = zip(*(distinct[name].tolist() for name in columns), strict=True)
    words = [
        range_words(
            low,
            high,
            subject=subject,
            is_open=is_open,
            with_figure=figures,
            claimants=claimants,
            unrecorded=unrecorded,
            category=category,
        )
        for low, high, is_open, figures, claimants, unrecorded, category in cells
    ]
    return np.asarray(words, dtype=object)[codes] if words else np.asarray([], dtype=object)


def range_words(
    low: float,
    high: float,
    *,
    subject: str,
    is_open: bool,
    with_figure: int,
    claimants: int,
    unrecorded: bool = False,
    category: str = "",
) -> str:
    """Return a range in words: ``"9 to 10 or more killed (4 claimants)"``.

    Parameters
    ----------
    low, high
        Persons, NaN where there is no figure.
    subject
        ``"killed"`` or ``"injured"``.
    is_open
        Whether a counted figure is "at least".
    with_figure, claimants
        How many claimants give a figure, and how many say anything at all; those who are
        not recorded apart.
    unrecorded
        Whether somebody who is not recorded is among them.
    category
        Of whom all counted figures are, where they are not of all the dead or injured.
    """
    figure = _figure_words(low, high, is_open=is_open)
    if not figure:
        return f"no figure ({_claimants(claimants, unrecorded=unrecorded)})"
    of_whom = f"{category} only; " if category else ""
    return f"{figure} {subject} ({of_whom}{_claimants(with_figure, unrecorded=unrecorded)})"


def _claimants(count: int, *, unrecorded: bool) -> str:
    if not count:
        return "claimant not recorded"
    words = f"{count} claimant" if count == 1 else f"{count} claimants"
    return f"{words} and one not recorded" if unrecorded else words


def _figure_words(low: float, high: float, *, is_open: bool) -> str:
    if np.isnan(high):
        return ""
    if np.isnan(low):
        return f"up to {high:g}"
    span = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return f"{span} or more" if is_open else span


def _claim_figure(value_min: float, value_max: float) -> str:
    high = np.fmax(value_min, value_max)
    return _figure_words(value_min, high, is_open=bool(np.isnan(value_max)))


def _provider_words(claimant: str, value_min: float, value_max: float) -> str:
    if claimant == "ACLED" and np.fmax(value_min, value_max) == 0:
        return "none reported"
    figure = _claim_figure(value_min, value_max)
    return f"{figure} killed" if figure else "no figure"


def _position(
    claimant: str,
    rows: pd.DataFrame,
    replaced: dict[str, str],
    publishers: dict[str, _Source],
) -> Position:
    ordered = rows.loc[_in_order(rows)]
    excluded = ordered["excluded_reason"] != ""
    superseded = ordered["claim_id"].isin(list(replaced)) & ~excluded
    current = ordered[~excluded & ~superseded]
    return Position(
        claimant=claimant,
        current=_claims(current, publishers),
        superseded=_claims(ordered[superseded], publishers, replaced),
        excluded=_claims(ordered[excluded], publishers),
        is_provider=claimant in PROVIDERS,
        independent_sources=_independent(current["source_id"], publishers),
    )


def _in_order(rows: pd.DataFrame) -> list[object]:
    """Return the labels of one claimant's claims, each after those that it supersedes."""
    label_of = dict(zip(rows["claim_id"], rows.index, strict=True))
    earlier = {claim: split(cell) for claim, cell in zip(rows["claim_id"], rows["supersedes"], strict=True)}
    ordered: dict[str, None] = {}

    def place(claim: str, above: frozenset[str]) -> None:
        for before in earlier[claim]:
            if before in label_of and before not in above:
                place(before, above | {claim})
        ordered.setdefault(claim)

    for claim in rows.sort_values("claimed_at", kind="stable")["claim_id"]:
        place(claim, frozenset())
    return [label_of[claim] for claim in ordered]


def _claims(
    rows: pd.DataFrame, publishers: dict[str, _Source], replaced: Mapping[str, str] = MappingProxyType({})
) -> tuple[Claim, ...]:
    return tuple(_claim(row, publishers, replaced) for _, row in rows.iterrows())


def _claim(row: pd.Series, publishers: dict[str, _Source], replaced: Mapping[str, str]) -> Claim:
    source = publishers.get(row["source_id"], _Source())
    relayed = source.relays
    return Claim(
        claim_id=row["claim_id"],
        text=row["text"],
        value_min=_number(row["value_min"]),
        value_max=_number(row["value_max"]),
        value_best=_number(row["value_best"]),
        figure=_claim_figure(row["value_min"], row["value_max"]),
        category=row["category"],
        claimed_at=row["claimed_at"],
        grade=row["grade"],
        excluded_reason=row["excluded_reason"],
        source_id=row["source_id"],
        publisher=source.publisher,
        url=source.url,
        relayed_publisher=publishers.get(relayed, _Source(relayed)).publisher,
        replaced_by=replaced.get(row["claim_id"], ""),
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _independent(source_ids: pd.Series, publishers: dict[str, _Source]) -> int:
    """Count sources once: a relay is the source that it repeats."""
    origins = set()
    for cell in source_ids:
        for source in split(cell):
            origins.add(_first_source(source, publishers))
    return len(origins)


def _first_source(source: str, publishers: dict[str, _Source]) -> str:
    seen = {source}
    while (relayed := publishers.get(source, _Source()).relays) and relayed not in seen:
        seen.add(relayed)
        source = relayed
    return source


def _comparisons(counted: pd.DataFrame) -> tuple[Comparison, ...]:
    groups: dict[str, list[str]] = {}
    given = counted[counted["has_figure"]]
    cells = (given[name].tolist() for name in ("low", "high", "open"))
    for claimant, low, high, is_open in zip(given["claimant"], *cells, strict=True):
        groups.setdefault(_figure_words(low, high, is_open=is_open), []).append(claimant)
    return tuple(Comparison(figure, tuple(names)) for figure, names in groups.items())


def _plain_comparisons(positions: Sequence[Position]) -> tuple[Comparison, ...]:
    """Group by figure on subjects without a range, where a figure and its category go together."""
    groups: dict[str, dict[str, None]] = {}
    for position in positions:
        for claim in position.current:
            if claim.figure and not position.is_provider:
                label = f"{claim.figure} {claim.category}".strip()
                groups.setdefault(label, {}).setdefault(position.claimant)
    return tuple(Comparison(figure, tuple(names)) for figure, names in groups.items())


def _contradict(positions: Sequence[Position]) -> bool:
    """Return whether claimants contradict each other on a subject without a range.

    Claims whose claimant is not recorded may be anybody's: each counts as a claimant.
    """
    figures: dict[str, dict[str, set[str]]] = {}
    disputing: set[str] = set()
    for position in positions:
        if position.is_provider:
            continue
        for claim in position.current:
            speaker = claim.claim_id if position.claimant == NOT_RECORDED else position.claimant
            if claim.figure:
                figures.setdefault(claim.category, {}).setdefault(speaker, set()).add(claim.figure)
            if claim.grade == "disputed":
                disputing.add(speaker)
    same_thing = (list(said.values()) for said in figures.values())
    return len(disputing) > 1 or any(other != said[0] for said in same_thing for other in said[1:])
