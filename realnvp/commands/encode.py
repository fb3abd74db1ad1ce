"""Turn pictures into latents and back, and say how likely each one is.

    python -m realnvp encode faces32 me.jpg you.png --out latents.safetensors

Every picture is cut to the model's proportions in the middle and brought to its size. The file
holds "z" (N, D), float32, one row a picture, and "images", uint8 (N, C, H, W), as the model saw
them; `realnvp.load(MODEL).decode(z)` gives them back. Of a conditional model it also holds
"labels", int64 (N,) or float32 (N, A), and `decode(z, labels)` does.

    python -m realnvp encode faces32 FOLDER --out OUT

encodes every picture in FOLDER and below, however many, into the folder OUT: Parquet files of
2,048 rows at most, with the columns file, folder, bits_per_dim, norm_ratio and, not with
--bits-only, latent and thumbnail, a PNG of what the model saw. The page Atlas opens it. What
cannot be encoded has no row: it is counted and named at the end, and all of it with its reason in
OUT/_left_out.txt; only where nothing is left, the command fails. Stopped at any moment and started
again, it goes on where it was, with pictures that have come since; files that are done, or were
left out, are not looked at again.
With --engine ray the parts are made on a Ray cluster: the one that RAY_ADDRESS names, else one
that is started on this machine. The numbers are the same.
"""

import argparse
from pathlib import Path

import torch

from realnvp.atomic_file import write_file
from realnvp.commands import encode_folder
from realnvp.commands.common import (
    add_label,
    add_model,
    check_out,
    open_folded,
    open_label,
    open_pictures,
    save_latents,
)
from realnvp.explore.report import norm_ratio
from realnvp.image_encoding import to_png
from realnvp.viz import image_grid


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument(
        "pictures", metavar="PICTURE", nargs="+", help="a picture file, or one folder of them"
    )
    parser.add_argument("--out", type=Path, help="the safetensors file, or the folder, to write")
    parser.add_argument("--sheet", type=Path, help="a PNG: the pictures, and below them decoded")
    add_label(parser)
    encode_folder.add_arguments(parser)


def run(options: argparse.Namespace) -> None:
    if encode_folder.is_meant(options):
        encode_folder.run(options)
        return
    check_out("--out", options.out, ".safetensors")
    check_out("--sheet", options.sheet, ".png")
    flow = open_folded(options)
    images = open_pictures(flow.config, options.pictures)
    labels = open_label(flow.config, options.label, len(images))
    z = flow.encode(images, labels)
    back = flow.decode(z, labels)
    bits = flow.bits_per_dim(images, labels)
    for path, row, image, other, value in zip(options.pictures, z, images, back, bits, strict=True):
        wrong = int((image != other).sum())
        print(
            f"{path}: {value:.4f} bits/dim, |z|/sqrt(D) {norm_ratio(row):.4f},"
            f" {wrong} of {image.numel()} bytes differ after decoding"
        )
    if options.out:
        save_latents(options.out, z, images, labels)
    if options.sheet:
        sheet = image_grid(torch.cat([images, back]), columns=len(images))
        write_file(options.sheet, to_png(sheet))
