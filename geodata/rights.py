"""Rows that a provider does not let others pass on: they leave in a file only by the user's own word.

ACLED's raw data may be given to nobody else. The mark is ACLED's licence, which travels with
the rows through a case and an export, so that the word is asked for again from whoever has them next.
"""

from __future__ import annotations

from dataclasses import replace

from geodata.cases import Case, CaseMeta
from geodata.errors import UsageError
from geodata.readers.acled import LICENCE

OPTION = "acled_rights"
_SAID = "Stated by the one who exported these rows, on the right to pass them on:"


def holds_acled_rows(case: Case) -> bool:
    """Return whether a case has rows of ACLED's raw data."""
    return LICENCE in case.meta.licence or bool((case.sources["licence"] == LICENCE).any())


def is_released(case: Case) -> bool:
    """Return whether a case carries somebody's statement on the right to pass ACLED's rows on."""
    return _SAID in case.meta.licence


def release(case: Case, statement: str) -> Case:
    """Return the case as it may be written to a file, with the statement in its licence.

    Parameters
    ----------
    statement
        On what ground the user may pass ACLED's rows on; needed only where there are any.

    Raises
    ------
    UsageError
        If there are rows of ACLED's and no statement.
    """
    if not holds_acled_rows(case):
        return case
    if not statement.strip():
        raise UsageError(
            "these are ACLED's raw data, which its terms do not let anyone pass on; a picture may be "
            "(snapshot)",
            column=OPTION,
            remedy='If you hold the right, say on what ground: --acled-rights "licence of our office, 2024"; '
            "it is recorded in the file",
        )
    return replace(case, meta=with_statement(case.meta, " ".join(statement.split())))


def require_release(case: Case) -> None:
    """Refuse to write ACLED's rows that nobody has released.

    Raises
    ------
    UsageError
        As :func:`release` without a statement.
    """
    if not is_released(case):
        release(case, "")


def with_statement(meta: CaseMeta, statement: str) -> CaseMeta:
    """Return a head whose licence has a statement on the right to pass ACLED's rows on, and no other."""
    licence = without_statement(meta.licence) or LICENCE
    return replace(meta, licence=f"{licence}. {_SAID} {statement}")


def without_statement(licence: str) -> str:
    """Return a licence without the word of the one who last passed the rows on."""
    return licence.split(f". {_SAID}", maxsplit=1)[0]
