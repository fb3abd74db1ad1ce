"""Every cell of a grid is what drawing with its settings gives."""

import itertools

import pytest
import torch
from flows import small_flow

from realnvp import RealNVP
from realnvp.explore.axes import Axis, grid, settings

SEEDS = Axis("seed", (3, 1, 4))
TEMPERATURES = Axis("temperature", (0.0, 0.7))
FINEST = Axis("level 1", (0.2, 1.0))
COARSEST = Axis("level 3", (0.5, 0.9, 1.2))


def drawn(flow: RealNVP, seed: int, temperature: object) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return flow.draw(1, temperature, generator)[0]  # type: ignore[arg-type]


def test_seed_against_temperature_is_drawing_each() -> None:
    flow = small_flow()
    cells = grid(flow, SEEDS, TEMPERATURES).view(3, 2, -1)
    for i, seed in enumerate(SEEDS.values):
        for j, temperature in enumerate(TEMPERATURES.values):
            assert torch.equal(cells[i, j], drawn(flow, int(seed), temperature))


def test_level_against_level_leaves_the_third_at_its_own() -> None:
    flow = small_flow()
    cells = grid(flow, FINEST, COARSEST, seed=5, temperature=0.8).view(2, 3, -1)
    for i, finest in enumerate(FINEST.values):
        for j, coarsest in enumerate(COARSEST.values):
            assert torch.equal(cells[i, j], drawn(flow, 5, [finest, 0.8, coarsest]))


def test_a_level_s_own_temperature_goes_before_that_of_all() -> None:
    flow = small_flow()
    cells = grid(flow, TEMPERATURES, FINEST, seed=5, temperature=[0.1, 0.2, 0.3]).view(2, 2, -1)
    for i, temperature in enumerate(TEMPERATURES.values):
        for j, finest in enumerate(FINEST.values):
            assert torch.equal(cells[i, j], drawn(flow, 5, [finest, temperature, temperature]))


@pytest.mark.parametrize(
    ("rows", "columns"), list(itertools.permutations([SEEDS, TEMPERATURES, FINEST, COARSEST], 2))
)
def test_exchanged_axes_give_the_transposed_grid(rows: Axis, columns: Axis) -> None:
    flow, given = small_flow(), [0.4, 0.5, 0.6]
    one = grid(flow, rows, columns, 2, given).view(len(rows.values), len(columns.values), -1)
    other = grid(flow, columns, rows, 2, given).view(len(columns.values), len(rows.values), -1)
    assert torch.equal(one, other.transpose(0, 1))


def test_a_grid_of_larger_pictures_has_larger_latents() -> None:
    flow = small_flow()
    assert grid(flow, SEEDS, FINEST, size=(16, 12)).shape == (6, 3 * 16 * 12)


def test_an_axis_is_the_seed_the_temperature_or_a_level() -> None:
    assert settings(2) == ["seed", "temperature", "level 1", "level 2"]
    assert settings(1, num_labels=3) == ["seed", "temperature", "level 1", "label"]


@pytest.mark.parametrize(
    ("rows", "columns", "message"),
    [
        (SEEDS, SEEDS, "both axes are seed"),
        (Axis("level 4", (1.0,)), SEEDS, "not 'level 4'"),
        (SEEDS, Axis("colour", (1.0,)), "not 'colour'"),
        (SEEDS, Axis("temperature", (-1.0,)), "not negative"),
        (SEEDS, Axis("level 2", (float("nan"),)), "finite"),
    ],
)
def test_axes_that_cannot_be_are_refused(rows: Axis, columns: Axis, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        grid(small_flow(), rows, columns)
