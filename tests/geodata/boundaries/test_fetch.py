import hashlib
import io
import json
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fetch_provider import POINTER, Provider, features

from geodata import boundaries, cli
from geodata.boundaries import fetch, layer_cache
from geodata.boundaries.fetch import fetch_layer, load_cached, media_url, parse_level, parse_request
from geodata.boundaries.fetch_http import FetchError, Limits, check_url, download
from geodata.boundaries.layer import LAYER_COLUMNS
from geodata.boundaries.layer_cache import cache_dir, list_cached
from geodata.errors import UsageError

THREE = features("Panjgur", "Kech", "Gwadar")
PATIENT = Limits(connect_s=60.0, stall_s=60.0)  # a busy machine is no stall
QUICK = Limits(connect_s=60.0, stall_s=0.25)
API = "/api/current/gbOpen/PAK/ADM2/"
RAW = "/raw/gbOpen/geoBoundaries-PAK-ADM2.geojson"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def provider():
    served = Provider()
    served.serve(THREE)
    yield served
    served.close()


@pytest.fixture
def get(provider, tmp_path):
    """Return a function that fetches from the provider into the test's own cache."""

    def run(iso3="PAK", level=2, **options):
        options = {"cache": tmp_path / "cache", "base_url": provider.base_url, "limits": PATIENT, **options}
        return fetch_layer(iso3, level, **options)

    return run


def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/api/current"


def warning_codes(layer):
    return {warning.code for warning in layer.report.table.warnings}


# -- what comes, and what is kept of it ---------------------------------------------------------


def test_a_layer_is_fetched_made_ready_and_kept_with_its_licence(get, provider, tmp_path):
    said = []
    result = get(progress=lambda *step: said.append(step))
    layer = result.layer
    assert result.state == "fetched" and layer.origin == "fetched"
    assert layer.key == "gbopen-PAK-ADM2" and layer.level == 2
    assert tuple(layer.units.columns) == LAYER_COLUMNS and layer.units.crs.to_epsg() == 4326
    assert list(layer.units["id"]) == [f"gbopen-PAK-ADM2:9618217B{at}" for at in range(3)]
    assert list(layer.units["name"]) == ["Panjgur", "Kech", "Gwadar"]
    assert set(layer.units["parent_id"]) == {"PK-BA"} and set(layer.units["iso3"]) == {"PAK"}
    assert layer.units["vintage"].iloc[0] == "2022"
    # half a degree at 26.5° N: 49.8 km by 55.4 km
    assert layer.units["area_km2"].iloc[0] == pytest.approx(2749, rel=0.01)
    for words in ("geoBoundaries gbOpen", "OCHA, Pakistan Bureau of Statistics", "Attribution 3.0"):
        assert words in layer.credit.text
    assert not layer.report.table.warnings

    folder = tmp_path / "cache"
    sidecar = json.loads((folder / "gbopen-PAK-ADM2.json").read_text(encoding="utf-8"))
    kept = (folder / sidecar["file"]).read_bytes()
    assert kept == THREE and sidecar["sha256"] == hashlib.sha256(THREE).hexdigest()
    assert sidecar["size_bytes"] == len(THREE) and sidecar["fetched_at"].endswith("+00:00")
    assert sidecar["url"] == provider.host + RAW and sidecar["api_url"] == provider.host + API
    assert sidecar["provider"]["buildDate"] == "Dec 12, 2023"
    assert sidecar["licence_detail"] == "" and "nan" not in sidecar["provider"].values()
    assert said[-1] == (len(THREE), len(THREE), "PAK ADM2")
    assert not list(folder.glob(".*.part"))


def test_the_second_time_nobody_is_asked(get, provider):
    first = get()
    asked = len(provider.asked)
    again = get()
    assert again.state == "cached" and len(provider.asked) == asked and "is in the cache" in again.message
    assert again.layer.units.equals(first.layer.units)
    assert again.layer.report == first.layer.report and again.layer.credit == first.layer.credit


def test_force_asks_again_and_keeps_the_new_one(get, provider):
    get()
    provider.serve(features("Panjgur", "Kech", "Gwadar", "Hub"), admUnitCount="4.0")
    result = get(force=True)
    assert result.state == "fetched" and len(result.layer.units) == 4
    assert len(get().layer.units) == 4


def test_releases_and_outlines_are_kept_apart(get, provider, tmp_path):
    provider.serve(features("A"), release="gbHumanitarian", simplified=features("B"), admUnitCount="1")
    assert get(release="gbhumanitarian").layer.units["name"].tolist() == ["A"]
    assert get(release="gbHumanitarian", simplified=True).layer.units["name"].tolist() == ["B"]
    assert get().layer.units["name"].tolist() == ["Panjgur", "Kech", "Gwadar"]
    keys = [entry.key for entry in list_cached(tmp_path / "cache")]
    assert keys == ["gbhumanitarian-PAK-ADM2", "gbhumanitarian-PAK-ADM2-simplified", "gbopen-PAK-ADM2"]


def test_a_list_answer_gives_the_level_that_was_asked_for(get, provider):
    levels = [provider.description(level=level) for level in (0, 1, 2)]
    provider.routes[API] = json.dumps(levels).encode()
    assert len(get().layer.units) == 3


def test_a_list_without_the_level_says_what_it_has(get, provider):
    provider.routes["/api/current/gbOpen/AFG/ADM3/"] = json.dumps(
        [provider.description(iso3="AFG", level=level) for level in (0, 1)]
    ).encode()
    with pytest.raises(FetchError, match="AFG ADM0, AFG ADM1"):
        get("AFG", 3)


def test_redirects_are_followed_and_the_last_address_is_kept(get, provider):
    # The body that one of them declares never comes: it must not be waited for.
    provider.routes["/moved"] = provider.redirect("/media/x.geojson", 307, length=10**12)
    provider.routes["/media/x.geojson"] = THREE
    provider.routes[RAW] = provider.redirect(provider.host + "/moved", 301)
    assert get().entry.url == provider.host + "/media/x.geojson"


def test_gzip_is_undone_as_it_comes(get, provider, tmp_path):
    provider.routes[RAW] = provider.zipped(THREE)
    steps = []
    entry = get(progress=lambda *step: steps.append(step)).entry
    assert (tmp_path / "cache" / entry.file).read_bytes() == THREE
    # The length that was declared is that of the packed bytes: no total is better than a wrong one.
    assert steps[-1] == (len(THREE), None, "PAK ADM2")


def test_an_answer_that_keeps_coming_is_taken(get, provider):
    provider.routes[RAW] = provider.dripping(THREE)
    assert get().state == "fetched"


def test_local_letters_come_through(get, provider):
    provider.serve(features("پنجگور"), admUnitCount="1")
    assert get().layer.units["name"].tolist() == ["پنجگور"]


# -- what is wrong with a layer, said in its report ---------------------------------------------


def test_what_the_file_lacks_is_in_the_report(get, provider):
    changed = json.loads(features("Panjgur", "nan", "Gwadar", "Hub"))
    changed["features"][2]["properties"]["shapeGroup"] = "IRN"
    changed["features"][3]["geometry"] = {"type": "Point", "coordinates": [64, 27]}
    changed["features"][0]["properties"]["shapeType"] = "ADM3"
    provider.serve(json.dumps(changed).encode(), admUnitCount="7")
    layer = get().layer
    table = layer.report.table
    assert layer.units["name"].tolist() == ["Panjgur", ""]
    assert [(row.row, row.column) for row in table.rejected_rows] == [(3, "shapeGroup"), (4, "geometry")]
    assert "belongs to IRN" in table.rejected_rows[0].reason and "Point" in table.rejected_rows[1].reason
    assert warning_codes(layer) == {"unit_count_differs", "other_level", "no_name"}
    assert "states 7 units, its file holds 4" in " ".join(layer.report.lines())
    assert get().layer.report == layer.report


def test_a_repeated_id_still_gives_each_unit_its_own(get, provider):
    changed = json.loads(THREE)
    for feature in changed["features"]:
        feature["properties"]["shapeID"] = "same id"
    provider.serve(json.dumps(changed).encode())
    assert get().layer.units["id"].tolist() == [f"gbopen-PAK-ADM2:same-id{n}" for n in ("", "-2", "-3")]


# -- what is refused; the bundled limits serve instead ------------------------------------------


def page(handler):
    Provider.send(handler, b"<!DOCTYPE html><title>Sorry</title>", kind="text/html")


def status(code):
    return lambda handler: Provider.send(handler, b"<h1>fault</h1>", status=code, kind="text/html")


def broken_gzip(handler):
    Provider.send(handler, b"no gzip", headers=[("Content-Encoding", "gzip")])


def hang_up(handler):
    handler.close_connection = True


def silence(handler):
    handler.server.let_go.wait(30)


OTHER_LEVEL = b'{"boundaryISO": "PAK", "boundaryType": "ADM1", "gjDownloadURL": "x"}'
LINES = THREE.replace(b'"Polygon"', b'"MultiLineString"')
NO_FEATURES = b'{"type": "FeatureCollection", "features": []}'
WRONG = {
    "404": (API, None, "has no such layer (HTTP 404)"),
    "500": (API, status(500), "has a fault (HTTP 500)"),
    "429": (RAW, status(429), "asks to wait"),
    "a page for the answer": (API, page, "web page"),
    "a page for the geometry": (RAW, page, "web page"),
    "no JSON": (API, b"sorry", "is not JSON"),
    "an empty answer": (API, b"", "is empty"),
    "no address in it": (API, b'{"boundaryISO": "PAK"}', "does not describe"),
    "another level in it": (API, OTHER_LEVEL, "does not describe PAK ADM2, but PAK ADM1"),
    "too long an answer": (API, b"[" + b" " * 1_000_001, "more than the 1 MB"),
    "a cut-off geometry": (RAW, Provider.cut_off(THREE), "broke off"),
    "a short geometry without its length": (RAW, THREE[:-200], "ends too early"),
    "another country": (RAW, features("Kabul", group="AFG"), "another country than PAK"),
    "no polygons": (RAW, LINES, "no polygon that can be used"),
    "no features": (RAW, NO_FEATURES, "holds no feature"),
    "metres": (RAW, features("A", west=500000, south=3000000), "no degrees"),
    "a circle of redirects": (RAW, Provider.redirect(RAW), "more than 6 redirects"),
    "a redirect to a file": (RAW, Provider.redirect("file:///etc/hosts"), "not https"),
    "a redirect to http elsewhere": (RAW, Provider.redirect("http://example.org/"), "not https"),
    "a redirect to nowhere": (RAW, Provider.redirect("https://[broken/"), "no address"),
    "broken gzip": (RAW, broken_gzip, "damaged"),
    "no answer at all": (API, hang_up, "hung up without an answer"),
    "a stalled body": (RAW, Provider.stalled(THREE), "stalled: no byte for 0.25 s"),
    "a stalled answer": (API, silence, "stalled"),
}


def limits_for(name):
    return QUICK if "stalled" in name else PATIENT


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_used_is_said_and_the_bundled_limits_serve(get, provider, tmp_path, name):
    path, answer, words = WRONG[name]
    provider.routes[path] = answer
    result = get(limits=limits_for(name))
    assert result.state == "bundled" and result.layer is None
    assert words in result.message and "the bundled limits" in result.message
    assert "no network" not in result.message
    assert not list((tmp_path / "cache").iterdir())


def test_a_declared_size_over_the_limit_is_refused_before_the_body(get, provider):
    # The body never comes: were it waited for, the answer would be a stall.
    provider.routes[RAW] = lambda handler: provider.send(handler, b"", length=400_000_000)
    assert "more than the 300 MB" in get().message


def test_a_size_that_was_not_declared_is_counted_unpacked(get, provider):
    provider.routes[RAW] = provider.zipped(b" " * 3_000_000)
    assert "more than the 2 MB" in get(limits=replace(PATIENT, geometry_bytes=2_000_000)).message


def test_a_pointer_is_refused_and_the_simplified_outlines_are_taken(get, provider):
    provider.serve(POINTER, simplified=THREE)
    result = get()
    assert result.entry.key == "gbopen-PAK-ADM2-simplified" and "Git LFS" in result.message
    assert "from_the_download" in warning_codes(result.layer)
    # The full outlines are asked for again the next time, and may come then.
    provider.serve(THREE)
    assert get().entry.key == "gbopen-PAK-ADM2"


def test_a_pointer_without_a_second_address_is_an_error(get, provider):
    provider.serve(POINTER, simplifiedGeometryGeoJSON="nan")
    assert "pointer of Git LFS" in get().message
    provider.serve(POINTER, simplified=POINTER)
    assert "pointer of Git LFS" in get().message


def test_where_github_keeps_a_file_behind_a_pointer():
    kept = "https://media.githubusercontent.com/media/o/r/main/d/x.geojson"
    assert media_url("https://raw.githubusercontent.com/o/r/main/d/x.geojson") == kept
    assert media_url("https://github.com/o/r/blob/main/x") == media_url("http://127.0.0.1/o/r/raw/x/y") == ""


@pytest.mark.parametrize(
    ("url", "before", "may"),
    [
        ("https://example.org/a", "", True),
        ("https://example.org/a", "http://127.0.0.1:1/", True),
        ("http://localhost:8000/a", "", True),
        ("http://[::1]/a", "", True),
        ("http://127.0.0.1/a", "https://example.org/", False),
        ("http://example.org/a", "", False),
        ("http://127.0.0.1.example.org/a", "", False),
        ("http://127.0.0.1@example.org/a", "", False),
        ("ftp://example.org/a", "https://example.org", False),
        ("https:///a", "", False),
        ("https://[broken/a", "", False),
        ("/a", "", False),
    ],
)
def test_which_addresses_may_be_asked(url, before, may):
    if may:
        assert check_url(url, before=before) == url
    else:
        with pytest.raises(FetchError):
            check_url(url, before=before)


# -- no network ---------------------------------------------------------------------------------


def test_without_a_network_the_bundled_limits_serve(get):
    result = get("IRN", "adm2", base_url=closed_port())
    assert result.state == "bundled" and result.problem.offline
    assert result.message.startswith("no network: 127.0.0.1 cannot be reached; the bundled limits of 2017")
    assert (
        "are used" in result.message
        and f"{len(boundaries.load_units(2, iso3='IRN'))} units" in result.message
    )


def test_without_a_network_the_cache_serves_even_when_forced(get):
    get()
    result = get(base_url=closed_port(), force=True)
    assert result.state == "cached" and len(result.layer.units) == 3
    assert result.message.startswith("no network") and "taken from the cache" in result.message


def test_without_a_network_simplified_outlines_of_the_cache_serve(get, provider):
    provider.serve(THREE, simplified=features("B"))
    get(simplified=True)
    result = get(base_url=closed_port())
    assert result.state == "cached" and result.entry.simplified


def test_without_a_network_a_level_that_no_pack_has_is_an_error(get):
    with pytest.raises(FetchError, match=r"no network.*AFG level 2") as caught:
        get("AFG", 2, base_url=closed_port())
    assert caught.value.offline and caught.value.remedy


def test_the_proxy_of_the_environment_is_asked(provider, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", provider.host)
    result = fetch_layer("PAK", 2, cache=tmp_path, limits=PATIENT)
    assert provider.asked == ["CONNECT www.geoboundaries.org:443"]
    assert result.state == "bundled" and "proxy" in result.message


# -- the cache ----------------------------------------------------------------------------------


def test_a_key_cannot_lead_out_of_the_cache(get, tmp_path):
    get()
    inner = tmp_path / "cache" / "inner"
    inner.mkdir()
    assert load_cached("gbopen-PAK-ADM2", cache=tmp_path / "cache") is not None
    assert load_cached("../gbopen-PAK-ADM2", cache=inner) is None


def files(folder):
    return {path.suffix: path for path in folder.iterdir()}


@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "sidecar", "other sidecar", "list sidecar"])
def test_a_pair_that_does_not_fit_is_as_none(get, tmp_path, harm):
    get()
    parts = files(tmp_path / "cache")
    geometry, sidecar = parts[".geojson"], parts[".json"]
    if harm == "flip":
        geometry.write_bytes(THREE.replace(b"Kech", b"Kesh"))
    elif harm == "cut":
        geometry.write_bytes(THREE[:100])
    elif harm == "remove":
        geometry.unlink()
    elif harm == "sidecar":
        sidecar.write_text(sidecar.read_text(encoding="utf-8")[:80], encoding="utf-8")
    elif harm == "other sidecar":
        text = sidecar.read_text(encoding="utf-8").replace(geometry.name, f"../{geometry.name}")
        sidecar.write_text(text, encoding="utf-8")
    else:
        sidecar.write_text("[1, 2]", encoding="utf-8")
    assert load_cached("gbopen-PAK-ADM2", cache=tmp_path / "cache") is None
    assert get(base_url=closed_port()).state == "bundled"
    assert get().state == "fetched" and get().state == "cached"


@pytest.mark.parametrize("harm", [b"", b"PAR1 rubbish PAR1", None])
def test_a_broken_ready_layer_is_made_anew(get, tmp_path, harm):
    first = get().layer
    ready = files(tmp_path / "cache")[".parquet"]
    whole = ready.read_bytes()
    at = pq.read_metadata(ready).row_group(0).column(LAYER_COLUMNS.index("name")).dictionary_page_offset + 40
    ready.write_bytes(whole[:at] + b"\xff\0\xff\0" + whole[at + 4 :] if harm is None else harm)
    again = get(base_url=closed_port())
    assert again.state == "cached" and again.layer.units.equals(first.units)
    assert ready.read_bytes() == whole


@pytest.mark.parametrize("moment", ["before the geometry", "before the sidecar"])
def test_a_crash_while_writing_leaves_the_old_layer(get, provider, monkeypatch, moment):
    get()
    provider.serve(features("New"), admUnitCount="1")

    class PowerCutError(BaseException):
        pass

    def cut(*_):
        raise PowerCutError

    with monkeypatch.context() as patch:
        name = "publish" if moment == "before the geometry" else "write_sidecar"
        patch.setattr(layer_cache, name, cut)
        with pytest.raises(PowerCutError):
            get(force=True)
    assert get().layer.units["name"].tolist() == ["Panjgur", "Kech", "Gwadar"]
    assert get(force=True).layer.units["name"].tolist() == ["New"]
    assert get().layer.units["name"].tolist() == ["New"]


@pytest.mark.parametrize("name", ["a cut-off geometry", "another country", "a stalled body"])
def test_a_failed_download_leaves_the_old_layer(get, provider, name):
    get()
    path, answer, words = WRONG[name]
    provider.routes[path] = answer
    result = get(force=True, limits=limits_for(name))
    assert result.state == "cached" and words in result.message and len(result.layer.units) == 3


def test_leftovers_go_once_they_are_old(get, provider, tmp_path, monkeypatch):
    get()
    folder = tmp_path / "cache"
    (folder / ".half.part").write_bytes(b"half")
    provider.serve(features("New"), admUnitCount="1")
    get(force=True)
    assert len(list(folder.glob("*.geojson"))) == 2, "another process may still read the old one"
    monkeypatch.setattr(layer_cache, "_LEFTOVER_AGE_S", -1.0)
    get(force=True)
    assert len(list(folder.glob("*.geojson"))) == 1 and not list(folder.glob(".*.part"))
    assert get().layer.units["name"].tolist() == ["New"]


def test_many_at_once_do_not_harm_each_other(get, provider, tmp_path):
    bodies = [features("Panjgur", "Kech", f"Version {at}") for at in range(6)]
    turn = iter(bodies * 2)
    lock = threading.Lock()

    def next_body(handler):
        with lock:
            body = next(turn)
        provider.send(handler, body)

    provider.routes[RAW] = next_body
    states, gate = [], threading.Barrier(6)

    def work():
        gate.wait()
        states.append(get(force=True))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.message for result in states if result.state != "fetched"] == []
    assert len(states) == 6
    entry, layer = load_cached("gbopen-PAK-ADM2", cache=tmp_path / "cache")
    kept = (tmp_path / "cache" / entry.file).read_bytes()
    assert kept in bodies and hashlib.sha256(kept).hexdigest() == entry.sha256
    assert layer.units["name"].iloc[2] in kept.decode()


def test_two_processes_at_once_do_not_harm_each_other(provider, tmp_path):
    script = (
        "import sys; from geodata.boundaries.fetch import fetch_layer;"
        "print(fetch_layer('PAK', 2, force=True, base_url=sys.argv[1], cache=sys.argv[2]).state)"
    )
    command = [sys.executable, "-c", script, provider.base_url, str(tmp_path)]
    root = Path(cli.__file__).parents[1]
    both = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0].strip() for process in both] == ["fetched", "fetched"]
    assert load_cached("gbopen-PAK-ADM2", cache=tmp_path) is not None


def test_a_cache_that_cannot_be_written_is_said(get, tmp_path):
    (tmp_path / "cache").write_text("a file stands where the folder should", encoding="utf-8")
    result = get()
    assert result.state == "bundled" and "STRIKEMAP_CACHE" in result.problem.message()


def test_where_the_cache_is(monkeypatch, tmp_path):
    for name in ("STRIKEMAP_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_dir() == tmp_path / ".cache" / "strikemap" / "boundaries"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    assert cache_dir() == tmp_path / ".cache" / "strikemap" / "boundaries"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_dir() == tmp_path / "xdg" / "strikemap" / "boundaries"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_dir() == tmp_path / "Library" / "Caches" / "strikemap" / "boundaries"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_dir() == tmp_path / "local" / "strikemap" / "boundaries"
    monkeypatch.setenv("STRIKEMAP_CACHE", str(tmp_path / "own"))
    assert cache_dir() == tmp_path / "own" and cache_dir(tmp_path / "said") == tmp_path / "said"
    assert list_cached() == []


# -- requests that make no sense, and the command line ------------------------------------------


def test_levels_and_countries_as_people_write_them():
    assert [parse_level(text) for text in ("ADM2", "adm0", " 3 ", 1)] == [2, 0, 3, 1]
    assert parse_request("pak", 2, release="gbopen").key == "gbopen-PAK-ADM2"
    assert parse_request("REU", "ADM1", simplified=True).key == "gbopen-REU-ADM1-simplified"
    for wrong in ("ADM4", "district", "", -1, "22", 1.5):
        with pytest.raises(UsageError, match="ADM2 \\(districts\\)"):
            parse_level(wrong)
    with pytest.raises(UsageError, match="PAK"):
        parse_request("PKA", 2)
    with pytest.raises(UsageError, match="alpha-3"):
        parse_request("../x", 2)
    with pytest.raises(UsageError, match="gbHumanitarian"):
        parse_request("PAK", 2, release="GADM")


def test_the_columns_of_a_layer_are_those_of_the_packs():
    for level in (0, 1, 2):
        assert set(boundaries.load_units(level).columns) <= set(LAYER_COLUMNS)


@pytest.fixture
def say(provider, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STRIKEMAP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(
        fetch.fetch_layer,
        "__kwdefaults__",
        {
            **fetch.fetch_layer.__kwdefaults__,
            "base_url": provider.base_url,
            "limits": PATIENT,
        },
    )

    def run(*argv):
        code = cli.main(["boundaries", *argv])
        return code, *capsys.readouterr()

    return run


def test_fetch_and_list_from_the_command_line(say):
    assert "Downloaded" not in say("list")[1]
    code, out, err = say("fetch", "pak", "ADM2")
    assert code == 0 and "gbopen-PAK-ADM2: level 2, 3 units, OCHA" in out and "3 units" in err
    assert "PAK ADM2: 0.0 MB of 0.0 MB" in err
    code, out, err = say("fetch", "PAK", "2", "--json")
    assert "--force asks the provider anew" in err
    given = json.loads(out)
    assert code == 0 and given["state"] == "cached" and given["report"]["units"] == 3
    assert given["layer"]["licence"].startswith("Creative Commons") and given["layer"]["credit"]["text"]
    out = say("list")[1]
    assert "gbopen-PAK-ADM2: level 2, 3 units, OCHA, Pakistan Bureau of Statistics, 2022, Creative" in out
    assert json.loads(say("list", "--json")[1])["cached"][0]["key"] == "gbopen-PAK-ADM2"


def test_exit_codes_without_the_layer(say, provider):
    provider.routes.clear()
    code, out, err = say("fetch", "PAK", "2", "--json")
    given = json.loads(out)
    assert code == 0 and given["state"] == "bundled" and given["layer"] is None
    assert "the bundled limits" in err and given["problem"]["message"]
    code, out, err = say("fetch", "AFG", "2", "--json")
    assert code == 1 and "AFG level 2" in json.loads(out)["error"]["message"] and err.count("\n") == 1


def test_a_download_by_itself(provider):
    target = io.BytesIO()
    came_from = download(provider.host + RAW, target, limit_bytes=len(THREE), limits=PATIENT, words="a layer")
    assert came_from == provider.host + RAW and target.getvalue() == THREE
