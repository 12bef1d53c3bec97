"""The editor's words: what a field holds, and what each allowed value means."""

from __future__ import annotations

from geodata import schema

TABLE_WORDS = {"events": "Event", "attacks": "Attack", "claims": "Claim", "sources": "Source"}

# Empty comes first where nothing is the default: a form that opens on a value would state it by itself.
CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("events", "event_type"): ("", *schema.EVENT_TYPES),
    ("events", "role"): schema.ROLES,
    ("events", "time_precision"): ("", *schema.TIME_PRECISIONS),
    ("events", "location_precision"): schema.LOCATION_PRECISIONS,
    ("attacks", "attribution"): schema.ATTRIBUTIONS,
    ("attacks", "origin_basis"): schema.ORIGIN_BASES,
    ("attacks", "origin_status"): ("", *schema.ORIGIN_STATUSES),
    ("claims", "subject"): ("", *schema.CLAIM_SUBJECTS),
    ("claims", "grade"): schema.GRADES,
}

# What an allowed value means; the form lists them beside the field.
MEANINGS: dict[tuple[str, str], dict[str, str]] = {
    ("events", "event_type"): {
        "": "to be chosen",
        "strike": "by missile, drone, aircraft or artillery",
        "attack": "on people or a post, by other means",
        "bombing": "a device set off at the place",
        "clash": "an exchange of fire",
        "diplomatic": "talks, recalls, visits; listed, not drawn as a strike",
        "statement": "something said in public",
        "other": "none of these",
    },
    ("events", "role"): {"core": "what the case is about", "context": "before, after or beside it"},
    ("events", "time_precision"): {
        "": "minute where a time of day is given, else day",
        "minute": "the stated time of day",
        "hour": "about that hour",
        "day": "the day, at no known hour",
        "week": "some day of that week",
        "month": "some day of that month",
        "year": "some day of that year",
    },
    ("events", "location_precision"): {
        "exact": "somebody named geolocated the site; a claim says who, when and how",
        "place": "a named place, in a ring within which the site lies",
        "admin2": "somewhere in a district or county; an area, no coordinates",
        "admin1": "somewhere in a province; an area, no coordinates",
        "country": "somewhere in a country; an area, no coordinates",
        "region": "along a road, or in a region larger than a province",
        "sea_or_air": "at sea or in the air",
        "unknown": "not stated",
    },
    ("attacks", "attribution"): {
        "acknowledged": "the attacker itself says so",
        "claimed": "a group claims it",
        "attributed": "others say so",
        "unattributed": "nobody is named",
    },
    ("attacks", "origin_basis"): {
        "stated_point": "somebody states a launch point: latitude and longitude",
        "stated_area": "somebody states an area: its boundary id",
        "stated_direction": "somebody states a direction: azimuth and tolerance",
        "attacker_territory": "no more than the attacker's territory is stated",
        "inferred": "by the rule that the case states; nobody said so",
        "unknown": "nobody states an origin",
    },
    ("attacks", "origin_status"): {
        "": "not stated",
        "claimed": "as the claimant says",
        "assessed": "found by somebody who examined evidence",
    },
    ("claims", "subject"): {
        "": "to be chosen",
        "killed": "how many died",
        "injured": "how many were hurt",
        "target": "what was aimed at",
        "responsibility": "who did it",
        "time": "when it was",
        "place": "where it was",
        "origin": "from where it came",
        "weapon": "with what",
        "sites": "how many sites were hit",
        "status_of_dead": "who the dead were",
    },
    ("claims", "grade"): {
        "acknowledged": "by the party itself",
        "several_sources": "several independent sources say the same",
        "single_source": "one source says so",
        "disputed": "others contradict it",
        "not_assessed": "nobody has weighed it yet",
    },
}

_WHEN = "Local date or time without offset: 2024-01-16 or 2024-01-16T18:00."
_DEGREES = "Decimal degrees, WGS 84."
_CLAIMED = "Only as the claimant states it; it is drawn as a claim and never becomes the event's place."
# Label and help of each field, in the order of the form. Columns that are not here are kept as they are.
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "events": {
        "title": ("Title", "What is reported, in neutral words: “Reported strike in …”."),
        "event_type": ("Kind", ""),
        "role": ("Role", ""),
        "start": ("Start", _WHEN + " Where claims differ, the earliest of them."),
        "end": ("End", _WHEN + " Inclusive; empty means the start."),
        "time_precision": ("Time known to the", ""),
        "time_zone": ("Time zone", "IANA name such as Asia/Tehran; empty means the case's."),
        "place_name": ("Place name", "As the sources print it."),
        "location_precision": ("Place known to", ""),
        "area": ("Area", "Boundary id such as PK-BA-panjgur. An event known to an area has no coordinates."),
        "latitude": ("Latitude", _DEGREES),
        "longitude": ("Longitude", _DEGREES),
        "location_uncertainty_km": ("Ring (km)", "Radius within which the site lies."),
        "country_iso3": ("Country code", "ISO 3166-1 alpha-3, as stated by the source."),
        "admin1": ("Province", "As stated by the source."),
        "admin2": ("District", "As stated by the source."),
        "actors": ("Actors", "Separated by semicolons; their order says nothing."),
        "summary": ("Summary", "What is reported, and by whom."),
        "source_ids": ("Sources", "Where the event is reported."),
    },
    "attacks": {
        "attacker": ("Attacker", "Who is said to have struck; empty where nobody is named."),
        "target_actor": ("Stated target", "Whom the attacker, or others, say it was aimed at."),
        "attribution": ("Attribution", ""),
        "weapon": ("Weapon", "As stated."),
        "munitions": ("Munitions", "How many, where somebody stated a number; else empty."),
        "origin_basis": ("Origin known from", ""),
        "origin_claimant": ("Who states the origin", ""),
        "origin_status": ("Origin is", ""),
        "origin_name": ("Name of the origin", "As stated."),
        "origin_area": ("Area of the origin", "Boundary id such as IR-05 or IRN."),
        "origin_latitude": ("Latitude of the origin", _DEGREES),
        "origin_longitude": ("Longitude of the origin", _DEGREES),
        "origin_azimuth_deg": (
            "Azimuth (°)",
            "At the target, towards the origin, clockwise from true north, 0 to 360.",
        ),
        "origin_azimuth_tolerance_deg": ("Tolerance (°)", "To either side of the azimuth, 0 to 180."),
        "weapon_range_km": ("Range of the weapon (km)", "Where somebody stated it."),
        "alternative_group": ("Alternative group", "Attacks of one group exclude each other."),
        "source_ids": ("Sources", "Every origin but an unknown one cites a source."),
    },
    "claims": {
        "claimant": ("Claimant", "Who says it; not who printed it."),
        "subject": ("About", ""),
        "value_min": ("Lowest figure", "Empty: no figure was given, which is not 0."),
        "value_max": ("Highest figure", "Empty beside a lowest figure means “at least”."),
        "value_best": ("Best figure", "Only where the claimant gives one."),
        "category": ("Who is counted", "Such as children; empty means all."),
        "claimed_at": ("Said on", _WHEN),
        "supersedes": ("Replaces", "Older claims of this event that it takes the place of."),
        "excluded_reason": ("Not counted because", "With date; shown beside the range."),
        "grade": ("Grade", ""),
        "text": ("In words", "What exactly is claimed."),
        "source_id": ("Source", "Who printed it."),
        "latitude": ("Claimed latitude", f"{_DEGREES} {_CLAIMED}"),
        "longitude": ("Claimed longitude", f"{_DEGREES} {_CLAIMED}"),
        "location_uncertainty_km": ("Claimed ring (km)", "Radius that the claimant gives, where it does."),
        "area": ("Claimed area", f"Boundary id, in place of coordinates. {_CLAIMED}"),
    },
    "sources": {
        "publisher": ("Publisher", ""),
        "title": ("Title", ""),
        "url": ("Address", "Only where it is known in full."),
        "published": ("Published", "Date, as 2024-01-22."),
        "accessed": ("Accessed", "Date on which it was read."),
        "licence": ("Licence", ""),
        "relays": ("Only repeats", "The source that it repeats, which then does not count twice."),
    },
}
LONG = ("summary", "text", "excluded_reason")


def field_help(table: str, column: str) -> str:
    """Return the help of a field: what it holds, and its allowed values with their meaning."""
    meanings = MEANINGS.get((table, column), {})
    lines = [f"- **{value or 'empty'}**: {meaning}" for value, meaning in meanings.items()]
    return "\n".join([FIELDS[table][column][1], *lines]).strip()
