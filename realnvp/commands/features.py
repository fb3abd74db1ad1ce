"""Train a small classifier whose features say how much samples look like pictures of a set.

DATA is a set with labels: classes or attributes. `evaluate --looks` takes the net whose labels are
DATA's. It goes to --out (default: `features` among the checkpoints), in half precision.

    python -m realnvp features cifar10.npz --name cifar10 --flip
"""

import argparse
import shlex
import sys
from pathlib import Path

from realnvp.commands import numbers
from realnvp.commands.common import DEFAULT, add_size, tell
from realnvp.data import load_images
from realnvp.looks.learning import Plan, accuracy, learn
from realnvp.looks.store import load_net, save_net


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", metavar="DATA", help="labelled images: a file or a folder")
    parser.add_argument("--name", required=True, help="of the net's folder")
    add_size(parser)
    parser.add_argument("--steps", type=numbers.whole(1), default=1500, help=DEFAULT)
    parser.add_argument("--batch-size", type=numbers.whole(1, 4096), default=64, help=DEFAULT)
    parser.add_argument("--learning-rate", type=numbers.real(0, 10), default=2e-3, help=DEFAULT)
    parser.add_argument(
        "--width", type=numbers.whole(1, 128), default=24, help=f"feature maps at first, {DEFAULT}"
    )
    parser.add_argument("--flip", action="store_true", help="mirror half of the pictures")
    parser.add_argument("--seed", type=numbers.seed, default=0, help=DEFAULT)
    parser.add_argument("--out", type=Path, help="folder for the net's folder")
    parser.add_argument("--hardware", default="", help="what it is trained on, for its card")


def run(options: argparse.Namespace) -> None:
    if Path(options.name).name != options.name:
        raise ValueError(f"--name is the name of a folder, without a path: {options.name!r}")
    data = load_images(options.data, size=options.size, labelled=True)
    tell(data)
    plan = Plan(
        options.steps, options.batch_size, options.learning_rate, options.flip, options.seed
    )
    net = learn(data, plan, options.width)
    net.card |= {
        "hardware": options.hardware,
        "command": shlex.join(["python", "-m", "realnvp", *sys.argv[1:]]),
    }
    save_net(net, options.name, options.out)
    stored = load_net(options.name, options.out)  # in half precision: as it will be used
    assert data.test_labels is not None
    stored.card["test_accuracy"] = accuracy(stored, data.test, data.test_labels)
    folder = save_net(stored, options.name, options.out)
    card = stored.card
    right = f"{100 * card['test_accuracy']:.1f} % of test labels right"
    print(f"{folder}: {card['parameters']:,} weights, {card['seconds']} s, {right}")
