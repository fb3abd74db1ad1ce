"""The loop around `train_step`: budget, progress, reports, and a state that survives a stop."""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from realnvp import checkpoint
from realnvp.config import ModelConfig, TrainConfig
from realnvp.data import ImageSet, batches
from realnvp.flow import RealNVP
from realnvp.training.average import AveragedFlow, recalibrate
from realnvp.training.held_out import HeldOut, hold_out
from realnvp.training.precision import bf16_is_faster
from realnvp.training.progress import LOG, ProgressNotes
from realnvp.training.start import take_over
from realnvp.training.state import STATE, Clock, load_state, save_state
from realnvp.training.step import learning_rate_at, make_optimizer, train_step
from realnvp.viz import image_grid

COMMAND = "command.txt"  # in the folder of a run: what started it
SAVE_SECONDS = 45  # so that a stop of any kind loses less than a minute
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
NUM_REPORTS = 16  # over the budget; each costs a recalibration and a look at the held-out part
RECALIBRATION_IMAGES = 2048


class Run:
    """A training run in a folder: state, log, sample sheets, and the best checkpoint so far.

    The folder holds `state.safetensors` (resume), `log.jsonl` (one line a report), `samples/`
    (one sheet a report, always of the same latents at temperature 0.7) and `best/`, a checkpoint
    of the averaged weights at their lowest held-out bits/dim.

    Args:
        folder: made if it is missing; if it holds a state, the run goes on from there.
        start: a model to begin with: each of its weights that this one has too, by name and shape,
            takes the place of a random one. Its picture size, levels and labels may be others.

    Raises:
        StateError: if the folder's state is damaged, or of a run with other settings.
        ValueError: if there are too few images, or `start` has no weight of this architecture.
    """

    def __init__(
        self,
        folder: Path,
        data: ImageSet,
        model: ModelConfig,
        config: TrainConfig,
        device: str,
        start: RealNVP | None = None,
    ) -> None:
        self.folder, self.config = folder, config
        self.data = hold_out(data, config)
        torch.manual_seed(config.seed)  # of the initial weights; everything else has a generator
        self.flow = RealNVP(model).to(device)
        if start is not None:
            take_over(self.flow, start)
        self.average = AveragedFlow(self.flow, config.ema_decay)
        self.optimizer = make_optimizer(self.flow, config)
        self.generator = torch.Generator().manual_seed(config.seed)
        self.clock = Clock()
        self.notes = ProgressNotes(folder)
        self.stopping = False
        self.settings: dict[str, object] = {
            "model": model.to_dict(),
            "train": config.to_dict(),
            "data": data.name,
        }
        (folder / "samples").mkdir(parents=True, exist_ok=True)
        if (folder / STATE).exists():
            self.clock = load_state(folder, *self._parts(), self.settings)
        if config.bf16 is None:
            sample = torch.from_numpy(self.data.train[: config.batch_size])
            self.bf16 = bf16_is_faster(self.flow, sample, self._labels(slice(config.batch_size)))
        else:
            self.bf16 = config.bf16

    @property
    def progress(self) -> float:
        """Share of the budget that is spent, 0 to 1: of steps if they are given, else of time."""
        if self.config.steps:
            return min(1.0, self.clock.step / self.config.steps)
        return min(1.0, self.clock.seconds / (60 * self.config.minutes))

    def train(self) -> None:
        """Train until the budget is spent or a stop is asked for; the state is saved either way."""
        before = {number: signal.signal(number, self._stop) for number in STOP_SIGNALS}
        try:
            self._train()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self.notes.flush()
            self.save()

    def _train(self) -> None:
        bar = tqdm(total=1000, initial=int(1000 * self.progress), bar_format=_BAR)
        saved = time.monotonic()
        reports = int(NUM_REPORTS * self.progress)
        recent: list[float] = []
        stream = self._stream()
        while self.progress < 1 and not self.stopping:
            started = time.monotonic()
            rate = learning_rate_at(self.clock.step, self.progress, self.config)
            batch, labels = next(stream)
            step = train_step(
                self.flow,
                self.optimizer,
                batch,
                labels,
                self.config,
                learning_rate=rate,
                bf16=self.bf16,
                generator=self.generator,
            )
            self.clock.step += 1
            self.average.update(self.flow, self.clock.step)
            self.clock.seconds += time.monotonic() - started
            recent.append(step.bits_per_dim)
            self._show(bar, recent)
            if int(NUM_REPORTS * self.progress) > reports:
                reports = int(NUM_REPORTS * self.progress)
                self._report(recent, rate, step.gradient_norm)
                recent.clear()
            if time.monotonic() - saved > SAVE_SECONDS:
                self.save()
                saved = time.monotonic()
        if recent and not self.stopping:
            self._report(recent, rate, step.gradient_norm)
        bar.close()

    def save(self) -> None:
        save_state(self.folder, self.clock, *self._parts(), self.settings)

    def _parts(self) -> tuple[RealNVP, RealNVP, torch.optim.Adam, torch.Generator]:
        return self.flow, self.average.flow, self.optimizer, self.generator

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _labels(self, rows: slice) -> Tensor | None:
        labels = self.data.train_labels
        if labels is None or self.flow.config.label_kind is None:
            return None
        return torch.from_numpy(labels[rows])

    def _stream(self) -> Iterator[tuple[Tensor, Tensor | None]]:
        """Batches without end, shuffled anew every epoch."""
        labels = self.data.train_labels if self.flow.config.label_kind else None
        self.flow.train()
        while True:
            yield from batches(
                self.data.train,
                self.config.batch_size,
                generator=self.generator,
                labels=labels,
                flip=self.config.flip,
            )

    def _report(self, recent: list[float], rate: float, norm: float) -> None:
        """Measure the averaged weights on the held-out part; log, draw, keep the best."""
        flow = self.average.flow
        # Its own generator: how often a run reports must not change what it learns.
        generator = torch.Generator().manual_seed(self.config.seed + self.clock.step)
        calibrate(flow, self.data, self.config, generator)
        labels = self.data.validation_labels if flow.config.label_kind else None
        held_out = flow.bits_per_dim(self.data.validation, labels, generator=generator).mean()
        line = {
            "step": self.clock.step,
            "seconds": round(self.clock.seconds, 1),
            "train_bits_per_dim": float(np.mean(recent)),
            "validation_bits_per_dim": float(held_out),
            "learning_rate": rate,
            "gradient_norm": norm,
            "images_per_second": self.clock.step * self.config.batch_size / self.clock.seconds,
        }
        with (self.folder / LOG).open("a") as log:
            log.write(json.dumps(line) + "\n")
        tqdm.write(
            f"step {self.clock.step}: train {line['train_bits_per_dim']:.3f}, "
            f"held out {line['validation_bits_per_dim']:.3f} bits/dim"
        )
        self._draw_samples(flow)
        if float(held_out) < self.clock.best_bits_per_dim:
            self.clock.best_bits_per_dim = float(held_out)
            checkpoint.save(flow, self.folder / "best", {"training": line | self.settings})

    def _draw_samples(self, flow: RealNVP) -> None:
        labels = None
        if flow.config.label_kind and self.data.validation_labels is not None:
            labels = self.data.validation_labels[:64]
        fixed = torch.Generator().manual_seed(0)
        n = 64 if labels is None else len(labels)
        pictures = flow.sample(n, 0.7, fixed, labels)
        sheet = image_grid(pictures, columns=8)
        Image.fromarray(sheet).save(self.folder / "samples" / f"{self.clock.step:07d}.png")

    def _show(self, bar: tqdm, recent: list[float]) -> None:
        step, seconds = self.clock.step, self.clock.seconds
        bits, rate = float(np.mean(recent[-50:])), step * self.config.batch_size / seconds
        bar.n = int(1000 * self.progress)
        bar.set_postfix_str(
            f"{bits:.3f} bits/dim, {rate:.0f} images/s, {seconds / 60:.1f} min, step {step}"
        )
        self.notes.note(self.progress, step, seconds, bits, rate)


_BAR = "{percentage:3.0f}%|{bar}| {remaining} left{postfix}"


def calibrate(
    flow: RealNVP, data: HeldOut, config: TrainConfig, generator: torch.Generator
) -> None:
    """Statistics from about RECALIBRATION_IMAGES random training images, as training saw them."""
    labels = data.train_labels if flow.config.label_kind else None
    size = min(256, len(data.train))
    stream = batches(data.train, size, generator=generator, labels=labels, flip=config.flip)
    count = max(1, RECALIBRATION_IMAGES // size)
    recalibrate(flow, (batch for batch, _ in zip(stream, range(count), strict=False)), generator)
