"""The loop that trains a baseline; what one step is, its own file says."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from realnvp.baselines.baseline import Baseline, BaselineConfig
from realnvp.baselines.gan import GAN, GanTrainer
from realnvp.baselines.pixelcnn import PixelCNN
from realnvp.baselines.vae import VAE
from realnvp.data.batches import batches
from realnvp.nets import parameter_count

Cost = Callable[[Tensor, torch.Generator], Tensor]

POINTS = 48  # of the record of a training
MODELS: dict[str, type[Baseline]] = {"vae": VAE, "gan": GAN, "pixelcnn": PixelCNN}


class Trainer(Protocol):
    """What takes steps; `model` is what is kept in the end."""

    @property
    def model(self) -> Any: ...

    def step(self, images: Tensor, rate: float, generator: torch.Generator) -> dict[str, float]:
        """One step on uint8 (B, 1, H, W); gives the numbers to record."""
        ...


class LikelihoodTrainer:
    """Lowers what pictures cost.

    Args:
        cost: of uint8 (B, 1, H, W), in bits/dim, (B,), with its noise from a generator.
        clip: largest norm of the gradient.
    """

    def __init__(self, model: nn.Module, cost: Cost, clip: float = 1.0) -> None:
        self.model, self._cost, self._clip = model, cost, clip
        self._adam = torch.optim.Adam(model.parameters(), betas=(0.9, 0.99), fused=True)

    def step(self, images: Tensor, rate: float, generator: torch.Generator) -> dict[str, float]:
        bits = self._cost(images, generator)
        self._adam.zero_grad(set_to_none=True)
        bits.mean().backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self._clip)
        for group in self._adam.param_groups:
            group["lr"] = rate
        self._adam.step()
        return {"bits_per_dim": float(bits.detach().mean())}


@dataclass(frozen=True)
class Plan:
    """How long a baseline is trained, and how.

    Args:
        minutes: budget; the learning rate falls to zero over it, as half a cosine.
        steps: budget in steps instead.
        batch_size: pictures a step.
        rate: learning rate at the start, after a hundred steps of warm-up.
        seed: of weights, order and noise.
    """

    minutes: float = 8.0
    steps: int | None = None
    batch_size: int = 64
    rate: float = 1e-3
    seed: int = 0


def new_trainer(config: BaselineConfig, seed: int) -> Trainer:
    """What trains a baseline, with the untrained baseline; the global seed stays as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        # Channels last: on thin maps convolutions are up to 1.4 times faster so.
        model = MODELS[config.kind](config).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if isinstance(model, GAN):
            return GanTrainer(model)
        if isinstance(model, VAE):
            return LikelihoodTrainer(model, model.bound)
        return LikelihoodTrainer(model, lambda images, _: model.bits_per_dim(images))


def train(images: np.ndarray, config: BaselineConfig, plan: Plan) -> Baseline:
    """A trained baseline, frozen, with steps, minutes and the record of the training on its card.

    Args:
        images: uint8 (N, 1, H, W) of the config's size.
    """
    trainer = new_trainer(config, plan.seed)
    card = take_steps(trainer, images, plan)
    model = trainer.model.eval().requires_grad_(False)
    model.card = card
    return model


def take_steps(trainer: Trainer, images: np.ndarray, plan: Plan) -> dict[str, Any]:
    """Train until the plan's budget is spent; gives the card, with the record of the training."""
    generator = torch.Generator().manual_seed(plan.seed)
    started, step, record = time.monotonic(), 0, Record()
    while True:
        for batch, _ in batches(images, plan.batch_size, generator=generator):
            seconds = time.monotonic() - started
            spent = step / plan.steps if plan.steps else seconds / 60 / plan.minutes
            if spent >= 1:
                return {
                    "steps": step,
                    "minutes": round(seconds / 60, 1),
                    "batch_size": plan.batch_size,
                    "rate": plan.rate,
                    "seed": plan.seed,
                    "parameters": parameter_count(trainer.model),
                    "record": record.means(POINTS),
                }
            warm = min(1.0, (step + 1) / 100)
            rate = plan.rate * warm * 0.5 * (1 + math.cos(math.pi * spent))
            record.add(trainer.step(batch, rate, generator))
            step += 1


class Record:
    """Numbers of every step, and their means over stretches of equal length."""

    def __init__(self) -> None:
        self._rows: list[dict[str, float]] = []

    def add(self, numbers: dict[str, float]) -> None:
        self._rows.append(numbers)

    def means(self, points: int) -> dict[str, list[Any]]:
        """ "step", the middle of each stretch, and the mean of each number there."""
        parts = [p for p in np.array_split(np.arange(len(self._rows)), points) if len(p)]
        means: dict[str, list[Any]] = {"step": [int(part[len(part) // 2]) for part in parts]}
        for name in self._rows[0] if self._rows else ():
            values = np.array([row[name] for row in self._rows])
            means[name] = [round(float(values[part].mean()), 4) for part in parts]
        return means
