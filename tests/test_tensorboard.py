"""A run's reports for TensorBoard: what `log.jsonl` and the sample sheets have, and no more."""

import io
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_runs import MODEL, SHORT, data, log_of

from realnvp.training import Run, reports
from realnvp.training.exactness import Exactness
from realnvp.training.tensorboard import FOLDER, open_board

event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")


def shown(folder: Path) -> event_accumulator.EventAccumulator:
    """What TensorBoard reads in the folder of a run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return event_accumulator.EventAccumulator(str(folder / FOLDER)).Reload()


def test_a_run_writes_what_its_log_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "RECALIBRATION_IMAGES", 64)
    monkeypatch.setattr(reports, "exactness", lambda flow: Exactness(1e-5, 0.0))
    Run(tmp_path, data(), MODEL, replace(SHORT, steps=3), "cpu", tensorboard=True).train()
    log, events = log_of(tmp_path), shown(tmp_path)
    assert set(events.Tags()["scalars"]) == set(log[0]) - {"step"}
    for name in events.Tags()["scalars"]:
        points = {point.step: point.value for point in events.Scalars(name)}
        assert points == {line["step"]: pytest.approx(line[name], rel=1e-6) for line in log}
    sheets = events.Images("samples")
    assert [sheet.step for sheet in sheets] == [line["step"] for line in log]
    for sheet in sheets:
        with (
            Image.open(io.BytesIO(sheet.encoded_image_string)) as seen,
            Image.open(tmp_path / "samples" / f"{sheet.step:07d}.png") as kept,
        ):
            assert np.array_equal(np.array(seen), np.array(kept))


def test_what_a_lost_process_wrote_beyond_the_state_is_not_shown(tmp_path: Path) -> None:
    sheet = np.zeros((4, 4, 3), np.uint8)
    lost = open_board(tmp_path, 0)
    lost(5, {"bits": 3.0}, sheet)
    lost(9, {"bits": 2.0}, sheet)
    open_board(tmp_path, 7)(9, {"bits": 2.5}, sheet)
    points = shown(tmp_path).Scalars("bits")
    assert [(point.step, point.value) for point in points] == [(5, 3.0), (9, 2.5)]


def test_where_it_is_not_installed_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ValueError, match="pip install tensorboard"):
        open_board(tmp_path, 0)
