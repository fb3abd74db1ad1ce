"""SOAP against its algorithm one kernel at a time, and in turned coordinates, as Adam is not."""

from collections.abc import Callable

import pytest
import torch
from flows import random_pictures, small_flow
from torch import Tensor, nn
from torch.optim import Adam

from realnvp import TrainConfig
from realnvp.flow import dequantize
from realnvp.training import make_optimizer
from realnvp.training.soap import EVERY, Soap

LR, BETAS, EPS, BASIS_BETA = 1e-2, (0.9, 0.99), 1e-8, 0.9


def kernels_of(*shapes: tuple[int, ...], seed: int = 0) -> list[nn.Parameter]:
    generator = torch.Generator().manual_seed(seed)
    return [nn.Parameter(torch.randn(s, generator=generator, dtype=torch.float64)) for s in shapes]


def soap(kernels: list[nn.Parameter], others: list[nn.Parameter] | None = None) -> Soap:
    groups = [{"params": others or [nn.Parameter(torch.zeros(1))], "weight_decay": 0.0}]
    return Soap(groups, kernels, lr=LR, betas=BETAS, basis_beta=BASIS_BETA)


def one_kernel(weight: Tensor, gradients: list[Tensor]) -> Tensor:
    """The algorithm for a single tensor of two or three sides, M kept as it comes."""
    w, mean, square = weight.clone(), torch.zeros_like(weight), torch.zeros_like(weight)
    sides = range(w.ndim)
    common = [torch.zeros(n, n, dtype=w.dtype) for n in w.shape]
    bases: list[Tensor] = []

    def into(x: Tensor) -> Tensor:
        for side in sides:
            x = torch.tensordot(x, bases[side], dims=([0], [0]))  # the side goes to the end
        return x

    def out_of(x: Tensor) -> Tensor:
        for side in sides:
            x = torch.tensordot(x, bases[side], dims=([0], [1]))
        return x

    for t, g in enumerate(gradients):
        for side in sides:
            others = [i for i in sides if i != side]
            both = torch.tensordot(g, g, dims=(others, others))
            common[side] = BASIS_BETA * common[side] + (1 - BASIS_BETA) * both
        if t == 0:
            bases = [torch.linalg.eigh(c)[1] for c in common]
            continue
        mean = BETAS[0] * mean + (1 - BETAS[0]) * g
        square = BETAS[1] * square + (1 - BETAS[1]) * into(g) ** 2
        m = into(mean) / (1 - BETAS[0] ** t)
        w = w - LR * out_of(m / ((square / (1 - BETAS[1] ** t)).sqrt() + EPS))
        if t % EVERY == 0 or (t < EVERY and t in (1, 2, 4, 8, 16)):
            for side in sides:
                quotients = torch.diagonal(bases[side].T @ common[side] @ bases[side])
                order = quotients.argsort(descending=True)
                square = square.index_select(side, order)
                bases[side] = torch.linalg.qr(common[side] @ bases[side][:, order])[0]
    return w


def test_kernels_in_a_stack_move_as_each_would_alone() -> None:
    # None so long that a first gradient leaves a part of its basis open.
    shapes = [(4, 3, 2, 2), (5, 5, 1, 1), (4, 3, 2, 2), (6, 6)]
    kernels = kernels_of(*shapes)
    before = [kernel.detach().clone() for kernel in kernels]
    generator = torch.Generator().manual_seed(1)
    steps = 2 * EVERY + 8
    gradients = [
        [torch.randn(s, generator=generator, dtype=torch.float64) for _ in range(steps)]
        for s in shapes
    ]
    optimizer = soap(kernels)
    for t in range(steps):
        for kernel, own in zip(kernels, gradients, strict=True):
            kernel.grad = own[t]
        optimizer.step()
    for kernel, weight, own in zip(kernels, before, gradients, strict=True):
        sides = [n for n in weight.flatten(2).shape if n > 1] if weight.ndim > 2 else weight.shape
        expected = one_kernel(weight.view(*sides), [g.view(*sides) for g in own])
        torch.testing.assert_close(kernel.detach().view(*sides), expected)


def test_the_rest_is_left_to_adam() -> None:
    kernels = kernels_of((3, 4))
    (one,), (other,) = kernels_of((7,)), kernels_of((7,))
    optimizer = soap(kernels, [one])
    adam = Adam([other], lr=LR, betas=BETAS)
    for t in range(5):
        kernels[0].grad = torch.ones_like(kernels[0])
        one.grad = other.grad = torch.linspace(-1, 1, 7, dtype=torch.float64) + t
        optimizer.step()
        adam.step()
    torch.testing.assert_close(one, other)


def descended(make: Callable[[nn.Parameter], Adam], turns: tuple[Tensor, Tensor]) -> Tensor:
    """W after steps on a loss that is another function of W in turned coordinates, turned back."""
    rows, columns = turns
    (start,) = kernels_of((5, 5))
    w = nn.Parameter(rows @ start.detach() @ columns.T)
    target = torch.linspace(-2, 2, 25, dtype=torch.float64).view(5, 5)
    optimizer = make(w)
    for _ in range(3 * EVERY):
        optimizer.zero_grad()
        (rows.T @ w @ columns - target).pow(4).sum().backward()
        optimizer.step()
    return rows.T @ w.detach() @ columns


def test_it_goes_the_same_way_in_turned_coordinates_and_adam_does_not() -> None:
    turn, other = (torch.linalg.qr(m.detach())[0] for m in kernels_of((5, 5), (5, 5), seed=1))
    eye = torch.eye(5, dtype=torch.float64)
    plain, turned = (descended(lambda w: soap([w]), t) for t in ((eye, eye), (turn, other)))
    torch.testing.assert_close(turned, plain, atol=1e-5, rtol=0)
    plain, turned = (
        descended(lambda w: Adam([w], lr=LR, betas=BETAS), t) for t in ((eye, eye), (turn, other))
    )
    assert (turned - plain).abs().max() > 0.01


def test_where_there_is_no_gradient_nothing_moves() -> None:
    (kernel,) = kernels_of((4, 6))
    before = kernel.detach().clone()
    optimizer = soap([kernel])
    for _ in range(5):
        kernel.grad = torch.zeros_like(kernel)
        optimizer.step()
    assert torch.equal(kernel, before)


@pytest.mark.parametrize("size", [1e-30, 1e-12, 1e-3, 1e15])
def test_gradients_of_any_size_have_finite_bases(size: float) -> None:
    """In float32, with maps that are dead or nearly so."""
    generator = torch.Generator().manual_seed(0)
    (kernel,) = (nn.Parameter(k.detach().float()) for k in kernels_of((96, 96)))
    before = kernel.detach().clone()
    optimizer = soap([kernel])
    shares = torch.logspace(0, -6, 96).where(torch.arange(96) % 4 > 0, 0.0)
    for _ in range(EVERY + 2):
        kernel.grad = size * shares[:, None] * torch.randn(96, 96, generator=generator) * shares
        optimizer.step()
    state = optimizer.state[kernel]
    for side in (1, 2):
        basis = state[f"basis_{side}"]
        torch.testing.assert_close(basis.mT @ basis, torch.eye(96), atol=1e-4, rtol=0)
    assert kernel.isfinite().all()
    assert (kernel != before).any() or size == 1e-30  # that is nothing beside Adam's epsilon


def test_a_network_of_one_map_has_kernels_of_two_sides() -> None:
    flow = small_flow(width=1).train().requires_grad_(True)
    optimizer = make_optimizer(flow, TrainConfig(optimizer="soap"))
    before = [kernel.clone() for kernel in optimizer.kernels]
    for seed in range(2):
        flow.log_prob(dequantize(random_pictures(8, seed=seed), None)).mean().backward()
        optimizer.step()
    pairs = list(zip(before, optimizer.kernels, strict=True))
    assert all(torch.isfinite(now).all() for _, now in pairs)
    moved = [was for was, now in pairs if not torch.equal(was, now)]  # some maps are dead by chance
    assert len(moved) > len(pairs) / 2


def test_gradients_are_cleared() -> None:
    kernels, (other,) = kernels_of((4, 6)), kernels_of((3,))
    optimizer = soap(kernels, [other])
    for weight in (*kernels, other):
        weight.grad = torch.ones_like(weight)
    optimizer.zero_grad()
    assert kernels[0].grad is None
    assert other.grad is None


@pytest.mark.parametrize("stop", [0, 1, 3, EVERY])
def test_a_saved_state_goes_on_as_if_nothing_had_been(stop: int) -> None:
    def gradient(t: int) -> Tensor:
        generator = torch.Generator().manual_seed(t)
        return torch.randn(3, 4, generator=generator, dtype=torch.float64)

    (one,), (other,) = kernels_of((3, 4)), kernels_of((3, 4))
    through, first = soap([one]), soap([other])
    for t in range(EVERY + 4):
        if t == stop:
            saved = {name: value.clone() for name, value in first.state[other].items()}
            first = soap([other])
            first.state[other].update(saved)
        one.grad, other.grad = gradient(t), gradient(t)
        through.step()
        first.step()
    assert torch.equal(one, other)
