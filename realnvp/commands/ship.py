"""Turn a finished run into a checkpoint with a measured card.

Takes best/ of the run, measures it on DATA, and writes model.safetensors, config.json with the
card, samples.png and README.md into the folder of checkpoints. What only a person can say of a
model (title, summary, data, terms, split, limits ...) comes from about.json in that folder.

    python -m realnvp ship runs/faces32 celeba10k_64.npz --hardware "2 cores of an AMD EPYC"
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch

from realnvp import checkpoint
from realnvp.atomic_file import write_file
from realnvp.commands import numbers
from realnvp.commands.common import DEFAULT, open_images, tensors
from realnvp.commands.evaluate import ROUND_TRIP_IMAGES, TRAIN_IMAGES, evaluate_part
from realnvp.config import shown
from realnvp.data import ImageSet
from realnvp.default_labels import labels_in_turn
from realnvp.evaluation import quantiles, round_trip
from realnvp.explore.samples import draw_samples
from realnvp.file_names import is_portable, portable
from realnvp.flow import RealNVP
from realnvp.shipping import (
    card_of,
    markdown_of,
    read_about,
    save_examples,
    save_sheet,
    save_smallest,
)
from realnvp.training import COMMAND
from realnvp.training.reports import BEST

EXAMPLES = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", type=Path, help="folder of a training run")
    parser.add_argument("data", metavar="DATA", help="images: a file or a folder")
    parser.add_argument("--name", help="of the checkpoint (default: the run's)")
    parser.add_argument(
        "--before",
        metavar="FOLDER",
        type=Path,
        nargs="*",
        default=[],
        help="runs (best/ of each, or name its last/), or checkpoints shipped before, that it was "
        "started from, the first one first",
    )
    parser.add_argument("--hardware", required=True, help="what the run was trained on")
    parser.add_argument(
        "--draws", type=numbers.whole(1, 10_000), default=4, help=f"of the noise, {DEFAULT}"
    )
    parser.add_argument(
        "--examples",
        choices=("none", "test", "samples"),
        default="none",
        help="pictures for the app to offer: of the test part, where its terms allow that, or"
        f" the model's own, {DEFAULT}",
    )


def run(options: argparse.Namespace) -> None:
    name = options.name or options.run.name
    if not is_portable(name):
        raise ValueError(
            f"a folder cannot be called {shown(name)} on every system: choose a --name"
        )
    folder = checkpoint.checkpoints_folder() / name
    about = read_about(folder / "about.json")
    trained = checkpoint.load_folder(options.run / BEST)
    stages = [_stage(path) for path in (*options.before, options.run)]
    data = open_images(trained.config, options.data)
    flow, test = save_smallest(
        trained, folder, lambda model: evaluate_part(model, data, "test", options.draws)
    )
    images, labels = tensors(flow.config, data.test, data.test_labels)
    rows = slice(ROUND_TRIP_IMAGES)
    card = card_of(
        flow,
        about,
        trained.card["training"]
        | {key: sum(stage[key] for stage in stages) for key in ("step", "seconds")},
        command="\n".join(stage["command"] for stage in stages),
        hardware=options.hardware,
        test=test,
        train=evaluate_part(flow, data, "train", options.draws, TRAIN_IMAGES),
        trip=round_trip(flow, images[rows], None if labels is None else labels[rows]),
        quantiles=quantiles(flow, images, labels),
        weights=folder / checkpoint.WEIGHTS,
    )
    checkpoint.save_card(folder, flow.config, card)
    save_sheet(flow, folder / "samples.png")
    if options.examples != "none":
        save_examples(folder / "examples", *_examples(flow, data, options.examples))
    write_file(folder / "README.md", markdown_of(name, flow, card))
    print(f"{name}: {card['test_bits_per_dim']:.4f} bits/dim on test, {folder.name}/ written")


def _stage(folder: Path) -> dict[str, Any]:
    """Command, steps and seconds of a run, or of a checkpoint with all that it was started from."""
    if (folder / BEST).is_dir():
        folder = folder / BEST
    card = checkpoint.load_folder(folder).card
    if "training" in card:
        command = (folder.parent / COMMAND).read_text("utf-8").strip()
        return {**card["training"], "command": command}
    return {"command": card["command"], "step": card["steps"], "seconds": 60 * card["minutes"]}


def _examples(flow: RealNVP, data: ImageSet, kind: str) -> tuple[torch.Tensor, list[str]]:
    """EXAMPLES pictures with names; of classes, each in turn."""
    if kind == "samples":
        images = draw_samples(flow, 16, 0.7, 7, labels_in_turn(flow.config, 16)).images[:EXAMPLES]
        return images, [f"sample {index + 1:02d}" for index in range(EXAMPLES)]
    images, labels = torch.from_numpy(data.test), data.test_labels
    if labels is None or labels.ndim != 1:
        return images[:EXAMPLES], [f"test {index:04d}" for index in range(len(images[:EXAMPLES]))]
    of_class = [np.flatnonzero(labels == label) for label in range(len(data.label_names))]
    # The first of every class, then the second of every class; a class may have none.
    turns = [
        (int(rows[turn]), name)
        for turn in range(EXAMPLES)
        for rows, name in zip(of_class, data.label_names, strict=True)
        if turn < len(rows)
    ][:EXAMPLES]
    names = [portable(f"{name} {row}".replace("/", " or ")) for row, name in turns]
    return images[[row for row, _ in turns]], names
