"""A box that is dragged is the box that is cut out, whatever the browser sends."""

import base64
import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from PIL import Image

import explorer.ui.crop_box
from explorer.ui.crop import sliders_of
from explorer.ui.crop_box import SENT, SHARP, preview, read_box
from explorer.views.crops import MAX_ZOOM
from realnvp.fitting import centre_box, zoomed_box

SIZES = [(8, 8), (60, 90), (1024, 640), (1, 5), (33, 34), (1023, 1024)]  # H, W


def picture(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def cut(sliders: dict[str, float], pixels: np.ndarray, size: tuple[int, int]) -> tuple:
    zoom, across, down = sliders["zoom"], sliders["left_right"], sliders["up_down"]
    return zoomed_box(pixels, size, zoom, across / 100, down / 100)


@pytest.mark.parametrize(
    ("size", "off"), [((32, 32), 0), ((28, 28), 0), ((32, 16), 1), ((20, 48), 1)]
)
@pytest.mark.parametrize("shape", SIZES)
def test_sliders_bring_every_box_back_to_the_pixel(
    shape: tuple[int, int], size: tuple[int, int], off: int
) -> None:
    """Where sides differ, a half pixel of the height may be rounded the other way."""
    pixels, dice = np.broadcast_to(np.uint8(0), (*shape, 3)), np.random.default_rng(0)
    largest = min(shape[0] / size[0], shape[1] / size[1]) * size[1]
    for _ in range(200):
        zoom = largest / max(round(largest / dice.uniform(1, MAX_ZOOM)), 1)
        box = zoomed_box(pixels, size, min(max(zoom, 1), MAX_ZOOM), *dice.uniform(0, 1, 2))
        again = cut(sliders_of(box, pixels, size), pixels, size)
        assert np.abs(np.subtract(again, box)).max() <= off
        assert again[::2] == box[::2]


def test_the_box_of_arrival_leaves_the_sliders_where_they_are() -> None:
    for shape in SIZES:
        pixels = picture(*shape)
        box = centre_box(pixels, (32, 32))
        assert sliders_of(box, pixels, (32, 32)) == {"zoom": 1, "left_right": 50, "up_down": 50}


def test_a_box_at_the_edge_has_round_percentages() -> None:
    pixels = picture(300, 200)
    assert sliders_of((0, 200, 100, 300), pixels, (32, 32)) == {
        "zoom": 2,
        "left_right": 0,
        "up_down": 100,
    }


@pytest.mark.parametrize(
    ("box", "meant"),
    [
        ((-50, 900, 50, 1000), (0, 200, 100, 300)),
        ((0, 0, 10**6, 10**6), (0, 0, 200, 200)),
        ((60, 60, 61, 61), (60, 60, 85, 85)),
        ((60, 60, 160, 999), (60, 60, 160, 160)),
    ],
)
def test_a_box_that_cannot_be_is_brought_inside(box: tuple, meant: tuple) -> None:
    pixels = picture(300, 200)
    assert cut(sliders_of(box, pixels, (32, 32)), pixels, (32, 32)) == meant


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ([1, 2, 5, 6], (1, 2, 5, 6)),
        ([1.4, 2.0, 5.2, 6], (1, 2, 5, 6)),
        ([-9, 2, 5, 6], (-9, 2, 5, 6)),
        ([1, 2, 1.4, 6], None),
        ([1, 6, 5, 2], None),
        ([1, 2, 5], None),
        ([1, 2, 5, float("nan")], None),
        ([1, 2, 5, float("inf")], None),
        ([1, 2, 5, 10**400], None),
        ([1, 2, 5, "6"], None),
        ("1256", None),
        (None, None),
    ],
)
def test_what_the_browser_sends_is_a_box_or_nothing(sent: Any, read: Any) -> None:
    assert read_box(sent) == read


def test_a_release_goes_on_as_a_box_and_comes_back_as_its_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    element: dict[str, Any] = {}
    monkeypatch.setattr(explorer.ui.crop_box, "_element", lambda **given: element.update(given))
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    found: list[tuple] = []

    def show() -> None:
        explorer.ui.crop_box.crop_box(
            picture(40, 60),
            (10, 0, 50, 40),
            (40, 40),
            8,
            found.append,
            key="crop",
            alt="",
            caption="",
        )

    show()
    assert element["data"]["release"] == 0
    for sent in (None, "box", {"box": [0, 0]}, {"box": [12, 1, 32, 21], "release": 5}):
        state["crop"] = SimpleNamespace(release=sent)
        element["on_release_change"]()
    assert found == [(12, 1, 32, 21)]
    show()
    assert element["data"]["release"] == 5


def shown(url: str) -> np.ndarray:
    data = base64.b64decode(url.split(",", 1)[1])
    return np.array(Image.open(io.BytesIO(data)).convert("RGB"))


def test_a_small_picture_is_sent_to_the_last_bit_and_a_large_one_smaller() -> None:
    small = picture(SHARP, 40)
    assert np.array_equal(shown(preview(small)), small)
    slope = np.linspace(0, 255, 1024).astype(np.uint8)
    large = np.broadcast_to(slope[None, :, None], (600, 1024, 3)).copy()
    url = preview(large)
    assert shown(url).shape == (SENT * 600 // 1024, SENT, 3)
    assert abs(shown(url).astype(int) - large[::2, ::2].astype(int)[: SENT * 600 // 1024]).max() < 8
    assert len(preview(picture(1024, 1024))) < 400_000
