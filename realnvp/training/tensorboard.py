"""A run's reports as TensorBoard shows them: the scalars of `log.jsonl`, and the sample sheets."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

FOLDER = "tensorboard"  # in the folder of a run
MISSING = "--tensorboard needs TensorBoard: pip install tensorboard"

Board = Callable[[int, Mapping[str, float], np.ndarray], None]


def open_board(folder: Path, step: int) -> Board:
    """What writes a report: its step, its scalars by name, and a sheet, uint8 (H, W, 3).

    Args:
        folder: of the run; the events go to `FOLDER` in it.
        step: that the run goes on from. What an earlier process wrote of later ones is not shown.

    Raises:
        ValueError: if TensorBoard is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ValueError(MISSING) from error
    writer = SummaryWriter(folder / FOLDER, purge_step=step + 1)

    def write(step: int, scalars: Mapping[str, float], sheet: np.ndarray) -> None:
        for name, value in scalars.items():
            writer.add_scalar(name, value, step)
        writer.add_image("samples", sheet, step, dataformats="HWC")
        writer.flush()  # who is stopped at any time has all reports

    return write
