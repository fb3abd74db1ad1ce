"""Fixtures for all tests."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from flows import MODELS, save_models, small_flow

from realnvp.checkpoint import save
from realnvp.explore import cache

if TYPE_CHECKING:  # it imports the whole app
    from app_pages import Offered

# The files that take longest, from two minutes down, below this folder: they begin first, so
# that no process is left with one of them when the others have nothing more to do.
FIRST = """
browser/test_address test_shipped_checkpoints browser/test_contrast test_jobs browser/test_train
browser/test_press browser/test_sending browser/test_visitors browser/test_lesson test_windows
test_importing browser/test_repair test_inverse_problems test_every_button
hostile/test_recipe_files test_recipes test_distributed test_training browser/test_class
browser/test_servers test_not_square test_stability browser/test_interpolate browser/test_encode
test_on_gpu test_views hostile/test_uploads browser/test_toy test_repair_page test_floors
test_package test_no_float64 hostile/test_links hostile/test_checkpoints test_doctor
test_train_page test_commands browser/test_app browser/test_atlas browser/test_anatomy
test_directions_page test_encode_page test_interpolate_page browser/test_menu test_anatomy_page
browser/test_multiscale browser/test_slope browser/test_directions browser/test_own_temperature
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By files, as `--dist loadfile` deals them out with `--no-loadscope-reorder`."""
    folder = Path(__file__).parent
    place = {folder / f"{name}.py": number for number, name in enumerate(FIRST.split())}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture
def generator() -> torch.Generator:
    """Seeded anew for each test; nothing touches the global seed."""
    return torch.Generator().manual_seed(0)


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Tiny models gain nothing from more, and lose much where other work shares the cores."""
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test keeps trays beside the project, or reads about every installed package."""
    monkeypatch.setenv("REALNVP_DATA", "off")
    monkeypatch.setattr("os.fsync", lambda file: None)  # nothing here has to outlive a power cut
    # Streamlit does so for each page that is tested: 0.3 s.
    scanner = "streamlit.components.v2.manifest_scanner.scan_component_manifests"
    monkeypatch.setattr(scanner, list)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small model, called tiny."""
    folder = tmp_path_factory.mktemp("tiny")
    save(small_flow(), folder / "tiny")
    return folder


@pytest.fixture(scope="session")
def models_of_each_kind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `MODELS`."""
    return save_models(tmp_path_factory.mktemp("each-kind"), MODELS)


@pytest.fixture(scope="module")
def models(tiny: Path) -> Path:
    """The models that the tests of a file read; a file of other models has a fixture so called."""
    return tiny


@pytest.fixture
def checkpoints(models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`models` are those of the app. A page loads each once for all tests: none may change them."""
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(models))
    # Whoever loads a model collects all garbage, 0.3 s, to tell what stays from it.
    monkeypatch.setattr("explorer.ui.models.gc", Mock())
    cache._cache.clear()  # what tests replace is called, whoever asked the same before
    return models


@pytest.fixture
def each_kind(
    checkpoints: Path, models_of_each_kind: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`MODELS`, not `models`, are those of the app."""
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(models_of_each_kind))


@pytest.fixture
def own_models(checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `models`, which a test may change, is that of the app."""
    folder = tmp_path / "checkpoints"
    shutil.copytree(checkpoints, folder)
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(folder))
    return folder


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the app keeps trays and trainings; nothing is there yet."""
    monkeypatch.setenv("REALNVP_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> "Offered":
    """Recipe and pixels of every PNG that a page offers."""
    made: Offered = []

    def remember_file(pixels: np.ndarray, name: str, recipe: dict[str, Any]) -> None:
        made.append((json.loads(json.dumps(recipe)), pixels))

    monkeypatch.setattr("explorer.ui.recipe.picture_files", remember_file)
    return made
