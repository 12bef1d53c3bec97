"""A private draft of a case: one a session, in memory only.

A draft lives as long as its session. Nothing of it is written to the server's disk. Routes
find one that is shown through the session's workspace.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from geodata.cases import Case
from geodata.cases.changes import Change, changes, needs_correction
from geodata.cases.edit import CaseDraft
from geodata.report import Report

_UNDO = 50


@dataclass
class Editing:
    """The editing of one case in one session.

    Parameters
    ----------
    case_id
        The case that the page has open.
    opened
        The draft as the case was read; what is published.
    steps
        Drafts since, each with the draft up to which the corrections log is written.
    """

    case_id: str
    opened: CaseDraft
    steps: list[tuple[CaseDraft, CaseDraft]] = field(default_factory=list)
    _case: tuple[CaseDraft, Case] | None = None
    _saved: tuple[CaseDraft, Report, bytes] | None = None
    _floor: int = 0

    @property
    def draft(self) -> CaseDraft:
        """The draft as it stands."""
        return self.steps[-1][0] if self.steps else self.opened

    @property
    def logged(self) -> CaseDraft:
        """The draft up to which the corrections log is written."""
        return self.steps[-1][1] if self.steps else self.opened

    def take(self, draft: CaseDraft) -> None:
        """Make an edited draft the present one."""
        self._push(draft, self.logged)

    def correct(self, day: date, text: str) -> None:
        """Write a line of the corrections log for all that has changed so far."""
        draft = self.draft.with_correction(day, text)
        self._push(draft, draft)

    def undo(self) -> None:
        """Take back the last step, as far back as steps are kept."""
        if self.can_undo:
            self.steps.pop()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return len(self.steps) > self._floor

    def restate(self, licence: str) -> None:
        """Put another licence under every step: a right that was stated holds for the draft too."""

        def stated(draft: CaseDraft) -> CaseDraft:
            return replace(draft, meta=replace(draft.meta, licence=licence))

        self.opened = stated(self.opened)
        self.steps = [(stated(draft), stated(logged)) for draft, logged in self.steps]

    def changes(self) -> tuple[Change, ...]:
        """Return what differs from the case as it was read."""
        return changes(self.opened, self.draft)

    def owed(self) -> tuple[Change, ...]:
        """Return the changes for which a line of the corrections log is owed and not written."""
        published = self.opened.tables["events"]
        found = changes(self.logged, self.draft)
        return tuple(c for c in found if needs_correction([c]) and c.event_id in published)

    def case(self) -> Case:
        """Return the draft as a case; made again only when it changed.

        Raises
        ------
        NoEventError
            If the draft has no event.
        """
        if self._case is None or self._case[0] is not self.draft:
            self._case = (self.draft, self.draft.to_case())
        return self._case[1]

    def saved(self) -> tuple[Report, bytes]:
        """Return the report of reading the draft back, and its zip.

        Raises
        ------
        NoEventError
            If the draft has no event.
        """
        if self._saved is None or self._saved[0] is not self.draft:
            self._saved = (self.draft, self.case().report, self.draft.to_zip())
        return self._saved[1:]

    def _push(self, draft: CaseDraft, logged: CaseDraft) -> None:
        self.steps.append((draft, logged))
        if len(self.steps) > _UNDO:
            # The oldest that is kept cannot be taken back: the case as opened does not come right before it.
            self.steps.pop(0)
            self._floor = 1
