"""Trainings that are over in a moment, of pictures that are easy to learn."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from realnvp import ModelConfig, TrainConfig
from realnvp.data import ImageSet
from realnvp.training import Run

MODEL = ModelConfig(channels=1, image_size=(4, 4), num_levels=2, width=4, num_blocks=0)
WITH_BLOCKS = replace(MODEL, num_blocks=1)
SHORT = TrainConfig(steps=4, batch_size=16, validation=16, warmup_steps=2, bf16=False)


def stripes(n: int, seed: int = 0) -> np.ndarray:
    """Pictures that are easy to learn: every row has one grey, uint8 (n, 1, 4, 4)."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(60, 190, (n, 1, 4, 1)) + rng.integers(-6, 7, (n, 1, 4, 4))
    return rows.astype(np.uint8)


def data(labels: bool = False, n: int = 128) -> ImageSet:
    classes = np.arange(n) % 2 if labels else None
    names = ("a", "b") if labels else ()
    return ImageSet("stripes", stripes(n), stripes(32, 1), classes, classes, names)


def run(folder: Path, config: TrainConfig = SHORT, model: ModelConfig = MODEL) -> Run:
    return Run(folder, data(model.label_kind is not None), model, config, "cpu")


def log_of(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
