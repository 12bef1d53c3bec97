"""The legend: what is drawn, in words, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from geodata.cases import CaseMeta
from geodata.detail import detail_of_case
from geodata.record import Record
from geodata.scene import ClaimedMark, LegendEntry, PointMark, SideMark
from geodata.style import EVENT_TYPE_WORDS, NOBODY, SHAPES, Party, line_width

# What gathered points are called, on the map and in print.
CELL_WORDS = "Reported events near here, drawn together; the number counts them"
_ATTRIBUTIONS = ("acknowledged", "claimed", "attributed", "unattributed")


def legend_of(
    record: Record,
    parties: Iterable[Party],
    marks: Mapping[str, tuple[Any, ...]],
    *,
    focus: tuple[str, ...],
    disputed: bool,
) -> tuple[LegendEntry, ...]:
    """Return the legend of a scene's marks, in drawing order from the top."""
    entries: list[LegendEntry] = []
    entries += _sites(marks["points"])
    if marks["areas"]:
        entries.append(LegendEntry("area", area_words(record.meta)))
    entries += _claimed(marks["claimed"])
    entries += _parties(record, parties, marks)
    rule = record.meta.inferred_rule
    entries += _sides(marks["sides"], rule)
    entries += _lines(marks, rule)
    entries += _wedges(record, marks)
    if any(mark.alternative for name in ("sides", "lines", "wedges") for mark in marks[name]):
        entries.append(LegendEntry("alternative", "Stated origins that exclude each other"))
    if marks["borders"]:
        entries.append(LegendEntry("border", "Border shared with that territory, whole"))
    if focus:
        entries.append(
            LegendEntry("focus", "Provinces and district in focus" if len(focus) > 1 else "Unit in focus")
        )
    entries += [LegendEntry("layer", f"Boundaries: {layer.layer.title}") for layer in record.outlined]
    if disputed:  # the browser drops it again where no such line is in view
        entries.append(LegendEntry("disputed", "Disputed line, as the source marks it"))
    return tuple(entries)


def area_words(meta: CaseMeta) -> str:
    """Return what a unit with a count stands for."""
    return f"{_known_to(meta)}; the number counts its events"


def _known_to(meta: CaseMeta) -> str:
    detail = detail_of_case(meta.generalised)
    if detail is None:
        return "Known to this unit only"
    larger = " or a larger unit" if detail.level else ""
    return f"Generalised: shown by {detail.unit}{larger}, not where it was"


def site_entries(kinds: Iterable[tuple[str, bool]]) -> Iterable[LegendEntry]:
    """Return the entries of points by kind of event, and whether their precision is not stated."""
    for kind, vague in sorted(set(kinds)):
        one = EVENT_TYPE_WORDS[kind][0]
        text = f"{one[:1].upper()}{one[1:]}" + (", precision not stated" if vague else "")
        yield LegendEntry("point", text, shape=SHAPES[kind], status="unknown" if vague else "")


def flow_entries(parties: Iterable[Party]) -> Iterable[LegendEntry]:
    """Return the entries of attacks that are drawn together, by party."""
    for party in parties:
        by = "unattributed" if party is NOBODY else f"by {party.name}"
        text = f"Attacks {by} with a stated origin, drawn together: the number counts them"
        yield LegendEntry("flow", f"{text}; schematic, not flight paths", party=party.id)


def _sites(points: tuple[PointMark, ...]) -> Iterable[LegendEntry]:
    yield from site_entries({(mark.event_type, mark.precision == "unknown") for mark in points})
    if any(mark.ring_km > 0 for mark in points):
        yield LegendEntry("ring", "Reported site; true place within the ring")


# By symbol, shape and status.
_CLAIMED = {
    ("claim", "", ""): "Position that a claimant states; not the event's own mark",
    ("claim", "origin", ""): "Launch position that a claimant states",
    ("claim-area", "", ""): "Area that a claimant states; not the event's own mark",
    ("claim", "", "aside"): "Claimed position, superseded or not counted",
    ("claim-area", "", "aside"): "Claimed area, superseded or not counted",
}


def _claimed(marks: tuple[ClaimedMark, ...]) -> Iterable[LegendEntry]:
    drawn = {claim_symbol(mark) for mark in marks}
    for (symbol, shape, status), text in _CLAIMED.items():
        if (symbol, shape, status) in drawn:
            yield LegendEntry(symbol, text, shape=shape, status=status)
    if any(mark.ring_km > 0 for mark in marks):
        yield LegendEntry("claim-ring", "The claim allows for any place within the ring")


def claim_symbol(mark: ClaimedMark) -> tuple[str, str, str]:
    """Return symbol, shape and status of the legend entry of a claimed position."""
    if mark.is_aside:
        return ("claim-area" if mark.area else "claim"), "", "aside"
    if mark.area:
        return "claim-area", "", ""
    return "claim", "origin" if mark.subject == "origin" else "", ""


def _parties(
    record: Record, parties: Iterable[Party], marks: Mapping[str, tuple[Any, ...]]
) -> Iterable[LegendEntry]:
    drawn = {mark.event_id for mark in (*marks["sides"], *marks["lines"], *marks["wedges"])}
    drawn |= {event_id for mark in marks["points"] for event_id in mark.ids}
    kinds = dict(zip(record.events["event_id"], record.events["event_type"], strict=True))
    for party in parties:
        stated: dict[tuple[str, str], None] = {}
        for event_id, attacker, attribution in zip(
            record.attacks["event_id"], record.attacks["attacker"], record.attacks["attribution"], strict=True
        ):
            if event_id in drawn and record.party(attacker).id == party.id:
                stated[("strike" if kinds[event_id] == "strike" else "act", attribution)] = None
        for kind, attribution in sorted(
            stated, key=lambda item: (item[0] != "strike", _ATTRIBUTIONS.index(item[1]))
        ):
            what = "Strike" if kind == "strike" else "Attack or bombing"
            yield LegendEntry("party", f"{what} by {party.name} ({attribution})", party=party.id)


def _sides(sides: tuple[SideMark, ...], rule: str) -> Iterable[LegendEntry]:
    said = _said({side.status for side in sides}, rule)
    for party, name, status in sorted({(side.party, side.territory, side.status) for side in sides}):
        text = f"From {name}; launch and crossing points not reported{said[status]}"
        yield LegendEntry("side", text, party=party, status=status)


def _said(statuses: set[str], rule: str) -> dict[str, str]:
    """Return what tells marks of different statuses apart in words; nothing where all are claimed."""
    if statuses <= {"claimed"}:
        return {"claimed": ""}
    return {"claimed": " (claimed)", "assessed": " (assessed)", "inferred": f" (inferred: {rule})"}


def _lines(marks: Mapping[str, tuple[Any, ...]], rule: str) -> Iterable[LegendEntry]:
    # A map may leave the tint of the areas out.
    which = "tinted" if marks["origins"] else "stated"
    for basis, status, party in dict.fromkeys(
        (line.basis, line.status, line.party) for line in marks["lines"]
    ):
        claimants = sorted(
            {
                mark.claimant
                for mark in marks["origins"]
                if mark.party == party and mark.claimant and mark.status == status
            }
        )
        says = f", says {' / '.join(claimants)}" if claimants else ""
        text = {
            "stated_point": "Launch point stated; line is not a flight path",
            "stated_area": f"Launched somewhere in the {which} area{says}; line is not a flight path",
            "inferred": f"Direction that nobody stated, inferred by the case's rule: {rule}",
        }[basis]
        said = "" if basis == "inferred" else f" ({status})"
        yield LegendEntry("line", f"{text}{said}", basis=basis, status=status, party=party)
    stated = {line.munitions for line in marks["lines"] if line.munitions is not None}
    if stated:
        numbers = sorted({min(stated), max(stated)})
        words = " and ".join(f"{number:g}" for number in numbers)
        widths = tuple(line_width(number) for number in numbers)
        yield LegendEntry("munitions", f"Width of a line: munitions stated (here {words})", widths=widths)
    if any(line.munitions is None for line in marks["lines"]):
        yield LegendEntry("unnumbered", "Thin line, open head: number of munitions not stated")
    explained = {(line.party, line.status) for line in marks["lines"] if line.basis == "stated_area"}
    for party, status in sorted({(mark.party, mark.status) for mark in marks["origins"]} - explained):
        text = {
            "inferred": f"Area inferred as the place of launch: {rule}",
            "assessed": "Area assessed to be the place of launch",
        }.get(status, "Area stated as the place of launch")
        yield LegendEntry("origin", text, party=party, status=status)


def _wedges(record: Record, marks: Mapping[str, tuple[Any, ...]]) -> Iterable[LegendEntry]:
    bases = dict(zip(record.attacks["attack_id"], record.attacks["origin_basis"], strict=True))
    drawn = {bases[attack_id] for mark in marks["wedges"] for attack_id in mark.ids}
    if not drawn:
        return
    statuses = {mark.status for mark in marks["wedges"]}
    said = _said(statuses, record.meta.inferred_rule)
    if "inferred" in statuses:
        yield LegendEntry("wedge", f"Directions possible{said['inferred']}", status="inferred")
    drawn -= {"inferred"}
    for status in sorted(statuses - {"inferred"}, reverse=True):
        if drawn == {"stated_area"}:
            text = "Directions possible from the stated area"
        elif drawn == {"stated_direction"}:
            text = "Direction as stated"
        else:
            text = "Directions possible from the stated area, or as stated"
        yield LegendEntry("wedge", text + said[status], status=status)
