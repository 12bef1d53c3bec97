"""The library stands alone: it imports neither Streamlit nor the dashboard, and no layer above its own."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import geodata

ROOT = Path(geodata.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
FORBIDDEN = {"streamlit", "streamlit_folium", "dashboard"}
# What draws needs heavy packages; nothing beneath it may ask for them.
ONLY_RENDER = {"matplotlib", "folium", "branca", "PIL"}


def imported(path):
    """Return the full names of all that a module imports, at its top or inside a function."""
    package = ["geodata", *path.relative_to(ROOT).parts[:-1]]
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_library_knows_nothing_above_it(path):
    tops = {name.split(".")[0] for name in imported(path)}
    assert not tops & FORBIDDEN
    if path.relative_to(ROOT).parts[0] not in ("render", "boundaries"):
        assert not tops & ONLY_RENDER


@pytest.mark.parametrize(
    ("layer", "above"),
    [
        ("boundaries", ("cases", "readers", "record", "scene_build", "render", "exports", "cli")),
        ("readers", ("cases", "record", "scene_build", "render", "exports", "cli")),
        ("cases", ("record", "filters", "scene_build", "render", "exports", "cli")),
        ("render", ("cases", "exports", "cli")),
        ("exports", ("render", "scene_build", "caption", "cli")),
    ],
)
def test_layers_point_downwards(layer, above):
    for path in ROOT.joinpath(layer).rglob("*.py"):
        for name in above:
            hits = {found for found in imported(path) if f"{found}.".startswith(f"geodata.{name}.")}
            assert not hits, f"{path.name} imports {hits}"


def test_captions_stand_beneath_what_draws():
    hits = {
        found
        for found in imported(ROOT / "caption.py")
        if found.startswith(("geodata.render", "geodata.exports"))
    }
    assert not hits


def test_the_parser_of_imports_sees_relative_and_nested_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(__import__(__name__), "ROOT", tmp_path)
    (tmp_path / "sub").mkdir()
    module = tmp_path / "sub" / "m.py"
    module.write_text("from ..x import y\nfrom . import z\ndef f():\n    import streamlit.web as w\n")
    assert {"geodata.x.y", "geodata.sub.z", "streamlit.web"} <= imported(module)


def test_asking_for_help_imports_nothing_heavy():
    code = (
        "import sys; sys.argv = ['geodata', '--help']\n"
        "from geodata.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print('|', *sorted({'pandas', 'geopandas', 'shapely', 'matplotlib', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    assert done.stdout.rsplit("|", 1)[1].strip() == ""
