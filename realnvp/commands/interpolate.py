"""Walk from latent to latent, and draw every step.

    python -m realnvp interpolate faces32 me.jpg seed:3 you.png --frames 12 --out walk.png

Each stop is a picture file, which is encoded, or seed:N, which is drawn at --temperature. The
sheet is one row; with an --out that ends in .webp or .gif it is an animation, to b and back.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor

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
    open_pictures,
    temperature_of,
    temperatures,
)
from realnvp.config import shown
from realnvp.explore.paths import BETWEEN, path, ping_pong
from realnvp.explore.report import norm_ratio
from realnvp.flow import RealNVP
from realnvp.image_encoding import to_animation, to_png
from realnvp.viz import image_grid, to_rgb

SEED = "seed:"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("stops", metavar="STOP", nargs="+", help="a picture file, or seed:N")
    parser.add_argument("--out", type=Path, required=True, help="PNG, WebP or GIF to write")
    parser.add_argument("--frames", type=numbers.whole(2, 10_000), default=9, help=DEFAULT)
    parser.add_argument("--path", choices=list(BETWEEN), default="spherical", help=DEFAULT)
    parser.add_argument("--temperature", type=temperatures, help=f"of seeds, {MODELS_OWN}")
    add_label(parser)


def run(options: argparse.Namespace) -> None:
    check_out("--out", options.out, ".png", ".webp", ".gif")
    flow = open_folded(options)
    stops = torch.cat([_latent(flow, stop, options) for stop in options.stops])
    z = path(stops, options.frames, options.path)
    labels = open_label(flow.config, options.label or _first_label(flow), len(z))
    images = flow.decode(z, labels)
    bits = flow.bits_per_dim(images, labels)
    for frame, (row, value) in enumerate(zip(z, bits, strict=True)):
        print(f"frame {frame + 1}: |z|/sqrt(D) {norm_ratio(row):.4f}, {value:.4f} bits/dim")
    kind = options.out.suffix.lower().removeprefix(".")
    if kind in ("webp", "gif"):
        data = to_animation(to_rgb(images)[ping_pong(len(images))], kind)
    else:
        data = to_png(image_grid(images, columns=len(images)))
    write_file(options.out, data)


def _latent(flow: RealNVP, stop: str, options: argparse.Namespace) -> Tensor:
    """(1, D)."""
    if not stop.startswith(SEED):
        labels = open_label(flow.config, options.label or _first_label(flow), 1)
        return flow.encode(open_pictures(flow.config, [stop]), labels)
    number = stop.removeprefix(SEED)
    try:
        chosen = numbers.seed(number)
    except argparse.ArgumentTypeError as error:
        problem = f"{shown(stop)!r} is no seed; it {error}; write {SEED}3, for example"
        raise ValueError(problem) from None
    generator = torch.Generator().manual_seed(chosen)
    return flow.draw(1, temperature_of(flow, options), generator)


def _first_label(flow: RealNVP) -> str | None:
    """One class for the whole walk where none is named; "each in turn" would be no walk."""
    return "0" if flow.config.label_kind == "class" else None
