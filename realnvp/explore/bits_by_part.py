"""Where the bits of a picture go."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.explore.log_scales import batch_norm_log_scale, kind_of
from realnvp.flow import RealNVP, dequantize
from realnvp.multiscale import Step
from realnvp.transforms import OrderedSqueeze, check_finite

KINDS = ("bytes", "logit", "coupling", "batch norm", "prior")


@dataclass(frozen=True)
class Term:
    """A term of -log p.

    Args:
        name: for people, such as "prior, level 1".
        kind: one of `KINDS`.
        level: 0 is the finest; None for the bytes and the logit.
    """

    name: str
    kind: str
    level: int | None


@dataclass(frozen=True)
class BitsByPart:
    """-log p of pictures, term by term as well as pixel by pixel, in float64.

    Args:
        terms: P of them, in the order in which the flow meets them.
        nats: what each adds to -log p, (B, P).
        pixel_nats: what each kind adds at each pixel, (B, len(KINDS), H, W).
        dim: D.
    """

    terms: tuple[Term, ...]
    nats: Tensor
    pixel_nats: Tensor
    dim: int

    @property
    def log_prob(self) -> Tensor:
        """(B,), nats: that of the flow, summed in float64."""
        return -self.nats.sum(1)

    @property
    def bits_per_dim(self) -> Tensor:
        """What each term adds to bits/dim, (B, P); their sum is the whole."""
        return self.nats / (self.dim * math.log(2))

    def pixel_bits(self, *kinds: str) -> Tensor:
        """Bits at each pixel, (B, H, W), of these kinds, or of all; D bits/dim in sum."""
        chosen = [KINDS.index(kind) for kind in kinds or KINDS]
        return self.pixel_nats[:, chosen].sum(1) / math.log(2)

    def by_level(self) -> "BitsByPart":
        """The same with the couplings of a level as one term, and so its batch norms."""
        names = [_group(term) for term in self.terms]
        groups = dict(zip(names, self.terms, strict=True))
        terms = tuple(Term(name, e.kind, e.level) for name, e in groups.items())
        columns = torch.tensor([list(groups).index(name) for name in names])
        nats = self.nats.new_zeros(len(self.nats), len(terms)).index_add(1, columns, self.nats)
        return BitsByPart(terms, nats, self.pixel_nats, self.dim)


def _group(term: Term) -> str:
    if term.kind not in ("coupling", "batch norm") or term.level is None:
        return term.name
    return f"{term.kind}s, level {term.level + 1}"


@torch.inference_mode()
def bits_by_part(
    flow: RealNVP,
    images: Tensor,
    labels: Tensor | None = None,
    generator: torch.Generator | None = None,
) -> BitsByPart:
    """Of uint8 pictures (B, C, H, W); the sum is `flow.bits_per_dim`.

    Without a generator every byte stands for the middle of its bin, with one u ~ U[0, 1).

    Raises:
        NonFiniteError: naming the layer, if a value is NaN or infinite.
    """
    h = flow.logit(dequantize(images, generator).to(flow.device, flow.dtype))[0]
    terms, columns = [], []
    batch, _, height, width = h.shape
    pixels = torch.zeros(batch, len(KINDS), height, width, dtype=torch.float64)
    for term, cost in costs(flow, h, labels):
        terms.append(term)
        columns.append(cost.flatten(1).sum(1))
        pixels[:, KINDS.index(term.kind)] += cost.sum(1)
    return BitsByPart(tuple(terms), torch.stack(columns, dim=1), pixels, h[0].numel())


def costs(flow: RealNVP, h: Tensor, labels: Tensor | None) -> Iterator[tuple[Term, Tensor]]:
    """Every term of -log p at the point with logits h, variable by variable.

        -log p = D ln 256 - D ln(1 - 2 alpha) + sum of log p + log(1 - p)
                 - sum of s over the couplings + sum of 1/2 log(var + eps) over the batch norms
                 + sum of 1/2 (z^2 + log 2 pi)

    Yields:
        The term, and what each variable adds, (B, C, H, W) in nats, on the CPU in float64, at the
        pixel where the variable lives. A coupling in squeezed space changes channels, each of
        which is a pixel of its 2x2 cell, so it has a place as well.
    """
    check_finite("logit", h)
    logits = h.cpu().double()
    yield Term("bytes, ln 256", "bytes", None), torch.full_like(logits, math.log(256))
    margin = -math.log(1 - 2 * flow.config.alpha)
    yield Term("logit, −ln(1 − 2α)", "logit", None), torch.full_like(logits, margin)
    slope = F.softplus(logits) + F.softplus(-logits)
    yield Term("logit, ln p + ln(1 − p)", "logit", None), -slope

    vectors = flow.label_vectors(labels, len(h))
    outputs: dict[int, Tensor] = {}
    for step in flow.multiscale.trace(h, vectors):
        check_finite(step.name, step.output)
        outputs[step.level] = step.output
        log_scale = _log_scale(step, vectors)
        if log_scale is not None:
            cost = -log_scale.cpu().double().expand(step.output.shape)
            term = Term(step.name, kind_of(step.transform), step.level)
            yield term, _at_pixels(cost, step.level, h.shape[-1])

    last = max(outputs)
    for level, output in sorted(outputs.items()):
        z = (output if level == last else output.chunk(2, dim=1)[1]).cpu().double()
        cost = 0.5 * (z.square() + math.log(2 * math.pi))
        if level < last:
            # The second half of the cells is factored out: the first half costs nothing here.
            cost = _cells.inverse(torch.cat([torch.zeros_like(cost), cost], dim=1))
        yield Term(f"prior, level {level + 1}", "prior", level), _deepened(cost, level)


def _log_scale(step: Step, vectors: Tensor | None) -> Tensor | None:
    """The log-scale per variable, broadcastable to the output; None if there is no scale."""
    transform, output = step.transform, step.output
    if isinstance(transform, AffineCoupling):
        # What conditions a coupling goes through untouched: its output tells the same scales.
        return transform.scale_and_shift(output, vectors)[0]
    if isinstance(transform, FlowBatchNorm):
        return batch_norm_log_scale(transform, output)
    return None


_cells = OrderedSqueeze()


def _at_pixels(cost: Tensor, level: int, width: int) -> Tensor:
    """From where a step has its variables to the pixels of the picture, (B, C, H, W)."""
    if cost.shape[-1] < width >> level:
        cost = F.pixel_shuffle(cost, 2)
    return _deepened(cost, level)


def _deepened(cost: Tensor, level: int) -> Tensor:
    """From the grid of a level to the pixels: it sits on the diagonals of the cells above."""
    for _ in range(level):
        cost = _cells.inverse(torch.cat([cost, torch.zeros_like(cost)], dim=1))
    return cost
