"""How finely events are shown: as recorded, by district, by province or by country."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.errors import UsageError


@dataclass(frozen=True)
class Detail:
    """One level of a generalised display.

    ``key`` stands in addresses and options, ``level`` is that of the units (0 countries,
    1 provinces, 2 districts), ``precision`` stands in a case's head and is the finest
    ``location_precision`` left, ``label`` is a choice on the page.
    """

    key: str
    level: int
    precision: str
    label: str
    unit: str

    @property
    def words(self) -> str:
        """What every picture, caption and file says of itself."""
        larger = " or a larger unit" if self.level else ""
        return (
            f"Generalised: every event is shown by {self.unit}{larger}; "
            "finer positions, names, texts and links were removed"
        )


DETAILS = {
    detail.key: detail
    for detail in (
        Detail("district", 2, "admin2", "By district", "district"),
        Detail("province", 1, "admin1", "By province", "province"),
        Detail("country", 0, "country", "By country", "country"),
    )
}
PRECISIONS = tuple(detail.precision for detail in DETAILS.values())


def detail_by_key(key: str) -> Detail:
    """Return the level that an address or an option names.

    Raises
    ------
    UsageError
        If there is none of this name.
    """
    if key not in DETAILS:
        raise UsageError(
            "is not a level of detail", column="detail", value=key, remedy=f"Use {', '.join(DETAILS)}"
        )
    return DETAILS[key]


def detail_of_case(generalised: str) -> Detail | None:
    """Return the level that a case's head states as ``generalised``; None for a case as recorded."""
    return next((detail for detail in DETAILS.values() if detail.precision == generalised), None)


def generalised_words(generalised: str) -> str:
    """Return what a generalised case says of itself, ``""`` for a case as recorded."""
    detail = detail_of_case(generalised)
    return detail.words if detail else ""
