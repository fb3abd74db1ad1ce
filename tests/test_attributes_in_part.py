"""A latent whose attributes are there in part can be kept, and used on every page with a tray."""

from pathlib import Path

import numpy as np
import pytest
import torch
from app_pages import figure, open_page, pixels_of, sent, shown_recipe, written_by
from flows import save_models, small_flow
from streamlit.testing.v1 import AppTest

from explorer.pages import VIEWS
from explorer.tray.pins import Pin, to_bytes
from explorer.tray.workspace import Workspace
from explorer.views.recipe import read_recipe
from realnvp.inference import fold

MODEL = {"label_kind": "attributes", "num_labels": 3, "label_names": ("Smiling", "Hat", "Old")}
SHARES = torch.tensor([0.375, 1.0, 0.0])
SHOWS = ["Resample", "Zero", "Temperature", "Swap", "Compress", "Paste", "Maps", "Label"]

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_models(tmp_path_factory.mktemp("models"), {"tiny": MODEL})


@pytest.fixture(scope="module")
def pin() -> Pin:
    flow = fold(small_flow(**MODEL))
    z = flow.draw(1, 0.7, torch.Generator().manual_seed(9))
    image = flow.decode(z, SHARES[None])[0]
    return Pin("half a smile", "tiny", z[0], SHARES, image, {"page": "interpolate", "frame": 4})


def open_with(pin: Pin, page: str, **query: str) -> AppTest:
    """The page, with that pin in the tray."""
    app = open_page(page, pin, **query)
    assert not app.exception
    assert not app.error
    return app


def programs_pixels(
    app: AppTest, pin: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[np.ndarray]:
    """What the page's program writes beside the saved tray."""
    (tmp_path / "tray.safetensors").write_bytes(to_bytes([pin]))
    program = read_recipe(VIEWS, shown_recipe(app)).python()
    return [*written_by(program, tmp_path, monkeypatch).values()]


@pytest.mark.parametrize("show", SHOWS)
def test_every_view_of_its_levels_is_what_its_program_writes(
    show: str, pin: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_with(pin, "multiscale.py", show=show, a_from="Tray")
    assert any("Conditioned on: Smiling 38 \\%\\, Hat" in caption.value for caption in app.caption)
    shown = [pixels_of(data["source"]) for data in sent(app) if "source" in data]
    written = programs_pixels(app, pin, tmp_path, monkeypatch)
    assert written
    for pixels in written:
        assert any(np.array_equal(pixels, other) for other in shown)


def test_it_is_conditioned_on_the_farther_end_of_one_attribute_after_the_other(pin: Pin) -> None:
    app = open_with(pin, "multiscale.py", show="Label", a_from="Tray")
    shown = figure(app, "half a smile, made Smiling 38 %, Hat, decoded under 4 labels")
    assert shown["labels"] == ["A", "+ Smiling", "− Hat", "+ Old"]
    flow = fold(small_flow(**MODEL))
    attributes = torch.tensor([[0.375, 1, 0], [1, 1, 0], [0.375, 0, 0], [0.375, 1, 1]])
    images = flow.decode(pin.z.repeat(4, 1), attributes)
    assert np.array_equal(
        pixels_of(shown["source"])[:, -8:, :3], images[3].permute(1, 2, 0).numpy()
    )


def test_a_path_from_it_is_what_its_program_writes(
    pin: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_with(pin, "interpolate.py", view="Path", a_from="Tray", b_attributes="Old")
    (written,) = programs_pixels(app, pin, tmp_path, monkeypatch)
    assert np.array_equal(pixels_of(figure(app, "9 frames on")["source"]), written)
    assert np.array_equal(written[:, :8, :3], pin.image.permute(1, 2, 0).numpy())


def test_its_picture_is_encoded_under_the_nearest_attributes(pin: Pin) -> None:
    app = open_with(pin, "encode.py", source="Tray")
    assert app.session_state["attributes"] == ["Hat"]
    assert shown_recipe(app)["label"] == ["Hat"]
    assert "no byte differs" in figure(app, "Error of half a smile")["alt"]


def test_it_survives_the_store(pin: Pin, tmp_path: Path) -> None:
    store = Workspace(tmp_path)
    store.save("x" * 22, [pin])
    found = store.load("x" * 22)
    assert found is not None
    assert torch.equal(found[1][0].labels, SHARES)
