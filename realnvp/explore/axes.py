"""Latents for every cell of a grid of settings."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.explore.levels import temper
from realnvp.flow import RealNVP

SEED, TEMPERATURE, LABEL = "seed", "temperature", "label"
WHOLE = (SEED, LABEL)  # settings that take whole numbers


@dataclass(frozen=True)
class Axis:
    """A setting with the values that it takes along a side of the grid.

    Args:
        setting: one of `settings`: "seed", "temperature", "level 1" (the finest) and so on, or
            "label", whose values are numbers of classes or of attributes.
        values: in the order in which they are shown.
    """

    setting: str
    values: tuple[float, ...]


def settings(num_levels: int, num_labels: int = 0) -> list[str]:
    """What an axis can be: the seed, the temperature of all levels or of one, the label."""
    levels = [f"level {level + 1}" for level in range(num_levels)]
    return [SEED, TEMPERATURE, *levels] + [LABEL] * (num_labels > 0)


def grid(
    flow: RealNVP,
    rows: Axis,
    columns: Axis,
    seed: int = 0,
    temperature: float | Sequence[float] = 1.0,
    size: tuple[int, int] | None = None,
) -> Tensor:
    """Latents (rows * columns, D), row after row, with two settings that vary.

    A cell is the first latent that `flow.draw` gives for its seed and temperatures. The axis
    "temperature" sets all levels; where the other axis is a level, that one has its own. Along the
    axis "label" the latent stays: what it is decoded under changes.

    Args:
        seed: where no axis is the seed.
        temperature: where no axis says otherwise: one, or one per level, finest first.

    Raises:
        ValueError: if an axis is none of the settings or both are the same, or if a temperature is
            negative or not finite.
    """
    num_levels = flow.config.num_levels
    names = settings(num_levels, flow.config.num_labels)
    for axis in (rows, columns):
        if axis.setting not in names:
            raise ValueError(f"an axis is one of {', '.join(names)}, not {axis.setting!r}")
    if rows.setting == columns.setting:
        raise ValueError(f"both axes are {rows.setting}")
    given = [temperature] if isinstance(temperature, int | float) else list(temperature)
    base = given * num_levels if len(given) == 1 else given
    noises: dict[int, Tensor] = {}
    cells = []
    for row in rows.values:
        for column in columns.values:
            cell = {rows.setting: row, columns.setting: column}
            own = int(cell.get(SEED, seed))
            if own not in noises:
                noises[own] = flow.draw(1, 1.0, torch.Generator().manual_seed(own), size)
            cells.append(temper(flow, noises[own], _temperatures(cell, base), size))
    return torch.cat(cells)


def _temperatures(cell: dict[str, float], base: Sequence[float]) -> list[float]:
    """One per level: a level's own goes before that of all."""
    values = [cell.get(TEMPERATURE, value) for value in base]
    return [cell.get(f"level {level + 1}", value) for level, value in enumerate(values)]


def evenly(setting: str, first: float, last: float, cells: int) -> Axis:
    """An axis of `cells` values: whole numbers from `first` on for `WHOLE`, else even steps.

    Raises:
        ValueError: if there are fewer than 2 cells.
    """
    if cells < 2:
        raise ValueError(f"an axis needs at least 2 cells, not {cells}")
    if setting in WHOLE:
        return Axis(setting, tuple(int(first) + index for index in range(cells)))
    step = (last - first) / (cells - 1)
    # Rounded, so that 0.1 + 0.2 is shown, linked and drawn as 0.3.
    return Axis(setting, tuple(round(first + index * step, 4) for index in range(cells)))
