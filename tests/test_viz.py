"""Pixels land where they should, zero is the neutral colour, and curves have area one."""

import numpy as np
import pytest
import torch
from flows import random_pictures

from realnvp import viz


def test_a_grid_puts_pictures_row_by_row() -> None:
    pictures = random_pictures(6)
    grid = viz.image_grid(pictures, columns=3)
    assert grid.shape == (16, 24, 3)
    assert np.array_equal(grid[8:, 8:16], pictures[4].permute(1, 2, 0).numpy())


def test_gaps_and_a_short_last_row_are_transparent() -> None:
    pictures = random_pictures(5)
    grid = viz.image_grid(pictures, columns=3, gap=2)
    assert grid.shape == (18, 28, 4)
    assert (grid[8:10, :, 3] == 0).all()
    assert (grid[10:, 20:, 3] == 0).all()
    assert (grid[10:, 10:18, 3] == 255).all()
    assert np.array_equal(grid[10:, 10:18, :3], pictures[4].permute(1, 2, 0).numpy())


def test_sheets_of_any_sizes_stand_beside_each_other() -> None:
    left = viz.image_grid(random_pictures(3), columns=2, gap=1)
    right = viz.image_grid(random_pictures(1, side=12, seed=1), columns=1)
    whole = viz.beside(left, right, gap=5)
    assert whole.shape == (17, 17 + 5 + 12, 4)
    assert np.array_equal(whole[:, :17], left)
    assert np.array_equal(whole[:12, 22:, :3], right)
    assert (whole[:12, 22:, 3] == 255).all()
    assert (whole[12:, 17:, 3] == 0).all()
    assert (whole[:, 17:22, 3] == 0).all()


def test_grey_pictures_become_rgb() -> None:
    pictures = random_pictures(1, channels=1)
    grid = viz.image_grid(pictures, columns=1)
    assert np.array_equal(grid, np.repeat(pictures[0, 0].numpy()[..., None], 3, axis=2))


def test_the_colour_map_is_neutral_at_zero_and_mirrors_in_lightness() -> None:
    values = np.linspace(-1, 1, 511)
    lightness = viz.diverging(values, 1.0) @ [0.2126, 0.7152, 0.0722]
    zero = viz.diverging(np.zeros(1), 1.0)[0]
    assert np.ptp(zero) == 0
    assert lightness.argmax() == 255
    assert (np.diff(lightness[:256]) > -0.5).all()
    assert (np.diff(lightness[255:]) < 0.5).all()


def test_values_beyond_the_limit_take_the_end_colours() -> None:
    assert np.array_equal(viz.diverging(np.array([-9.0, 9.0]), 3.0), viz.colour_bar(2, 1)[0])


def test_equal_pictures_have_a_neutral_error_map() -> None:
    pictures = random_pictures(1)
    assert (viz.error_map(pictures, pictures) == viz.diverging(np.zeros(1), 1.0)[0]).all()


@pytest.mark.parametrize("difference", [1, -1, 255, -255])
def test_one_wrong_byte_shows_with_its_sign(difference: int) -> None:
    first = torch.zeros(1, 3, 4, 4, dtype=torch.uint8)
    second = first.clone()
    (first if difference > 0 else second)[0, 1, 2, 3] = abs(difference)
    colours = viz.error_map(first, second)
    assert np.array_equal(colours[2, 3], viz.diverging(np.array(difference), 4.0))
    changed = (colours != viz.diverging(np.zeros(1), 1.0)[0]).any(axis=2)
    assert changed.sum() == 1


def test_a_level_shows_every_channel() -> None:
    level = torch.arange(6.0)[:, None, None].expand(6, 4, 4) - 3
    sheet = viz.level_map(level)
    assert sheet.shape == (4, 6 * 5 - 1, 4)
    assert np.array_equal(sheet[0, 15, :3], viz.diverging(np.zeros(1), 3.0)[0])


def test_a_picture_of_noise_keeps_its_spread(generator: torch.Generator) -> None:
    noise = torch.randn(3, 16, 16, generator=generator)
    assert viz.signed_picture(noise).shape == (16, 16, 3)
    single = viz.diverging(noise[:1].numpy()[0], viz.LATENT_RANGE)
    assert np.array_equal(viz.signed_picture(noise[:1]), single)


def test_every_curve_of_the_histogram_has_area_one(generator: torch.Generator) -> None:
    levels = [torch.randn(6, 8, 8, generator=generator), 9 * torch.randn(12, generator=generator)]
    figure = viz.latent_histogram(levels, ["level 1", "level 2"])
    for curve in figure.data:
        assert np.sum(curve.y) * (curve.x[1] - curve.x[0]) == pytest.approx(1, abs=1e-3)
    assert [curve.name for curve in figure.data] == ["level 1", "level 2", "N(0, 1)"]
