"""Train a VAE, a GAN or a PixelCNN to compare RealNVP with.

DATA is a set of grey images, as for `train`. The model goes to --out (default: `baselines` among
the checkpoints), in half precision, and is measured there on the test images.

    python -m realnvp baselines data/mnist.npz --which gan --steps 2000
"""

import argparse
import shlex
import sys
from pathlib import Path

import torch

from realnvp.baselines import KINDS, BaselineConfig, load_baseline, save_baseline
from realnvp.baselines.training import Plan, train
from realnvp.commands import numbers
from realnvp.commands.common import DEFAULT, add_size, tell
from realnvp.data import load_images

SIZES = {  # (width, latents, blocks), batch size and learning rate of each
    "vae": ((16, 32, 0), 64, 2e-3),
    "gan": ((16, 64, 0), 32, 1e-3),
    "pixelcnn": ((32, 0, 4), 16, 8e-3),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", metavar="DATA", help="images: a file or a folder")
    parser.add_argument("--which", required=True, choices=KINDS, help="of the three")
    parser.add_argument("--minutes", type=numbers.real(0), default=8.0, help=DEFAULT)
    parser.add_argument("--steps", type=numbers.whole(1), help="budget in steps instead of minutes")
    add_size(parser)
    parser.add_argument(
        "--width", type=numbers.whole(1, 4096), help="feature maps (default: by its kind)"
    )
    parser.add_argument(
        "--latents",
        type=numbers.whole(1, 4096),
        help="of the VAE and the GAN (default: by its kind)",
    )
    parser.add_argument(
        "--blocks", type=numbers.whole(1, 64), help="of the PixelCNN (default: by its kind)"
    )
    parser.add_argument("--batch-size", type=numbers.whole(1, 4096), help="(default: by its kind)")
    parser.add_argument(
        "--learning-rate", type=numbers.real(0, 10), help="at first (default: by its kind)"
    )
    parser.add_argument("--seed", type=numbers.seed, default=0, help=DEFAULT)
    parser.add_argument("--out", type=Path, help="folder for the model's folder")
    parser.add_argument("--hardware", default="", help="what it is trained on, for its card")


def run(options: argparse.Namespace) -> None:
    kind = options.which
    (width, latents, blocks), batch_size, rate = SIZES[kind]
    if not options.minutes:
        raise ValueError("the budget must be positive: --minutes or --steps")
    data = load_images(options.data, size=options.size)
    tell(data)
    if data.channels != 1:
        raise ValueError(f"{data.name} has {data.channels} channels; baselines are of grey images")
    config = BaselineConfig(
        kind,
        data.size,
        options.width or width,
        options.latents or latents,
        options.blocks or blocks,
    )
    plan = Plan(
        options.minutes,
        options.steps,
        options.batch_size or batch_size,
        options.learning_rate or rate,
        options.seed,
    )
    model = train(data.train, config, plan)
    model.card |= {
        "data": data.name,
        "hardware": options.hardware,
        "command": shlex.join(["python", "-m", "realnvp", *sys.argv[1:]]),
    }
    card = model.card
    save_baseline(model, options.out)
    stored = load_baseline(kind, options.out)  # in half precision: as it will be used
    stored.card |= stored.measure(torch.from_numpy(data.test))
    folder = save_baseline(stored, options.out)
    figures = {key: value for key, value in stored.card.items() if key.startswith("test_")}
    print(f"{folder}: {card['parameters']:,} weights, {card['steps']:,} steps, {figures}")
