"""The loop around `train_step`: budget, progress, reports, and a state that survives a stop."""

import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from realnvp.atomic_file import clean
from realnvp.config import ModelConfig, TrainConfig
from realnvp.data import ImageSet, batches
from realnvp.devices import round_as_float32
from realnvp.flow import RealNVP
from realnvp.training.average import AveragedFlow
from realnvp.training.centering import center_shifts
from realnvp.training.distributed import Distributed
from realnvp.training.held_out import hold_out, identity
from realnvp.training.precision import bf16_is_faster
from realnvp.training.progress import SAVING, TRAINING, ProgressNotes, enter
from realnvp.training.reports import Reports
from realnvp.training.stability import inverse_penalty_at
from realnvp.training.start import load_matching
from realnvp.training.state import STATE, Clock, StateError, load_state, save_state
from realnvp.training.step import StepReport, learning_rate_at, make_optimizer, train_step
from realnvp.training.tensorboard import open_board
from realnvp.transforms import NonFiniteError

COMMAND = "command.txt"  # in the folder of a run: what started it
SAVE_SECONDS = 45  # so that a stop of any kind loses less than a minute
STOP_SIGNALS = [signal.SIGINT, signal.SIGTERM]
if sys.platform == "win32":
    STOP_SIGNALS.append(signal.SIGBREAK)  # Ctrl-Break, or the console's window is closed
NUM_REPORTS = 16  # over the budget; each costs a recalibration and a look at the held-out part
REPORT_SHARE = 0.15  # of the minutes trained so far: beyond it a run of minutes skips reports


class Run:
    """A training run in a folder: state, log, sample sheets, and the best checkpoint so far.

    The folder holds `state.safetensors` (resume), `log.jsonl` (one line a report), `samples/`
    (one sheet a report, always of the same latents at temperature 0.7) and `best/`, a checkpoint
    of the averaged weights at their lowest held-out bits/dim, of those that are exact enough for
    the doctor; if none is, of the most exact ones. `last/` has those of the newest report.

    Args:
        folder: made if it is missing; if it holds a state, the run resumes from there.
        start: a model to begin with: each of its weights that this one has too, by name and shape,
            takes the place of a random one. Its picture size, levels and labels may be others.
        distributed: the processes that train together; each has its own `Run`, the first writes.
        tensorboard: write each report for TensorBoard too.

    Raises:
        StateError: if the folder's state cannot be read, or is of a run with other settings or
            other training images; or if processes that train together do not see the same ones.
        ValueError: if there are too few images, if `start` has no weight of this architecture, or
            if a batch cannot be shared equally; or if TensorBoard is asked for and not there.
    """

    def __init__(
        self,
        folder: Path,
        data: ImageSet,
        model: ModelConfig,
        config: TrainConfig,
        device: str,
        start: RealNVP | None = None,
        distributed: Distributed | None = None,
        tensorboard: bool = False,
    ) -> None:
        round_as_float32()  # exactness, and the penalty on inverses, are about that
        self.folder, self.config = folder, config
        self.distributed = distributed or Distributed(device)
        self.distributed.check_batch_size(config.batch_size)
        self.data = hold_out(data, config)
        images = identity(data, with_labels=model.label_kind is not None)
        if not self.distributed.all_same(int(str(images["blake2b"])[:15], 16)):
            raise StateError(f"{data.name}: not all processes see the same training images")
        torch.manual_seed(config.seed)  # of the initial weights; everything else has a generator
        self.flow = RealNVP(model).to(device)
        if start is not None:
            load_matching(self.flow, start)
        self.average = AveragedFlow(self.flow, config.ema_decay)
        self.optimizer = make_optimizer(self.flow, config)
        self.generator = torch.Generator().manual_seed(config.seed)
        self.clock = Clock()
        self.notes = ProgressNotes(folder)
        self.stopping = False
        self.reported = 0  # times, by this process
        self.settings: dict[str, object] = {
            "model": model.to_dict(),
            "train": config.to_dict(),
            "data": data.name,
            "images": images,
        }
        self.reports = Reports(folder, self.data, config, self.settings | data.about())
        (folder / "samples").mkdir(parents=True, exist_ok=True)
        if self.distributed.is_first:
            clean(folder)
        if (folder / STATE).exists():
            self.clock = load_state(folder, *self._parts(), self.settings)
        if tensorboard and self.distributed.is_first:
            self.reports.board = open_board(folder, self.clock.step)
        if not self.distributed.all_same(self.clock.step):
            raise StateError(f"{folder} must be one folder that all processes see")
        self.bf16 = self.distributed.from_first(self._choose_precision)
        # Last: the average above keeps norms of its own, and can be measured by one process.
        self.distributed.join(self.flow)

    @property
    def progress(self) -> float:
        """Share of the budget that is spent, 0 to 1: of steps if they are given, else of time."""
        if self.config.steps:
            return min(1.0, self.clock.step / self.config.steps)
        return min(1.0, self.clock.seconds / (60 * self.config.minutes))

    def train(self) -> None:
        """Train until the budget is spent or a stop is asked for; the state is saved either way.

        Raises:
            NonFiniteError: naming the layer, if log p or a gradient is NaN or infinite.
        """
        before = {number: signal.signal(number, self._stop) for number in STOP_SIGNALS}
        sound = True
        try:
            self._train()
        except NonFiniteError:
            sound = False  # running statistics hold it by now: the state saved before is better
            raise
        finally:
            self._enter(SAVING)
            self.notes.flush()
            if sound:
                self.save()
            # Not before: where another process has died, torchrun sends a signal at this moment.
            for number, handler in before.items():
                signal.signal(number, handler)

    def _train(self) -> None:
        quiet = not self.distributed.is_first
        done = int(1000 * self.progress)
        bar = tqdm(total=1000, initial=done, bar_format=_BAR, disable=quiet)
        saved = time.monotonic()
        reports = int(NUM_REPORTS * self.progress)
        recent: list[float] = []
        stream = self._stream()
        self._enter(TRAINING)
        over = self._over()
        while not over:
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
                inverse_penalty=inverse_penalty_at(self.clock.step, self.config),
                distributed=self.distributed,
            )
            self.clock.step += 1
            self.average.update(self.flow, self.clock.step)
            self.clock.seconds += time.monotonic() - started
            recent.append(step.bits_per_dim)
            over = self._over()
            self._show(bar, recent)
            if int(NUM_REPORTS * self.progress) > reports:
                reports = int(NUM_REPORTS * self.progress)
                if self._has_time_to_report():
                    self._report(recent, rate, step)
                    self._enter(TRAINING)
                    recent.clear()
            if time.monotonic() - saved > SAVE_SECONDS:
                self.save()
                saved = time.monotonic()
        if recent and not self.stopping:
            self._report(recent, rate, step)
        bar.close()

    def save(self) -> None:
        if self.distributed.is_first:
            save_state(self.folder, self.clock, *self._parts(), self.settings)

    def _parts(self) -> tuple[RealNVP, RealNVP, torch.optim.Adam, torch.Generator]:
        return self.flow, self.average.flow, self.optimizer, self.generator

    def _over(self) -> bool:
        """Whether the budget is spent or a stop is asked for; the same in all processes."""
        # A signal may have reached some of them only, and their clocks differ.
        own = self.clock.seconds, self.reports.seconds
        stop, clocks = self.distributed.all_reduce(self.stopping, *own)
        self.clock.seconds, self.reports.seconds = clocks
        self.stopping = self.stopping or stop
        return stop or self.progress >= 1

    def _has_time_to_report(self) -> bool:
        """Whether with one more report looking at the run takes but a part of its time so far."""
        if self.config.steps or self.progress >= 1 or not self.reported:
            return True
        one = self.reports.seconds / self.reported
        return self.reports.seconds + one <= REPORT_SHARE * self.clock.seconds

    def _enter(self, phase: str) -> None:
        if self.distributed.is_first:
            enter(self.folder, phase)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _choose_precision(self) -> bool:
        """Whether the conditioners run in bfloat16: as the config says, or as is faster here."""
        if self.config.bf16 is not None:
            return self.config.bf16
        rows = slice(self.config.batch_size // self.distributed.size)
        sample = torch.from_numpy(self.data.train[rows])
        return bf16_is_faster(self.flow, sample, self._labels(rows))

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

    def _report(self, recent: list[float], rate: float, step: StepReport) -> None:
        self.reported += 1
        center_shifts(self.flow)  # in every process: it changes weights, if not what they do
        if self.distributed.is_first:
            flow, norm = self.average.flow, step.gradient_norm
            self.reports.report(flow, self.clock, recent, rate, norm)

    def _show(self, bar: tqdm, recent: list[float]) -> None:
        if not self.distributed.is_first:
            return
        step, seconds = self.clock.step, self.clock.seconds
        bits, rate = float(np.mean(recent[-50:])), step * self.config.batch_size / seconds
        bar.n = int(1000 * self.progress)
        bar.set_postfix_str(
            f"{bits:.3f} bits/dim, {rate:.0f} images/s, {seconds / 60:.1f} min, step {step}"
        )
        self.notes.note(self.progress, step, seconds, bits, rate)


_BAR = "{percentage:3.0f}%|{bar}| {remaining} left{postfix}"
