"""That an inferred direction is a user's decision: no reader sets the rule or the basis."""

import ast
from pathlib import Path

import pytest

import geodata
from geodata.cases import load_case
from geodata.exports import export_bytes
from geodata.filters import EventFilter
from geodata.record import build_record
from tests.geodata.conftest import EVENT, head_text, table_text

PACKAGE = Path(geodata.__file__).parent
# Where the rule is declared and taken from a user's file, and where a user decides on one (test_infer.py).
DECIDES = (PACKAGE / "cases" / "meta.py", PACKAGE / "cases" / "infer.py")
RULE = "actor 1 is the attacker"
POINT = {"latitude": "36.3", "longitude": "44.1", "location_precision": "place"}
ATTACK = {"origin_latitude": "36", "origin_longitude": "48", "source_ids": "s"}


def _assignments(tree):
    """Yield what a module sets: keyword, attribute, item or key of the rule, with its value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "inferred_rule":
            yield node.value
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(
                getattr(target, "attr", getattr(target, "id", "")) == "inferred_rule" for target in targets
            ):
                yield node.value
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "inferred_rule":
                    yield value


def test_nothing_in_the_library_but_the_head_of_a_case_makes_a_rule():
    for path in PACKAGE.rglob("*.py"):
        if path in DECIDES:
            continue
        for value in _assignments(ast.parse(path.read_text(encoding="utf-8"))):
            # The rule as it was handed in; a constant is a rule made here.
            passed_on = isinstance(value, (ast.Name, ast.Attribute)) and not ast.unparse(value).isupper()
            empty = isinstance(value, ast.Constant) and value.value == ""
            # A generalised case keeps that there was a rule, and hides its words.
            hidden = isinstance(value, ast.IfExp) and ast.unparse(value.test) == "meta.inferred_rule"
            # A store of several cases keeps the rules of all.
            kept = ast.unparse(value).replace("(", "").replace(")", "") == (
                "'; '.join_distincthead.inferred_rule for head in heads"
            )
            assert passed_on or empty or kept or (hidden and ast.unparse(value.orelse) == "''"), (
                f"{path.name}:{value.lineno} makes a rule"
            )


def test_no_reader_writes_the_basis_inferred():
    for path in (PACKAGE / "readers").rglob("*.py"):
        words = [
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant)
        ]
        assert not {"inferred", "inferred_rule"} & set(map(str, words)), path.name


def test_a_case_without_the_table_has_no_rule(bundled):
    assert bundled.meta.inferred_rule == ""
    assert "inferred" not in set(bundled.case.attacks["origin_basis"])


@pytest.mark.parametrize("basis", ["", "inferred"])
def test_a_table_of_events_cannot_bring_the_rule_along(tmp_path, basis):
    path = tmp_path / "events.csv"
    row = {"event_id": "e", **EVENT, **POINT, "actors": "Iran;Pakistan", "origin_basis": basis}
    path.write_text(table_text([{**row, "inferred_rule": RULE}]), encoding="utf-8")
    record = build_record(load_case(path))
    assert record.meta.inferred_rule == ""
    assert record.attacks.empty


def test_an_export_read_again_follows_no_rule(make_record, tmp_path):
    head = f'{head_text()}\n[direction]\ninferred_rule = "{RULE}"'
    attacks = [{"attack_id": "x", "event_id": "e0", **ATTACK, "origin_basis": "inferred"}]
    record = make_record(
        [POINT], attacks=attacks, sources=[{"source_id": "s", "publisher": "Dawn"}], head=head
    )
    assert record.attacks["direction_status"].item() == "determined"
    path = tmp_path / "export.csv"
    path.write_bytes(export_bytes(record, EventFilter(), "csv"))
    again = build_record(load_case(path))
    assert again.meta.inferred_rule == ""
    (rejected,) = again.case.report.tables["attacks"].rejected_rows
    assert rejected.column == "origin_basis" and "inferred_rule under [direction]" in rejected.remedy
    assert again.attacks.empty
