"""A flow as two ONNX files, for programs without PyTorch: pictures to latents, and back.

    encoder   images (N, C, H, W) uint8 [+ labels] -> z (N, D), log_prob (N,) in nats
    decoder   z (N, D) float32 [+ labels]          -> images (N, C, H, W) uint8

Labels are class indices, int64 (N,), or attributes, float32 (N, A), as the flow takes them. N is
free, H and W are those of the trained size. The graphs are written operator by operator, each from
the formula of its layer: PyTorch's exporter takes minutes for a flow of this depth.
"""

import math
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from realnvp.atomic_file import write_file
from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.flow import RealNVP
from realnvp.inference import FoldedBatchNorm
from realnvp.masks import CheckerboardMask
from realnvp.nets import Conditioner, ResidualBlock, WeightNormConv2d
from realnvp.transforms import Logit, OrderedSqueeze, Squeeze, Transform, Unsqueeze

ENCODER, DECODER = "encoder.onnx", "decoder.onnx"
OPSET = 17  # of 2022: what reads ONNX at all reads it
IR_VERSION = 8  # of the same year
ONNX_MISSING = "ONNX is not installed: pip install onnx onnxruntime"


def write_onnx(flow: RealNVP, folder: Path) -> list[Path]:
    """Write both files into a folder, which is made; gives their paths.

    Args:
        flow: in evaluation mode on the CPU, as `realnvp.load` gives it; not folded.

    Raises:
        ValueError: if ONNX is not installed; one line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in ((ENCODER, _encoder(flow)), (DECODER, _decoder(flow))):
        write_file(folder / name, made)
    return [folder / ENCODER, folder / DECODER]


class _Graph:
    """Operators, one after the other; values are known by their names."""

    def __init__(self) -> None:
        try:
            import onnx
        except ImportError:
            raise ValueError(ONNX_MISSING) from None
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """The one output of an operator."""
        name = f"v{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(self, value: Tensor | list[int]) -> str:
        name = f"c{len(self._constants)}"
        array = np.array(value, np.int64) if isinstance(value, list) else value.detach().numpy()
        array = np.ascontiguousarray(array)
        self._constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def number(self, value: float) -> str:
        return self.constant(torch.tensor(value, dtype=torch.float32))

    def rearranged(self, x: str, apart: list[int], order: list[int], together: list[int]) -> str:
        """x with its axes cut apart, in another order, and joined; N stays first."""
        x = self.op("Reshape", x, self.constant(apart))
        x = self.op("Transpose", x, perm=order)
        return self.op("Reshape", x, self.constant(together))

    def halves(self, x: str, channels: int) -> tuple[str, str]:
        return (
            self.part(x, 0, channels // 2),
            self.part(x, channels // 2, channels),
        )

    def part(self, x: str, start: int, end: int) -> str:
        """Of the second axis."""
        return self.op("Slice", x, *map(self.constant, ([start], [end], [1])))

    def finished(
        self, inputs: list[tuple[str, Any, list]], outputs: list[tuple[str, str, Any, list]]
    ) -> bytes:
        """The file: inputs by name, type and shape, outputs by the values that they are besides."""
        helper = self._onnx.helper
        kinds = self._onnx.TensorProto
        for name, value, *_ in outputs:
            self._nodes.append(helper.make_node("Identity", [value], [name]))
        graph = helper.make_graph(
            self._nodes,
            "realnvp",
            [helper.make_tensor_value_info(n, getattr(kinds, k), s) for n, k, s in inputs],
            [helper.make_tensor_value_info(n, getattr(kinds, k), s) for n, _, k, s in outputs],
            self._constants,
        )
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="realnvp")
        model.ir_version = IR_VERSION
        self._onnx.checker.check_model(model)
        return model.SerializeToString()


def _encoder(flow: RealNVP) -> bytes:
    graph, config = _Graph(), flow.config
    labels, inputs = _labels(graph, flow)
    x = graph.op("Cast", "images", to=1)
    x = graph.op("Add", x, graph.number(0.5))  # u = 1/2, as `RealNVP.encode` without a generator
    x, total = _logit(graph, flow.logit, x)
    parts, channels, size = [], config.channels, config.image_size
    for index, level in enumerate(flow.multiscale.levels):
        for step in level.transforms:
            x, log_det, channels, size = _forward(graph, step, x, labels, channels, size)
            total = graph.op("Add", total, log_det) if log_det else total
        if index < config.num_levels - 1:
            x, latent = graph.halves(x, channels)
            parts.append(graph.op("Flatten", latent))
            channels //= 2
    z = graph.op("Concat", *parts, graph.op("Flatten", x), axis=1)
    squares = _sum(graph, graph.op("Mul", z, z))
    prior = graph.op("Mul", squares, graph.number(-0.5))
    prior = graph.op("Add", prior, graph.number(-0.5 * flow.dim * math.log(2 * math.pi)))
    shape = ["N", config.channels, *config.image_size]
    return graph.finished(
        [("images", "UINT8", shape), *inputs],
        [
            ("z", z, "FLOAT", ["N", flow.dim]),
            ("log_prob", graph.op("Add", prior, total), "FLOAT", ["N"]),
        ],
    )


def _decoder(flow: RealNVP) -> bytes:
    graph, config = _Graph(), flow.config
    labels, inputs = _labels(graph, flow)
    ends = np.cumsum([0, *(math.prod(shape) for shape in flow.shapes())]).tolist()
    latents = [
        graph.op("Reshape", graph.part("z", start, end), graph.constant([-1, *shape]))
        for start, end, shape in zip(ends, ends[1:], flow.shapes(), strict=False)
    ]
    x = latents.pop()
    channels, *rest = flow.shapes()[-1]
    size = (rest[0], rest[1])
    for index in reversed(range(config.num_levels)):
        if index < config.num_levels - 1:
            x = graph.op("Concat", x, latents.pop(), axis=1)
            channels *= 2
        for step in reversed(flow.multiscale.levels[index].transforms):
            x, channels, size = _inverse(graph, step, x, labels, channels, size)
    alpha = flow.logit.alpha
    x = graph.op("Sub", graph.op("Sigmoid", x), graph.number(alpha))
    x = graph.op("Floor", graph.op("Mul", x, graph.number(256 / (1 - 2 * alpha))))
    images = graph.op("Cast", graph.op("Clip", x, graph.number(0), graph.number(255)), to=2)
    shape = ["N", config.channels, *config.image_size]
    return graph.finished(
        [("z", "FLOAT", ["N", flow.dim]), *inputs], [("images", images, "UINT8", shape)]
    )


def _labels(graph: _Graph, flow: RealNVP) -> tuple[str, list[tuple[str, Any, list]]]:
    """Labels as the vectors that enter conditioners, and the input that they come from."""
    config = flow.config
    if config.label_kind is None:
        return "", []
    if config.label_kind == "class":
        ends = graph.constant(torch.tensor([0.0, 1.0]))
        vectors = graph.op("OneHot", "labels", graph.constant([config.num_labels]), ends)
        return vectors, [("labels", "INT64", ["N"])]
    doubled = graph.op("Mul", "labels", graph.number(2.0))
    shape = ["N", config.num_labels]
    return graph.op("Sub", doubled, graph.number(1.0)), [("labels", "FLOAT", shape)]


def _sum(graph: _Graph, x: str) -> str:
    """Over everything but the batch: (N,)."""
    axes = graph.constant([1])
    return graph.op("ReduceSum", graph.op("Flatten", x), axes, keepdims=0)


def _logit(graph: _Graph, logit: Logit, x: str) -> tuple[str, str]:
    share, alpha = (1 - 2 * logit.alpha) / 256, graph.number(logit.alpha)
    scale = graph.number(share)
    rest = graph.op("Sub", graph.number(256.0), x)
    log_p, log_q = (
        graph.op("Log", graph.op("Add", alpha, graph.op("Mul", scale, part))) for part in (x, rest)
    )
    both = graph.op("Add", log_p, log_q)
    log_det = _sum(graph, graph.op("Sub", graph.number(math.log(share)), both))
    return graph.op("Sub", log_p, log_q), log_det


def _forward(
    graph: _Graph,
    step: Transform,
    x: str,
    labels: str,
    channels: int,
    size: tuple[int, int],
) -> tuple[str, str, int, tuple[int, int]]:
    """What comes out of a step, its log-det or "" where that is 0, and channels and size then."""
    if isinstance(step, AffineCoupling):
        log_scale, shift = _scale_and_shift(graph, step, x, labels, channels, size)
        y = graph.op("Add", graph.op("Mul", x, graph.op("Exp", log_scale)), shift)
        return y, _sum(graph, log_scale), channels, size
    if isinstance(step, FlowBatchNorm):
        affine = FoldedBatchNorm(step).affine(torch.empty(1, channels, *size))
        y = graph.op("Mul", x, graph.constant(affine.scale))
        y = graph.op("Add", y, graph.constant(affine.shift))
        return y, graph.constant(affine.log_det), channels, size
    y, channels, size = _moved(graph, step, x, channels, size)
    return y, "", channels, size


def _inverse(
    graph: _Graph,
    step: Transform,
    y: str,
    labels: str,
    channels: int,
    size: tuple[int, int],
) -> tuple[str, int, tuple[int, int]]:
    if isinstance(step, AffineCoupling):
        log_scale, shift = _scale_and_shift(graph, step, y, labels, channels, size)
        scale = graph.op("Exp", graph.op("Neg", log_scale))
        return graph.op("Mul", graph.op("Sub", y, shift), scale), channels, size
    if isinstance(step, FlowBatchNorm):
        affine = FoldedBatchNorm(step).affine(torch.empty(1, channels, *size))
        x = graph.op("Mul", y, graph.constant(affine.inverse_scale))
        return graph.op("Add", x, graph.constant(affine.inverse_shift)), channels, size
    if isinstance(step, OrderedSqueeze):
        height, width, colours = *size, channels // 4
        cells = graph.op("Reshape", y, graph.constant([-1, 4, colours, height, width]))
        cells = graph.op("Gather", cells, graph.constant([0, 2, 3, 1]), axis=1)
        x = graph.rearranged(
            cells,
            [-1, 2, 2, colours, height, width],
            [0, 3, 4, 1, 5, 2],
            [-1, colours, 2 * height, 2 * width],
        )
        return x, colours, (2 * height, 2 * width)
    undone = {Squeeze: Unsqueeze, Unsqueeze: Squeeze}[type(step)]()
    return _moved(graph, undone, y, channels, size)


def _moved(
    graph: _Graph, step: Transform, x: str, channels: int, size: tuple[int, int]
) -> tuple[str, int, tuple[int, int]]:
    """A permutation of the variables."""
    height, width = size
    if isinstance(step, Unsqueeze):
        colours = channels // 4
        apart, order = [-1, colours, 2, 2, height, width], [0, 1, 4, 2, 5, 3]
        together = [-1, colours, 2 * height, 2 * width]
    elif isinstance(step, Squeeze | OrderedSqueeze):
        apart = [-1, channels, height // 2, 2, width // 2, 2]
        order = [0, 1, 3, 5, 2, 4] if isinstance(step, Squeeze) else [0, 3, 5, 1, 2, 4]
        together = [-1, 4 * channels, height // 2, width // 2]
    else:
        raise ValueError(f"no way to write a {type(step).__name__} as ONNX")
    y = graph.rearranged(x, apart, order, together)
    if isinstance(step, OrderedSqueeze):  # the pixels of a cell in the order of `CELL_ORDER`
        cells = graph.op("Reshape", y, graph.constant([-1, 4, channels, height // 2, width // 2]))
        cells = graph.op("Gather", cells, graph.constant([0, 3, 1, 2]), axis=1)
        y = graph.op("Reshape", cells, graph.constant(together))
    return y, together[1], (together[2], together[3])


def _scale_and_shift(
    graph: _Graph,
    coupling: AffineCoupling,
    x: str,
    labels: str,
    channels: int,
    size: tuple[int, int],
) -> tuple[str, str]:
    """s and t, (N, C, H, W) each, both zero where the mask keeps x."""
    mask, net = coupling.mask, cast(Conditioner, coupling.net)
    like = torch.empty(1, channels, *size)
    kept = mask.kept(like).float()
    count = mask.changed_channels(channels)
    if isinstance(mask, CheckerboardMask):
        seen = graph.op("Mul", x, graph.constant(kept))
    else:
        seen = graph.halves(x, channels)[not kept[0, 0, 0]]
    raw, shift = graph.halves(_net(graph, net, seen, mask.plane(like), labels), 2 * count)
    largest = graph.constant(coupling.max_log_scale)
    log_scale = graph.op("Mul", graph.op("Tanh", raw), largest)
    if coupling.log_scale_offset is not None:
        log_scale = graph.op("Add", log_scale, graph.constant(coupling.log_scale_offset))
    if coupling.shift_first:
        shift = graph.op("Mul", shift, graph.op("Exp", log_scale))
    if isinstance(mask, CheckerboardMask):
        changed = graph.constant(1 - kept)
        return graph.op("Mul", log_scale, changed), graph.op("Mul", shift, changed)
    first = bool(kept[0, 0, 0])
    placed = []
    for amount in (log_scale, shift):
        zeros = graph.op("Sub", amount, amount)
        pair = (zeros, amount) if first else (amount, zeros)
        placed.append(graph.op("Concat", *pair, axis=1))
    return placed[0], placed[1]


def _net(graph: _Graph, net: Conditioner, x: str, plane: Tensor | None, labels: str) -> str:
    h = _norm(graph, net.norm_in, x)
    h = graph.op("Relu", graph.op("Concat", h, graph.op("Neg", h), axis=1))
    weight = net.conv_in.weight()
    seen = weight.shape[1] - (plane is not None)
    h = _conv(graph, net.conv_in, h, weight[:, :seen])
    if plane is not None:  # the same for every picture, and not computed again
        drawn = nn.functional.conv2d(plane, weight[:, seen:], padding=net.conv_in.padding)
        h = graph.op("Add", h, graph.constant(drawn))
    if net.from_labels is not None:
        told = graph.op("MatMul", labels, graph.constant(net.from_labels.weight.T))
        h = graph.op("Add", h, graph.op("Unsqueeze", told, graph.constant([2, 3])))
    skips = cast(list[WeightNormConv2d], net.skips)
    total = _conv(graph, skips[0], h)
    for block, skip in zip(net.blocks, list(skips)[1:], strict=True):
        h = _block(graph, cast(ResidualBlock, block), h)
        total = graph.op("Add", total, _conv(graph, skip, h))
    return _conv(graph, net.conv_out, graph.op("Relu", _norm(graph, net.norm_out, total)))


def _block(graph: _Graph, block: ResidualBlock, h: str) -> str:
    r = _conv(graph, block.conv_in, graph.op("Relu", _norm(graph, block.norm_in, h)))
    r = _conv(graph, block.conv_out, graph.op("Relu", _norm(graph, block.norm_out, r)))
    return graph.op("Add", h, r)


def _norm(graph: _Graph, norm: nn.BatchNorm2d, x: str) -> str:
    """An evaluating batch norm as scale and shift."""
    mean, var = cast(Tensor, norm.running_mean).double(), cast(Tensor, norm.running_var).double()
    scale = (var + norm.eps).rsqrt()
    shift = -mean * scale
    if norm.affine:
        scale, shift = scale * norm.weight, shift * norm.weight + norm.bias
    for kind, value in (("Mul", scale), ("Add", shift)):
        x = graph.op(kind, x, graph.constant(value.float()[:, None, None]))
    return x


def _conv(graph: _Graph, conv: WeightNormConv2d, x: str, weight: Tensor | None = None) -> str:
    weight = conv.weight() if weight is None else weight
    inputs = [x, graph.constant(weight)]
    inputs += [] if conv.bias is None else [graph.constant(conv.bias)]
    return graph.op("Conv", *inputs, pads=[conv.padding] * 4)
