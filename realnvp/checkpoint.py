"""A model on disk: a folder of `model.safetensors` and `config.json`, and nothing unpickled."""

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load as load_bytes
from safetensors.torch import save_file
from torch import Tensor

from realnvp.config import ConfigError, ModelConfig, shown
from realnvp.flow import RealNVP

FORMAT = 1
WEIGHTS, CONFIG = "model.safetensors", "config.json"
MAX_CONFIG, MAX_WEIGHTS = 2**20, 2**30  # bytes
MAX_NAME = 60  # as long as a pinned latent may tell of its model
_FLOATS = (torch.float32, torch.float16, torch.bfloat16, torch.float64)


class CheckpointError(ValueError):
    """A checkpoint that cannot be read; one line that names it and says what is wrong."""


def checkpoints_folder() -> Path:
    """$REALNVP_CHECKPOINTS, or `checkpoints/` beside the package."""
    default = Path(__file__).resolve().parent.parent / "checkpoints"
    return Path(os.environ.get("REALNVP_CHECKPOINTS", default))


def list_checkpoints(folder: Path | None = None) -> list[str]:
    """Names of the sub-folders that hold both files and can be named in a link, sorted."""
    folder = folder or checkpoints_folder()
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    # os.path.isfile is False where a folder may not be read: it hides itself, not the others.
    return sorted(
        name
        for name in names
        if _is_plain(name) and all(os.path.isfile(folder / name / f) for f in (WEIGHTS, CONFIG))
    )


def _is_plain(name: str) -> bool:
    """One short line that any browser, recipe and tray can hold; the rest was never meant here."""
    return name.isprintable() and len(name) <= MAX_NAME and name[0] != "." and "\\" not in name


def load(name: str, folder: Path | None = None) -> RealNVP:
    """The checkpoint called `name`, ready to use: float32, CPU, evaluation mode, frozen.

    Args:
        name: one of `list_checkpoints()`; never a path.

    Raises:
        CheckpointError: if there is none of that name, or it is damaged.
    """
    return load_folder(_named(name, folder))


def read_card(name: str, folder: Path | None = None) -> tuple[ModelConfig, dict[str, Any]]:
    """Architecture and card of a checkpoint; of its weights only that the file is whole.

    Raises:
        CheckpointError: as `load`, but for what only the weights themselves tell.
    """
    path = _named(name, folder)
    config, card = _read_config(path)
    try:
        with safe_open(path / WEIGHTS, framework="pt"):
            pass  # header and length of the file are checked, and no weight is read
    except Exception:
        raise CheckpointError(f"{name}: {WEIGHTS} is damaged or not safetensors") from None
    return config, card


def _named(name: str, folder: Path | None) -> Path:
    names = list_checkpoints(folder)
    if name not in names:
        known = ", ".join(names) or "none"
        raise CheckpointError(f"no checkpoint {shown(name)!r}; there are: {known}")
    return (folder or checkpoints_folder()) / name


def load_folder(path: Path) -> RealNVP:
    """`load`, for a folder anywhere, such as a training run's.

    Raises:
        CheckpointError: if a file is missing or damaged, or a weight is missing, unknown or of the
            wrong shape; the message names it.
    """
    config, card = _read_config(path)
    stored = _read_weights(path)
    _check_count(path.name, config, stored)
    flow = RealNVP(config, card)
    expected = flow.state_dict()
    _fit(path.name, stored, expected)
    flow.load_state_dict(expected)
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
    tensors = {
        name: _stored(name, value, half=half).contiguous().cpu()
        for name, value in flow.state_dict().items()
    }
    # A reader sees the old file or the new one, never a torn one.
    part = path / f".{WEIGHTS}.part"
    save_file(tensors, part)
    part.replace(path / WEIGHTS)
    save_card(path, flow.config, flow.card if card is None else card)


def save_card(path: Path, config: ModelConfig, card: dict[str, Any]) -> None:
    """Write config.json alone, for weights that are there already."""
    described = {"format": FORMAT, "model": config.to_dict(), "card": card}
    part = path / f".{CONFIG}.part"
    part.write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path / CONFIG)


def _stored(name: str, value: Tensor, *, half: bool) -> Tensor:
    is_weight = value.is_floating_point() and "running_" not in name
    return value.half() if half and is_weight else value


def _read_config(path: Path) -> tuple[ModelConfig, dict[str, Any]]:
    try:
        described = json.loads(_read(path / CONFIG, MAX_CONFIG))
        if described.get("format") != FORMAT:
            raise CheckpointError(f"{path.name}: {CONFIG} is not of format {FORMAT}")
        card = described.get("card") or {}
        if not isinstance(card, dict):
            raise CheckpointError(f"{path.name}: the card in {CONFIG} is not an object")
        return ModelConfig.from_dict(described["model"]), card
    except OSError:
        raise CheckpointError(f"{path.name}: {CONFIG} cannot be read") from None
    except ConfigError as error:
        raise CheckpointError(f"{path.name}: {error}") from None
    except CheckpointError:
        raise
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise CheckpointError(f"{path.name}: {CONFIG} is not a model's description") from None


def _read_weights(path: Path) -> dict[str, Tensor]:
    try:
        # Read, not mapped: a file that shrinks while it is mapped ends the whole server.
        return load_bytes(_read(path / WEIGHTS, MAX_WEIGHTS))
    except Exception:
        # A header may be wrong in as many ways as there are exceptions.
        raise CheckpointError(f"{path.name}: {WEIGHTS} is damaged or not safetensors") from None


def _read(path: Path, most: int) -> bytes:
    """All of a file.

    Raises:
        OSError: also if it has more than so many bytes.
    """
    if path.stat().st_size > most:
        raise OSError(f"more than {most} bytes")
    return path.read_bytes()


def _check_count(name: str, config: ModelConfig, stored: dict[str, Tensor]) -> None:
    """Refuse a description of far more weights than there are, before memory is taken for them."""
    width = config.width * 2 ** (config.num_levels - 1)
    # The last level's four conditioners: two 3x3 convolutions a block, and the 1x1 skips.
    least = 4 * (19 * config.num_blocks + 1) * width**2
    total = sum(value.numel() for value in stored.values())
    if least > 4 * total:  # nearer ones are built: then the weight that does not fit can be named
        raise CheckpointError(
            f"{name}: {CONFIG} describes at least {least:,} weights, {WEIGHTS} holds {total:,}"
        )


def _fit(name: str, stored: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    """Copy the stored weights into the expected ones, or say which does not fit."""
    if missing := sorted(set(expected) - set(stored)):
        raise CheckpointError(f"{name}: {len(missing)} weights are missing, first {missing[0]}")
    if unknown := sorted(set(stored) - set(expected)):
        first = shown(unknown[0])
        raise CheckpointError(f"{name}: {len(unknown)} weights are unknown, first {first}")
    for key, value in expected.items():
        given = stored[key]
        if given.shape != value.shape:
            raise CheckpointError(
                f"{name}: {key} has shape {tuple(given.shape)}, not {tuple(value.shape)}"
            )
        if given.dtype not in (_FLOATS if value.is_floating_point() else (torch.int64,)):
            kind = str(given.dtype).removeprefix("torch.")
            raise CheckpointError(f"{name}: {key} holds {kind}, which is no kind for it")
        value.copy_(given)
        if not torch.isfinite(value).all():
            raise CheckpointError(f"{name}: {key} holds values that are not finite")
