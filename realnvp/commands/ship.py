"""Turn a finished run into a checkpoint with a measured card.

Takes best/ of the run, measures it on DATA, and writes model.safetensors, config.json with the
card, samples.png and README.md into the folder of checkpoints. What only a person can say of a
model (title, summary, data, terms, split, limits ...) comes from about.json in that folder; where
there is none, a first one is written, to be filled in.

    python -m realnvp ship runs/faces32 celeba10k_64.npz --hardware "2 cores of an AMD EPYC"
"""

import argparse
from pathlib import Path
from typing import Any

from realnvp import checkpoint
from realnvp.commands import numbers
from realnvp.commands.common import DEFAULT, open_images
from realnvp.commands.evaluate import TRAIN_IMAGES, evaluate_part
from realnvp.config import shown
from realnvp.file_names import is_portable
from realnvp.packaging import package_model
from realnvp.shipping import read_about, save_smallest
from realnvp.training import COMMAND
from realnvp.training.reports import BEST


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
    trained = checkpoint.load_folder(options.run / BEST)
    stages = [_stage(path) for path in (*options.before, options.run)]
    data = open_images(trained.config, options.data)
    about = read_about(folder / "about.json", data)
    flow, test = save_smallest(
        trained, folder, lambda model: evaluate_part(model, data, "test", options.draws)
    )
    card = package_model(
        flow,
        folder,
        data,
        about,
        trained.card["training"]
        | {key: sum(stage[key] for stage in stages) for key in ("step", "seconds")},
        name=name,
        command="\n".join(stage["command"] for stage in stages),
        hardware=options.hardware,
        test=test,
        train=evaluate_part(flow, data, "train", options.draws, TRAIN_IMAGES),
        examples=None if options.examples == "none" else options.examples,
    )
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
