"""An ingest on a Dask cluster of two worker processes, one of which is killed in the middle."""

import os
import signal
import threading
import warnings

import dask
import dask_geopandas
import pytest
from distributed import Client, LocalCluster
from pandas.errors import Pandas4Warning

from geodata.cli import main
from geodata.errors import UsageError
from geodata.store.cluster import Cluster

from .store_files import gdelt_text, hashes, made, small, table, ucdp_rows, ucdp_text, write

QUIET = {
    "distributed.comm.retry.count": 3,
    "distributed.scheduler.allowed-failures": 5,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": "65536",
}


@pytest.fixture(scope="module")
def cluster():
    """Return a cluster of two processes on this machine."""
    with (
        dask.config.set(QUIET),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
            memory_limit=0,
        ) as running,
    ):
        yield running


def _pids(address):
    with Client(address, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


def test_a_store_is_the_same_byte_for_byte_though_a_worker_is_killed(cluster, tmp_path):
    for name in ("alone", "cluster"):  # a store is called after its folder
        (tmp_path / name).mkdir()
    rows = ucdp_rows(200)
    rows[7] |= {"latitude": "95"}
    files = [
        write(tmp_path / "ged.csv", ucdp_text(rows)),
        write(tmp_path / "more.csv", ucdp_text(ucdp_rows(40, first=180))),  # 21 ids come again
        write(tmp_path / "gdelt.CSV", gdelt_text(60, first=10_000)),
    ]
    wish = small(fan_in=2)
    alone = made(tmp_path / "alone" / "store", *files, wish=wish)
    victim = _pids(cluster.scheduler_address)[0]
    killed = []

    def kill_one(stage, done, _):
        if done and not killed:
            killed.append(stage)
            threading.Thread(target=os.kill, args=(victim, signal.SIGKILL)).start()

    crew = Cluster(cluster.scheduler_address)
    try:
        assert crew.check(tmp_path) == 2
        found = made(
            tmp_path / "cluster" / "store", *reversed(files), wish=wish, crew=crew, progress=kill_one
        )
    finally:
        crew.close()
    assert killed == ["reading rows"]
    assert victim not in _pids(cluster.scheduler_address)
    assert found["superseded"] == 21
    assert {**found, "out": ""} == {**alone, "out": ""}
    assert hashes(tmp_path / "cluster" / "store") == hashes(tmp_path / "alone" / "store")
    events = dask_geopandas.read_parquet(tmp_path / "cluster" / "store" / "events")
    assert events.npartitions == found["parts"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Pandas4Warning)  # Dask's own
        count = len(events)
    assert count == found["events"] == len(table(tmp_path / "alone" / "store"))


def test_a_wrong_address_is_told(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("geodata.store.cluster._WAIT_S", 1)
    path = str(write(tmp_path / "ged.csv", ucdp_text(ucdp_rows(2))))
    out = ["--out", str(tmp_path / "store")]
    assert main(["ingest", path, *out, "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "--scheduler, value 'tcp://127.0.0.1:1': no Dask scheduler answers" in capsys.readouterr().err
    assert main(["ingest", path, *out, "--scheduler", "tcp://127.0.0.1:1", "--workers", "2"]) == 2
    assert "cannot be combined with --scheduler" in capsys.readouterr().err


def test_workers_that_do_not_see_the_folder_are_told(cluster, tmp_path, monkeypatch):
    crew = Cluster(cluster.scheduler_address)
    monkeypatch.setattr("geodata.store.cluster.worker_state", _elsewhere)
    try:
        with pytest.raises(UsageError, match="does not see"):
            crew.check(tmp_path)
    finally:
        crew.close()


def _elsewhere(_):
    import geodata  # noqa: PLC0415 - runs in the worker

    return geodata.__version__, False
