"""Adam for kernels, each in a basis of its own: SOAP (Vyas et al., ICLR 2025)."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam

EVERY = 10  # steps from one turn of the bases to the next; a turn takes as long as several steps


class Soap(Adam):
    """Adam, which for kernels looks along the directions in which their gradients vary.

    The gradient G of a kernel has three sides: maps out, maps in, and k x k places. What varies
    along one side does so in common, which Adam, with one scale a weight, cannot see. With G_i for
    the matrix of G that has side i as its rows, and x_i for a product with that side,

        C_i <- b C_i + (1 - b) G_i G_i^T,       Q_i the eigenvectors of C_i
        G' = G x_1 Q_1^T x_2 Q_2^T x_3 Q_3^T
        M <- b1 M + (1 - b1) G'                 V <- b2 V + (1 - b2) G'^2
        U' = M / (sqrt(V) + eps),               M and V freed of their bias
        W <- W - lr U' x_1 Q_1 x_2 Q_2 x_3 Q_3

    The bases follow C_i by orthogonal iteration, one step each `EVERY` steps and more often at the
    beginning. The first step of all only looks. Kernels of one shape are computed as one stack: of
    small ones, Python costs more than the arithmetic.

    Args:
        groups: as `Adam` takes them, of all parameters but the kernels; the first one's learning
            rate is that of the kernels as well.
        kernels: parameters of two or more dimensions.
        lr: learning rate.
        betas: b1, b2.
        basis_beta: b.
    """

    def __init__(
        self,
        groups: list[dict[str, Any]],
        kernels: Sequence[nn.Parameter],
        *,
        lr: float,
        betas: tuple[float, float],
        basis_beta: float = 0.98,
    ) -> None:
        super().__init__(groups, lr=lr, betas=betas, fused=True)
        self.kernels, self.basis_beta = list(kernels), basis_beta
        self._stacks: list[_Stack] = []

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        super().step(closure)
        self._stacks = self._stacks or self._stacked()
        group = self.param_groups[0]
        for stack in self._stacks:
            stack.step(group["lr"], group["betas"], group["eps"], self.basis_beta)

    def zero_grad(self, set_to_none: bool = True) -> None:
        super().zero_grad(set_to_none)
        for kernel in self.kernels:
            kernel.grad = None

    def _stacked(self) -> "list[_Stack]":
        shapes: dict[torch.Size, list[nn.Parameter]] = {}
        for kernel in self.kernels:
            shapes.setdefault(kernel.shape, []).append(kernel)
        return [_Stack(same, [self.state[kernel] for kernel in same]) for same in shapes.values()]


class _Stack:
    """N kernels of one shape.

    Args:
        kernels: (out, in, k, k) each.
        states: of each, empty or as it was saved; made views of the stack's.
    """

    def __init__(self, kernels: list[nn.Parameter], states: list[dict[str, Any]]) -> None:
        self.kernels = kernels
        for kernel, state in zip(kernels, states, strict=True):
            state.update(state or _first_state(kernel))
        together = {name: torch.stack([state[name] for state in states]) for name in states[0]}
        for i, state in enumerate(states):
            state.update({name: value[i] for name, value in together.items()})
        self.steps = together["step"]
        self.mean, self.square = together["exp_avg"], together["exp_avg_sq"]
        sides = range(1, self.mean.ndim)
        self.common = [together[f"common_{side}"] for side in sides]
        self.bases = [together[f"basis_{side}"] for side in sides]

    def step(self, lr: float, betas: tuple[float, float], eps: float, basis_beta: float) -> None:
        gradients = [kernel.grad for kernel in self.kernels if kernel.grad is not None]
        gradient = torch.stack(gradients).view_as(self.mean)
        count = int(self.steps[0])  # that went before this one
        self.steps += 1
        for side, common in enumerate(self.common, start=1):
            rows = _matrices(gradient.movedim(side, 1))
            common.lerp_(rows @ rows.mT, 1 - basis_beta)
        if count == 0:
            for common, basis in zip(self.common, self.bases, strict=True):
                basis.copy_(_eigenvectors(common))
            return
        turned = _along_all([basis.mT for basis in self.bases], gradient)
        self.mean.lerp_(turned, 1 - betas[0])
        self.square.lerp_(turned.square(), 1 - betas[1])
        scale = (self.square / (1 - betas[1] ** count)).sqrt().add_(eps)
        change = _along_all(self.bases, self.mean / scale)
        for kernel, part in zip(self.kernels, change, strict=True):
            kernel.sub_(part.view_as(kernel), alpha=lr / (1 - betas[0] ** count))
        if count % EVERY == 0 or (count < EVERY and count.bit_count() == 1):
            self._turn()

    def _turn(self) -> None:
        """Orthogonal iteration; its columns must come in the order of their eigenvalues."""
        changes = []
        for side, (common, basis) in enumerate(zip(self.common, self.bases, strict=True), start=1):
            values = (basis * (common @ basis)).sum(1)  # Rayleigh quotients, (N, n)
            order = values.argsort(dim=1, descending=True)
            turned = torch.linalg.qr(common @ basis.take_along_dim(order[:, None], dim=2))[0]
            changes.append(turned.mT @ basis)
            basis.copy_(turned)
            shape = [len(order)] + [1] * len(self.bases)
            shape[side] = order.shape[1]
            self.square.copy_(self.square.take_along_dim(order.view(shape), dim=side))
        self.mean.copy_(_along_all(changes, self.mean))


def _eigenvectors(matrices: Tensor) -> Tensor:
    # In float64 and of size 1: in float32 LAPACK gave NaN for a finite matrix of small numbers.
    # On the CPU, for Apple's GPUs know no float64; this happens once.
    exact = matrices.cpu().double()
    size = exact.abs().amax((1, 2), keepdim=True).clamp_min(torch.finfo(exact.dtype).tiny)
    return torch.linalg.eigh(exact / size)[1]


def _along_all(matrices: Sequence[Tensor], x: Tensor) -> Tensor:
    """The product of N tensors with one of N matrices along each of their sides."""
    for side, each in enumerate(matrices, start=1):
        rows = x.movedim(side, 1)
        x = (each @ _matrices(rows)).view(rows.shape).movedim(1, side)
    return x


def _matrices(x: Tensor) -> Tensor:
    """N tensors as N matrices, whose rows are their first side."""
    return x.reshape(*x.shape[:2], -1)


def _first_state(kernel: nn.Parameter) -> dict[str, Tensor]:
    shape = [n for n in (*kernel.shape[:2], kernel[0, 0].numel()) if n > 1]
    zeros = torch.zeros(shape, dtype=kernel.dtype, device=kernel.device)
    state = {"step": torch.zeros(()), "exp_avg": zeros, "exp_avg_sq": zeros.clone()}
    for side, n in enumerate(shape, start=1):
        eye = torch.eye(n, dtype=kernel.dtype, device=kernel.device)
        state |= {f"common_{side}": torch.zeros_like(eye), f"basis_{side}": eye}
    return state
