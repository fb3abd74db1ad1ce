"""The package: what it needs, what it carries, and that it starts where nothing else is."""

import json
import os
import re
import subprocess
import sys
import time
import tomllib
import urllib.request
import zipfile
from pathlib import Path

import pytest
from flows import small_flow
from packaging.requirements import Requirement
from patience import PATIENCE

import realnvp
from realnvp import places
from realnvp.checkpoint import (
    CONFIG,
    WEIGHTS,
    beside,
    checkpoint_folder,
    list_checkpoints,
    save,
)
from realnvp.looks import list_nets

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pins(name: str) -> dict[str, Requirement]:
    """What a file of requirements pins, by name."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and line[0] not in "#-"]
    return {pin.name: pin for pin in found}


def ranges(texts: list[str]) -> dict[str, Requirement]:
    return {wanted.name: wanted for wanted in map(Requirement, texts)}


def check_within(pinned: dict[str, Requirement], wanted: dict[str, Requirement]) -> None:
    for name, range_of in wanted.items():
        (pin,) = pinned[name].specifier
        assert pin.operator == "=="
        assert pin.version in range_of.specifier, name
        assert pinned[name].extras == range_of.extras


def test_every_pin_is_within_the_range_of_its_package() -> None:
    pinned, wanted = pins("requirements.txt"), ranges(PROJECT["dependencies"])
    assert list(pinned) == list(wanted)
    check_within(pinned, wanted)
    extras = PROJECT["optional-dependencies"]
    check_within(pins("requirements-cluster.txt"), ranges(extras["cluster"]))
    for extra in ("onnx", "faces", "sets", "tensorboard"):
        check_within(pins("requirements-dev.txt"), ranges(extras[extra]))


def test_one_version_is_told_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.+)$", citation, re.M) == [realnvp.__version__]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+?),", changes, re.M)[0] == realnvp.__version__


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders `bundled` and `own`, as once it is installed; the first has a model, tiny."""
    monkeypatch.delenv("REALNVP_CHECKPOINTS", raising=False)
    monkeypatch.setattr(places, "bundled", lambda name: tmp_path / "bundled" / name)
    monkeypatch.setattr(places, "own", lambda name: tmp_path / "own" / name)
    save(small_flow(), tmp_path / "bundled" / "checkpoints" / "tiny")
    return tmp_path


def test_own_models_lie_beside_the_bundled_ones_and_hide_them(installed: Path) -> None:
    (bundled, own) = (installed / name / "checkpoints" for name in ("bundled", "own"))
    assert list_checkpoints() == ["tiny"]
    assert checkpoint_folder("tiny") == bundled / "tiny"
    assert checkpoint_folder("mine") == own / "mine"
    save(small_flow(1), own / "mine")
    save(small_flow(2), own / "tiny")
    assert list_checkpoints() == ["mine", "tiny"]
    assert checkpoint_folder("tiny") == own / "tiny"
    (bundled / "tiny" / "samples.png").write_bytes(b"")
    assert beside("tiny", "samples.png") == own / "tiny" / "samples.png"  # none of another model


def test_what_is_made_for_a_bundled_model_is_the_users_own(installed: Path) -> None:
    (bundled, own) = (installed / name / "checkpoints" / "tiny" for name in ("bundled", "own"))
    (bundled / "atlas.png").write_bytes(b"")
    assert beside("tiny", "atlas.png") == bundled / "atlas.png"
    assert beside("tiny", "directions.safetensors") == own / "directions.safetensors"
    own.mkdir(parents=True)
    (own / "atlas.png").write_bytes(b"")
    assert beside("tiny", "atlas.png") == own / "atlas.png"


def test_feature_nets_come_with_the_package_too(installed: Path) -> None:
    for place, name in (("bundled", "digits"), ("own", "mine")):
        folder = installed / place / "checkpoints" / "features" / name
        folder.mkdir(parents=True)
        for file in (WEIGHTS, CONFIG):
            (folder / file).touch()
    assert list_nets() == ["digits", "mine"]


def test_a_variable_names_all_models(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(installed / "elsewhere"))
    assert list_checkpoints() == []


@pytest.mark.slow
def test_the_wheel_carries_what_it_takes_and_starts_anywhere(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    inside = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    for name in tracked.stdout.splitlines():  # none where this is no repository
        folder = name.partition("/")[0]
        place = {"pages": "explorer", ".streamlit": "explorer", "checkpoints": "realnvp"}.get(
            folder
        )
        if place:
            assert f"{place}/bundled/{name}" in inside
        elif folder in ("realnvp", "explorer"):
            assert name in inside
    assert "explorer/bundled/app.py" in inside
    assert not {name.partition("/")[0] for name in inside} & {"tests", "benchmarks", "pages"}

    dropped = ("REALNVP_", "STREAMLIT_", "PYTHONPATH")
    own = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    own |= {"PYTHONPATH": str(site), "HOME": str(empty), "XDG_DATA_HOME": str(empty / "data")}
    own |= {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1", "LOCALAPPDATA": str(empty / "data")}
    log = tmp_path / "log"
    with log.open("wb") as output:
        words = [sys.executable, "-m", "realnvp", "app", "--port", "18501"]
        server = subprocess.Popen(words, cwd=empty, env=own, stdout=output, stderr=output)
    try:
        answer = ready(log, server)
    finally:
        server.terminate()
        server.wait(PATIENCE)
    shipped = [p.parent.name for p in (ROOT / "checkpoints").glob("*/about.json")]
    assert set(answer["models"]) >= set(shipped) > set()
    assert not list(empty.rglob("*.safetensors"))


def ready(log: Path, server: subprocess.Popen[bytes]) -> dict:
    """What the server that writes this log answers once it is ready."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        if url := re.search(r"http://\S+/", log.read_text()):
            try:
                with urllib.request.urlopen(f"{url[0]}ready", timeout=20) as answer:
                    return json.load(answer)
            except OSError:  # not up yet, or not ready
                pass
        time.sleep(0.2)
    raise AssertionError(log.read_text())
