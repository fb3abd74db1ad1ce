"""The maps of a step show its tensors, each variable where it belongs."""

from functools import cache

import numpy as np
import pytest
from flows import random_pictures, small_flow

from explorer.step_maps import (
    ABSENT,
    CHANGED,
    CHANNELS,
    GAP,
    KEPT,
    LAYOUTS,
    MARGIN,
    PIXELS,
    RANGE,
    Panel,
    panels,
    sheet,
)
from realnvp.explore.steps import Step
from realnvp.explore.trace import round_trip
from realnvp.viz import LATENT_RANGE, diverging, to_rgb


@cache
def steps() -> list[Step]:
    return round_trip(small_flow(), random_pictures(1))


def of_kind(kind: str, *, back: bool = False) -> list[Step]:
    return [step for step in steps() if step.kind == kind and step.back == back]


def channels(panel: Panel) -> list[np.ndarray]:
    """The maps of the single channels, (h, w, 3) each."""
    height, width = panel.size
    return [
        panel.pixels[top : top + height, left : left + width, :3]
        for top in range(0, len(panel.pixels), height + GAP)
        for left in range(0, panel.pixels.shape[1], width + GAP)
    ]


def named(step: Step, layout: str) -> dict[str, Panel]:
    return {panel.name: panel for panel in panels(step, layout)}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_kind_of_step_shows_what_it_has(layout: str) -> None:
    shown = {step.kind: [panel.name for panel in panels(step, layout)] for step in steps()}
    assert shown == {
        "dequantize": ["before", "after"],
        "logit": ["before", "s", "after"],
        "coupling": ["before", "mask", "s", "t", "after"],
        "batch norm": ["before", "mask", "s", "after"],
        "squeeze": ["before", "after"],
        "split": ["before", "mask", "factored out", "after"],
    }


def test_as_channels_the_maps_are_the_tensors() -> None:
    for step in of_kind("coupling"):
        shown = named(step, CHANNELS)
        assert step.shift is not None
        for name, tensor, limit in (
            ("before", step.before.active, LATENT_RANGE),
            ("t", step.shift, RANGE),
            ("after", step.after.active, LATENT_RANGE),
        ):
            expected = diverging(tensor.double().numpy(), limit)
            for pixels, channel in zip(channels(shown[name]), expected, strict=False):
                assert np.array_equal(pixels, channel)


def test_at_their_pixels_every_variable_stays_where_it_was_born() -> None:
    for step in of_kind("squeeze") + of_kind("split"):
        shown = named(step, PIXELS)
        assert np.array_equal(shown["before"].pixels, shown["after"].pixels)
    for step in of_kind("coupling"):
        shown = named(step, PIXELS)
        for channel in range(3):
            expected = diverging(step.after.picture[channel].double().numpy(), LATENT_RANGE)
            assert np.array_equal(channels(shown["after"])[channel], expected)


def test_what_is_factored_out_is_grey_where_a_step_does_not_see_it() -> None:
    first, last = of_kind("coupling")[0], of_kind("coupling")[-1]
    for step, absent in ((first, 0), (last, 3 * 64 - 3 * 64 // 4)):
        tiles = np.stack(channels(named(step, PIXELS)["mask"])).reshape(-1, 3)
        assert (tiles == ABSENT).all(axis=1).sum() == absent
        kept, changed = ((tiles == colour).all(axis=1).sum() for colour in (KEPT, CHANGED))
        assert kept == changed == (3 * 64 - absent) // 2


def test_a_kept_variable_has_the_colour_of_zero_in_s_and_t() -> None:
    zero = diverging(np.zeros(1), 1.0)[0]
    for step in of_kind("coupling") + of_kind("coupling", back=True):
        shown = named(step, CHANNELS)
        mask = np.concatenate([c.reshape(-1, 3) for c in channels(shown["mask"])])
        for name in ("s", "t"):
            values = np.concatenate([c.reshape(-1, 3) for c in channels(shown[name])])
            assert (values[(mask == KEPT).all(axis=1)] == zero).all()


def test_bytes_are_shown_as_they_are() -> None:
    first = steps()[0]
    grey = channels(named(first, PIXELS)["before"])
    for channel, pixels in zip(first.before.active, grey, strict=True):
        assert np.array_equal(pixels, channel.numpy()[..., None].repeat(3, axis=-1))
    last = steps()[-1]
    assert np.array_equal(sheet(last)[:8, :8, :3], to_rgb(first.before.image[None])[0])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_sheet_has_the_picture_and_all_maps(layout: str) -> None:
    for step in steps():
        pixels, left = sheet(step, layout), 0
        maps = [to_rgb(step.after.image[None])[0], *(p.pixels for p in panels(step, layout))]
        assert pixels.shape[0] == max(map(len, maps))
        for shown in maps:
            height, width, depth = shown.shape
            assert np.array_equal(pixels[:height, left : left + width, :depth], shown)
            left += width + MARGIN
        assert pixels.shape[1] == left - MARGIN
