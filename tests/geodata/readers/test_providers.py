"""What holds for every provider: no attacks, a balance, and rights that are asked for."""

from __future__ import annotations

import json

import pytest
from provider_files import acled_text, gdelt_text, read, ucdp_text

from geodata.cases import load_case
from geodata.cli import main
from geodata.errors import UsageError
from geodata.exports import export_bytes
from geodata.filters import EventFilter
from geodata.readers.fips import fips_codes
from geodata.record import build_record

FILES = {
    "acled": acled_text({}, {"latitude": "99"}, {"event_id_cnty": "PAK90001"}),
    "ucdp": ucdp_text({}, {"date_start": "?"}, {"id": "900001"}),
    "gdelt": gdelt_text({}, {"ActionGeo_Lat": "x"}, {"GLOBALEVENTID": "900001"}),
}


@pytest.mark.parametrize("provider", FILES)
def test_no_provider_makes_an_attack_or_a_direction(tmp_path, provider):
    record = build_record(read(tmp_path, FILES[provider]))
    assert record.case.attacks.empty and record.attacks.empty and not record.geometries
    assert not set(record.case.claims["subject"]) & {"origin", "responsibility", "target"}


@pytest.mark.parametrize("provider", FILES)
def test_every_row_is_accepted_or_rejected(tmp_path, provider):
    report = read(tmp_path, FILES[provider]).report.as_dict()
    assert (report["format"], report["rows_read"], report["events"], report["rejected"]) == (
        provider,
        3,
        1,
        2,
    )


@pytest.mark.parametrize("provider", ["ucdp", "gdelt"])
def test_a_packed_file_reads_back_as_the_same_events(tmp_path, provider):
    first = read(tmp_path, FILES[provider])
    assert main(["pack", str(tmp_path / "events.csv"), "--out", str(tmp_path / "c.zip")]) == 0
    again = load_case(tmp_path / "c.zip")
    assert again.report.rejected == 0
    assert again.events.equals(first.events) and len(again.claims) == len(first.claims)
    assert again.meta.licence == first.meta.licence


@pytest.mark.parametrize("command", ["export", "join", "pack"])
def test_rows_of_acled_leave_only_by_a_word_that_is_recorded(tmp_path, command, capsys):
    read(tmp_path, FILES["acled"])
    out = tmp_path / ("o.zip" if command == "pack" else "o.csv")
    words = [command, str(tmp_path / "events.csv"), "--out", str(out), "--json"]
    assert main(words) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert "raw data" in error["reason"] and "--acled-rights" in error["remedy"] and not out.exists()
    assert main([*words, "--acled-rights", "our licence of 2024"]) == 0
    passed_on = load_case(out)
    assert "our licence of 2024" in passed_on.meta.licence
    # Whoever has the file next is asked anew.
    assert main(["export", str(out), "--out", str(tmp_path / "next.csv")]) == 2


def test_the_library_asks_too(tmp_path):
    record = build_record(read(tmp_path, FILES["acled"]))
    with pytest.raises(UsageError, match="raw data"):
        export_bytes(record, EventFilter(), "geojson")


def test_fips_is_not_iso():
    assert {code: fips_codes()[code] for code in ("IR", "PK", "IZ", "AS", "CH")} == {
        "IR": "IRN", "PK": "PAK", "IZ": "IRQ", "AS": "AUS", "CH": "CHN",
    }  # fmt: skip
