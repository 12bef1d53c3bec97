"""Hand-made scenes of January 2024, as small as the laws they prove allow."""

from __future__ import annotations

from dataclasses import replace

from pyproj import Geod

from geodata.scene import (
    AreaMark,
    LegendEntry,
    LineMark,
    LonLat,
    Marginalia,
    OriginMark,
    Path,
    PointMark,
    Scene,
    SideMark,
    WedgeMark,
)
from geodata.style import Party

ERBIL: LonLat = (44.13222, 36.305)
TALTITA: LonLat = (36.55361, 36.10889)
PARTIES = (Party("iran", "Iran", "#B35806", "I"), Party("pakistan", "Pakistan", "#542788", "P"))
WORDS = Marginalia(
    title="Iran and Pakistan: the strikes of January 2024",
    subtitle="Reported strikes in Balochistan and in Sistan and Baluchestan, as far as anybody stated them",
    period="15–29 January 2024",
    counts="2 reported strikes (up to 7 sites in one), 2 reported attacks",
    information_as_of="29 January 2024",
    unknowns=(
        "Where Koh-e-Sabz lies is not agreed: four sources give four positions.",
        "Which villages of Saravan county were hit.",
        "No launch point of any of the strikes is known.",
    ),
    sources=(
        "Al Jazeera, 22 January 2024, accessed 24 February 2024",
        "Dawn, 17 January 2024, accessed 24 February 2024",
        "IRNA, 18 January 2024, accessed 24 February 2024",
    ),
    credits=("Boundaries: geoBoundaries gbOpen, ODbL 1.0, limits of 2017", "Places: GeoNames, CC BY 4.0"),
    disclaimer="Boundaries and names shown do not imply endorsement by the producer.",
    producer="Strikemap",
    notes=("2 events lie outside this picture.",),
)
AREAS = (
    AreaMark(
        ("panjgur",),
        "PK-BA-panjgur",
        "Panjgur district",
        "admin2",
        (63.6997, 26.8107),
        "1 reported strike, somewhere in Panjgur district",
    ),
    AreaMark(
        ("saravan", "sirkan"),
        "IR-11-saravan",
        "Saravan county",
        "admin2",
        (62.4341, 27.6461),
        "2 reported events, somewhere in Saravan county",
    ),
    AreaMark(
        ("khash",),
        "IR-11",
        "Sistan and Baluchestan",
        "admin1",
        (60.7734, 27.4538),
        "1 reported attack, somewhere in Sistan and Baluchestan",
    ),
)
SIDES = (
    SideMark(
        ("a1",),
        "panjgur",
        (63.6997, 26.8107),
        291.5,
        "iran",
        "PK-BA-panjgur",
        "Iran",
        "Strike by Iran, 16 Jan 2024",
        "from Iran; launch and crossing points not reported",
    ),
    SideMark(
        ("a2",),
        "saravan",
        (62.4341, 27.6461),
        140.9,
        "pakistan",
        "IR-11-saravan",
        "Pakistan",
        "Strike by Pakistan, 18 Jan 2024",
        "from Pakistan; launch and crossing points not reported",
    ),
)
PARTY_KEYS = (
    LegendEntry("party", "Strike by Iran (acknowledged)", party="iran"),
    LegendEntry("party", "Strike by Pakistan (acknowledged)", party="pakistan"),
)
AREA_KEYS = (
    LegendEntry("area", "Known to this unit only; the number counts its events"),
    LegendEntry("side", "From Iran; launch and crossing points not reported", party="iran"),
    LegendEntry("side", "From Pakistan; launch and crossing points not reported", party="pakistan"),
    LegendEntry("focus", "Provinces and district in focus"),
)
NEAR = Scene(
    case_id="iran-pakistan-2024",
    extent=(57, 24, 71, 32),
    focus=("PK-BA", "IR-11", "PK-BA-panjgur"),
    focus_names=("Balochistan (Pakistan)", "Sistan and Baluchestan (Iran)", "Panjgur district (Pakistan)"),
    outlined=(),
    parties=PARTIES,
    areas=AREAS,
    origins=(),
    borders=(),
    lines=(),
    wedges=(),
    points=(),
    sides=SIDES,
    legend=(*PARTY_KEYS, *AREA_KEYS),
    marginalia=WORDS,
    placeless=3,
    data_hash="sha256:0123",
    query="from=2024-01-15&to=2024-01-29",
)


def geodesic(start: LonLat, end: LonLat) -> Path:
    """Return a geodesic as the scene holds it."""
    between = Geod(ellps="WGS84").npts(*start, *end, 30)
    return ((start, *between, end),)


def _line(mark: str, event_id: str, start: LonLat, end: LonLat) -> LineMark:
    return LineMark((mark,), event_id, geodesic(start, end), "stated_area", "claimed", "iran", 4, "")


WIDE = replace(
    NEAR,
    extent=(35, 24, 66, 40),
    origins=tuple(
        OriginMark((area,), area, name, "iran", "IRGC", "claimed", "")
        for area, name in (("IR-05", "Kermanshah"), ("IR-03", "East Azerbaijan"), ("IR-06", "Khuzestan"))
    ),
    lines=(
        _line("l1", "erbil", (46.2, 34.9), ERBIL),
        _line("l2", "erbil", (45.6, 37.4), ERBIL),
        _line("l3", "taltita", (47.9, 32.6), TALTITA),
    ),
    wedges=(WedgeMark(("w",), "taltita", TALTITA, 5, 225, 315, ""),),
    points=(
        PointMark(("erbil",), ERBIL, 5, "strike", "iran", "Strike by Iran, 15 Jan 2024", "Erbil"),
        PointMark(
            ("taltita",), TALTITA, 5, "strike", "iran", "Strike by Iran, 15 Jan 2024", "Taltita, Idlib"
        ),
    ),
    legend=(
        *PARTY_KEYS,
        LegendEntry("point", "Reported strike", shape="burst"),
        LegendEntry("ring", "Reported site; true place within the ring"),
        LegendEntry(
            "line",
            "Launched somewhere in the tinted area",
            basis="stated_area",
            status="claimed",
            party="iran",
        ),
        LegendEntry("wedge", "Directions possible from what was stated"),
        *AREA_KEYS,
        LegendEntry("disputed", "Disputed line, as the source marks it"),
    ),
)
EMPTY = replace(NEAR, areas=(), sides=(), legend=AREA_KEYS[-1:], placeless=0)
LONG = replace(
    WIDE,
    marginalia=replace(
        WORDS,
        title=" ".join(["A title with $markup$ and <b>tags</b> that goes on"] * 9),
        subtitle=" ".join(["and its subtitle likewise"] * 12),
        unknowns=tuple(
            f"Unknown {n}: " + "what nobody has said about it in so many words " * 3 for n in range(25)
        ),
        sources=tuple(
            f"Publisher {n}, https://example.org/{'a-very-long-address/' * 6}{n}, accessed 1 March 2024"
            for n in range(60)
        ),
        credits=WORDS.credits * 3,
    ),
)
SCENES = {"near": NEAR, "wide": WIDE, "empty": EMPTY, "long": LONG}
