"""What each claim counts for: the one judgement from which ranges, counts and panel follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.claims.relays import SourceBook, find_echoes, source_book
from geodata.claims.replaced import replacements
from geodata.claims.words import name_key
from geodata.schema import COUNT_SUBJECTS, PROVIDERS

NOT_RECORDED = "Claimant not recorded"
"""Claimant of a claim whose claimant the record does not know."""

COUNTED, PART, EARLIER, SUPERSEDED, EXCLUDED, RELAY, PROVIDER = (
    "counted",
    "part",
    "earlier",
    "superseded",
    "excluded",
    "relay",
    "provider",
)
"""What a claim counts for; every claim has one of these.

counted: it stands. part: it stands as a part of its claimant's total, and adds nothing.
earlier: the claimant's later figure counts. superseded, excluded: set aside. relay: it
only repeats a claim that is there already. provider: a coding, on a line of its own.
"""

_PROVIDER_OF = {name_key(name): name for name in PROVIDERS}
_DAY_LENGTH = len("2024-01-18")
_FIGURES = ["value_min", "value_max"]


@dataclass(frozen=True)
class Weighed:
    """A claim table and what each of its claims counts for.

    Parameters
    ----------
    table
        The claims with ``voice`` (whose words, as names are compared), ``name`` (the same,
        for display), ``recorded``, ``key`` (a number a voice, event and subject), ``high``
        (the larger of the two values, NaN for none), ``status``, ``several`` (parts that
        stand without a total) and ``heard`` (an outlet repeats what the event has already).
    replaced
        What stands in the place of each superseded claim, by claim id.
    book
        The sources.
    """

    table: pd.DataFrame
    replaced: Mapping[str, tuple[str, ...]]
    book: SourceBook


def weigh_claims(claims: pd.DataFrame, sources: pd.DataFrame | None = None) -> Weighed:
    """Return what every claim counts for; rows keep their order, and get an index from 0.

    Parameters
    ----------
    claims
        Claim table of a case, or the claims of some of its events.
    sources
        Table of sources; without it no claim is known to repeat another.
    """
    book = source_book(sources)
    claims = claims.reset_index(drop=True)
    table = claims.assign(**_speakers(claims, book), high=claims[_FIGURES].max(axis=1))
    table["key"] = _numbered(table, ("event_id", "subject", "voice"))
    is_provider = table.pop("provider").to_numpy()
    is_excluded = (claims["excluded_reason"] != "").to_numpy()
    replaced = replacements(claims, is_excluded=is_excluded, is_provider=is_provider)
    is_replaced = claims["claim_id"].isin(list(replaced)).to_numpy()
    status = np.full(len(table), COUNTED, dtype=object)
    for name, holds in (
        (PROVIDER, is_provider),
        (RELAY, table.pop("repeats").to_numpy()),
        (SUPERSEDED, is_replaced),
        (EXCLUDED, is_excluded),
    ):
        status[holds] = name
    table["status"], table["several"] = status, False
    _weigh_figures(table)
    return Weighed(table, replaced, book)


def _speakers(claims: pd.DataFrame, book: SourceBook) -> dict[str, npt.NDArray[np.generic]]:
    codes, names = pd.factorize(claims["claimant"])
    keys = [name_key(str(name)) for name in names]
    shown = [_PROVIDER_OF.get(key, str(name)) for key, name in zip(keys, names, strict=True)]
    voice, name = (np.asarray(values, dtype=object)[codes] for values in (keys, shown))
    echoes = find_echoes(claims, book)
    for place, publisher in echoes.speaker.items():
        if not echoes.of_subject[place]:
            name[place] = publisher or NOT_RECORDED
            voice[place] = name_key(name[place])
    provider = np.isin(voice.astype(str), list(_PROVIDER_OF))
    unknown = np.isin(voice.astype(str), ["", name_key(NOT_RECORDED)])
    voice[unknown], name[unknown] = "", NOT_RECORDED
    # One claimant of an event has one name: as it is spelled first there, whatever else is weighed with it.
    of_event, _ = pd.factorize(claims["event_id"])
    codes, voices = pd.factorize(voice)
    codes, voices = pd.factorize(of_event * max(len(voices), 1) + codes)
    first = np.full(len(voices), len(voice), dtype=np.int64)
    np.minimum.at(first, codes, np.arange(len(voice)))
    name = name[first[codes]]
    return {
        "voice": voice,
        "name": name,
        "recorded": ~unknown,
        "provider": provider,
        "repeats": echoes.of_subject,
        "heard": echoes.of_event,
    }


def _numbered(table: pd.DataFrame, columns: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Return one number for each combination of values."""
    number = np.zeros(len(table), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(table[column])
        number = number * max(len(values), 1) + codes
    return number


def _weigh_figures(table: pd.DataFrame) -> None:
    """Mark figures that a later one of the same claimant replaces, and parts of a total."""
    is_figure = (table["status"] == COUNTED) & table["subject"].isin(COUNT_SUBJECTS) & table["high"].notna()
    figures = table.loc[is_figure, ["key", "category", "claimed_at", "recorded"]]
    is_latest = _latest(figures)
    table.loc[figures.index[~is_latest], "status"] = EARLIER
    figures = figures[is_latest]
    is_total = figures["category"] == ""
    if is_total.all():
        return
    has_total = is_total.groupby(figures["key"]).transform("any")
    table.loc[figures.index[~is_total & has_total], "status"] = PART
    several = figures.groupby("key")["category"].transform("nunique") > 1
    table.loc[figures.index[~has_total & several], "several"] = True


def _latest(figures: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which are a claimant's newest figures; where nothing tells the order, all of them.

    Claims without a recorded claimant may be of several people: none of them is the
    newer figure of another.
    """
    keep = np.ones(len(figures), dtype=bool)
    several = figures["recorded"].to_numpy() & figures.duplicated(["key", "category"], keep=False).to_numpy()
    if not several.any():
        return keep
    rivals = figures[several]
    group = [rivals["key"], rivals["category"]]
    day = rivals["claimed_at"].str.slice(0, _DAY_LENGTH)
    is_newest_day = (day == day.groupby(group).transform("max")) | (day == "")
    rivals = rivals[is_newest_day]
    group = [rivals["key"], rivals["category"]]
    timed = rivals["claimed_at"].str.len() > _DAY_LENGTH
    all_timed = timed.groupby(group).transform("all")
    newest = rivals["claimed_at"].groupby(group).transform("max")
    kept = is_newest_day.to_numpy().copy()
    kept[kept] = (~all_timed | (rivals["claimed_at"] == newest)).to_numpy()
    keep[several] = kept
    return keep
