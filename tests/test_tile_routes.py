"""The route that tiles follow sliders by: the core's pixels, clamped values, its own tokens."""

import gc
import weakref
from functools import partial
from urllib.parse import quote

import numpy as np
import pytest
import torch
from asking import get, pixels
from flows import small_flow

from explorer.ui.live_samples import pictures_at
from explorer.ui.scenes import Grid, Scene, Scenes
from explorer.ui.server import routes
from explorer.views.sample import Sample
from realnvp import RealNVP
from realnvp.explore.samples import draw_samples
from realnvp.viz import GAP, image_grid

SEED = 5


@pytest.fixture
def flow() -> RealNVP:
    return small_flow()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Scenes:
    store = Scenes()
    monkeypatch.setattr(routes, "scenes", lambda: store)
    return store


def grid(flow: RealNVP, sliders: int) -> Grid:
    draw = partial(pictures_at, Sample(pictures=16, seed=SEED))
    return Grid(weakref.ref(flow), draw, [(0.0, 1.5)] * sliders, columns=4)


def expected(flow: RealNVP, temperature: float | list[float]) -> np.ndarray:
    return image_grid(draw_samples(flow, 16, temperature, SEED).images, 4, GAP)


def test_one_slider_moves_all_levels(store: Scenes, flow: RealNVP) -> None:
    token = store.put(grid(flow, 1))
    answer = get(f"/tiles/{token}", "v=0.85")
    assert answer.status == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["server-timing"].startswith("decode;dur=")
    assert np.array_equal(pixels(answer), expected(flow, 0.85))
    assert not np.array_equal(pixels(answer), expected(flow, 0.8))


def test_every_level_has_its_slider(store: Scenes, flow: RealNVP) -> None:
    token = store.put(grid(flow, 3))
    answer = get(f"/tiles/{token}", "v=0.2&v=1&v=0.6")
    assert np.array_equal(pixels(answer), expected(flow, [0.2, 1.0, 0.6]))


@pytest.mark.parametrize(("sent", "meant"), [("7", 1.5), ("-1e30", 0.0), ("1.5000001", 1.5)])
def test_what_is_out_of_range_is_the_nearest_end(
    store: Scenes, flow: RealNVP, sent: str, meant: float
) -> None:
    answer = get(f"/tiles/{store.put(grid(flow, 1))}", f"v={sent}")
    assert np.array_equal(pixels(answer), expected(flow, meant))


@pytest.mark.parametrize("value", ["", "nan", "1e999", "0x1", "1,0", "[0]", "9" * 5000, "\0"])
def test_what_is_no_number_is_refused(store: Scenes, flow: RealNVP, value: str) -> None:
    answer = get(f"/tiles/{store.put(grid(flow, 1))}", f"v={quote(value)}")
    assert answer.status == 400
    assert answer.line == "v must be a number from 0 to 1.5."


@pytest.mark.parametrize("query", ["", "v=1&v=1", "v=1&" * 5000, "w=1"])
def test_each_slider_sends_one_number(store: Scenes, flow: RealNVP, query: str) -> None:
    answer = get(f"/tiles/{store.put(grid(flow, 1))}", query)
    assert answer.status == 400
    assert "once for each slider" in answer.line


def test_tokens_of_pads_and_of_tiles_are_not_each_others(store: Scenes, flow: RealNVP) -> None:
    tiles = store.put(grid(flow, 1))
    pad = store.put(Scene(weakref.ref(flow), lambda xs, ys: (torch.zeros(1, flow.dim), None)))
    assert get(f"/tiles/{pad}", "v=1").status == 404
    assert get(f"/pad/{tiles}", "x=0&y=0").status == 404
    assert get("/tiles/unknown", "v=1").status == 404


def test_a_grid_keeps_no_model_alive(store: Scenes) -> None:
    flow = small_flow(1)
    token = store.put(grid(flow, 1))
    assert get(f"/tiles/{token}", "v=1").status == 200
    del flow
    gc.collect()
    assert get(f"/tiles/{token}", "v=1").status == 410
