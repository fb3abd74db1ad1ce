"""Half precision is for weights that stay exact in it."""

from pathlib import Path

import pytest
import torch
from flows import small_flow
from safetensors import safe_open

from realnvp.checkpoint import WEIGHTS, load_folder, save
from realnvp.doctor.checkpoint_under_test import CheckpointUnderTest
from realnvp.doctor.whole import check_precision
from realnvp.evaluation import Evaluation
from realnvp.flow import RealNVP
from realnvp.shipping import HALF_MAY_COST, save_smallest


def dtype_of(folder: Path) -> torch.dtype:
    name = "multiscale.levels.0.transforms.0.net.conv_out.direction"
    with safe_open(folder / WEIGHTS, "pt") as file:
        return file.get_tensor(name).dtype


@pytest.mark.parametrize(
    ("cost", "exact", "dtype"),
    [
        (0.0, True, torch.float16),
        (2 * HALF_MAY_COST, True, torch.float32),
        (0.0, False, torch.float32),
    ],
)
def test_half_precision_is_taken_where_it_costs_nothing(
    cost: float, exact: bool, dtype: torch.dtype, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = small_flow()
    if not exact:  # within the limits, but not with half of them to spare
        save(flow, tmp_path / "half", half=True)
        tested = CheckpointUnderTest(load_folder(tmp_path / "half"), tmp_path / "none")
        (finding,) = check_precision(tested)
        monkeypatch.setattr("realnvp.doctor.whole.MAX_BITS_ERROR", 1.5 * finding.measured)

    def measure(model: RealNVP) -> Evaluation:
        return Evaluation(3.0 if model is flow else 3.0 + cost, 0.1, 10, 1)

    stored, test = save_smallest(flow, tmp_path / "small", measure)
    assert dtype_of(tmp_path / "small") == dtype
    assert (stored is flow) == (dtype == torch.float32)
    assert test == measure(stored)
