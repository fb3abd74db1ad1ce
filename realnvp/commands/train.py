"""Train a model on a set of images.

DATA is a folder or a zip file of pictures, an .npz (uint8 "train" and "test", or as Keras and
MedMNIST have them), or a folder with the original MNIST, CIFAR-10 binary or downsampled ImageNet
files; or celeba, cifar10, cifar100, fashion_mnist, mnist or svhn, which are downloaded once.
Pictures in folders "train" and "test" stay there, else a tenth is for the test; folders such as
"cat" and "dog" are classes, for --conditional. What cannot be used is left out, and named at the
end. The run goes to --out (default runs/NAME): started again with the same options it resumes where
it stopped, and Ctrl-C loses nothing. While it runs, look at samples/ and log.jsonl there; best/ is
a checkpoint of the lowest held-out bits/dim among those whose round trip of noise and flat pictures
is within the doctor's limits, by however little; if none is, of the most exact. last/ is the
newest.

    python -m realnvp train faces.npz --name faces --size 32 --learning-rate 1e-2 --minutes 60

Several processes share every batch and compute what one would; started again, with another number
of them too, they go on:

    torchrun --nproc-per-node 4 -m realnvp train faces.npz --name faces32 --device cuda
"""

import argparse
import shlex
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from realnvp.atomic_file import write_file
from realnvp.checkpoint import load_folder
from realnvp.commands.common import size, tell
from realnvp.commands.fields import add_fields, values_of
from realnvp.config import ModelConfig, TrainConfig
from realnvp.data import ImageSet, load_images
from realnvp.data.left_out import FILE as LEFT_OUT
from realnvp.data.named import terms
from realnvp.locks import holding
from realnvp.nets import parameter_count
from realnvp.plain import first_few
from realnvp.training import COMMAND, Distributed, Run, distributed_context

LOCK = ".training.lock"  # in the folder of a run
MODEL_OPTIONS = ("num_levels", "width", "num_blocks", "alpha")  # what the data does not say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "data", metavar="DATA", help="images: a file, a folder, or the name of a public set"
    )
    parser.add_argument("--name", required=True, help="name of the run")
    parser.add_argument("--out", type=Path, help="folder of the run (default: runs/NAME)")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or mps (default: %(default)s)")
    model = parser.add_argument_group("model")
    model.add_argument(
        "--size",
        type=size,
        metavar="PIXELS",
        help="side of a square, or height x width as 48x32; pictures are cut to these proportions"
        " in the middle, then shrunk (default: the data's)",
    )
    add_fields(model, ModelConfig, MODEL_OPTIONS)
    model.add_argument(
        "--conditional", action="store_true", help="labels or attributes enter every coupling"
    )
    model.add_argument("--labels", help="comma-separated attributes to keep")
    training = parser.add_argument_group("training")
    add_fields(training, TrainConfig)
    training.add_argument(
        "--tensorboard",
        action="store_true",
        help="what log.jsonl and samples/ have, for TensorBoard too: `tensorboard --logdir runs`",
    )
    training.add_argument(
        "--start",
        type=Path,
        metavar="FOLDER",
        help="checkpoint to begin with, such as best/ or last/ of a run: its weights that fit; "
        "where this model has more maps or labels, the new ones change nothing yet",
    )


def run(options: argparse.Namespace) -> None:
    if (about := terms(options.data)) and not Path(options.data).exists():
        print(f"{options.data}: {about}", flush=True)
    chosen = options.labels.split(",") if options.labels else None
    data = load_images(options.data, size=options.size, labels=chosen, labelled=options.conditional)
    config = TrainConfig(**values_of(options, TrainConfig))
    folder = options.out or Path("runs") / options.name
    model = model_for(data, options.conditional, **values_of(options, ModelConfig))
    start = None if options.start is None else load_folder(options.start)
    if start is not None:  # elsewhere its weights would be another function
        model = replace(model, variant=start.config.variant)
    with distributed_context(options.device) as distributed, _alone(folder, distributed):
        training = Run(
            folder,
            data,
            model,
            config,
            distributed.device,
            start,
            distributed,
            options.tensorboard,
        )
        if distributed.is_first:
            write_file(
                folder / COMMAND, shlex.join([*_launcher(distributed), *sys.argv[1:]]) + "\n"
            )
            print(_described(training), flush=True)
            if data.label_names and not options.conditional:
                print(_hint(data), flush=True)
            if data.left_out:
                print(data.left_out, flush=True)
            data.left_out.write(folder / LEFT_OUT)
        training.train()
        if distributed.is_first:
            tell(data, str(folder / LEFT_OUT))


def _alone(folder: Path, distributed: Distributed) -> AbstractContextManager[None]:
    """Keep other runs out of this folder; all processes that train together are one run."""
    if not distributed.is_first:
        return nullcontext()
    folder.mkdir(parents=True, exist_ok=True)
    return holding(folder / LOCK, f"another run is training in {folder}")


def _launcher(distributed: Distributed) -> list[str]:
    """What starts as many processes; on how many machines they were makes no difference."""
    several = ["torchrun", "--nproc-per-node", str(distributed.size)]
    return [*(several if distributed.size > 1 else ["python"]), "-m", "realnvp"]


def _described(training: Run) -> str:
    weights = parameter_count(training.flow)
    parts = [f"{len(training.data.train)} images", f"{weights:,} weights"]
    parts.append("bfloat16" if training.bf16 else "float32")
    if training.distributed.size > 1:
        parts.append(f"{training.distributed.size} processes")
    return f"{training.folder}: {', '.join(parts)}"


def _hint(data: ImageSet) -> str:
    kind = "attributes" if data.has_attributes else "classes"
    few = first_few(data.label_names, 4)
    return f"it has labels ({len(data.label_names)} {kind}: {few}) that only --conditional uses"


def model_for(data: ImageSet, conditional: bool, **settings: Any) -> ModelConfig:
    """The architecture for this data; its labels enter if `conditional`.

    Args:
        settings: fields of `ModelConfig` that the data does not say.
    """
    kind: str | None = None
    names: tuple[str, ...] = ()
    if conditional:
        if data.train_labels is None:
            why = f": {data.notes[-1]}" if data.notes else ""
            raise ValueError(f"the data has no labels for --conditional{why}")
        kind, names = ("attributes" if data.has_attributes else "class"), data.label_names
    return ModelConfig(
        channels=data.channels,
        image_size=data.size,
        label_kind=kind,
        num_labels=len(names),
        label_names=tuple(names),
        **settings,
    )
