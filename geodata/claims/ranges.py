"""Ranges of figures, numbers of claimants and providers' lines, one row an event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geodata.claims.weigh import COUNTED, PART, PROVIDER, weigh_claims
from geodata.claims.words import provider_figure, range_words
from geodata.schema import CASUALTY_SUBJECTS, COUNT_SUBJECTS, RANGE_COLUMNS

# Texts of claims take no part in figures; left out, they need not be copied.
_WEIGHED = [
    "claim_id",
    "event_id",
    "claimant",
    "subject",
    "value_min",
    "value_max",
    "category",
    "claimed_at",
    "supersedes",
    "excluded_reason",
    "source_id",
]


def casualty_ranges(
    claims: pd.DataFrame, event_ids: Sequence[str], *, sources: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the range of killed and injured of every event, by the written rule.

    Parameters
    ----------
    claims
        Claim table of a case.
    event_ids
        Events to report on, in this order; each once.
    sources
        Table of sources, which tells outlets that only repeat others; without it every
        claimant counts.

    Returns
    -------
    pandas.DataFrame
        One row an event, index ``event_id``, columns ``schema.RANGE_COLUMNS``. Persons;
        NaN where nobody gives a figure (never 0). ``claims_count`` counts all claims on
        the event, on every subject, superseded ones included; ``claimants_count`` is
        :func:`claimant_counts`. Texts are ``""`` where nobody says anything on the subject.
    """
    index = _index(event_ids)
    # Of sources only those that claims cite matter: GDELT has very many, and no claims.
    table = weigh_claims(_of_events(claims[_WEIGHED], index), sources if len(claims) else None).table
    parts = [_ranges(table, subject, index) for subject in CASUALTY_SUBJECTS]
    counts = table["event_id"].value_counts().reindex(index, fill_value=0).rename("claims_count")
    return pd.concat([*parts, counts, _claimants(table, index)], axis=1)[list(RANGE_COLUMNS)]


def subject_ranges(
    claims: pd.DataFrame, event_ids: Sequence[str], *, subject: str, sources: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the range of one subject with figures (killed, injured or sites), by the same rule.

    Returns
    -------
    pandas.DataFrame
        One row an event: ``<subject>_low``, ``_high``, ``_open`` and ``_text``.

    Raises
    ------
    ValueError
        If figures on the subject do not count the same thing whoever gives them.
    """
    if subject not in COUNT_SUBJECTS:
        raise ValueError(f"{subject!r} has no range; those with one are {', '.join(COUNT_SUBJECTS)}")
    index = _index(event_ids)
    of_subject = claims[claims["subject"] == subject]
    return _ranges(weigh_claims(_of_events(of_subject, index), sources).table, subject, index)


def claimant_counts(
    claims: pd.DataFrame, event_ids: Sequence[str], *, sources: pd.DataFrame | None = None
) -> pd.Series:
    """Return how many independent claimants say something on an event, on whatever subject.

    Counted are recorded claimants with a claim that stands, with or without a figure.
    Left out are data providers, claims superseded or excluded, and outlets that only
    repeat a source from which the event has a claim already.

    Returns
    -------
    pandas.Series
        Whole numbers, index ``event_id``; 0 where nobody is recorded.
    """
    index = _index(event_ids)
    return _claimants(weigh_claims(_of_events(claims[_WEIGHED], index), sources).table, index)


def provider_lines(claims: pd.DataFrame, event_ids: Sequence[str]) -> pd.Series:
    """Return what data providers code as killed, one line an event, apart from all claims.

    ACLED's 0 stands for "no information" and reads "none reported".

    Returns
    -------
    pandas.Series
        Text, ``""`` where no provider codes the event; index ``event_id``.
    """
    index = _index(event_ids)
    table = weigh_claims(_of_events(claims[claims["subject"] == "killed"], index)).table
    coded = table[table["status"] == PROVIDER]
    columns = ("event_id", "name", "value_min", "value_max", "value_best")
    lines: dict[str, list[str]] = {}
    for event_id, name, low, high, best in zip(*(coded[column] for column in columns), strict=True):
        figure = provider_figure(name, low, high, best, of_whom="killed") or "no figure"
        lines.setdefault(event_id, []).append(f"{name}: {figure}")
    joined = pd.Series({event: "; ".join(found) for event, found in lines.items()}, dtype="str")
    return joined.reindex(index, fill_value="").astype("str").rename("provider_text")


def accounts(table: pd.DataFrame, subject: str) -> pd.DataFrame:
    """Return one row a voice and event: low, high, whether open, whether it has a figure.

    Parameters
    ----------
    table
        The table of :class:`geodata.claims.weigh.Weighed`.
    """
    said = table[(table["subject"] == subject) & (table["status"] == COUNTED)]
    figures = said[said["high"].notna()]
    is_open = figures["value_min"].notna() & figures["value_max"].isna()
    figures = figures.assign(open=is_open | figures["several"])
    grouped = figures.groupby("key", sort=False)
    given = grouped.agg(
        low=("value_min", "min"),
        high=("high", "max"),
        open=("open", "any"),
        category=("category", "first"),
        several=("several", "any"),
    )
    given["category"] = given["category"].mask(given["several"], "")
    if figures["several"].any():
        # Parts that may overlap are not added up: the largest of them is the least that was said.
        given["low"] = given["low"].mask(given["several"], grouped["value_min"].max())
    del given["several"]
    columns = ["event_id", "voice", "name", "recorded", "key"]
    everyone = said.drop_duplicates("key")[columns].join(given, on="key")
    has_figure = everyone["high"].notna()
    return everyone.assign(
        has_figure=has_figure,
        open=everyone["open"].eq(True),
        recorded_figure=has_figure & everyone["recorded"],
        unrecorded_figure=has_figure & ~everyone["recorded"],
    )


def _index(event_ids: Sequence[str]) -> pd.Index:
    return pd.Index(list(event_ids), name="event_id", dtype="str")


def _of_events(claims: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    return claims[index.get_indexer(pd.Index(claims["event_id"])) >= 0]


def _claimants(table: pd.DataFrame, index: pd.Index) -> pd.Series:
    stands = table["status"].isin([COUNTED, PART]) & table["recorded"] & ~table["heard"]
    voices = table.loc[stands, ["event_id", "voice"]].drop_duplicates()
    counts = voices["event_id"].value_counts()
    return counts.reindex(index, fill_value=0).astype("int64").rename("claimants_count")


def _ranges(table: pd.DataFrame, subject: str, index: pd.Index) -> pd.DataFrame:
    given = accounts(table, subject)
    by_event = given.groupby("event_id", sort=False).agg(
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
    categories = given[given["has_figure"]].groupby("event_id", sort=False)["category"]
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
