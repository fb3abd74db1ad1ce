"""Draw pictures from a model.

    python -m realnvp sample faces32 --number 64 --temperature 0.7 --seed 3 --out faces.png

--temperature takes one number, or one per level with commas between, finest first; without it,
what the model's card says. The same seed
means the same noise at every temperature, and the same pictures as in the app.

--latents writes "z" (N, D), float32, one row a picture, and "images", uint8 (N, C, H, W); of a
conditional model also "labels", int64 (N,) or float32 (N, A).
`realnvp.load(MODEL).decode(z, labels)`, or `decode(z)` without labels, gives the pictures back;
with --times, `decode(z, labels, (H, W))`.
"""

import argparse
from pathlib import Path

import torch

from realnvp.atomic_file import write_file
from realnvp.commands import numbers
from realnvp.commands.common import (
    DEFAULT,
    MODELS_OWN,
    add_label,
    add_model,
    check_out,
    open_folded,
    open_label,
    save_latents,
    temperature_of,
    temperatures,
)
from realnvp.image_encoding import to_png
from realnvp.viz import image_grid


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--out", type=Path, required=True, help="the PNG to write")
    parser.add_argument(
        "--number", type=numbers.whole(1, 100_000), default=64, help=f"of pictures, {DEFAULT}"
    )
    parser.add_argument("--columns", type=numbers.whole(1, 100_000), default=8, help=DEFAULT)
    parser.add_argument("--temperature", type=temperatures, help=MODELS_OWN)
    parser.add_argument("--seed", type=numbers.seed, default=0, help=DEFAULT)
    parser.add_argument(
        "--times",
        type=numbers.whole(1, 64),
        default=1,
        help=f"sides as a multiple of the trained ones, {DEFAULT}",
    )
    parser.add_argument("--latents", type=Path, help="also write the latents, as safetensors")
    add_label(parser)


def run(options: argparse.Namespace) -> None:
    check_out("--out", options.out, ".png")
    check_out("--latents", options.latents, ".safetensors")
    flow = open_folded(options)
    height, width = flow.config.image_size
    size = (options.times * height, options.times * width)
    labels = open_label(flow.config, options.label, options.number)
    generator = torch.Generator().manual_seed(options.seed)
    z = flow.draw(options.number, temperature_of(flow, options), generator, size)
    images = flow.decode(z, labels, size)
    write_file(options.out, to_png(image_grid(images, options.columns)))
    if options.latents:
        save_latents(options.latents, z, images, labels)
    print(f"{options.number} pictures of {size[0]} × {size[1]} in {options.out}")
