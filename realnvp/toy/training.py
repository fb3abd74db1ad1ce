"""A training that goes on in slices and comes out the same however it was sliced."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import nn

from realnvp.threads import one_thread
from realnvp.toy.data import point_set
from realnvp.toy.drawing import Point
from realnvp.toy.flow import ToyFlow
from realnvp.training.average import AveragedFlow
from realnvp.transforms import NonFiniteError

COUPLINGS = (2, 16)
WIDTHS = (8, 16, 32, 64)
LEARNING_RATES = (0.002, 0.005, 0.01, 0.02, 0.05)
MAX_STEPS = 10_000
CHECK_EVERY = 25  # steps between two looks at the held-out points
GAUSSIAN_LOSS = 1 + math.log(2 * math.pi)  # nats that N(0, I) needs for a standardized data set
_BATCH = 512
_DECAY = 300  # steps after which the learning rate has halved
_CLIP = 5.0
_KEPT = 0.97  # of the averaged weights, at each step: they lag about 30 steps behind


@dataclass(frozen=True)
class ToySettings:
    """What decides a training, to the last bit.

    Args:
        data: one of `realnvp.toy.DATASETS`.
        seed: of the points, the weights and the batches.
        text, drawn: as `point_set` takes them.
        couplings, width: as `ToyFlow` takes them.
        learning_rate: of Adam at the start; after t steps it is divided by 1 + t / 300.
    """

    data: str = "moons"
    seed: int = 0
    text: str = ""
    drawn: Sequence[Point] = ()
    couplings: int = 8
    width: int = 32
    learning_rate: float = 0.01


class ToyTraining:
    """A flow in training; after n steps its state depends on the settings and n alone.

    What is looked at is an average of the last weights: single steps stagger about it.

    Attributes:
        flow: with the averaged weights, frozen.
        points: what it is trained on.
        step: how many were taken.
        losses: of each step's batch, before its update, nats per point.
        held_out: (step, nats per point) of the held-out points, every `CHECK_EVERY` steps.

    Raises:
        ToyError: if the data set is empty.
    """

    @torch.inference_mode(False)
    @one_thread()
    def __init__(self, settings: ToySettings) -> None:
        self.settings = settings
        self.points = point_set(settings.data, settings.seed, settings.text, settings.drawn)
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.trained = ToyFlow(settings.couplings, settings.width, self.generator)
        # It averages the weights of any module.
        self.average = AveragedFlow(cast(Any, self.trained), _KEPT)
        self.flow = cast(ToyFlow, self.average.flow)
        # One kernel for all weights: beside it, the arithmetic of so small a flow is nothing.
        self.optimizer = torch.optim.Adam(
            self.trained.parameters(), settings.learning_rate, betas=(0.9, 0.99), fused=True
        )
        self.step = 0
        self.losses: list[float] = []
        self.held_out: list[tuple[int, float]] = []
        self._check()

    @torch.inference_mode(False)
    @torch.enable_grad()
    @one_thread()
    def train_to(self, step: int, seconds: float = math.inf) -> None:
        """Go on up to this step, or until the time is over; at least one step unless it is there.

        Raises:
            NonFiniteError: if the loss or the gradient left the numbers; the step is not taken.
        """
        end = time.perf_counter() + seconds
        while self.step < min(step, MAX_STEPS):
            self._advance()
            if time.perf_counter() >= end:
                break

    def _advance(self) -> None:
        train = self.points.train
        batch = train[torch.randint(len(train), (_BATCH,), generator=self.generator)]
        loss = -self.trained.log_prob(batch).mean()
        self.optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.trained.parameters(), _CLIP, foreach=True)
        if not math.isfinite(loss.item() + norm.item()):
            raise NonFiniteError(f"step {self.step + 1} of the toy gave a loss that is not finite")
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.learning_rate / (1 + self.step / _DECAY)
        self.optimizer.step()
        self.average.update(cast(Any, self.trained), self.step)
        self.step += 1
        self.losses.append(loss.item())
        if self.step % CHECK_EVERY == 0:
            self._check()

    @one_thread()
    def held_out_by_now(self) -> list[tuple[int, float]]:
        """`held_out`, with the step that it is at as the last."""
        is_there = self.held_out[-1][0] == self.step
        return self.held_out if is_there else [*self.held_out, (self.step, self._loss())]

    def _check(self) -> None:
        self.held_out.append((self.step, self._loss()))

    @torch.no_grad()
    def _loss(self) -> float:
        return -self.flow.log_prob(self.points.held_out).mean().item()
