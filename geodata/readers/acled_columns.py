"""The names of ACLED's columns through its editions, and its codes."""

from __future__ import annotations

COLUMNS = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]
_FURTHER = [
    "data_id",
    "event_id_no_cnty",
    "iso3",
    "gwno",
    "population_1km",
    "population_2km",
    "population_5km",
    "population_best",
]
# The files of 2015 to 2017, which also go round without their header.
COLUMNS_2015 = [
    "gwno",
    "event_id_cnty",
    "event_id_no_cnty",
    "event_date",
    "year",
    "time_precision",
    "event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "notes",
    "fatalities",
]
_OLDER = {
    "ally_actor_1": "assoc_actor_1",
    "ally_actor_2": "assoc_actor_2",
    # A shapefile cuts names to 10 characters, and numbers those that become alike.
    "ally_actor": "assoc_actor_1",
    "ally_act_1": "assoc_actor_2",
    "assoc_acto": "assoc_actor_1",
    "assoc_ac_1": "assoc_actor_2",
}
_CUT = 10
_WEEKLY = {"week", "centroid_latitude", "centroid_longitude"}

INTERS = {
    "0": "None",
    "1": "State forces",
    "2": "Rebel group",
    "3": "Political militia",
    "4": "Identity militia",
    "5": "Rioters",
    "6": "Protesters",
    "7": "Civilians",
    "8": "External/Other forces",
}
# By sub-event first, else by event; the names before 2019 are among them.
SUB_EVENTS = {
    "Air/drone strike": "strike",
    "Shelling/artillery/missile attack": "strike",
    "Suicide bomb": "bombing",
    "Remote explosive/landmine/IED": "bombing",
    "Grenade": "bombing",
    "Abduction/forced disappearance": "other",
    "Excessive force against protesters": "attack",
    "Agreement": "diplomatic",
}
EVENTS = {
    "Battles": "clash",
    "Battle-No change of territory": "clash",
    "Battle-Government regains territory": "clash",
    "Battle-Non-state actor overtakes territory": "clash",
    "Explosions/Remote violence": "attack",
    "Remote violence": "attack",
    "Violence against civilians": "attack",
    "Protests": "other",
    "Riots": "other",
    "Riots/Protests": "other",
    "Strategic developments": "other",
    "Strategic development": "other",
    "Headquarters or base established": "other",
    "Non-violent transfer of territory": "other",
}


def current_name(name: str) -> str:
    """Return ACLED's current name of a column; one that it never had is only written small.

    Examples
    --------
    >>> current_name("ALLY_ACTOR_1"), current_name("GEO_PRECIS"), current_name("My note")
    ('assoc_actor_1', 'geo_precision', 'my note')
    """
    small = name.strip().casefold()
    if small in COLUMNS or small in _FURTHER:
        return small
    if small in _OLDER:
        return _OLDER[small]
    if len(small) == _CUT:
        whole = [known for known in (*COLUMNS, *_FURTHER) if known.startswith(small)]
        if small == "event_id_c" or len(whole) == 1:
            return whole[0]
    return small


def is_event_file(header: tuple[str, ...]) -> bool:
    """Return whether a header is that of ACLED's events, in any edition."""
    return {"event_id_cnty", "event_date"} <= {current_name(name) for name in header}


def is_weekly_file(header: tuple[str, ...]) -> bool:
    """Return whether a header is that of ACLED's weekly counts by area."""
    return {name.casefold() for name in header} >= _WEEKLY
