"""What is left out and whose names: one object for address, command line and picture."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlencode
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.cli import main
from geodata.display import LAYERS, NAMES, Display, display_of_query
from geodata.errors import UsageError

CASE = "iran-pakistan-2024"


@given(st.lists(st.sampled_from(sorted(LAYERS)), unique=True), st.sampled_from(sorted(NAMES)))
def test_an_address_gives_the_display_back(hidden: list[str], names: str) -> None:
    display = Display(tuple(hidden), names)
    assert display_of_query(parse_qs(urlencode(display.pairs()))) == (display, ())


def test_english_names_are_left_out_of_the_address() -> None:
    assert Display().pairs() == []
    assert Display(names="both").pairs() == [("names", "both")]


def test_an_unknown_choice_of_names_is_dropped_with_a_notice() -> None:
    display, notices = display_of_query({"names": ["urdu"]})
    assert display == Display()
    assert len(notices) == 1 and "names='urdu'" in notices[0] and "both" in notices[0]
    with pytest.raises(UsageError, match="english, local, both"):
        Display(names="urdu")


def test_the_command_line_refuses_an_unknown_choice_and_names_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "map.svg"
    assert main(["snapshot", CASE, "--out", str(out), "--names", "urdu"]) == 2
    said = capsys.readouterr().err
    assert "--names" in said and all(name in said for name in NAMES)
    assert not out.exists()


@pytest.mark.parametrize("names", NAMES)
def test_a_picture_states_the_choice_in_its_address(tmp_path: Path, names: str) -> None:
    out = tmp_path / "map.svg"
    assert main(["snapshot", CASE, "--out", str(out), "--names", names]) == 0
    query = next(text.text or "" for text in ET.parse(out).iter() if text.tag.endswith("}Query"))
    assert display_of_query(parse_qs(query))[0] == Display(names=names)


def test_a_page_of_one_file_states_the_choice_and_brings_the_font(tmp_path: Path) -> None:
    sizes = {}
    for names in ("english", "local"):
        out = tmp_path / f"{names}.html"
        assert main(["snapshot", CASE, "--out", str(out), "--names", names]) == 0
        page = out.read_text(encoding="utf-8")
        assert f'"names": "{names}"' in page and ("names=local" in page) == (names == "local")
        assert ('"font": ' in page) == (names == "local")
        sizes[names] = len(page)
    assert 0 < sizes["local"] - sizes["english"] < 80_000
