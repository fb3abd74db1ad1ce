"""Training runs among the models, on request: best/ and last/ of each, read and never written.

$REALNVP_RUNS names the folder of runs. The models in it are called "run NAME best" and "run NAME
last", and change while a run goes on: whoever loads one gets the newest weights.
"""

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from realnvp.config import ModelConfig
from realnvp.model_files import (
    CONFIG,
    KIND,
    MAX_NAME,
    WEIGHTS,
    CheckpointError,
    check_weights,
    is_plain,
    read_description,
)

VARIABLE = "REALNVP_RUNS"
PARTS = ("best", "last")  # as the trainer calls the checkpoints of a run
_COMMAND = "command.txt"  # what started the run, in its folder
_HALF = "half-written: it has no {}"


def runs_folder() -> Path | None:
    """$REALNVP_RUNS; None where nobody asked for runs."""
    chosen = os.environ.get(VARIABLE)
    return Path(chosen) if chosen else None


def run_models() -> dict[str, Path]:
    """The folders of models of runs that can be used, by their names."""
    return {name: folder for name, (folder, problem) in _looked_at().items() if not problem}


def left_out() -> dict[str, str]:
    """Why other models of runs are not among them: a line each, by their names."""
    return {name: problem for name, (_, problem) in _looked_at().items() if problem}


def card_of_run(name: str, card: dict[str, Any]) -> dict[str, Any]:
    """What is known of a model of a run, in the words of a checkpoint's card; others stay.

    Args:
        name: of the model.
        card: as it lies in its folder.
    """
    folder, training = run_models().get(name), card.get("training")
    if folder is None or not isinstance(training, dict):
        return card
    known: dict[str, Any] = {"title": f"{folder.parent.name}, {folder.name}: a run"}
    step, bits, seconds = (
        training.get(key) for key in ("step", "validation_bits_per_dim", "seconds")
    )
    if isinstance(step, int) and isinstance(bits, float):
        kind = "The weights that fit best so far" if folder.name == PARTS[0] else "The last weights"
        known["summary"] = f"{kind}: of step {step:,}, {bits:.3f} bits/dim on pictures held out."
        known["steps"] = step
    if isinstance(seconds, int | float):
        known["minutes"] = round(seconds / 60, 1)
    if isinstance(training.get("data"), str):
        known["data"] = training["data"]
    with suppress(OSError, ValueError):
        known["command"] = (folder.parent / _COMMAND).read_text("utf-8").strip()
    return known | card


def _looked_at() -> dict[str, tuple[Path, str]]:
    """Each model that a run has, with why it cannot be used, or ""."""
    root, found = runs_folder(), {}
    if root is None:
        return {}
    with suppress(OSError):
        for run in sorted(os.listdir(root)):
            for part in PARTS:
                folder = root / run / part
                if folder.is_dir():
                    name = f"run {run} {part}"
                    found[name] = folder, _unfit(name) or _problem(folder)
    return found


def _unfit(name: str) -> str:
    if is_plain(name):
        return ""
    return f"its name is longer than {MAX_NAME} letters, or more than letters"


def _problem(folder: Path) -> str:
    for file in (WEIGHTS, CONFIG):
        if not os.path.isfile(folder / file):
            return _HALF.format(file)
    try:
        stamps = [(folder / file).stat() for file in (WEIGHTS, CONFIG)]
    except OSError:
        return _HALF.format(WEIGHTS)
    return _damage(folder, *(stamp for s in stamps for stamp in (s.st_mtime_ns, s.st_size)))


@lru_cache(maxsize=256)
def _damage(folder: Path, *changed: int) -> str:
    """What is wrong with the files, as far as their heads tell; again when they have changed."""
    try:
        read_description(folder, KIND, ModelConfig.from_dict)
        check_weights(folder)
    except CheckpointError as error:
        return str(error)
    return ""
