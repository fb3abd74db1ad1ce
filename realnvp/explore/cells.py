"""Pictures of every cell of a grid of settings."""

from dataclasses import dataclass

from torch import Tensor

from realnvp.explore.axes import SEED, TEMPERATURE, Axis, grid
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
        labels: of one picture, as the flow takes them; every cell has the same.
    """
    z = grid(flow, rows, columns, seed, temperature)
    every = None if labels is None else labels.expand(len(z), *labels.shape[1:])
    return Cells(z, flow.decode(z, every), every)


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
