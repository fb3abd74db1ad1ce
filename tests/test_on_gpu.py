"""The script for a GPU, tried on the CPU with tiny sizes."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from flows import MODELS, save_models
from patience import PATIENCE

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a script for bash")

ROOT = Path(__file__).resolve().parent.parent
SIZES = "--levels 1 --width 2 --blocks 0 --size 8 --batch 2 --rounds 1"
TRAIN = "--levels 1 --width 2 --blocks 0 --batch-size 4 --steps 2 --validation 4"


def run_script(tmp_path: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The script on the CPU, with small models."""
    small = {"DEVICE": "cpu", "PYTHON": sys.executable, "OUT": str(tmp_path / "out")}
    small |= {"SIZES": SIZES, "TRAIN": TRAIN, "OMP_NUM_THREADS": "1"}
    small["REALNVP_CHECKPOINTS"] = str(save_models(tmp_path / "models", MODELS))
    return subprocess.run(
        ["bash", str(ROOT / "benchmarks" / "on_gpu.sh"), *words],
        env=os.environ | small | settings,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
    )


@pytest.mark.slow
def test_the_script_measures_trains_and_ends_in_one_table(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (24, 8, 8, 3), dtype=np.uint8)
    np.savez(tmp_path / "noise.npz", train=noise, test=noise[:6])
    done = run_script(tmp_path, str(tmp_path / "noise.npz"), PHASES="speeds train")
    assert done.returncode == 0, done.stdout + done.stderr
    for name in MODELS:
        assert f"| {name} | " in done.stdout
    assert "| training step, bfloat16 | " in done.stdout
    rows = (tmp_path / "out" / "table.md").read_text().splitlines()
    assert [row.split("|")[1].strip() for row in rows] == ["phase", "---", "speeds", "train"]
    assert all("| done |" in row for row in rows[2:])
    assert (tmp_path / "out" / "train" / "best" / "model.safetensors").is_file()
    assert done.stdout.endswith("\n".join(rows) + "\n")


def test_a_phase_that_fails_is_told_and_the_script_fails(tmp_path: Path) -> None:
    done = run_script(tmp_path, PHASES="tests", TESTS="no_such_file.py")
    assert done.returncode == 1
    assert (
        "| tests | FAILED with 4: ERROR: file or directory not found: no_such_file.py"
        in (tmp_path / "out" / "table.md").read_text()
    )


def test_what_there_is_no_time_for_is_left_out(tmp_path: Path) -> None:
    done = run_script(tmp_path, MINUTES="0")
    assert done.returncode == 0
    assert done.stdout.count("| left out: no time | 0 |") == 4  # all but training, without data
