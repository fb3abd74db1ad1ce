"""A baseline on disk: `model.safetensors` and `config.json`, and nothing unpickled.

They lie in `baselines/KIND` among the checkpoints, one level deeper than those of flows.
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load as load_bytes
from safetensors.torch import save_file
from torch import Tensor

from realnvp.baselines.baseline import KINDS, Baseline, BaselineConfig
from realnvp.baselines.training import MODELS
from realnvp.checkpoint import (
    CONFIG,
    MAX_CONFIG,
    WEIGHTS,
    CheckpointError,
    checkpoints_folder,
)
from realnvp.config import ConfigError, shown

FOLDER = "baselines"
FORMAT = 1
MAX_WEIGHTS = 2**26  # bytes


def baselines_folder() -> Path:
    return checkpoints_folder() / FOLDER


def list_baselines(folder: Path | None = None) -> list[str]:
    """The kinds whose files are there, in the order of `KINDS`."""
    folder = folder or baselines_folder()
    return [k for k in KINDS if all((folder / k / file).is_file() for file in (WEIGHTS, CONFIG))]


def load_baseline(kind: str, folder: Path | None = None) -> Baseline:
    """The baseline of one of `KINDS`: float32, CPU, evaluation mode, frozen.

    Raises:
        CheckpointError: if it is not there or damaged; one line that names it.
    """
    if kind not in list_baselines(folder):
        raise CheckpointError(f"no baseline {shown(kind)!r}")
    path = (folder or baselines_folder()) / kind
    config, card = _read_config(path)
    if config.kind != kind:
        raise CheckpointError(f"{kind}: {CONFIG} describes a {config.kind}")
    stored = _read_weights(path)
    with torch.device("meta"):  # no memory is taken for what the file may not hold
        expected = MODELS[kind](config).state_dict()
    _check(kind, stored, expected)
    model = MODELS[kind](config, card)
    model.load_state_dict({name: value.to(expected[name].dtype) for name, value in stored.items()})
    return model.eval().requires_grad_(False)


def save_baseline(model: Baseline, folder: Path | None = None) -> Path:
    """Write it, weights as float16 and statistics as float32; gives its folder."""
    path = (folder or baselines_folder()) / model.config.kind
    path.mkdir(parents=True, exist_ok=True)
    tensors = {
        name: value.half().contiguous() if _is_weight(name, value) else value.contiguous()
        for name, value in model.state_dict().items()
    }
    described = {"format": FORMAT, "baseline": model.config.to_dict(), "card": model.card}
    text = json.dumps(described, indent=1, ensure_ascii=False) + "\n"
    # A reader sees the old file or the new one, never a torn one.
    part = path / f".{WEIGHTS}.part"
    save_file(tensors, part)
    part.replace(path / WEIGHTS)
    part = path / f".{CONFIG}.part"
    part.write_text(text, encoding="utf-8")
    part.replace(path / CONFIG)
    return path


def _is_weight(name: str, value: Tensor) -> bool:
    return value.is_floating_point() and "running_" not in name


def _read_config(path: Path) -> tuple[BaselineConfig, dict[str, Any]]:
    try:
        described = json.loads(_read(path / CONFIG, MAX_CONFIG))
        if described.get("format") != FORMAT:
            raise CheckpointError(f"{path.name}: {CONFIG} is not of format {FORMAT}")
        card = described.get("card") or {}
        if not isinstance(card, dict):
            raise CheckpointError(f"{path.name}: the card in {CONFIG} is not an object")
        return BaselineConfig.from_dict(described["baseline"]), card
    except ConfigError as error:
        raise CheckpointError(f"{path.name}: {error}") from None
    except CheckpointError:
        raise
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise CheckpointError(f"{path.name}: {CONFIG} is not a baseline's description") from None


def _read_weights(path: Path) -> dict[str, Tensor]:
    try:
        # Read, not mapped: a file that shrinks while it is mapped ends the whole server.
        return load_bytes(_read(path / WEIGHTS, MAX_WEIGHTS))
    except Exception:
        # A header may be wrong in as many ways as there are exceptions.
        raise CheckpointError(f"{path.name}: {WEIGHTS} is damaged or not safetensors") from None


def _read(path: Path, most: int) -> bytes:
    if path.stat().st_size > most:
        raise OSError(f"more than {most} bytes")
    return path.read_bytes()


def _check(kind: str, stored: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    """Raise unless the stored weights are those expected, of their shapes, and finite."""
    if missing := sorted(set(expected) - set(stored)):
        raise CheckpointError(f"{kind}: {len(missing)} weights are missing, first {missing[0]}")
    if unknown := sorted(set(stored) - set(expected)):
        first = shown(unknown[0])
        raise CheckpointError(f"{kind}: {len(unknown)} weights are unknown, first {first}")
    for name, value in stored.items():
        like = expected[name]
        if value.shape != like.shape:
            raise CheckpointError(
                f"{kind}: {name} has shape {tuple(value.shape)}, not {tuple(like.shape)}"
            )
        if value.is_floating_point() != like.is_floating_point():
            raise CheckpointError(f"{kind}: {name} is of the wrong kind")
        if not torch.isfinite(value).all():
            raise CheckpointError(f"{kind}: {name} holds values that are not finite")
