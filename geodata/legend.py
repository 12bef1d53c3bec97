"""The legend: what is drawn, in words, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from geodata.record import Record
from geodata.scene import LegendEntry, PointMark
from geodata.style import EVENT_TYPE_WORDS, SHAPES, Party

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
        entries.append(LegendEntry("area", "Known to this unit only; the number counts its events"))
    entries += _parties(record, parties, marks)
    entries += [
        LegendEntry("side", f"From {name}; launch and crossing points not reported", party=party)
        for party, name in sorted({(side.party, side.territory) for side in marks["sides"]})
    ]
    entries += _lines(marks)
    entries += _wedges(record, marks)
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


def _sites(points: tuple[PointMark, ...]) -> Iterable[LegendEntry]:
    kinds = dict.fromkeys((mark.event_type, mark.precision == "unknown") for mark in points)
    for kind, vague in sorted(kinds):
        one = EVENT_TYPE_WORDS[kind][0]
        text = f"{one[:1].upper()}{one[1:]}" + (", precision not stated" if vague else "")
        yield LegendEntry("point", text, shape=SHAPES[kind], status="unknown" if vague else "")
    if any(mark.ring_km > 0 for mark in points):
        yield LegendEntry("ring", "Reported site; true place within the ring")


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


def _lines(marks: Mapping[str, tuple[Any, ...]]) -> Iterable[LegendEntry]:
    for basis, status, party in dict.fromkeys(
        (line.basis, line.status, line.party) for line in marks["lines"]
    ):
        claimants = sorted(
            {mark.claimant for mark in marks["origins"] if mark.party == party and mark.claimant}
        )
        says = f", says {' / '.join(claimants)}" if claimants else ""
        text = {
            "stated_point": "Launch point stated; line is not a flight path",
            "stated_area": f"Launched somewhere in the tinted area{says}; line is not a flight path",
            "inferred": "Direction inferred by the case's rule",
        }[basis]
        yield LegendEntry("line", f"{text} ({status})", basis=basis, status=status, party=party)
    if marks["origins"] and not any(line.basis == "stated_area" for line in marks["lines"]):
        yield LegendEntry("origin", "Area stated as the place of launch", party=marks["origins"][0].party)


def _wedges(record: Record, marks: Mapping[str, tuple[Any, ...]]) -> Iterable[LegendEntry]:
    bases = dict(zip(record.attacks["attack_id"], record.attacks["origin_basis"], strict=True))
    drawn = {bases[attack_id] for mark in marks["wedges"] for attack_id in mark.ids}
    if not drawn:
        return
    if drawn == {"stated_area"}:
        yield LegendEntry("wedge", "Directions possible from the stated area")
    elif drawn == {"stated_direction"}:
        yield LegendEntry("wedge", "Direction as stated")
    else:
        yield LegendEntry("wedge", "Directions possible from the stated area, or as stated")
