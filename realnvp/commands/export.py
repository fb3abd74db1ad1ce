"""Write a model for programs without PyTorch: its encoder and its decoder as ONNX files.

    python -m realnvp export faces32 --onnx --out faces32-onnx

encoder.onnx takes "images", uint8 (N, C, H, W), and gives "z" (N, D) and "log_prob" (N,) in nats;
decoder.onnx takes "z" and gives "images". Conditional models take "labels" as well: int64 (N,), or
float32 (N, A) from 0 to 1. Both are run here on pictures of the model, and compared with PyTorch.
It needs `pip install onnx onnxruntime`.
"""

import argparse
from pathlib import Path

import torch

from realnvp import checkpoint
from realnvp.commands.common import model_folder
from realnvp.default_labels import labels_in_turn
from realnvp.onnx_check import compared
from realnvp.onnx_file import write_onnx

PICTURES = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="name of a checkpoint, or a folder of one")
    parser.add_argument("--onnx", action="store_true", required=True, help="the format")
    parser.add_argument("--out", type=Path, help="folder to write to (default: MODEL-onnx)")


def run(options: argparse.Namespace) -> None:
    flow = checkpoint.load_folder(model_folder(options))
    out = options.out or Path(f"{flow.name}-onnx")
    paths = write_onnx(flow, out)
    labels = labels_in_turn(flow.config, PICTURES)
    images = flow.sample(PICTURES, 0.7, torch.Generator().manual_seed(0), labels)
    difference = compared(flow, out, images, labels)
    sizes = ", ".join(f"{path} {path.stat().st_size / 1e6:.1f} MB" for path in paths)
    print(f"{sizes}\n{PICTURES} pictures, against PyTorch: {difference}")
