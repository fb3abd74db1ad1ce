"""What nobody has measured without a GPU: exactness of all checkpoints, and the paper's sizes.

First a round trip of noise through every checkpoint on the device, and by how much log p is off
from float64 on the CPU. Then decode, encode and a training step at the size that the paper has for
CIFAR-10: as trained, folded, with bfloat16 conditioners, and with --compile as CUDA graphs.
`benchmarks/on_gpu.sh` runs this with all else that a GPU has to show.
"""

import argparse
from collections.abc import Callable

import torch
from torch import Tensor

import realnvp
from benchmarks.models import described, random_images, random_model
from benchmarks.report import table
from benchmarks.step import training_step
from benchmarks.timing import in_turns
from realnvp import ModelConfig, RealNVP
from realnvp.evaluation import MAX_BITS_ERROR, MAX_LOGIT_ERROR, bits_error, round_trip
from realnvp.inference import fold, in_half
from realnvp.labels import labels_of

AIM_DECODE = "5 ms for 64 pictures"
AIM_STEP = "over 3,000 images/s"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--levels", type=int, default=2, help="%(default)s levels")
    parser.add_argument("--width", type=int, default=64, help="%(default)s maps")
    parser.add_argument("--blocks", type=int, default=8, help="%(default)s residual blocks")
    parser.add_argument("--size", type=int, default=32, help="%(default)s pixels a side")
    parser.add_argument("--batch", type=int, default=64, help="%(default)s pictures")
    parser.add_argument("--rounds", type=int, default=15, help="default: %(default)s")
    parser.add_argument("--compile", action="store_true", help="also as compiled graphs")


def run(options: argparse.Namespace) -> None:
    names = realnvp.list_checkpoints()
    print(f"Round trips of {options.batch} pictures of noise; the limits are in the head\n")
    head = ["model", f"logits off ({MAX_LOGIT_ERROR:.0e})", "bytes", "of"]
    head.append(f"bits/dim off ({MAX_BITS_ERROR:.0e})")
    print(table(head, [exactness(name, options.device, options.batch) for name in names]))
    side = (options.size, options.size)
    config = ModelConfig(
        image_size=side,
        num_levels=options.levels,
        width=options.width,
        num_blocks=options.blocks,
    )
    flow = random_model(config).to(options.device)
    print(f"\n{described(flow)}; batch {options.batch}; ms: median (best) of {options.rounds};")
    print(f"aims: {AIM_DECODE}, and {AIM_STEP} in training\n")
    rows = speeds(flow, options.batch, options.rounds, compiled=options.compile)
    print(table(["", "ms", "pictures/s"], rows))


def exactness(name: str, device: torch.device, count: int) -> list[object]:
    """A row: name, error of a round trip in logits, bytes that differ, of how many, log p off."""
    flow = realnvp.load(name).to(device)
    images, labels = random_images(flow, count), labels_of(flow.config, None, count)
    trip = round_trip(flow, images, labels)
    off = bits_error(flow, realnvp.load(name).double(), images, labels)
    return [name, f"{trip.logits:.1e}", trip.wrong_bytes, trip.total_bytes, f"{off:.1e}"]


def speeds(flow: RealNVP, batch: int, rounds: int, *, compiled: bool) -> list[list[object]]:
    """Rows of decode, encode and step in each form."""
    exact = fold(flow)
    forms = {"as trained": flow, "folded": exact, "folded, bfloat16": in_half(exact)}
    z = flow.draw(batch, 0.7, torch.Generator().manual_seed(0))
    images = random_images(flow, batch)
    calls: dict[str, Callable[[], object]] = {}
    for words, form in forms.items():
        calls[f"decode, {words}"] = lambda form=form: form.decode(z)  # type: ignore[misc]
        calls[f"encode, {words}"] = lambda form=form: form.encode(images)  # type: ignore[misc]
    if compiled:
        calls |= graphs(forms["folded, bfloat16"], z, images)
    times = in_turns(calls, rounds)
    # Steps change the flow that they are of: each has its own, and comes last.
    for words, bf16 in (("float32", False), ("bfloat16", True)):
        step = training_step(random_model(flow.config).to(flow.device), bf16)
        times |= in_turns({f"training step, {words}": lambda step=step: step(images)}, rounds)  # type: ignore[misc]
    return [[name, took, f"{1000 * batch / took.median:,.0f}"] for name, took in times.items()]


def graphs(flow: RealNVP, z: Tensor, images: Tensor) -> dict[str, Callable[[], object]]:
    """The network alone as one compiled call each way, from values that lie on the device."""
    inverse = torch.compile(flow.inverse, mode="reduce-overhead")
    forward = torch.compile(flow.forward, mode="reduce-overhead")
    latents, pictures = z.to(flow.device), images.to(flow.device).float() + 0.5

    @torch.inference_mode()
    def decode() -> object:
        return inverse(latents)

    @torch.inference_mode()
    def encode() -> object:
        return forward(pictures)

    return {"decode, compiled, bfloat16": decode, "encode, compiled, bfloat16": encode}
