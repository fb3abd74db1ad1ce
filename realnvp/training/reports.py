"""What a run tells now and then: held-out bits/dim, samples, the best and the last checkpoint."""

import json
import time
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from realnvp import checkpoint
from realnvp.atomic_file import write_file
from realnvp.config import TrainConfig
from realnvp.data import batches
from realnvp.flow import RealNVP
from realnvp.image_encoding import to_png
from realnvp.locks import holding
from realnvp.training.average import recalibrate
from realnvp.training.exactness import ENOUGH, exactness
from realnvp.training.held_out import HeldOut
from realnvp.training.progress import LOG, MEASURING, SAVING, enter
from realnvp.training.state import Clock
from realnvp.training.tensorboard import Board
from realnvp.viz import image_grid

BEST, LAST = "best", "last"  # checkpoints in the folder of a run
BEST_LOCK = ".best.lock"  # held while best/ is written
RECALIBRATION_IMAGES = 2048


class Reports:
    """Reports in the folder of a run; what its weights do, and its clock but for the best, stay.

    Args:
        folder: of the run.
        settings: what the checkpoint's card says of the run.
    """

    def __init__(
        self,
        folder: Path,
        data: HeldOut,
        config: TrainConfig,
        settings: dict[str, object],
    ) -> None:
        self.folder, self.data, self.config, self.settings = folder, data, config, settings
        self.board: Board | None = None  # gets each report too
        self.seconds = 0.0  # that reports have taken so far

    def report(
        self, flow: RealNVP, clock: Clock, recent: list[float], rate: float, norm: float
    ) -> None:
        """Measure the averaged weights on the held-out part; log, draw, keep them.

        Args:
            flow: of averaged weights; its statistics are measured here, its shifts centered.
            recent: bits/dim of the batches since the last report.
            rate, norm: learning rate, and gradient's norm, of the last step.
        """
        started = time.monotonic()
        enter(self.folder, MEASURING)
        # Its own generator: how often a run reports must not change what it learns.
        generator = torch.Generator().manual_seed(self.config.seed + clock.step)
        calibrate(flow, self.data, self.config, generator)
        labels = self.data.validation_labels if flow.config.label_kind else None
        held_out = flow.bits_per_dim(self.data.validation, labels, generator=generator).mean()
        exact = exactness(flow)
        line = {
            "step": clock.step,
            "seconds": round(clock.seconds, 1),
            "train_bits_per_dim": float(np.mean(recent)),
            "validation_bits_per_dim": float(held_out),
            "round_trip_logits": exact.logits,
            "bits_error": exact.bits,
            "learning_rate": rate,
            "gradient_norm": norm,
            "images_per_second": clock.step * self.config.batch_size / clock.seconds,
        }
        with (self.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        tqdm.write(
            f"step {clock.step}: train {line['train_bits_per_dim']:.3f}, "
            f"held out {line['validation_bits_per_dim']:.3f} bits/dim, "
            f"off by {exact.bits:.1e}, round trip {exact.logits:.1e} in logits"
        )
        sheet = self._draw_samples(flow)
        write_file(self.folder / "samples" / f"{clock.step:07d}.png", to_png(sheet))
        if self.board is not None:
            scalars = {name: value for name, value in line.items() if name != "step"}
            self.board(clock.step, scalars, sheet)
        enter(self.folder, SAVING)
        card = {"training": line | self.settings}
        checkpoint.save(flow, self.folder / LAST, card)
        # What does not come back is no bijection in float32, however well it fits. Of those that
        # pass the doctor the one that fits best is the best, on whatever processor.
        best_share = max(clock.best_share, ENOUGH)  # a state may have been saved with a smaller one
        if (exact.share, float(held_out)) < (best_share, clock.best_bits_per_dim):
            clock.best_share, clock.best_bits_per_dim = exact.share, float(held_out)
            with holding(self.folder / BEST_LOCK):
                checkpoint.save(flow, self.folder / BEST, card)
        self.seconds += time.monotonic() - started

    def _draw_samples(self, flow: RealNVP) -> np.ndarray:
        labels = None
        if flow.config.label_kind and self.data.validation_labels is not None:
            labels = self.data.validation_labels[:64]
        fixed = torch.Generator().manual_seed(0)
        n = 64 if labels is None else len(labels)
        pictures = flow.sample(n, 0.7, fixed, labels)
        return image_grid(pictures, columns=8)


def calibrate(
    flow: RealNVP, data: HeldOut, config: TrainConfig, generator: torch.Generator
) -> None:
    """Statistics from about RECALIBRATION_IMAGES random training images, as training saw them."""
    labels = data.train_labels if flow.config.label_kind else None
    size = min(256, len(data.train))
    stream = batches(data.train, size, generator=generator, labels=labels, flip=config.flip)
    count = max(1, RECALIBRATION_IMAGES // size)
    recalibrate(flow, (batch for batch, _ in zip(stream, range(count), strict=False)), generator)
