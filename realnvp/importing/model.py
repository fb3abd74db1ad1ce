"""What becomes of a checkpoint of another implementation."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.config import ModelConfig
from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.flow import RealNVP
from realnvp.masks import Mask
from realnvp.model_files import fitted

NAME = "the file"  # for messages


@dataclass(frozen=True)
class Model:
    """An architecture of ours, with the weights of another implementation by our names.

    Args:
        config: its `variant` says what is done otherwise.
        weights: in the type in which they came; no value of them is rounded.
    """

    config: ModelConfig
    weights: dict[str, Tensor]

    def flow(self, dtype: torch.dtype = torch.float32) -> RealNVP:
        """The flow on the CPU, in evaluation mode, frozen.

        Raises:
            CheckpointError: naming a weight that is missing, not finite, or of a shape that does
                not fit the others.
        """
        with torch.device("meta"):
            expected = RealNVP(self.config).to(dtype).state_dict()
        weights = fitted(NAME, self.weights, expected)
        flow = RealNVP(self.config).to(dtype)
        flow.load_state_dict(weights)
        return flow.eval().requires_grad_(False)


@dataclass(frozen=True)
class Place:
    """Where a coupling of ours has its weights.

    Args:
        coupling: what their names begin with, such as "multiscale.levels.0.transforms.2.".
        norm: those of the batch norm that follows it; None if there is none.
        mask: of the coupling.
    """

    coupling: str
    norm: str | None
    mask: Mask


def places(config: ModelConfig) -> Iterator[Place]:
    """The couplings of such a model, in the order in which a picture meets them."""
    with torch.device("meta"):  # no memory is taken for weights that are known by name alone
        levels = RealNVP(config).multiscale.levels
    for i, level in enumerate(levels):
        steps = list(level.transforms)
        for j, step in enumerate(steps):
            if not isinstance(step, AffineCoupling):
                continue
            followed = j + 1 < len(steps) and isinstance(steps[j + 1], FlowBatchNorm)
            start = f"multiscale.levels.{i}.transforms."
            yield Place(f"{start}{j}.", f"{start}{j + 1}." if followed else None, step.mask)
