"""Pictures that fit what is known of one, found by a flow: an inverse problem with it as the prior.

Of a picture x only y = A(x) is known, a measurement. Of all pictures that fit, the likeliest has
the latent that makes

    |z|^2 / (2 T^2)  +  |A(f^-1(z)) - y|^2 / (2 sigma^2)                                 (1)

small: the maximum a posteriori (MAP) of z under N(0, T^2 I) and noise of sigma (Asim et al. 2020,
Whang et al. 2021). It is that of z, not of x: no log-det stands in it. Adam goes down from a start
that has half of a seed's noise, so another seed ends elsewhere; sigma falls on the way, from loose
to strict.

The same can be asked of the pixels (Dinh et al. 2014, section 5.2): make -log p(x) small, with the
prior at temperature T, plus the same misfit. Adam does, but density of pixels is a far worse
landscape than N(0, I): see docs/repair.md.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from realnvp.explore.frames import labels_for_all
from realnvp.explore.measurements import Measurement
from realnvp.explore.one_pass import encode_with_bits
from realnvp.flow import RealNVP, quantize
from realnvp.transforms import NonFiniteError

Moves = Literal["latent", "pixels"]

STEPS = 100
EVERY = 10  # steps from one state to the next
RATE = 0.04  # of Adam at the first step
MIDDLE, SCALE = 128.0, 64.0  # grey levels: pixels are moved as x = MIDDLE + SCALE v


@dataclass(frozen=True, eq=False)
class Problem:
    """What is known of a picture, and how others are looked for.

    Args:
        measurement: what was measured.
        known: what it gave, uint8 (1, C', H', W'), or of as many pictures as are looked for.
        size: (H, W) of the picture.
        labels: of one picture, as the flow takes them, or None.
        temperature: T of (1), more than 0.
        steps: of Adam in all.
        moves: what Adam moves.

    Raises:
        ValueError: if the temperature or the steps are not more than 0.
    """

    measurement: Measurement
    known: Tensor
    size: tuple[int, int]
    labels: Tensor | None = None
    temperature: float = 0.7
    steps: int = STEPS
    moves: Moves = "latent"

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise ValueError(f"temperature {self.temperature} must be more than 0")
        if self.steps < 1:
            raise ValueError(f"steps {self.steps} must be at least 1")

    def tolerance(self, step: int) -> float:
        """sigma of (1) at this step, in grey levels: it falls by the same factor at every step."""
        first, last = self.measurement.tolerance
        return first * (last / first) ** (step / max(1, self.steps - 1))

    def rate(self, step: int) -> float:
        """Of Adam at this step: along a cosine to 0."""
        return RATE * (1 + math.cos(math.pi * step / self.steps)) / 2


@dataclass(frozen=True, eq=False)
class Search:
    """How far the search for n pictures is: all that the next step needs.

    Args:
        step: steps taken.
        variable: what moves: latents (n, D), or (x - MIDDLE) / SCALE of pixels (n, C, H, W).
        mean, square: Adam's averages of the gradient and of its square, like the variable.
    """

    step: int
    variable: Tensor
    mean: Tensor
    square: Tensor


@dataclass(frozen=True, eq=False)
class State:
    """What can be seen of a search for n pictures.

    Args:
        step: steps taken.
        z: latents of the pictures, (n, D).
        images: with all that is known put back, uint8 (n, C, H, W).
        bits_per_dim: of these pictures, (n,), float64: -log2 p(x) for each value.
        misfit: root mean square of A(x) - y before anything is put back, (n,), grey levels.
    """

    step: int
    z: Tensor
    images: Tensor
    bits_per_dim: Tensor
    misfit: Tensor


def solve(
    flow: RealNVP,
    measurement: Measurement,
    known: Tensor,
    size: tuple[int, int] | None = None,
    *,
    labels: Tensor | None = None,
    temperature: float = 0.7,
    steps: int = STEPS,
    moves: Moves = "latent",
    seed: int = 0,
    count: int = 1,
    every: int = EVERY,
) -> Iterator[State]:
    """Look for pictures that fit: the start, every so many steps, and the last.

    Args:
        flow: folded or not; in evaluation mode, without gradients of its parameters.
        known: uint8 (1, C', H', W'), as the measurement gave it; or (count, C', H', W'), where each
            picture has a measurement of its own.
        size: (H, W) of the picture; None is the trained one.
        count: pictures that are looked for at once, each from noise of its own. None depends on
            the others, and the first of many are those that fewer would be.

    Raises:
        ValueError: as `Problem`, and if picture or labels do not fit the model.
        NonFiniteError: naming the layer, if a value is NaN or infinite.
    """
    size = size or flow.config.image_size
    problem = Problem(measurement, known, size, labels, temperature, steps, moves)
    search = begin(flow, problem, seed, count)
    yield look(flow, problem, search)
    while search.step < steps:
        search = advance(flow, problem, search, min(search.step + every, steps))
        yield look(flow, problem, search)


def begin(flow: RealNVP, problem: Problem, seed: int = 0, count: int = 1) -> Search:
    """The start: half of the latent of `Measurement.filled`, half of a seed's noise at T."""
    filled = problem.measurement.filled(problem.known, problem.size)
    encoded = flow.encode(filled, problem.labels)
    noise = torch.Generator().manual_seed(seed)
    z = (encoded + flow.draw(count, problem.temperature, noise, problem.size).to(encoded)) / 2
    if problem.moves == "latent":
        return Search(0, z, torch.zeros_like(z), torch.zeros_like(z))
    x = _pictures(flow, z, labels_for_all(problem.labels, count), problem.size)
    variable = (x.cpu() - MIDDLE) / SCALE
    return Search(0, variable, torch.zeros_like(variable), torch.zeros_like(variable))


def advance(
    flow: RealNVP,
    problem: Problem,
    search: Search,
    until: int | None = None,
    seconds: float = math.inf,
) -> Search:
    """The search some steps further; what was given stays as it is.

    Args:
        until: the step to stop at; None is the last.
        seconds: after which it stops too; it takes at least one step.

    Raises:
        NonFiniteError: naming the layer, if a value is NaN or infinite.
    """
    until = problem.steps if until is None else min(until, problem.steps)
    began = time.perf_counter()
    # On the thread of an engine nothing has gradients, and what is made there never will.
    with torch.inference_mode(False), torch.enable_grad():
        variable, mean, square = (
            part.to(flow.device, flow.dtype, copy=True)
            for part in (search.variable, search.mean, search.square)
        )
        variable.requires_grad_()
        adam = torch.optim.Adam([variable], lr=RATE)
        taken = torch.tensor(float(search.step))
        adam.state[variable] = {"step": taken, "exp_avg": mean, "exp_avg_sq": square}
        step = search.step
        while step < until:
            adam.param_groups[0]["lr"] = problem.rate(step)
            loss = _loss(flow, problem, variable, step)
            (variable.grad,) = torch.autograd.grad(loss, [variable])
            if not torch.isfinite(variable.grad).all():
                _name_culprit(flow, problem, variable.detach())
            adam.step()
            step += 1
            if time.perf_counter() - began > seconds:
                break
        return Search(step, variable.detach().cpu(), mean.cpu(), square.cpu())


@torch.inference_mode()
def look(flow: RealNVP, problem: Problem, search: Search) -> State:
    """What the search has found so far."""
    labels = labels_for_all(problem.labels, len(search.variable))
    x = _pixels(flow, problem, search.variable, labels)
    misfit = problem.measurement.misfit(x, problem.known)
    images = quantize(x).cpu()
    images = problem.measurement.kept(images, problem.known)
    count = max(1, problem.measurement.count(problem.known))
    z, bits = encode_with_bits(flow, images, labels)
    return State(
        step=search.step,
        z=z.cpu(),
        images=images,
        bits_per_dim=bits,
        misfit=(misfit / count).sqrt().cpu(),
    )


def _loss(flow: RealNVP, problem: Problem, variable: Tensor, step: int) -> Tensor:
    """(1), or the same of pixels, summed over the pictures: each has a gradient of its own."""
    labels = labels_for_all(problem.labels, len(variable))
    if problem.moves == "latent":
        z, log_det = variable, 0.0
        x = flow.inverse(z, labels, problem.size)
    else:
        x = MIDDLE + SCALE * variable
        z, log_dets = flow(_inside(x), labels)
        log_det = log_dets.sum()
    prior = z.square().sum() / (2 * problem.temperature**2)
    misfit = problem.measurement.misfit(x, problem.known).sum()
    return prior - log_det + misfit / (2 * problem.tolerance(step) ** 2)


def _pixels(flow: RealNVP, problem: Problem, variable: Tensor, labels: Tensor | None) -> Tensor:
    if problem.moves == "pixels":
        return _inside(MIDDLE + SCALE * variable).to(flow.device, flow.dtype)
    return _pictures(flow, variable, labels, problem.size)


@torch.inference_mode()
def _pictures(flow: RealNVP, z: Tensor, labels: Tensor | None, size: tuple[int, int]) -> Tensor:
    x = flow.inverse(z, labels, size)
    if not torch.isfinite(x).all():
        flow.decode(z, labels, size)  # walks back and names the layer
    return x


def _inside(x: Tensor) -> Tensor:
    """Pixels within (0, 256), where the density is."""
    return x.clamp(0.01, 255.99)


def _name_culprit(flow: RealNVP, problem: Problem, variable: Tensor) -> None:
    """Raise at the first layer that is not finite, or at the gradient where all of them are."""
    labels = labels_for_all(problem.labels, len(variable))
    x = _pixels(flow, problem, variable, labels)
    if problem.moves == "pixels":
        flow.name_culprit(x, labels)
    raise NonFiniteError("a gradient of the search gave values that are not finite")
