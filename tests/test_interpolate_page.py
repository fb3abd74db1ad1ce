"""The page Interpolate: its three views, what a link means, what its recipe makes again."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import app_pages
import numpy as np
import pytest
import torch
from app_pages import Offered, figure, pixels_of, press, sent, written_by
from flows import MODELS, small_flow
from PIL import Image
from streamlit.testing.v1 import AppTest

import explorer.ui.interpolate.subject
import explorer.ui.pad
import explorer.ui.recipe
from explorer.pages import VIEWS
from explorer.tray.pins import Pin
from explorer.ui import pinned
from explorer.ui.interpolate.subject import animation
from explorer.ui.scenes import scenes
from explorer.views.interpolate import columns_of
from explorer.views.recipe import RecipeError, read_recipe
from realnvp.explore.frames import norm_ratios
from realnvp.explore.pads import over_manifold, over_plane
from realnvp.explore.paths import path, ping_pong
from realnvp.viz import image_grid, to_rgb

pytestmark = pytest.mark.usefixtures("checkpoints")

WAYS = {
    "path": {"view": "Path", "path": "linear", "stops": "3", "frames": "7"},
    "manifold": {"view": "Manifold"},
    "full turn": {"view": "Manifold", "turn": "full"},
    "pad over four": {"view": "Pad", "x": "0.37", "y": "-0.2"},
    "pad over a plane": {"view": "Pad", "over": "a plane", "plane": "5", "keep_norm": "false"},
    "pad over levels": {"view": "Pad", "over": "two levels", "up": "2", "x": "-0.5", "y": "1"},
}


def open_page(**query: str | list[str]) -> AppTest:
    app = app_pages.open_page("interpolate.py", **{"view": "Path"} | query)
    assert not app.exception
    assert not app.error
    return app


def pad_of(app: AppTest) -> dict:
    (found,) = [data for data in sent(app) if isinstance(data, dict) and "token" in data]
    return found


def drawn(*seeds: int) -> torch.Tensor:
    """The latents that the pickers have on arrival: A is 1, B is 2, ..."""
    flow = small_flow()
    noise = [torch.Generator().manual_seed(seed) for seed in seeds]
    return torch.cat([flow.draw(1, 0.7, generator) for generator in noise])


def test_the_strip_is_the_path_that_the_core_makes() -> None:
    app = open_page(path="linear", frames="9")
    shown = figure(app, "9 frames on a linear path from seed 1, T = 0.70 to seed 2, T = 0.70")
    z = path(drawn(1, 2), 9, "linear")
    assert np.array_equal(pixels_of(shown["source"], "RGB"), strip_of(z))
    norms = norm_ratios(z).tolist()
    assert [label.split()[0] for label in shown["labels"]] == [f"{norm:.2f}" for norm in norms]
    assert norms[4] < 0.55
    assert shown["titles"][4].startswith(f"Frame 5: ‖z‖/√D = {norms[4]:.3f}, ")
    app.segmented_control(key="path").set_value("spherical").run()
    shown = figure(app, "9 frames on a spherical path")
    assert np.array_equal(pixels_of(shown["source"], "RGB"), strip_of(path(drawn(1, 2), 9)))


def strip_of(z: torch.Tensor) -> np.ndarray:
    return image_grid(small_flow().decode(z), len(z), 2)[..., :3]


def test_a_path_meets_up_to_four_latents() -> None:
    shown = figure(open_page(stops="4", frames="13"), "frames on")
    assert shown["alt"].count("seed") == 4
    assert shown["columns"] == columns_of(13) == 7


@pytest.mark.parametrize(("turn", "cells"), [("quarter", [0, 6, 42, 48]), ("full", [0, 2, 16, 18])])
def test_the_four_latents_are_marked_in_the_grid(turn: str, cells: list[int]) -> None:
    shown = figure(open_page(view="Manifold", turn=turn), "Manifold of four latents")
    assert [shown["labels"][cell] for cell in cells] == ["A", "B", "C", "D"]
    assert sum(map(bool, shown["labels"])) == 4


def test_the_pad_shows_what_lies_at_the_place_of_the_link() -> None:
    pad = pad_of(open_page(view="Pad", x="0.37", y="-0.2"))
    z, _ = over_manifold(drawn(1, 2, 3, 4), None, [0.37], [-0.2])
    assert (pad["x"], pad["y"]) == (0.37, -0.2)
    assert np.array_equal(pixels_of(pad["picture"], "RGB"), to_rgb(small_flow().decode(z))[0])


def test_the_sliders_move_the_pad() -> None:
    app = open_page(view="Pad", over="a plane", plane="5")
    before = pad_of(app)
    app.slider(key="x").set_value(0.5).run()
    after = pad_of(app)
    z, _ = over_plane(drawn(1), None, [0.5], [0.0], seed=5)
    assert after["x"] == 0.5
    assert after["scene"] == before["scene"]
    assert after["token"] == before["token"]
    assert np.array_equal(pixels_of(after["picture"], "RGB"), to_rgb(small_flow().decode(z))[0])


def test_the_route_knows_the_scene_of_the_page_and_of_its_changes() -> None:
    app = open_page(view="Pad", over="a plane")
    first = pad_of(app)
    scene = scenes().find(first["token"])
    assert scene is not None
    app.toggle(key="keep_norm").set_value(False).run()
    second = pad_of(app)
    assert second["token"] == first["token"]
    assert second["scene"] != first["scene"]
    assert scenes().find(second["token"]) is not scene


def test_a_lost_scene_gets_a_new_token() -> None:
    app = open_page(view="Pad")
    first = pad_of(app)["token"]
    scenes()._kept.clear()
    second = pad_of(app.run())["token"]
    assert second != first
    assert scenes().find(second) is not None


@pytest.mark.parametrize(
    ("place", "meant"),
    [
        ({"x": 0.254, "y": -0.5, "release": 3}, (0.25, -0.5, 3)),
        ({"x": 9, "y": float("nan"), "release": -4}, (1.0, 0.0, 0)),
        ({"x": "<b>", "y": None, "release": 1e300}, (0.0, 0.0, 10**9)),
        ({}, (0.0, 0.0, 0)),
    ],
)
def test_a_forged_release_is_clamped(
    place: dict, meant: tuple[float, float, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"pad": SimpleNamespace(place=place)}
    monkeypatch.setattr(explorer.ui.pad.st, "session_state", state)
    explorer.ui.pad._released("pad")
    assert (state["x"], state["y"], state["pad_release"]) == meant


@pytest.mark.parametrize("place", [None, 3, "x", [1, 2]])
def test_a_release_that_is_no_place_changes_nothing(
    place: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"pad": SimpleNamespace(place=place)}
    monkeypatch.setattr(explorer.ui.pad.st, "session_state", state)
    explorer.ui.pad._released("pad")
    assert set(state) == {"pad"}


@pytest.mark.parametrize(
    "link",
    [
        {"path": "none", "frames": "1000000"},
        {"frames": "9" * 300, "stops": "nan", "a_seed": "-1"},
    ],
)
def test_what_a_link_cannot_mean_falls_back(link: dict[str, str]) -> None:
    figure(open_page(**link), "9 frames on a spherical path from seed 1")


@pytest.mark.parametrize(
    "link",
    [
        {"view": "<script>", "x": "nan", "y": "1e400", "over": "everything", "turn": "half"},
        {"x": "9" * 400, "y": "left"},
    ],
)
def test_a_pad_stays_in_the_middle_where_a_link_means_nothing(link: dict[str, str]) -> None:
    pad = pad_of(open_page(**{"view": "Pad"} | link))
    assert pad["name"] == "Manifold of four latents"
    assert (pad["x"], pad["y"]) == (0, 0)


def test_a_pressed_frame_can_be_pinned() -> None:
    app = open_page(frames="9")
    press(app, "strip", 4)
    (pin,) = app.session_state[pinned.STATE].pins
    z = path(drawn(1, 2), 9)[4]
    assert pin.name == "frame 5 of 9, spherical"
    assert torch.equal(pin.z, z)
    assert torch.equal(pin.image, small_flow().decode(z[None])[0])
    assert pin.recipe["frame"] == 5


def pinned_frame(app: AppTest, index: int) -> Pin:
    """The last pin, after that frame was pressed and pinned."""
    press(app, "strip", index)
    assert not app.exception
    return app.session_state[pinned.STATE].pins[-1]


@pytest.mark.usefixtures("each_kind")
def test_what_is_between_two_sets_of_attributes_can_be_pinned_and_gone_on_from() -> None:
    app = open_page(checkpoint="faces", b_attributes=["Smiling"], frames="9")
    pin = pinned_frame(app, 3)
    assert torch.equal(pin.labels, torch.tensor([0.375, 0.0]))
    flow = small_flow(**MODELS["faces"])
    assert torch.equal(flow.decode(pin.z[None], pin.labels[None])[0], pin.image)

    app.selectbox(key="a_from").select("Tray").run()
    assert any("Conditioned on: Smiling 38 \\%" in caption.value for caption in app.caption)
    again = pinned_frame(app, 4)
    # Halfway between 0.375 and 1.
    assert torch.equal(again.labels, torch.tensor([0.6875, 0.0]))
    assert torch.equal(flow.decode(again.z[None], again.labels[None])[0], again.image)


@pytest.mark.usefixtures("each_kind")
def test_what_is_between_two_classes_is_pinned_with_the_nearer_one() -> None:
    app = open_page(checkpoint="digits", a_class="2", b_class="7", frames="9")
    assert [int(pinned_frame(app, index).labels) for index in (0, 3, 4, 8)] == [2, 2, 7, 7]


@pytest.mark.usefixtures("each_kind")
@pytest.mark.parametrize(
    ("model", "view"),
    [
        *(("tiny", view) for view in WAYS),
        ("digits", "path"),
        ("digits", "pad over four"),
        ("faces", "manifold"),
        ("faces", "pad over levels"),
    ],
)
def test_the_program_and_the_link_of_a_view_give_its_pixels(
    model: str,
    view: str,
    offered: Offered,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    labels = {"digits": {"a_class": "3"}, "faces": {"a_attributes": ["Hat"]}}
    app = open_page(checkpoint=model, **WAYS[view], **labels.get(model, {}))
    assert len(app.title) == 1
    assert app.latex
    assert not app.warning
    recipe, pixels = offered[-1]
    program = read_recipe(VIEWS, json.loads(json.dumps(recipe))).python()
    written = written_by(program, tmp_path, monkeypatch)
    assert np.array_equal(written["interpolation.png"], pixels)
    open_page(**parse_qs(read_recipe(VIEWS, recipe).link().partition("?")[2]))
    assert offered[-1][0] == recipe
    assert np.array_equal(offered[-1][1], pixels)


def recipe_of(**way: Any) -> dict[str, Any]:
    return {"page": "interpolate", "checkpoint": "tiny", "way": way}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"view": "Path", "stops": 1}, "stops must be 2, 3 or 4, not 1"),
        ({"view": "Path", "path": "winding"}, "path must be 'spherical'"),
        ({"view": "Manifold", "turn": "half"}, "turn must be 'quarter' or 'full'"),
        ({"view": "Path", "x": 0.5}, "unknown here: 'x'"),
        ({"view": "Pad", "over": {"over": "two levels", "across": 2, "up": 2}}, "that differ"),
        ({"view": "Path", "b": {"from": "nowhere"}}, "b must be from one of"),
        ({"view": "Spiral"}, "way must be from one of"),
    ],
)
def test_a_recipe_that_does_not_fit_is_one_line(change: dict, words: str) -> None:
    with pytest.raises(RecipeError, match=words) as raised:
        read_recipe(VIEWS, recipe_of(**change)).python()
    assert "\n" not in str(raised.value)


def test_an_animation_goes_to_the_end_and_back() -> None:
    images = small_flow().decode(drawn(1, 2, 3))
    for kind in ("webp", "gif"):
        with Image.open(io.BytesIO(animation(images, ping_pong(3), kind))) as film:
            assert film.n_frames == 4
            assert film.size == (256, 256)
            assert film.info["loop"] == 0
            film.seek(2)
            if kind == "webp":
                frame = np.array(film.convert("RGB"))[::32, ::32]
                assert np.array_equal(frame, to_rgb(images)[2])


@pytest.mark.parametrize(
    ("target", "title"), [("interpolate", "Interpolate"), ("multiscale", "Multi-scale")]
)
def test_a_place_is_opened_as_a_from_a_page_with_an_a_of_its_own(target: str, title: str) -> None:
    app = open_page(view="Pad", over="a plane")
    app.button(key=f"place_{target}.py").click().run()
    assert not app.exception
    assert app.title[0].value == title
    (made,) = app.session_state[pinned.STATE].pins
    assert app.selectbox(key="a_from").value == "Tray"
    figure(app, f"A: {made.name}")


def test_the_page_opens_on_the_pad_with_its_four_latents_at_the_corners() -> None:
    app = app_pages.open_page("interpolate.py")
    pad = pad_of(app)
    assert pad["corners"] == list("ABCD") == [found["letter"] for found in pad["thumbnails"]]
    for found, z in zip(pad["thumbnails"], drawn(1, 2, 3, 4), strict=True):
        picture = to_rgb(small_flow().decode(z[None]))[0]
        assert np.array_equal(pixels_of(found["source"], "RGB"), picture)
    app.number_input(key="c_seed").set_value(9.0).run()
    z, _ = over_manifold(drawn(1, 2, 9, 4), None, [0.0], [0.0])
    changed = pad_of(app)
    assert changed["thumbnails"][2]["name"] == "seed 9, T = 0.70"
    picture = to_rgb(small_flow().decode(z))[0]
    assert np.array_equal(pixels_of(changed["picture"], "RGB"), picture)


@pytest.mark.parametrize(("sent", "index"), [(2, 2), (9, 3), ("<b>", 0), (float("nan"), 0)])
def test_the_picker_of_the_corner_that_was_pressed_is_the_one_that_is_seen(
    sent: object, index: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pickers: list[str] = []
    container = explorer.ui.interpolate.subject.st.container

    def noted(**look: Any) -> Any:
        pickers.extend([look["key"]] if look.get("key") else [])
        return container(**look)

    monkeypatch.setattr(explorer.ui.interpolate.subject.st, "container", noted)
    app = app_pages.open_page("interpolate.py")
    app.session_state["pad_thumbnail"] = sent
    pickers.clear()
    app.run()
    assert pad_of(app)["pressed"] == index
    keys = [f"{'picker' if at == index else 'folded'}_{name}" for at, name in enumerate("abcd")]
    assert pickers == keys


def test_the_film_has_every_frame_with_its_numbers_and_goes_to_the_one_that_is_pressed() -> None:
    app = open_page(path="linear", frames="13")

    def film() -> dict:
        (found,) = [
            data for data in app_pages.sent(app) if isinstance(data, dict) and "norms" in data
        ]
        return found

    z = path(drawn(1, 2), 13, "linear")
    found, (height, width) = film(), small_flow().config.image_size
    assert np.allclose(found["norms"], norm_ratios(z))
    assert found["asked"] == [0, 0]
    sheet = pixels_of(found["sheet"], "RGB")
    for index, picture in enumerate(to_rgb(small_flow().decode(z))):
        row, column = divmod(index, found["columns"])
        top, left = row * (height + found["gap"]), column * (width + found["gap"])
        assert np.array_equal(sheet[top : top + height, left : left + width], picture)
    press(app, "strip", 4, "film")
    assert film()["asked"] == [4, 1]
    press(app, "strip", 4, "film")
    assert film()["asked"] == [4, 2]
