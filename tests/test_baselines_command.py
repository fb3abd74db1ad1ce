"""`python -m realnvp baselines`: from images to a measured baseline on disk."""

import json
from pathlib import Path

import numpy as np
import pytest
from small_baselines import SIDE

from realnvp.__main__ import main
from realnvp.baselines import KINDS, load_baseline

FIGURES = {
    "vae": {"test_bound", "importance_bound"},
    "gan": set(),
    "pixelcnn": {"test_bits_per_dim"},
}


@pytest.fixture
def digits(tmp_path: Path) -> str:
    noise = np.random.default_rng(0).integers(0, 256, (24, SIDE, SIDE), dtype=np.uint8)
    np.savez(tmp_path / "digits.npz", train=noise, test=noise[:5])
    return str(tmp_path / "digits.npz")


@pytest.mark.parametrize("kind", KINDS)
def test_a_baseline_is_trained_measured_and_saved(kind: str, digits: str, tmp_path: Path) -> None:
    options = ["--which", kind, "--steps", "2", "--width", "2", "--batch-size", "8"]
    options += ["--hardware", "a test", "--out", str(tmp_path / "out")]
    assert main(["baselines", digits, *options]) == 0
    card = load_baseline(kind, tmp_path / "out").card
    assert {"steps": 2, "data": "digits", "hardware": "a test"}.items() <= card.items()
    assert FIGURES[kind] <= card.keys()
    json.dumps(card)


def test_colour_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noise = np.zeros((9, SIDE, SIDE, 3), np.uint8)
    np.savez(tmp_path / "faces.npz", train=noise, test=noise)
    assert main(["baselines", str(tmp_path / "faces.npz"), "--which", "vae", "--steps", "1"]) == 2
    error = capsys.readouterr().err
    assert "baselines are of grey images" in error
    assert error.count("\n") == 1
