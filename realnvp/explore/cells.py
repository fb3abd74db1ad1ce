"""Pictures of every cell of a grid of settings."""

from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.explore.axes import LABEL, SEED, TEMPERATURE, Axis, grid
from realnvp.flow import RealNVP


@dataclass(frozen=True)
class Cells:
    """Latents (n, D) with their pictures, uint8 (n, C, H, W), and labels, row after row."""

    z: Tensor
    images: Tensor
    labels: Tensor | None


def draw_cells(
    flow: RealNVP,
    rows: Axis,
    columns: Axis,
    seed: int = 0,
    temperature: float = 1.0,
    labels: Tensor | None = None,
) -> Cells:
    """`axes.grid`, decoded.

    Args:
        labels: of one picture, as the flow takes them; every cell has the same, but for what an
            axis "label" says: its class, or its attribute besides them.
    """
    z = grid(flow, rows, columns, seed, temperature)
    every = None if labels is None else labels.repeat(len(z), *[1] * (labels.ndim - 1))
    if every is not None:
        one, other = (torch.tensor(axis.values) for axis in (rows, columns))
        if rows.setting == LABEL:
            _put(every, one.repeat_interleave(len(other)).long())
        if columns.setting == LABEL:
            _put(every, other.repeat(len(one)).long())
    return Cells(z, flow.decode(z, every), every)


def _put(labels: Tensor, chosen: Tensor) -> None:
    """Make each row's class the chosen one, or its chosen attribute present."""
    if labels.ndim == 1:
        labels.copy_(chosen)
    else:
        labels[torch.arange(len(labels)), chosen] = 1.0


def settings_of_cell(
    flow: RealNVP, rows: Axis, columns: Axis, index: int, seed: int, temperature: float
) -> tuple[int, float | list[float]]:
    """Seed and temperature, one or one per level, with which `flow.draw` gives a cell's latent."""
    row, column = divmod(index, len(columns.values))
    cell = {rows.setting: rows.values[row], columns.setting: columns.values[column]}
    overall = float(cell.get(TEMPERATURE, temperature))
    levels = [cell.get(f"level {i + 1}", overall) for i in range(flow.config.num_levels)]
    one = all(value == overall for value in levels)
    return int(cell.get(SEED, seed)), overall if one else levels
