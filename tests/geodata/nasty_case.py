"""A small invented case of cells that formats break: nothing in it happened."""

from __future__ import annotations

import json

HEAD = """id = "nasty"
title = "=cmd|' /C calc'!A0, \\"quoted\\" & <b>bold</b>"
summary = "First line.\\nSecond line; with ] ]> and بلوچستان."
version = "1.0"
information_as_of = "2024-02-01"
time_zone = "Asia/Karachi"
date_from = "1883-08-26"
date_to = "2024-01-31"
focus = ["PK-BA-panjgur", "IR-11"]
licence = "CC BY 4.0"
citation = "Somebody (2024), \\"A & B\\""
unknowns = ["Who fired; and why.", "+ what with"]

[view]
latitude = -12.345678901234
longitude = 179.999
zoom = 6.5
date_from = "2024-01-01"
date_to = "2024-01-31"

[direction]
inferred_rule = "By decision; =1+1"

[[corrections]]
date = "2024-01-20"
text = "-1 was +1"

[[corrections]]
date = "2024-01-21"
text = "Second"

[[parties]]
id = "iran"
name = "Iran"
colour = "#123456"
letter = "I"
time_zone = "Asia/Tehran"
members = ["Iran", "IRGC"]

[[parties]]
id = "pakistan"
name = "Pakistan"
colour = "#654321"
letter = "P"
members = ["Pakistan"]
"""

_EVENT = {"title": "Reported strike", "event_type": "strike", "start": "2024-01-16"}

EVENTS = [
    # Formulas, quotes, line ends of all kinds, control characters, what XML and workbooks code.
    {**_EVENT, "event_id": "=1+1", "title": '=HYPERLINK("http://x.example","click")', "actors": "-1;@SUM(A1)"}
    | {"place_name": "پنجگور، بلوچستان", "summary": 'line one\nline "two"\r\nline three\rfour, five'}
    | {"latitude": "26.123456789012345", "longitude": "64.30000000000001", "location_precision": "exact"}
    | {"own": "'=already marked", "Own": "_x000D_ _x0041_x0042_", "fid": "7", "geom": "mine", "name": "n"}
    | {"source_ids": "s1;s2", "extra": json.dumps({"a": "=1", "b": [1, None]})},
    {**_EVENT, "event_id": "0012", "title": "'quoted", "summary": "\x0b control \x01 and \ufffe"}
    | {"latitude": "-90", "longitude": "180", "location_precision": "place", "own": "\uff1dwide"}
    | {"location_uncertainty_km": "5", "time_zone": "Asia/Tehran", "start": "2024-01-16T03:30"},
    # Known to an area, with a provider's centroid beside it; before 1900; and nowhere at all.
    {**_EVENT, "event_id": "1e5", "start": "1883-08-26", "time_precision": "month", "event_type": "attack"}
    | {"area": "PK-BA-panjgur", "location_precision": "admin2", "source_ids": "s2"},
    {**_EVENT, "event_id": "centroid", "latitude": "27.5", "longitude": "61.5", "country_iso3": "IRN"}
    | {"location_precision": "admin1", "admin1": "Sistan and Baluchestan"},
    {**_EVENT, "event_id": "nowhere", "title": "<Placemark>&amp;]]></Placemark>", "event_type": "other"},
    {**_EVENT, "event_id": "talks", "event_type": "diplomatic", "role": "context", "country_iso3": "PAK"},
]

ATTACKS = [
    {"attack_id": "a1", "event_id": "=1+1", "attacker": "Iran", "weapon": "+missile", "munitions": "3"}
    | {"origin_basis": "stated_point", "origin_latitude": "30.1", "origin_longitude": "60.2"}
    | {"origin_name": "Base", "source_ids": "s1", "own": "the attack's"},
    {"attack_id": "a2", "event_id": "1e5", "attacker": "Pakistan", "origin_basis": "attacker_territory"}
    | {"origin_area": "PAK", "source_ids": "s2"},
]

_CLAIM = {"event_id": "=1+1", "claimant": "@agency", "source_id": "s1"}

CLAIMS = [
    {**_CLAIM, "claim_id": "c1", "subject": "killed", "value_min": "2", "text": "=2+2"},
    {**_CLAIM, "claim_id": "c2", "subject": "killed", "value_min": "3", "value_max": "4"}
    | {"supersedes": "c1", "claimed_at": "2024-01-17"},
    {**_CLAIM, "claim_id": "c3", "subject": "place", "latitude": "26.5", "longitude": "64.5"},
    {**_CLAIM, "claim_id": "c4", "event_id": "nowhere", "subject": "place", "area": "PK-BA"},
    {**_CLAIM, "claim_id": "c5", "event_id": "talks", "subject": "responsibility", "text": "۱۲ شہید"},
]

SOURCES = [
    {"source_id": "s1", "publisher": "=Paper", "url": "https://example.org/?a=1&b=2", "relays": "s2"},
    {"source_id": "s2", "publisher": "ایجنسی", "title": 'A "title", with comma'},
    {"source_id": "s3", "publisher": "Cited by nothing"},
]

PARTS = {"head": HEAD, "attacks": ATTACKS, "claims": CLAIMS, "sources": SOURCES}
