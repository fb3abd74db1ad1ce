"""Encoding, decoding and a training step beside two public implementations of the same paper.

Fetch them yourself, they are not part of this project:

    git clone https://github.com/chrischute/real-nvp  PATH1
    git clone https://github.com/fmu2/realNVP         PATH2
    python -m benchmarks peers --chrischute PATH1 --fmu2 PATH2

All have random weights and the same architecture: scales, couplings, feature maps, residual
blocks, weight norm. They run by turns in one process. Theirs do what their own train.py does with
a batch that is already on the device; ours start from bytes and come back to bytes. Where the
trainer would take bfloat16 for the conditioners, since that is faster, a last row does so too.
"""

import argparse
from pathlib import Path

import torch

from benchmarks.models import described, random_images, random_model
from benchmarks.peer_code import Implementation, chrischute, fmu2
from benchmarks.report import table
from benchmarks.step import training_step
from benchmarks.timing import Times, in_turns
from realnvp import ModelConfig, RealNVP
from realnvp.inference import fold
from realnvp.training.precision import bf16_is_faster


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--chrischute", type=Path, help="folder of github.com/chrischute/real-nvp")
    parser.add_argument("--fmu2", type=Path, help="folder of github.com/fmu2/realNVP")
    parser.add_argument("--width", type=int, default=16, help="feature maps (default: %(default)s)")
    parser.add_argument("--blocks", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 16], help="default: 1 and 16")
    parser.add_argument("--rounds", type=int, default=15, help="default: %(default)s")


def run(options: argparse.Namespace) -> None:
    if not (options.chrischute or options.fmu2):
        raise ValueError("nobody to compare with: give --chrischute, --fmu2 or both")
    config = ModelConfig(num_levels=2, width=options.width, num_blocks=options.blocks)
    flow = random_model(config).to(options.device)
    everybody = {"ours": _ours(flow, bf16=False)}
    if options.chrischute:
        everybody["chrischute"] = chrischute(options.chrischute, config, options.device)
    if options.fmu2:
        everybody["fmu2"] = fmu2(options.fmu2, config, options.device)
    print(f"{described(flow)}; ms: median (best) of {options.rounds}\n")
    others = [name for name in everybody if name != "ours"]
    rows = []
    for task in ("encode", "decode", "training step"):
        for batch in options.batches:
            if task == "training step" and batch == 1:
                continue  # a batch norm has nothing to measure in one image
            images = random_images(flow, batch)
            calls = {name: one.call(task, images) for name, one in everybody.items()}
            times = in_turns(calls, options.rounds)
            rows.append([task, batch, *times.values(), *(_ratio(times, name) for name in others)])
    images = random_images(flow, max(options.batches))
    if bf16_is_faster(random_model(config).to(options.device).requires_grad_(True), images):
        everybody["ours"] = _ours(flow, bf16=True)
        calls = {name: one.call("training step", images) for name, one in everybody.items()}
        times = in_turns(calls, options.rounds)
        ratios = (_ratio(times, name) for name in others)
        rows.append(["training step, ours in bfloat16", len(images), *times.values(), *ratios])
    heads = ["", "batch", *everybody, *(f"{name} / ours" for name in others)]
    print(table(heads, rows))


def _ratio(times: dict[str, Times], name: str) -> str:
    return f"{times[name].median / times['ours'].median:.2f}"


def _ours(flow: RealNVP, *, bf16: bool) -> Implementation:
    """Encode and decode in the folded form, the step as `python -m realnvp train` takes it."""
    folded = fold(flow)
    return Implementation(
        prepare=lambda images: images,
        encode=folded.encode,
        latents=lambda batch: folded.draw(batch, 0.7, torch.Generator().manual_seed(0)),
        decode=folded.decode,
        train_step=training_step(random_model(flow.config).to(flow.device), bf16),
    )
