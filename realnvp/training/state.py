"""A training run's state on disk, so that it can stop at any time and resume."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.optim import Adam

from realnvp.atomic_file import write_tensors
from realnvp.config import TrainConfig
from realnvp.flow import RealNVP
from realnvp.reasons import reason_of

STATE = "state.safetensors"


class StateError(ValueError):
    """A run's state that cannot be read, or belongs to another run; one line."""


@dataclass
class Clock:
    """How far a run is, and how good the best weights so far are.

    Args:
        step: taken.
        seconds: of training.
        best_bits_per_dim: held out, of the best.
        best_share: of the errors that the doctor lets pass, what the best makes; `Exactness.share`.
    """

    step: int = 0
    seconds: float = 0.0
    best_bits_per_dim: float = float("inf")
    best_share: float = float("inf")


def save_state(
    folder: Path,
    clock: Clock,
    flow: RealNVP,
    average: RealNVP,
    optimizer: Adam,
    generator: torch.Generator,
    settings: dict[str, object],
) -> None:
    """Everything that the next step depends on, in one file that is replaced whole."""
    tensors = {f"flow.{name}": value for name, value in flow.state_dict().items()}
    tensors |= {f"average.{name}": value for name, value in average.state_dict().items()}
    for name, moments in _moments(flow, optimizer).items():
        tensors |= {f"adam.{name}.{key}": value for key, value in moments.items()}
    tensors["generator"] = generator.get_state()
    tensors = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    metadata = {"clock": json.dumps(vars(clock)), "settings": json.dumps(settings)}
    write_tensors(folder / STATE, tensors, metadata)


def load_state(
    folder: Path,
    flow: RealNVP,
    average: RealNVP,
    optimizer: Adam,
    generator: torch.Generator,
    settings: dict[str, object],
) -> Clock:
    """Put a saved state into these objects and return its clock.

    Raises:
        StateError: if the file cannot be read, or was saved under other settings.
    """
    try:
        # Opened first by Python, which says why it cannot be.
        with (folder / STATE).open("rb"), safe_open(folder / STATE, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        clock = Clock(**json.loads(metadata["clock"]))
        saved = json.loads(metadata["settings"])
        # An option that came later was not there to be chosen: it had its default.
        saved["train"] = TrainConfig().to_dict() | saved["train"]
        saved = {"images": settings["images"]} | saved
    except OSError as error:
        raise StateError(f"{folder.name}/{STATE} cannot be read: {reason_of(error)}") from None
    except (SafetensorError, ValueError, KeyError, TypeError):
        raise StateError(f"{folder.name}/{STATE} is damaged: start the run anew") from None
    plain = json.loads(json.dumps(settings))  # as it was saved: tuples are lists there
    if saved != plain:
        different = sorted(key for key in saved if saved[key] != plain.get(key))
        if different == ["images"]:
            raise StateError(_other_images(folder.name, saved["images"], plain["images"]))
        raise StateError(f"{folder.name} was started with another {' and '.join(different)}")
    try:
        flow.load_state_dict(_under("flow.", tensors))
        average.load_state_dict(_under("average.", tensors))
        generator.set_state(tensors["generator"])
    except (KeyError, RuntimeError, TypeError):
        raise StateError(f"{folder.name}/{STATE} lacks a part: start the run anew") from None
    for name, parameter in flow.named_parameters():
        if moments := _under(f"adam.{name}.", tensors):
            # Copied: while a tensor of the mapped file is there, Windows lets nobody replace it.
            # A fused step wants its count with the rest.
            device = parameter.device
            optimizer.state[parameter] = {k: v.to(device, copy=True) for k, v in moments.items()}
    return clock


def _other_images(name: str, saved: dict[str, Any], now: dict[str, Any]) -> str:
    counts = f"{saved['count']:,} then, {now['count']:,} now"
    if saved["count"] == now["count"]:
        counts = "as many, but not the same, or with other labels"
    return (
        f"{name} was started with other training images ({counts}): give it those to resume, or"
        " train with these under another --name"
    )


def _moments(flow: RealNVP, optimizer: Adam) -> dict[str, dict[str, Tensor]]:
    return {name: optimizer.state[p] for name, p in flow.named_parameters() if p in optimizer.state}


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
