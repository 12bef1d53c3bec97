"""Cases: a folder of tables that a person can edit, read and validated."""

from geodata.cases.meta import CaseMeta, View, read_meta
from geodata.cases.read import Case, NoEventError, bundled_cases, load_case

__all__ = ["Case", "CaseMeta", "NoEventError", "View", "bundled_cases", "load_case", "read_meta"]
