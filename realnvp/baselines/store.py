"""A baseline on disk: `model.safetensors` and `config.json`, and nothing unpickled.

They lie in `baselines/KIND` among the checkpoints, one level deeper than those of flows.
"""

from pathlib import Path

import torch

from realnvp.baselines.baseline import KINDS, Baseline, BaselineConfig
from realnvp.baselines.training import MODELS
from realnvp.checkpoint import checkpoint_folder, checkpoints_folder
from realnvp.config import shown
from realnvp.model_files import (
    CONFIG,
    WEIGHTS,
    CheckpointError,
    fitted,
    read_description,
    read_weights,
    write_description,
    write_weights,
)

FOLDER = "baselines"
KIND = "baseline"  # the entry of `CONFIG` that describes the architecture
MAX_WEIGHTS = 2**26  # bytes


def baseline_folder(kind: str, folder: Path | None = None) -> Path:
    """Where the files of a kind are, or would be: below `folder`, else among the checkpoints."""
    return folder / kind if folder else checkpoint_folder(f"{FOLDER}/{kind}")


def list_baselines(folder: Path | None = None) -> list[str]:
    """The kinds whose files are there, in the order of `KINDS`."""
    paths = {kind: baseline_folder(kind, folder) for kind in KINDS}
    return [k for k, path in paths.items() if all((path / f).is_file() for f in (WEIGHTS, CONFIG))]


def load_baseline(kind: str, folder: Path | None = None) -> Baseline:
    """The baseline of one of `KINDS`: float32, CPU, evaluation mode, frozen.

    Raises:
        CheckpointError: if it is not there or damaged; one line that names it.
    """
    if kind not in list_baselines(folder):
        raise CheckpointError(f"no baseline {shown(kind)!r}")
    path = baseline_folder(kind, folder)
    config, card = read_description(path, KIND, BaselineConfig.from_dict)
    if config.kind != kind:
        raise CheckpointError(f"{kind}: {CONFIG} describes a {config.kind}")
    stored = read_weights(path, MAX_WEIGHTS)
    with torch.device("meta"):  # no memory is taken for what the file may not hold
        expected = MODELS[kind](config).state_dict()
    weights = fitted(kind, stored, expected)
    model = MODELS[kind](config, card)
    model.load_state_dict(weights)
    return model.eval().requires_grad_(False)


def save_baseline(model: Baseline, folder: Path | None = None) -> Path:
    """Write it, weights as float16 and statistics as float32; gives its folder."""
    path = (folder or checkpoints_folder() / FOLDER) / model.config.kind
    path.mkdir(parents=True, exist_ok=True)
    write_weights(path, model.state_dict(), half=True)
    write_description(path, KIND, model.config.to_dict(), model.card)
    return path
