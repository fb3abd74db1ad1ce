"""Small flows with random weights: at its zero init a coupling is the identity and passes all."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from realnvp import ModelConfig, RealNVP
from realnvp.checkpoint import save
from realnvp.config import Variant
from realnvp.coupling import FlowBatchNorm

Module = TypeVar("Module", bound=nn.Module)

# One of each kind, as changes of `small_flow`.
MODELS: dict[str, dict[str, object]] = {
    "tiny": {},
    "digits": {"channels": 1, "label_kind": "class", "num_labels": 10},
    "faces": {"label_kind": "attributes", "num_labels": 2, "label_names": ("Smiling", "Hat")},
    "flat": {"channels": 1, "num_levels": 1},
}

# Nothing as ours, and what cannot be had together with that.
VARIANTS = {
    "another variant": Variant(
        swap_masks=True,
        mask_plane=False,
        input_gain=True,
        shift_first=True,
        log_scale_offset=True,
        double_width=False,
        batch_norm_eps=1e-2,
        batch_norm_all=True,
    ),
    "no batch norm": Variant(batch_norm=False),
}


def randomized(module: Module, seed: int = 0, scale: float = 0.2) -> Module:
    """The same module with random weights and random batch-norm statistics."""
    generator = torch.Generator().manual_seed(seed)

    def noise(like: torch.Tensor) -> torch.Tensor:
        return torch.randn(like.shape, generator=generator).to(like.dtype)

    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(scale * noise(parameter))
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d | FlowBatchNorm):
                part.running_mean.copy_(scale * noise(part.running_mean))
                part.running_var.copy_((scale * noise(part.running_var)).exp())
    return module


def small_flow(seed: int = 0, *, double: bool = False, **changes: object) -> RealNVP:
    """An untrained model of 3x8x8 pictures with 3 levels, randomized, in evaluation mode."""
    settings: dict[str, object] = {"image_size": (8, 8), "num_levels": 3, "width": 4}
    config = ModelConfig(**(settings | changes))  # type: ignore[arg-type]
    flow = randomized(RealNVP(config), seed).eval().requires_grad_(False)
    return flow.double() if double else flow


def save_models(folder: Path, models: Mapping[str, dict[str, object]]) -> Path:
    """Write small models, given as changes of `small_flow`, into a folder of checkpoints."""
    for name, changes in models.items():
        save(small_flow(**changes), folder / name)  # type: ignore[arg-type]
    return folder


def random_pictures(n: int, channels: int = 3, side: int = 8, seed: int = 0) -> torch.Tensor:
    """uint8 noise, (n, channels, side, side)."""
    generator = torch.Generator().manual_seed(seed)
    shape = (n, channels, side, side)
    return torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
