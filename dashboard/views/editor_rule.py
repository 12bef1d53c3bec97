"""The one decision that infers directions: taken here for the whole case, and taken back here."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.views.markup import plain
from geodata import boundaries
from geodata.cases.edit import CaseDraft
from geodata.cases.infer import FIRST_ACTOR, first_actors, infer_first_actor, suggest_country, withdraw
from geodata.errors import GeodataError
from geodata.record import build_record

_WARNING = (
    "Nobody stated these directions. Take this decision only where the data set says which actor attacks: "
    "in many, the order of actors means nothing. What it makes is grey and dotted, and legend, words and "
    "every export name the rule."
)


def show_rule(draft: CaseDraft, take: Callable[[CaseDraft], None]) -> None:
    """Draw the decision; ``take`` gets the draft that follows from it."""
    with st.expander("Directions that nobody stated"):
        rule = draft.meta.inferred_rule
        if rule:
            st.write(plain(f"This case infers by the rule: {rule}."))
            st.button("Take the rule back", key="edit_rule_withdraw", on_click=_withdraw, args=(draft, take))
            _show_message()
            return
        found = first_actors(draft)
        if not found:
            st.caption(
                "Nothing is inferred. Every strike, attack and bombing of this case has attacks of its own, "
                "or no actor."
            )
            return
        st.caption(_WARNING)
        names = {"": "", **{unit.id: unit.name for unit in _countries()}}
        codes = {name: iso3 for iso3, name in names.items()}
        frame = pd.DataFrame(
            [
                {
                    "First actor": actor,
                    "Events": count,
                    "Acts from": names[suggest_country(actor, draft.meta)],
                }
                for actor, count in found.items()
            ]
        )
        chosen = st.data_editor(
            frame,
            key="edit_rule_countries",
            hide_index=True,
            disabled=["First actor", "Events"],
            column_config={
                "Acts from": st.column_config.SelectboxColumn(
                    options=sorted(codes), help="Empty: nothing is inferred."
                )
            },
        )
        countries = {
            str(row["First actor"]): codes.get(row["Acts from"] or "", "")
            for row in chosen.to_dict("records")
        }
        st.button(
            f"Decide: {FIRST_ACTOR}",
            key="edit_rule_decide",
            disabled=not any(countries.values()),
            on_click=_decide,
            args=(draft, countries, take),
        )
        _show_message()


def _countries() -> list[boundaries.Unit]:
    return [unit for unit in map(boundaries.unit, boundaries.unit_ids()) if unit.level == 0]


def _decide(draft: CaseDraft, countries: dict[str, str], take: Callable[[CaseDraft], None]) -> None:
    try:
        events = build_record(draft.to_case()).events
        places = dict(zip(events["event_id"], events["adm0_id"], strict=True))
        found = infer_first_actor(draft, countries, places)
    except GeodataError as error:
        st.session_state.edit_rule_message = error.message()
        return
    why = "; ".join(f"{count}: {reason}" for reason, count in sorted(found.left_out.items()))
    made = f"{found.made} attack{'' if found.made == 1 else 's'} inferred."
    st.session_state.edit_rule_message = f"{made} Events without: {why or 'none'}."
    if found.made:
        take(found.draft)


def _withdraw(draft: CaseDraft, take: Callable[[CaseDraft], None]) -> None:
    try:
        take(withdraw(draft))
    except GeodataError as error:
        st.session_state.edit_rule_message = error.message()


def _show_message() -> None:
    message = st.session_state.pop("edit_rule_message", "")
    if message:
        st.info(plain(message))
