"""A model on disk: a folder of `model.safetensors` and `config.json`, and nothing unpickled."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from torch import Tensor

from realnvp import places
from realnvp.config import ModelConfig, shown
from realnvp.flow import RealNVP
from realnvp.model_files import (
    CONFIG,
    KIND,
    MAX_NAME,
    WEIGHTS,
    CheckpointError,
    check_weights,
    fitted,
    is_model,
    is_plain,
    read_description,
    read_weights,
    write_description,
    write_weights,
)
from realnvp.run_folders import card_of_run, run_models, runs_folder

__all__ = [
    "CONFIG",
    "KIND",
    "MAX_NAME",
    "WEIGHTS",
    "CheckpointError",
    "beside",
    "checkpoint_folder",
    "checkpoint_folders",
    "checkpoints_folder",
    "list_checkpoints",
    "load",
    "load_folder",
    "read_card",
    "save",
    "save_card",
]

MAX_WEIGHTS = 2**30  # bytes


def checkpoints_folder() -> Path:
    """Where models are written: $REALNVP_CHECKPOINTS, or `checkpoints/` of `places.own`."""
    return Path(os.environ.get("REALNVP_CHECKPOINTS", places.own("checkpoints")))


def checkpoint_folders() -> list[Path]:
    """Where models are read from: that folder and, once installed, the one of the bundled models.

    $REALNVP_CHECKPOINTS names all there are, but for that of runs, which comes last.
    """
    bundled = [] if "REALNVP_CHECKPOINTS" in os.environ else [places.bundled("checkpoints")]
    runs = runs_folder()
    return list(dict.fromkeys([checkpoints_folder(), *bundled, *([runs] if runs else [])]))


def checkpoint_folder(name: str) -> Path:
    """The folder of both files of this model; where there is none, the one to write them to.

    Args:
        name: below the folders of checkpoints.
    """
    folders = checkpoint_folders()
    found = next((f / name for f in folders if is_model(f / name)), None)
    return found or run_models().get(name, folders[0] / name)


def beside(name: str, file: str) -> Path:
    """What lies beside a model's weights, in its folder or, once installed, in the user's own.

    Where there is none, the path to write it to: never that of a bundled model.
    """
    paths = [folder / file for folder in (checkpoints_folder() / name, checkpoint_folder(name))]
    return next((path for path in paths if os.path.exists(path)), paths[0])


def list_checkpoints(folder: Path | None = None) -> list[str]:
    """Names of the sub-folders that hold both files and can be named in a link, sorted."""
    found = set()
    for place in [folder] if folder else checkpoint_folders():
        with suppress(OSError):
            found |= {n for n in os.listdir(place) if is_plain(n) and is_model(place / n)}
    return sorted(found | (set() if folder else set(run_models())))


def load(name: str, folder: Path | None = None) -> RealNVP:
    """The checkpoint called `name`, ready to use: float32, CPU, evaluation mode, frozen.

    Args:
        name: one of `list_checkpoints()`; never a path.

    Raises:
        CheckpointError: if there is none of that name, or it is damaged.
    """
    flow = load_folder(_named(name, folder))
    flow.name = name  # which a run's folder is not
    return flow


def read_card(name: str, folder: Path | None = None) -> tuple[ModelConfig, dict[str, Any]]:
    """Architecture and card of a checkpoint; of its weights only that the file is whole.

    Raises:
        CheckpointError: as `load`, but for what only the weights themselves tell.
    """
    path = _named(name, folder)
    config, card = read_description(path, KIND, ModelConfig.from_dict)
    check_weights(path)
    return config, card if folder else card_of_run(name, card)


def _named(name: str, folder: Path | None) -> Path:
    names = list_checkpoints(folder)
    if name not in names:
        known = ", ".join(names) or "none"
        raise CheckpointError(f"no checkpoint {shown(name)!r}; there are: {known}")
    return folder / name if folder else checkpoint_folder(name)


def load_folder(path: str | Path) -> RealNVP:
    """`load`, for a folder anywhere, such as a training run's.

    Raises:
        CheckpointError: if a file is missing or damaged, or a weight is missing, unknown or of the
            wrong shape; the message names it.
    """
    path = Path(path)
    config, card = read_description(path, KIND, ModelConfig.from_dict)
    stored = read_weights(path, MAX_WEIGHTS)
    _check_count(path.name, config, stored)
    flow = RealNVP(config, card)
    flow.name = path.name
    flow.load_state_dict(fitted(path.name, stored, flow.state_dict()))
    return flow.eval().requires_grad_(False)


def save(
    flow: RealNVP, path: Path, card: dict[str, Any] | None = None, *, half: bool = False
) -> None:
    """Write the folder, whole or not at all per file.

    Args:
        card: what is known of the model besides its architecture; plain JSON types.
        half: store the weights of the networks as float16; statistics stay float32.
    """
    path.mkdir(parents=True, exist_ok=True)
    write_weights(path, flow.state_dict(), half=half)
    save_card(path, flow.config, flow.card if card is None else card)


def save_card(path: Path, config: ModelConfig, card: dict[str, Any]) -> None:
    """Write config.json alone, for weights that are there already."""
    write_description(path, KIND, config.to_dict(), card)


def _check_count(name: str, config: ModelConfig, stored: dict[str, Tensor]) -> None:
    """Refuse a description of far more weights than there are, before memory is taken for them."""
    width = config.width_at(config.num_levels - 1)
    # The last level's four conditioners: two 3x3 convolutions a block, and the 1x1 skips.
    least = 4 * (19 * config.num_blocks + 1) * width**2
    total = sum(value.numel() for value in stored.values())
    if least > 4 * total:  # nearer ones are built: then the weight that does not fit can be named
        raise CheckpointError(
            f"{name}: {CONFIG} describes at least {least:,} weights, {WEIGHTS} holds {total:,}"
        )
