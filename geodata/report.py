"""What a reader did with each row: accepted, rejected and why, warned about."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one row; ``row`` as a spreadsheet numbers rows."""

    row: int
    column: str
    value: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True)
class RejectedRow:
    """A row that was left out; ``reason`` names all its faults."""

    row: int
    column: str
    value: str
    reason: str
    remedy: str

    @classmethod
    def from_faults(cls, faults: list[Fault]) -> RejectedRow:
        """Fold the faults of one row into one entry, the first one leading."""
        first = faults[0]
        reasons = [
            f"{fault.column} {fault.value!r} {fault.reason}" if fault.column else fault.reason
            for fault in faults
        ]
        remedies = [fault.remedy for fault in faults if fault.remedy]
        return cls(
            first.row,
            first.column,
            first.value,
            "; ".join(dict.fromkeys(reasons)),
            " ".join(dict.fromkeys(remedies)),
        )


@dataclass(frozen=True)
class RowWarning:
    """Something the reader noticed and kept as it is."""

    code: str
    message: str
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class TableReport:
    """The balance of one table: ``accepted + len(rejected_rows) == rows_read``."""

    file: str
    rows_read: int
    accepted: int
    rejected_rows: tuple[RejectedRow, ...] = ()
    warnings: tuple[RowWarning, ...] = ()

    def __post_init__(self) -> None:
        if self.accepted + len(self.rejected_rows) != self.rows_read:
            raise AssertionError(f"{self.file}: rows do not balance")

    def as_dict(self, *, accepted_as: str = "accepted") -> dict[str, object]:
        """Return the balance under the names of ``check --json``."""
        return {
            "file": self.file,
            "rows_read": self.rows_read,
            accepted_as: self.accepted,
            "rejected": len(self.rejected_rows),
            "rejected_rows": [vars(row) for row in self.rejected_rows],
            "warnings": [
                {"code": warning.code, "message": warning.message, "rows": list(warning.rows)}
                for warning in self.warnings
            ],
        }


@dataclass(frozen=True)
class Report:
    """The balance of a file or case: its event table and, for a case, the others."""

    format: str
    events: TableReport
    tables: dict[str, TableReport] = field(default_factory=dict)

    @property
    def rejected(self) -> int:
        """Number of rejected rows over all tables."""
        return sum(len(table.rejected_rows) for table in (self.events, *self.tables.values()))

    def as_dict(self) -> dict[str, object]:
        """Return the report as ``check --json`` prints it."""
        tables = {name: table.as_dict() for name, table in self.tables.items()}
        return {"format": self.format, **self.events.as_dict(accepted_as="events"), "tables": tables}

    def lines(self) -> list[str]:
        """Return the report as lines of text for a person."""
        out = []
        for name, table in {"events": self.events, **self.tables}.items():
            out.append(
                f"{table.file} ({name}): {table.rows_read} rows read, {table.accepted} accepted, "
                f"{len(table.rejected_rows)} rejected"
            )
            for row in table.rejected_rows:
                remedy = f" {row.remedy}" if row.remedy else ""
                out.append(f"  rejected row {row.row}: {row.reason}.{remedy}")
            for warning in table.warnings:
                rows = ", ".join(map(str, warning.rows[:8]))
                more = f" and {len(warning.rows) - 8} more" if len(warning.rows) > 8 else ""
                out.append(
                    f"  warning {warning.code}: {warning.message}" + (f" (row {rows}{more})" if rows else "")
                )
        return out
