"""Put test pictures beside a model, for the map of their latents on the page Atlas.

Writes atlas.png, one lossless sheet, and atlas.json, with their labels, source and terms, beside
the weights. They travel with the checkpoint: only pictures that may be passed on belong there.
Without them, the page shows samples of the model itself.

    python -m realnvp atlas fashion fashion_mnist.npz
"""

import argparse
from pathlib import Path

import torch

from realnvp.atlas_file import FACTS, SHEET, write_atlas
from realnvp.commands import numbers
from realnvp.commands.common import DEFAULT, add_model, folder_beside, open_images, open_model

NUMBER = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("data", metavar="DATA", help="images: a file or a folder")
    parser.add_argument(
        "--number",
        type=numbers.whole(1, 100_000),
        default=NUMBER,
        help=f"pictures, chosen by a fixed seed, {DEFAULT}",
    )
    parser.add_argument("--source", help="where they are from (default: as the card says)")
    parser.add_argument("--terms", help="on which they may be passed on (default: the card's)")


def run(options: argparse.Namespace) -> None:
    flow = open_model(options)
    source = options.source or flow.card.get("data")
    terms = options.terms or flow.card.get("terms")
    if not source or not terms:
        raise ValueError("the card does not say where the pictures are from: --source and --terms")
    if "celeba" in f"{source} {terms} {Path(options.data).name}".lower():
        raise ValueError("CelebA's pictures may not be passed on; the atlas shows samples instead")
    data = open_images(flow.config, options.data)
    chosen = torch.randperm(len(data.test), generator=torch.Generator().manual_seed(0))
    chosen = chosen[: options.number]
    labels = None if data.test_labels is None else torch.from_numpy(data.test_labels)[chosen]
    folder = folder_beside(options)
    images = torch.from_numpy(data.test)[chosen]
    size = write_atlas(folder, images, labels, data.label_names, source, terms)
    print(f"{len(chosen)} pictures, {size / 1000:.0f} kB: {folder.name}/{SHEET}, {FACTS} written")
