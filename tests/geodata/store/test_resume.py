"""An ingest that is stopped goes on; repeated ids; what is refused, and what the command line says."""

import csv
import json

import pytest

from geodata.cli import main
from geodata.errors import GeodataError, InputError, UsageError
from geodata.store import files, ingest
from geodata.store.about import is_store
from geodata.store.crew import Alone
from geodata.store.open import open_store

from .store_files import acled_text, gdelt_text, hashes, made, small, table, ucdp_rows, ucdp_text, write


class Stopped(Alone):
    """Is stopped, as by Ctrl-C, after so many tasks of a kind."""

    def __init__(self, function, after):
        self.function, self.after, self.done = function, after, []

    def run(self, function, tasks):
        for number, result in super().run(function, tasks):
            if function.__name__ == self.function and number >= self.after:
                raise KeyboardInterrupt
            self.done.append(function.__name__)
            yield number, result


@pytest.fixture(scope="module")
def ged(tmp_path_factory):
    """Return a file of three pieces, and the hashes of its store."""
    folder = tmp_path_factory.mktemp("ged")
    path = write(folder / "ged.csv", ucdp_text(ucdp_rows(250)))
    made(folder / "store", path)
    return path, hashes(folder / "store")


@pytest.mark.parametrize(
    ("stage", "after"), [("make_run", 1), ("write_part", 1), ("note_words", 0), ("make_chunk", 1)]
)
def test_a_stopped_ingest_goes_on_and_ends_with_the_same_bytes(ged, tmp_path, stage, after):
    path, wanted = ged
    folder, told = tmp_path / "store", []
    with pytest.raises(KeyboardInterrupt):
        made(folder, path, crew=Stopped(stage, after))
    assert not (folder / "store.json").exists()
    assert is_store(folder)
    with pytest.raises(InputError, match="unfinished"):
        open_store(folder)
    (folder / "work" / "runs" / ".draft-1-half").mkdir()  # as a kill in the middle of writing leaves it
    crew = Stopped("none", 0)
    assert made(folder, path, crew=crew, tell=told.append)["is_new"]
    kept = 2 if stage == "make_run" else 3
    assert told == [f"{kept} of 3 pieces were read before and are kept"]
    assert crew.done.count("make_run") == 3 - kept
    assert hashes(folder) == wanted
    assert len(open_store(folder).store) == 250
    assert not made(folder, path, tell=told.append)["is_new"]
    assert "nothing was done" in told[-1] and hashes(folder) == wanted


def test_a_changed_file_is_noticed_and_read_anew(ged, tmp_path):
    rows = ucdp_rows(250)
    path = write(tmp_path / "ged.csv", ucdp_text(rows))
    folder, told = tmp_path / "store", []
    with pytest.raises(KeyboardInterrupt):
        made(folder, path, crew=Stopped("write_part", 1))
    rows[249]["where_coordinates"] = "Elsewhere"
    write(path, ucdp_text(rows))
    made(folder, path, tell=told.append)
    assert told == ["ged.csv has changed, and is read anew", "2 of 3 pieces were read before and are kept"]
    assert "Elsewhere" in set(table(folder)["place_name"])
    with pytest.raises(UsageError, match="finished store of other files"):
        made(folder, ged[0])
    with pytest.raises(UsageError, match="finished store of other files"):
        made(folder, path, wish=small(title="Another"))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = write(tmp_path / "ged.csv", ucdp_text(ucdp_rows(20)))
    task = ingest.RunTask(ingest.cut_file(path, "ged.csv", small().options).pieces[0], small().options, "")
    write(path, ucdp_text(ucdp_rows(20)).replace("Side 1", "Side 9"))
    with pytest.raises(InputError, match="has changed while it was read"):
        ingest.make_run(task)


# -- repeated ids --------------------------------------------------------------------------------


def rejected(folder):
    with (folder / "rejected.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_newest_of_an_id_is_kept_over_pieces_and_files(tmp_path):
    rows = ucdp_rows(220)
    rows[219] |= {"id": "3", "where_coordinates": "Newer"}  # another piece than row 4 of the file
    old = write(tmp_path / "GEDEvent_v9.csv", ucdp_text(rows))
    later = ucdp_rows(2, first=10)
    later[0]["where_coordinates"] = "Newest"
    new = write(tmp_path / "GEDEvent_v10.csv", ucdp_text(later))
    balance = made(tmp_path / "store", new, old)
    assert (balance["rows_read"], balance["events"], balance["rejected"]) == (222, 219, 3)
    assert [entry["rejected"] for entry in balance["files"]] == [3, 0]
    events = table(tmp_path / "store").set_index("event_id")
    assert events.index.is_unique
    assert (events.loc["3", "place_name"], events.loc["10", "place_name"]) == ("Newer", "Newest")
    assert table(tmp_path / "store", "claims")["claim_id"].is_unique
    found = [(row["file"], row["row"], row["reason"].split(". ")[0]) for row in rejected(tmp_path / "store")]
    assert found == [
        ("GEDEvent_v9.csv", "4", "id '3' is superseded by row 221"),
        ("GEDEvent_v9.csv", "11", "id '10' is superseded by row 2 of GEDEvent_v10.csv"),
        ("GEDEvent_v9.csv", "12", "id '11' is superseded by row 3 of GEDEvent_v10.csv"),
    ]
    assert json.loads(rejected(tmp_path / "store")[0]["cells"])["event_id"] == "3"


def test_acled_tells_the_newest_by_its_time_of_change(tmp_path):
    late = write(tmp_path / "a.csv", acled_text({"timestamp": "1700000009", "location": "Late"}))
    early = write(tmp_path / "b.csv", acled_text({"timestamp": "1700000001", "location": "Early"}))
    made(tmp_path / "store", late, early)
    assert table(tmp_path / "store")["place_name"].tolist() == ["Late"]


def test_ids_of_two_providers_are_not_taken_for_one_event(tmp_path):
    one = write(tmp_path / "ged.csv", ucdp_text(ucdp_rows(3)))
    other = write(tmp_path / "gdelt.CSV", gdelt_text(3))
    with pytest.raises(InputError, match="ids of gdelt and ucdp mean nothing to each other") as caught:
        made(tmp_path / "store", one, other)
    assert "store of each provider" in caught.value.remedy


# -- what is refused -----------------------------------------------------------------------------


def test_a_full_disk_is_told_and_the_work_goes_on_later(tmp_path, monkeypatch):
    path = write(tmp_path / "ged.csv", ucdp_text(ucdp_rows(30)))

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files.pq, "write_table", full)
        with pytest.raises(GeodataError, match="No space left on device") as caught:
            made(tmp_path / "store", path)
    assert "Make room, and start the same command again" in caught.value.remedy
    assert made(tmp_path / "store", path)["events"] == 30


@pytest.fixture
def run(capsys):
    """Return a function that runs the command and gives (exit code, answer, stderr)."""

    def command(*words):
        code = main(["ingest", *map(str, words), "--json"])
        said, err = capsys.readouterr()
        return code, json.loads(said), err

    return command


def test_the_command_tells_the_balance(run, tmp_path):
    rows = ucdp_rows(5)
    rows[1] |= {"latitude": "95"}
    path = write(tmp_path / "ged.csv", ucdp_text(rows))
    code, answer, err = run(path, "iran-pakistan-2024", "--out", tmp_path / "store", "--title", "Both")
    assert code == 0 and f"wrote {tmp_path / 'store'}" in err
    assert answer["events"] + answer["rejected"] == answer["rows_read"] == 25
    assert [entry["format"] for entry in answer["files"]] == ["ucdp", "case"]
    assert answer["rejected_rows"][0]["row"] == 3
    code, answer, _ = run(path, "--out", tmp_path / "strict", "--strict")
    assert code == 1 and "--strict allows none" in answer["error"]["message"]
    assert main(["ingest", str(path), "--out", str(tmp_path / "people")]) == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["{missing}", "--out", "{new}"], "there is no such file"),
        (["{ged}", "--out", "{ged}"], "is a file"),
        (["{ged}", "--out", "{full}"], "is a folder that holds something else"),
        (["{ged}", "--out", "{new}/below"], "the folder does not exist"),
        (["{ged}", "--out", "{new}", "--workers", "0"], "is not 1 to 256"),
        (["{ged}", "--out", "{older}"], "unfinished work of another version"),
        (["{ged}", "--out", "{odd}"], "a store of another version"),
        (["--out", "{new}"], "the following arguments are required"),
    ],
)
def test_wrong_requests_are_told(run, tmp_path, words, reason):
    for name in ("full", "older", "odd"):
        (tmp_path / name).mkdir()
    write(tmp_path / "full" / "notes.txt", "mine")
    (tmp_path / "older" / "work").mkdir()
    write(tmp_path / "older" / "work" / "about.json", '{"created_by": "Strikemap 0.0.1"}')
    write(tmp_path / "odd" / "store.json", '{"format": "strikemap-store", "version": 99}')
    write(tmp_path / "ged", ucdp_text(ucdp_rows(2)))
    places = {name: tmp_path / name for name in ("missing", "ged", "new", "full", "older", "odd")}
    code, answer, _ = run(*(word.format(**places) for word in words))
    assert code == 2 and reason in answer["error"]["message"]
    assert (tmp_path / "full" / "notes.txt").read_text() == "mine"


def test_files_that_cannot_be_read_are_told(run, tmp_path):
    cases = {"empty": "", "page": "<html><body>no</body></html>", "head": ucdp_text([])}
    for name, text in cases.items():
        code, answer, _ = run(write(tmp_path / name, text), "--out", tmp_path / f"{name}-store")
        assert code == 1 and name in answer["error"]["file"]
    bad = ucdp_rows(2)
    for row in bad:
        row["latitude"] = "95"
    code, answer, _ = run(write(tmp_path / "bad", ucdp_text(bad)), "--out", tmp_path / "bad-store")
    assert code == 1 and "no event was accepted of 2 read" in answer["error"]["message"]


def test_a_second_process_is_kept_out(tmp_path, run):
    fcntl = pytest.importorskip("fcntl")
    path = write(tmp_path / "ged.csv", ucdp_text(ucdp_rows(2)))
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path / "store", path, crew=Stopped("make_run", 0))
    with (tmp_path / "store" / "work" / "lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        code, answer, _ = run(path, "--out", tmp_path / "store")
    assert code == 2 and "another process" in answer["error"]["message"]
    assert (tmp_path / "store" / "work").is_dir()
