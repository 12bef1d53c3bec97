"""Figures and numbers of claimants in words, for label, table, panel, print and export alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np

_OUTER = " \t\n.,;:!\"'“”„‘’«»"


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
        Persons, or sites; NaN where there is no figure, which is not 0.
    subject
        ``"killed"``, ``"injured"`` or ``"sites"``.
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
    figure = figure_words(low, high, is_open=is_open)
    if not figure:
        return f"no figure ({claimant_words(claimants, unrecorded=unrecorded)})"
    of_whom = f"{category} only; " if category else ""
    return f"{figure} {subject} ({of_whom}{claimant_words(with_figure, unrecorded=unrecorded)})"


def claimant_words(count: int, *, unrecorded: bool = False) -> str:
    """Return a number of claimants: ``"4 claimants"``, ``"1 claimant and one not recorded"``."""
    if not count:
        return "claimant not recorded" if unrecorded else "no claimant"
    words = f"{count} claimant" if count == 1 else f"{count} claimants"
    return f"{words} and one not recorded" if unrecorded else words


def figure_words(low: float, high: float, *, is_open: bool) -> str:
    """Return ``"9"``, ``"9 to 10"``, ``"9 or more"`` or ``"up to 9"``; ``""`` where there is no figure."""
    if np.isnan(high):
        return ""
    if np.isnan(low):
        return f"up to {_count(high)}"
    span = _count(low) if low == high else f"{_count(low)} to {_count(high)}"
    return f"{span} or more" if is_open else span


def _count(value: float) -> str:
    # :g would write a million as 1e+06.
    return f"{value:.0f}" if float(value).is_integer() else f"{value:g}"


def claim_figure(value_min: float, value_max: float) -> str:
    """Return the figure of one claim; ``value_max`` NaN beside a ``value_min`` is "or more"."""
    return figure_words(value_min, np.fmax(value_min, value_max), is_open=bool(np.isnan(value_max)))


def provider_figure(
    provider: str, value_min: float, value_max: float, value_best: float = np.nan, *, of_whom: str = ""
) -> str:
    """Return what a data provider codes: ``"3 to 5 killed (best estimate 4)"``.

    ACLED's 0 stands for "no information" and reads "none reported".
    """
    if provider == "ACLED" and np.fmax(value_min, value_max) == 0:
        return "none reported"
    figure = claim_figure(value_min, value_max)
    if not figure:
        return ""
    # A best estimate that is one of the ends adds nothing.
    is_known = np.isnan(value_best) or value_best in (value_min, value_max)
    best = "" if is_known else f" (best estimate {_count(value_best)})"
    return f"{figure} {of_whom}".rstrip() + best


def listing(names: Sequence[str]) -> str:
    """Return names as ``"A"``, ``"A and B"`` or ``"A, B and C"``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def name_key(name: str) -> str:
    """Return a name as it is compared: without case, and with single spaces."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def text_key(text: str) -> str:
    """Return a text as it is compared: as a name, without quotation marks and stops around it."""
    return name_key(text).strip(_OUTER)
