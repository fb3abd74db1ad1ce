"""The two public implementations as functions of a state dict, after what they have published.

Written anew for the tests, in float64 and as plainly as can be: no module, no layer of ours.
h are logits (B, C, H, W), and z are latents at the pixels that they belong to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

State = dict[str, Tensor]
Path = tuple[Tensor, Tensor]  # what a picture has become, and the log-det so far
CELLS = ((0, 0), (1, 1), (0, 1), (1, 0))
EPS = 1e-5


@dataclass(frozen=True)
class Theirs:
    """One of them, with random weights as if it were trained.

    Args:
        encode: h to z and log-det.
        decode: z to h.
    """

    source: str
    state: State
    channels: int
    side: int
    encode: Callable[[Tensor], Path]
    decode: Callable[[Tensor], Tensor]


class _Maker:
    """Random weights, float32 as they are on disk."""

    def __init__(self, seed: int) -> None:
        self.state: State = {}
        self.generator = torch.Generator().manual_seed(seed)

    def noise(self, *shape: int) -> Tensor:
        return 0.3 * torch.randn(shape, generator=self.generator)

    def conv(self, name: str, into: int, out: int, kernel: int, *, bias: bool = True) -> None:
        self.state[f"{name}.weight_g"] = 0.7 + self.noise(out, 1, 1, 1)
        self.state[f"{name}.weight_v"] = self.noise(out, into, kernel, kernel)
        if bias:
            self.state[f"{name}.bias"] = self.noise(out)

    def norm(self, name: str, channels: int, *, gain: bool = True) -> None:
        if gain:  # some of them negative
            self.state |= {f"{name}.weight": 3 * self.noise(channels)}
            self.state |= {f"{name}.bias": self.noise(channels)}
        self.state[f"{name}.running_mean"] = self.noise(channels)
        self.state[f"{name}.running_var"] = self.noise(channels).exp()
        self.state[f"{name}.num_batches_tracked"] = torch.tensor(7)


def chrischute(
    channels: int = 3,
    width: int = 4,
    blocks: int = 2,
    levels: int = 2,
    side: int = 8,
    seed: int = 0,
) -> Theirs:
    """`RealNVP(levels, channels, width, blocks)`."""
    make = _Maker(seed)
    make.state["data_constraint"] = torch.tensor([0.9])
    name, seen = "flows", channels
    for level in range(levels):
        last = level == levels - 1
        for i in range(4 if last else 3):
            _chrischute_coupling(make, f"{name}.in_couplings.{i}", seen, width, blocks)
        if not last:
            for i in range(3):
                coupling = f"{name}.out_couplings.{i}"
                _chrischute_coupling(make, coupling, 2 * seen, 2 * width, blocks)
        name, seen, width = f"{name}.next_block", 2 * seen, 2 * width
    state = _double(make.state)
    return Theirs(
        "chrischute",
        make.state,
        channels,
        side,
        lambda h: _chrischute_level(state, "flows", h, h.new_zeros(len(h))),
        lambda z: _chrischute_level_back(state, "flows", z),
    )


def _chrischute_coupling(make: _Maker, name: str, seen: int, width: int, blocks: int) -> None:
    net = f"{name}.st_net"
    make.norm(f"{net}.in_norm", seen)
    make.conv(f"{net}.in_conv.conv", 2 * seen, width, 3)
    make.conv(f"{net}.in_skip.conv", width, width, 1)
    for i in range(blocks):
        make.norm(f"{net}.blocks.{i}.in_norm", width)
        make.conv(f"{net}.blocks.{i}.in_conv.conv", width, width, 3, bias=False)
        make.norm(f"{net}.blocks.{i}.out_norm", width)
        make.conv(f"{net}.blocks.{i}.out_conv.conv", width, width, 3)
        make.conv(f"{net}.skips.{i}.conv", width, width, 1)
    make.norm(f"{net}.out_norm", width)
    make.conv(f"{net}.out_conv.conv", width, 2 * seen, 1)
    make.state[f"{name}.rescale.weight_g"] = 0.5 + make.noise(seen, 1, 1)
    make.state[f"{name}.rescale.weight_v"] = make.noise(seen, 1, 1)


def _chrischute_level(state: State, name: str, x: Tensor, total: Tensor) -> Path:
    ends = f"{name}.in_couplings.3.rescale.weight_g" in state
    for i in range(4 if ends else 3):
        b = _checkerboard(x, 1 - i % 2)
        s, t = _chrischute_st(state, f"{name}.in_couplings.{i}", x * b, 2.0)
        s, t = s * (1 - b), t * (1 - b)
        x, total = (x + t) * s.exp(), total + s.sum((1, 2, 3))
    if ends:
        return x, total
    x = _squeeze(x)
    for i in range(3):
        halves = list(x.chunk(2, 1))
        changed = i % 2
        s, t = _chrischute_st(state, f"{name}.out_couplings.{i}", halves[1 - changed], 1.0)
        halves[changed] = (halves[changed] + t) * s.exp()
        x, total = torch.cat(halves, 1), total + s.sum((1, 2, 3))
    kept, out = _cells(_unsqueeze(x)).chunk(2, 1)
    kept, total = _chrischute_level(state, f"{name}.next_block", kept, total)
    return _uncells(torch.cat([kept, out], 1)), total


def _chrischute_level_back(state: State, name: str, z: Tensor) -> Tensor:
    ends = f"{name}.in_couplings.3.rescale.weight_g" in state
    if not ends:
        kept, out = _cells(z).chunk(2, 1)
        kept = _chrischute_level_back(state, f"{name}.next_block", kept)
        x = _squeeze(_uncells(torch.cat([kept, out], 1)))
        for i in reversed(range(3)):
            halves = list(x.chunk(2, 1))
            changed = i % 2
            s, t = _chrischute_st(state, f"{name}.out_couplings.{i}", halves[1 - changed], 1.0)
            halves[changed] = halves[changed] * (-s).exp() - t
            x = torch.cat(halves, 1)
        z = _unsqueeze(x)
    for i in reversed(range(4 if ends else 3)):
        b = _checkerboard(z, 1 - i % 2)
        s, t = _chrischute_st(state, f"{name}.in_couplings.{i}", z * b, 2.0)
        z = z * (-s * (1 - b)).exp() - t * (1 - b)
    return z


def _chrischute_st(state: State, name: str, seen: Tensor, factor: float) -> Path:
    net = f"{name}.st_net"
    x = factor * _norm(state, f"{net}.in_norm", seen)
    x = _conv(state, f"{net}.in_conv.conv", F.relu(torch.cat([x, -x], 1)))
    total = _conv(state, f"{net}.in_skip.conv", x)
    i = 0
    while (block := f"{net}.blocks.{i}") + ".in_norm.weight" in state:
        r = _conv(state, f"{block}.in_conv.conv", F.relu(_norm(state, f"{block}.in_norm", x)))
        r = _conv(state, f"{block}.out_conv.conv", F.relu(_norm(state, f"{block}.out_norm", r)))
        x = x + r
        total = total + _conv(state, f"{net}.skips.{i}.conv", x)
        i += 1
    out = _conv(state, f"{net}.out_conv.conv", F.relu(_norm(state, f"{net}.out_norm", total)))
    raw, t = out.chunk(2, 1)
    g, v = state[f"{name}.rescale.weight_g"], state[f"{name}.rescale.weight_v"]
    return g * v / v.abs() * torch.tanh(raw), t


def fmu2(
    channels: int = 3,
    width: int = 4,
    blocks: int = 2,
    levels: int = 2,
    side: int = 8,
    seed: int = 0,
    *,
    double: bool = True,
    skip: bool = True,
    weight_norm: bool = True,
    coupling_bn: bool = True,
) -> Theirs:
    """`RealNVP(...)` with so many scales: 2 and not `double` for CIFAR-10, 4 and 5 for others."""
    make = _Maker(seed)
    seen, factor = channels, 2 if double else 1
    for level in range(1, levels + 1):
        for i in range(4 if level == levels else 3):
            name = f"s{level}_ckbd.{i}.coupling"
            _fmu2_coupling(make, name, seen, 2 * seen + 1, width, blocks, skip=skip)
        width *= factor
        if level < levels:
            for i in range(3):
                name = f"s{level}_chan.{i}.coupling"
                _fmu2_coupling(make, name, 2 * seen, 4 * seen, width, blocks, skip=skip)
        seen *= 2
    if not weight_norm:
        for name in [n for n in make.state if n.endswith(".weight_g")]:
            del make.state[name]
            make.state[f"{name[:-2]}"] = make.state.pop(f"{name[:-2]}_v")
    if not coupling_bn:
        for name in (n for n in make.state if n.endswith("out_bn.num_batches_tracked")):
            make.state[name] = torch.tensor(0)
    state = _double(make.state)

    def encode(h: Tensor) -> Path:
        x, total, out = h, h.new_zeros(len(h)), []
        for level in range(1, levels + 1):
            for i in range(4 if level == levels else 3):
                b = _checkerboard(x, i % 2)
                s, t = _fmu2_st(state, f"s{level}_ckbd.{i}.coupling", x * b, b)
                x, total = (
                    x * (s * (1 - b)).exp() + t * (1 - b),
                    total + (s * (1 - b)).sum((1, 2, 3)),
                )
                if coupling_bn:
                    mean, deviation = _moments(state, f"s{level}_ckbd.{i}.coupling.out_bn")
                    x = b * x + (1 - b) * (x - mean) / deviation
                    total = total - ((1 - b) * deviation.log()).expand_as(x).sum((1, 2, 3))
            if level == levels:
                break
            x = _squeeze(x)
            for i in range(3):
                first, second = x.chunk(2, 1)
                kept, changed = (first, second) if i % 2 == 0 else (second, first)
                s, t = _fmu2_st(state, f"s{level}_chan.{i}.coupling", kept, None)
                changed, total = changed * s.exp() + t, total + s.sum((1, 2, 3))
                if coupling_bn:
                    mean, deviation = _moments(state, f"s{level}_chan.{i}.coupling.out_bn")
                    changed = (changed - mean) / deviation
                    total = total - deviation.log().expand_as(changed).sum((1, 2, 3))
                x = torch.cat([kept, changed] if i % 2 == 0 else [changed, kept], 1)
            x, off = _cells(_unsqueeze(x)).chunk(2, 1)
            out.append(off)
        for off in reversed(out):
            x = _uncells(torch.cat([x, off], 1))
        return x, total

    def decode(z: Tensor) -> Tensor:
        x, out = z, []
        for _ in range(levels - 1):
            x, off = _cells(x).chunk(2, 1)
            out.append(off)
        for level in reversed(range(1, levels + 1)):
            if level < levels:
                x = _squeeze(_uncells(torch.cat([x, out[level - 1]], 1)))
                for i in reversed(range(3)):
                    name = f"s{level}_chan.{i}.coupling"
                    first, second = x.chunk(2, 1)
                    kept, changed = (first, second) if i % 2 == 0 else (second, first)
                    if coupling_bn:
                        mean, deviation = _moments(state, f"{name}.out_bn")
                        changed = changed * deviation + mean
                    s, t = _fmu2_st(state, name, kept, None)
                    changed = (changed - t) * (-s).exp()
                    x = torch.cat([kept, changed] if i % 2 == 0 else [changed, kept], 1)
                x = _unsqueeze(x)
            for i in reversed(range(4 if level == levels else 3)):
                name, b = f"s{level}_ckbd.{i}.coupling", _checkerboard(x, i % 2)
                if coupling_bn:
                    mean, deviation = _moments(state, f"{name}.out_bn")
                    x = b * x + (1 - b) * (x * deviation + mean)
                s, t = _fmu2_st(state, name, x * b, b)
                x = (x - t * (1 - b)) * (-s * (1 - b)).exp()
        return x

    return Theirs("fmu2", make.state, channels, side, encode, decode)


def _fmu2_coupling(
    make: _Maker, name: str, seen: int, into: int, width: int, blocks: int, *, skip: bool
) -> None:
    make.state[f"{name}.scale"] = 0.5 + make.noise(1)
    make.state[f"{name}.scale_shift"] = make.noise(1)
    make.norm(f"{name}.in_bn", seen)
    net = f"{name}.block.1"
    make.conv(f"{net}.in_block.conv", into, width, 3)
    for i in range(blocks):
        block = f"{net}.core_block.{i}"
        make.norm(f"{block}.in_block.0", width)
        make.conv(f"{block}.res_block.0.conv", width, width, 3, bias=False)
        make.norm(f"{block}.res_block.1", width)
        make.conv(f"{block}.res_block.3.conv", width, width, 3)
    make.norm(f"{net}.out_block.0", width)
    make.conv(f"{net}.out_block.2.conv", width, 2 * seen, 1)
    for part in ("in_skip", *(f"core_skips.{i}" for i in range(blocks))):
        if skip:
            make.conv(f"{net}.{part}.conv", width, width, 1)
    make.norm(f"{name}.out_bn", seen, gain=False)


def _fmu2_st(state: State, name: str, seen: Tensor, mask: Tensor | None) -> Path:
    net = f"{name}.block.1"
    x = _norm(state, f"{name}.in_bn", seen)
    plane = [] if mask is None else [mask.expand(len(x), 1, -1, -1)]
    x = _conv(state, f"{net}.in_block.conv", F.relu(torch.cat([x, -x, *plane], 1)))
    skips = f"{net}.in_skip.conv.bias" in state
    total = _conv(state, f"{net}.in_skip.conv", x) if skips else x
    i = 0
    while (block := f"{net}.core_block.{i}") + ".in_block.0.weight" in state:
        r = _conv(
            state, f"{block}.res_block.0.conv", F.relu(_norm(state, f"{block}.in_block.0", x))
        )
        r = _conv(
            state, f"{block}.res_block.3.conv", F.relu(_norm(state, f"{block}.res_block.1", r))
        )
        x = x + r
        total = total + _conv(state, f"{net}.core_skips.{i}.conv", x) if skips else x
        i += 1
    out = F.relu(_norm(state, f"{net}.out_block.0", total))
    t, raw = _conv(state, f"{net}.out_block.2.conv", out).chunk(2, 1)
    return state[f"{name}.scale"] * torch.tanh(raw) + state[f"{name}.scale_shift"], t


def _double(state: State) -> State:
    return {n: v.double() if v.is_floating_point() else v for n, v in state.items()}


def _conv(state: State, name: str, x: Tensor) -> Tensor:
    if (plain := state.get(f"{name}.weight")) is not None:
        kernel = plain
    else:
        v = state[f"{name}.weight_v"]
        kernel = state[f"{name}.weight_g"] * v / v.square().sum((1, 2, 3), keepdim=True).sqrt()
    return F.conv2d(x, kernel, state.get(f"{name}.bias"), padding=kernel.shape[-1] // 2)


def _norm(state: State, name: str, x: Tensor) -> Tensor:
    mean, deviation = _moments(state, name)
    gain, offset = (state[f"{name}.{part}"][:, None, None] for part in ("weight", "bias"))
    return gain * (x - mean) / deviation + offset


def _moments(state: State, name: str) -> Path:
    mean, var = (state[f"{name}.running_{part}"][:, None, None] for part in ("mean", "var"))
    return mean, (var + EPS).sqrt()


def _checkerboard(x: Tensor, odd: int) -> Tensor:
    """1 where row + column is even, or odd if `odd` is 1."""
    rows, columns = torch.arange(x.shape[2])[:, None], torch.arange(x.shape[3])
    return ((rows + columns) % 2 == odd).to(x.dtype)


def _squeeze(x: Tensor) -> Tensor:
    b, c, h, w = x.shape
    return (
        x.view(b, c, h // 2, 2, w // 2, 2).permute(0, 1, 3, 5, 2, 4).reshape(b, 4 * c, h // 2, -1)
    )


def _unsqueeze(x: Tensor) -> Tensor:
    b, c, h, w = x.shape
    return x.view(b, c // 4, 2, 2, h, w).permute(0, 1, 4, 2, 5, 3).reshape(b, c // 4, 2 * h, -1)


def _cells(x: Tensor) -> Tensor:
    return torch.cat([x[:, :, i::2, j::2] for i, j in CELLS], 1)


def _uncells(y: Tensor) -> Tensor:
    x = y.new_zeros(len(y), y.shape[1] // 4, 2 * y.shape[2], 2 * y.shape[3])
    for group, (i, j) in zip(y.chunk(4, 1), CELLS, strict=True):
        x[:, :, i::2, j::2] = group
    return x


def all_kinds() -> Iterator[tuple[str, Callable[[], Theirs]]]:
    """Every architecture of theirs that can be brought in, by its name."""
    yield "chrischute", lambda: chrischute(levels=3)
    yield "chrischute, grey, one level", lambda: chrischute(channels=1, levels=1, blocks=1, width=3)
    yield "fmu2", lambda: fmu2(levels=3)
    yield "fmu2, CIFAR-10", lambda: fmu2(double=False)
    yield "fmu2, five levels", lambda: fmu2(levels=5, side=16, blocks=1, width=2)
    yield "fmu2, skip=0", lambda: fmu2(skip=False)
    yield "fmu2, weight_norm=0", lambda: fmu2(weight_norm=False)
    yield "fmu2, coupling_bn=0", lambda: fmu2(coupling_bn=False)
