"""One picture step by step through the flow, and one latent step by step back."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from realnvp import multiscale
from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.explore.log_scales import batch_norm_log_scale, kind_of
from realnvp.explore.steps import State, Step
from realnvp.flow import RealNVP, dequantize, quantize
from realnvp.latents import picture_to_levels
from realnvp.transforms import Transform, check_finite


@torch.inference_mode()
def trace(flow: RealNVP, image: Tensor, labels: Tensor | None = None) -> list[Step]:
    """The steps from bytes to latent: together `flow.encode`, to the last bit.

    Every byte stands for the middle of its bin, u = 1/2.

    Args:
        image: uint8 (1, C, H, W).
        labels: of one picture, as the flow takes them.

    Raises:
        NonFiniteError: naming the step, if a value is NaN or infinite.
    """
    x = dequantize(image, None).to(flow.device, flow.dtype)
    h, log_det = flow.logit(x)
    check_finite("logit", h)
    state = _state(flow, h[0], _index(image[0]), h[0].cpu())
    return [
        *_pixel_steps(flow, image[0].cpu(), x[0].cpu(), state, float(log_det)),
        *_levels(_Walk(flow, labels, state, 0)),
    ]


@torch.inference_mode()
def trace_back(flow: RealNVP, z: Tensor, labels: Tensor | None = None) -> list[Step]:
    """The steps from a latent, (1, D), to bytes: together `flow.decode`, to the last bit.

    Raises:
        NonFiniteError: naming the step, if a value is NaN or infinite.
    """
    z = z.to(flow.device, flow.dtype)
    check_finite("the latent itself", z)
    picture = flow.picture(z)[0].cpu()
    latents, last = flow.unpack(z), flow.config.num_levels - 1
    places = [p[0] for p in picture_to_levels(_index(picture)[None], flow.config.num_levels)]
    start = _state(flow, latents[last][0], places[last], picture)
    steps = list(_levels_back(_Walk(flow, labels, start, last), z, latents, places))
    x = flow.logit.inverse(steps[-1].after.active[None].to(flow.device))
    check_finite("the inverse of logit", x)
    image = quantize(x)[0].cpu()
    return [*steps, *_pixel_steps(flow, image, x[0].cpu(), steps[-1].after)]


@torch.inference_mode()
def round_trip(flow: RealNVP, image: Tensor, labels: Tensor | None = None) -> list[Step]:
    """`trace`, and `trace_back` from where it ends."""
    there = trace(flow, image, labels)
    return [*there, *trace_back(flow, latent_of(flow, there), labels)]


def latent_of(flow: RealNVP, steps: Sequence[Step]) -> Tensor:
    """The latent, (1, D), that these steps come to, or start from."""
    there = [step for step in steps if not step.back]
    state = there[-1].after if there else steps[0].before
    return flow.unpicture(state.picture[None])


class _Walk:
    """Where the variables are, and the steps that move them.

    Args:
        level: the one that the active variables belong to.
    """

    def __init__(self, flow: RealNVP, labels: Tensor | None, state: State, level: int) -> None:
        self.flow, self.state, self.level = flow, state, level
        self.vectors = flow.label_vectors(labels, 1)

    def through(self, made: multiscale.Step, *, back: bool) -> Step:
        """A transform of the flow, which has given its output already."""
        check_finite(f"the inverse of {made.name}" if back else made.name, made.output)
        before, transform, kind = self.state, made.transform, kind_of(made.transform)
        places = before.places
        if kind == "squeeze":
            moved = transform.inverse(places[None]) if back else transform(places[None])[0]
            places = moved[0]
        self._move(made.output[0], places)
        details = self._details(transform, before, back=back)
        # What conditions a coupling goes through untouched: both sides have the same s.
        if made.log_det is not None:
            log_det = float(made.log_det)
        else:
            log_scale = details.get("log_scale")
            log_det = 0.0 if log_scale is None else -float(log_scale.double().sum())
        names = made.name, kind, made.level, back
        return Step(*names, before, self.state, log_det, transform=transform, **details)

    def split(self) -> Step:
        """Half of the variables are factored out, the others go on."""
        before = self.state
        going_on, latent = before.active.chunk(2)
        self._move(going_on, before.places.chunk(2)[0])
        return self._split_step(before, before.active, latent, back=False)

    def join(self, latent: Tensor, places: Tensor) -> Step:
        """What a split has factored out, (C', H', W'), is put back."""
        before = self.state
        self.level -= 1
        whole = torch.cat([before.active, latent.cpu()])
        self._move(whole, torch.cat([before.places, places]))
        return self._split_step(before, whole, latent.cpu(), back=True)

    def _split_step(self, before: State, whole: Tensor, latent: Tensor, *, back: bool) -> Step:
        kept = torch.zeros(whole.shape, dtype=torch.bool)
        kept[: len(latent)] = True
        name, level = f"level {self.level + 1}, split", self.level
        self.level += not back
        return Step(name, "split", level, back, before, self.state, kept=kept, factored_out=latent)

    def _move(self, active: Tensor, places: Tensor) -> None:
        picture = self.state.picture.clone()
        picture.view(-1)[places.flatten()] = active.cpu().flatten()
        self.state = _state(self.flow, active, places, picture)

    def _details(self, transform: Transform, before: State, *, back: bool) -> dict[str, Any]:
        """What a coupling or batch norm works with, computed where the flow computes."""
        x = before.active[None].to(self.flow.device)
        if isinstance(transform, AffineCoupling):
            log_scale, shift = (part[0] for part in transform.scale_and_shift(x, self.vectors))
            details = {"log_scale": log_scale, "shift": shift}
        elif isinstance(transform, FlowBatchNorm):
            details = {"log_scale": batch_norm_log_scale(transform, x).expand(x.shape[1:])}
        else:
            return {}
        log_scale = details["log_scale"]
        details["factor"] = (-log_scale if back else log_scale).exp()
        details["kept"] = transform.mask.kept(x).expand(x.shape[1:])
        return {name: value.cpu() for name, value in details.items()}


def _levels(walk: _Walk) -> Iterator[Step]:
    h = walk.state.active[None].to(walk.flow.device)
    for made in walk.flow.multiscale.trace(h, walk.vectors):
        if made.level > walk.level:
            yield walk.split()
        yield walk.through(made, back=False)


def _levels_back(
    walk: _Walk, z: Tensor, latents: Sequence[Tensor], places: Sequence[Tensor]
) -> Iterator[Step]:
    for made in walk.flow.multiscale.trace_inverse(z, walk.vectors):
        if made.level < walk.level:
            yield walk.join(latents[made.level][0], places[made.level])
        yield walk.through(made, back=True)


def _pixel_steps(
    flow: RealNVP, v: Tensor, x: Tensor, logits: State, log_det: float | None = None
) -> list[Step]:
    """Dequantization and logit of bytes v, (C, H, W); without a log-det, both undone."""
    back, places = log_det is None, logits.places
    slope = flow.logit.log_slope(logits.active)
    total = -float(slope.double().sum()) if log_det is None else log_det
    states = [State(v, places, v, v, True), State(x, places, x, v, True), logits]

    def step(kind: str, at: int, log_det: float, **details: Any) -> Step:
        before, after = (states[at + 1], states[at]) if back else (states[at], states[at + 1])
        return Step(kind, kind, None, back, before, after, log_det, **details)

    steps = [
        step("dequantize", 0, 0.0),
        step("logit", 1, total, log_scale=slope, transform=flow.logit),
    ]
    return steps[::-1] if back else steps


def _state(flow: RealNVP, active: Tensor, places: Tensor, picture: Tensor) -> State:
    """A state of logits, or of what has become of them."""
    return State(active.cpu(), places, picture, quantize(flow.logit.inverse(picture)))


def _index(picture: Tensor) -> Tensor:
    """The place of every variable of a picture (C, H, W)."""
    return torch.arange(picture.numel()).view(picture.shape)
