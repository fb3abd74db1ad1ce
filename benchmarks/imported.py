"""Weights made by the code of two public implementations: are they the same function here?

Fetch the code yourself, it is no part of this project:

    git clone https://github.com/chrischute/real-nvp  PATH1
    git clone https://github.com/fmu2/realNVP         PATH2
    python -m benchmarks import --chrischute PATH1 --fmu2 PATH2

Their model is built by their code, gets random weights or a few steps of training on gratings, and
is saved; what reads it is what `realnvp import` reads it with. The same pictures and latents then
go through theirs and ours, as it is and folded, in float64. A row has the largest differences: of
latents, of log-dets in nats, of logits decoded, and of the pictures that these are, of 256 levels.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.peer_code import (
    chrischute_code,
    cuda_where_there_is,
    fmu2_code,
    no_warnings,
)
from benchmarks.report import table
from realnvp import RealNVP
from realnvp.flow import log_normal
from realnvp.importing import SOURCES, Source, read_state
from realnvp.inference import fold
from realnvp.transforms import Logit

PICTURES = 4


@dataclass(frozen=True)
class Peer:
    """A model of another implementation.

    Args:
        net: built by its own code.
        encode: logits (B, C, H, W) to latents of that shape and log-dets, (B,).
        decode: those latents to logits.
        side: of its pictures.
    """

    source: Source
    net: nn.Module
    encode: Callable[[Tensor], tuple[Tensor, Tensor]]
    decode: Callable[[Tensor], Tensor]
    side: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--chrischute", type=Path, help="folder of github.com/chrischute/real-nvp")
    parser.add_argument("--fmu2", type=Path, help="folder of github.com/fmu2/realNVP")
    parser.add_argument("--width", type=int, default=8, help="feature maps (default: %(default)s)")
    parser.add_argument("--blocks", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--steps", type=int, default=20, help="of training (default: %(default)s)")


def run(options: argparse.Namespace) -> None:
    peers: dict[str, Callable[[], Peer]] = {}
    if options.chrischute:
        build = partial(_chrischute, options.chrischute, options.width, options.blocks)
        peers |= {f"chrischute, {levels} levels": partial(build, levels) for levels in (2, 3)}
    if options.fmu2:
        fmu2 = partial(_fmu2, options.fmu2, options.width, options.blocks)
        for name, side in (("cifar10", 32), ("imnet32", 32), ("celeba", 64)):
            peers[f"fmu2, {name}"] = partial(fmu2, name, side)
        for option in ("skip", "weight_norm", "coupling_bn"):
            peers[f"fmu2, {option}=0"] = partial(fmu2, "cifar10", 32, **{option: 0})
    if not peers:
        raise ValueError("nobody to compare with: give --chrischute, --fmu2 or both")
    rows = []
    for name, peer in peers.items():
        for kind in ("random", "trained"):
            theirs = peer()
            if kind == "random":
                _randomise(theirs.net)
            else:
                _train(theirs, options.steps)
            flow = _imported(theirs)
            for form, ours in (("", flow), (", folded", fold(flow))):
                rows.append([f"{name}, {kind}{form}", *_differences(theirs, ours)])
    print(table(["", "z", "log-det", "logits", "picture"], rows))


def _imported(theirs: Peer) -> RealNVP:
    """What `realnvp import` makes of the file that they would write, in float64."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.pt"
        torch.save(theirs.net.state_dict(), path)
        state = read_state(path, whole="")
    return SOURCES[theirs.source](state, (theirs.side, theirs.side)).flow(torch.float64)


@torch.no_grad()
def _differences(theirs: Peer, ours: RealNVP) -> list[str]:
    _in_float64(theirs.net)
    h, _ = ours.logit(_pictures(theirs.side).double())
    z, log_det = theirs.encode(h)
    our_z, our_log_det = ours.multiscale(h)
    latents = ours.draw(PICTURES, 0.7, torch.Generator().manual_seed(1)).double()
    back, our_back = theirs.decode(ours.picture(latents)), ours.multiscale.inverse(latents)
    x, our_x = ours.logit.inverse(back), ours.logit.inverse(our_back)
    pairs = [(z, ours.picture(our_z)), (log_det, our_log_det), (back, our_back), (x, our_x)]
    return [f"{float((a - b).abs().max()):.0e}" for a, b in pairs]


def _chrischute(folder: Path, width: int, blocks: int, levels: int) -> Peer:
    models, _ = chrischute_code(folder)
    with no_warnings():
        net: Any = models.RealNVP(levels, 3, width, blocks)
    return Peer(
        "chrischute",
        net,
        lambda h: net.flows(h, h.new_zeros(len(h)), False),
        lambda z: net.flows(z, None, True)[0],
        32,
    )


def _fmu2(folder: Path, width: int, blocks: int, name: str, side: int, **changed: int) -> Peer:
    options = dict.fromkeys(("skip", "weight_norm", "coupling_bn", "affine"), 1) | changed
    settings = SimpleNamespace(base_dim=width, res_blocks=blocks, bottleneck=0, **options)
    with no_warnings(), cuda_where_there_is(torch.device("cpu")):
        picture = SimpleNamespace(name=name, channel=3, size=side)
        net: Any = fmu2_code(folder).RealNVP(picture, None, settings)

    def encode(h: Tensor) -> tuple[Tensor, Tensor]:
        z, log_scales = net.f(h)
        return z, log_scales.flatten(1).sum(1)

    return Peer("fmu2", net, encode, net.g, side)


def _in_float64(net: nn.Module) -> None:
    """All of it, with the tensors that are neither weights nor buffers."""
    for module in net.double().eval().modules():
        for name, value in vars(module).items():
            if isinstance(value, Tensor):
                setattr(module, name, value.double())


def _randomise(net: nn.Module) -> None:
    """Weights and statistics by chance, as if they were of a long training."""
    generator = torch.Generator().manual_seed(0)

    def noise(like: Tensor) -> Tensor:
        return 0.3 * torch.randn(like.shape, generator=generator)

    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_((0.7 if name.endswith("weight_g") else 0) + noise(parameter))
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                assert module.running_mean is not None
                assert module.running_var is not None
                module.running_mean.copy_(noise(module.running_mean))
                module.running_var.copy_(noise(module.running_var).exp())
    _count(net)


def _count(net: nn.Module) -> None:
    """Statistics count their batches, as they do in training: those that are used."""
    for name, module in net.named_modules():
        if isinstance(module, nn.BatchNorm2d) and module.num_batches_tracked is not None:
            used = not name.endswith("out_bn") or getattr(_parent(net, name), "coupling_bn", True)
            module.num_batches_tracked.fill_(7 if used else 0)


def _parent(net: nn.Module, name: str) -> nn.Module:
    return net.get_submodule(name.rpartition(".")[0])


def _train(theirs: Peer, steps: int) -> None:
    """Maximum likelihood by Adam, in their training mode; their statistics move along."""
    logit = Logit(0.05)
    optimizer = torch.optim.Adam(theirs.net.parameters(), lr=1e-3)
    theirs.net.train()
    for step in range(steps):
        z, log_det = theirs.encode(logit(_pictures(theirs.side, step))[0])
        loss = -(log_normal(z) + log_det).mean() / z[0].numel()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def _pictures(side: int, seed: int = 0) -> Tensor:
    """Gratings of several widths with noise: x in (0, 256), (PICTURES, 3, side, side)."""
    generator = torch.Generator().manual_seed(seed)
    rate, turn, phase = torch.rand(3, PICTURES, 3, 1, 1, generator=generator)
    rows, columns = torch.arange(side)[:, None], torch.arange(side)
    waves = torch.sin(rate * (rows * (6 * turn).cos() + columns * (6 * turn).sin()) + 6 * phase)
    noise = torch.rand(waves.shape, generator=generator)
    return (110 * (1 + waves) + 36 * noise).clamp(0.5, 255.5)
