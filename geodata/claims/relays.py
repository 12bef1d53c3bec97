"""Sources that only repeat others, and claimants who are nothing but such a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.claims.words import name_key
from geodata.schema import NOT_RECORDED, split


@dataclass(frozen=True)
class Source:
    """One source as a claim cites it; ``relays`` are the ids of those it only repeats."""

    source_id: str
    publisher: str = ""
    title: str = ""
    url: str = ""
    published: str = ""
    relays: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceBook:
    """The sources of a case by id, and where each of them goes back to."""

    by_id: Mapping[str, Source] = field(default_factory=dict)

    def source(self, source_id: str) -> Source:
        """Return a source; one that the table does not have is known by its id alone."""
        return self.by_id.get(source_id, Source(source_id))

    def roots(self, source_id: str) -> tuple[str, ...]:
        """Return the sources at the end of the chain of relays, sorted; itself where it relays none.

        Of sources that relay each other in a circle the first by id stands for all.
        """
        seen = {source_id}
        ends: set[str] = set()
        ways = [source_id]
        while ways:
            name = ways.pop()
            relayed = self.source(name).relays
            if not relayed:
                ends.add(name)
            for other in relayed:
                if other not in seen:
                    seen.add(other)
                    ways.append(other)
        return tuple(sorted(ends)) if ends else (min(seen),)

    def roots_of_cell(self, cell: str) -> tuple[str, ...]:
        """Return the roots of all sources that a cell names, sorted."""
        return tuple(sorted({root for name in split(cell) for root in self.roots(name)}))

    def outlets(self, cell: str) -> frozenset[str]:
        """Return the publishers that only repeat, as names are compared, where all sources of a cell do."""
        names = split(cell)
        if not names or any(self.roots(name) == (name,) for name in names):
            return frozenset()
        first = {name_key(self.source(root).publisher) for name in names for root in self.roots(name)}
        return frozenset(name_key(self.source(name).publisher) for name in names) - first - {""}


def source_book(sources: pd.DataFrame | None) -> SourceBook:
    """Return the table of sources for look-up; an empty book for None."""
    if sources is None:
        return SourceBook()
    columns = ("source_id", "publisher", "title", "url", "published", "relays")
    rows = zip(*(sources[name] for name in columns), strict=True)
    return SourceBook(
        {
            source_id: Source(source_id, publisher, title, url, published, split(relays))
            for source_id, publisher, title, url, published, relays in rows
        }
    )


@dataclass(frozen=True)
class Echoes:
    """Claims of an outlet that only repeats: one entry a row of the claim table.

    ``speaker`` is whose words they are, the publisher of the first source (``""`` where
    that is not recorded); ``of_subject`` and ``of_event`` tell whether a claim that goes
    back to the same source stands in the case already, on the same subject, or on any.
    """

    is_echo: npt.NDArray[np.bool_]
    speaker: Mapping[int, str]
    of_subject: npt.NDArray[np.bool_]
    of_event: npt.NDArray[np.bool_]


def find_echoes(claims: pd.DataFrame, book: SourceBook) -> Echoes:
    """Return which claims are those of an outlet that only repeats another source.

    A claimant is such an outlet where it is the publisher of the source that it is cited
    from, and that source relays another. The claim of somebody else whom a relay quotes is
    that person's own.
    """
    is_echo, of_subject, of_event = (np.zeros(len(claims), dtype=bool) for _ in range(3))
    speaker: dict[int, str] = {}
    codes, cells = pd.factorize(claims["source_id"])
    outlets = [book.outlets(str(cell)) for cell in cells]
    relaying = np.asarray([bool(names) for names in outlets], dtype=bool)
    if not relaying.any():
        return Echoes(is_echo, speaker, of_subject, of_event)
    who, names = pd.factorize(claims["claimant"])
    keys = [name_key(str(name)) for name in names]
    echoes = [
        int(place) for place in np.flatnonzero(relaying[codes]) if keys[who[place]] in outlets[codes[place]]
    ]
    is_echo[echoes] = True
    roots = [book.roots_of_cell(str(cell)) for cell in cells]
    events, subjects = claims["event_id"].tolist(), claims["subject"].tolist()
    first_hand = {
        (events[place], subjects[place], root)
        for place in _of_events(claims["event_id"], echoes)
        if not is_echo[place]
        for root in roots[codes[place]]
        if root != NOT_RECORDED
    }
    heard = {(event, root) for event, _, root in first_hand}
    for place in echoes:
        event, subject, ends = events[place], subjects[place], roots[codes[place]]
        of_subject[place] = any((event, subject, root) in first_hand for root in ends)
        of_event[place] = any((event, root) in heard for root in ends)
        speaker[place] = "" if ends == (NOT_RECORDED,) else book.source(ends[0]).publisher or ends[0]
    return Echoes(is_echo, speaker, of_subject, of_event)


def _of_events(event_ids: pd.Series, places: list[int]) -> npt.NDArray[np.int_]:
    wanted = set(event_ids.iloc[places])
    return np.flatnonzero(event_ids.isin(wanted).to_numpy())
