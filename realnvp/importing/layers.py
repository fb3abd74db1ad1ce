"""Layers of other implementations by our names; both have them of the same kinds."""

import torch
from torch import Tensor

from realnvp.model_files import CheckpointError


class Theirs:
    """Weights of another implementation, each to be taken once.

    Args:
        state: by their names.
    """

    def __init__(self, state: dict[str, Tensor]) -> None:
        self.left = dict(state)

    def __contains__(self, name: str) -> bool:
        return name in self.left

    def take(self, name: str) -> Tensor:
        """One of them.

        Raises:
            CheckpointError: if it is not there.
        """
        if name not in self.left:
            raise CheckpointError(f"it has no {name}: not a model of this implementation, or cut")
        return self.left.pop(name)

    def count(self, start: str) -> int:
        """How many numbers follow that start of a name: 3 for start + "0.…" to start + "2.…"."""
        ends = (name.removeprefix(start) for name in self.left if name.startswith(start))
        numbers = {end.split(".")[0] for end in ends}
        return next(n for n in range(len(numbers) + 1) if str(n) not in numbers)

    def finish(self) -> None:
        """Refuse what was not taken: it would be left out of the function.

        Raises:
            CheckpointError: naming the first.
        """
        if self.left:
            first = min(self.left)
            raise CheckpointError(f"{len(self.left)} weights have no place, first {first[:80]!r}")


def channels_of(theirs: Theirs, name: str) -> int:
    """How many channels a vector of that name is for.

    Raises:
        CheckpointError: if it is not there, or no vector.
    """
    value = theirs.left.get(name)
    if value is None or not value.ndim:
        raise CheckpointError(f"it has no {name}: not a model of this implementation, or cut")
    return len(value)


def batch_norm(theirs: Theirs, name: str, factor: float = 1.0) -> dict[str, Tensor]:
    """A batch norm with gain and offset, both times `factor`: 2 doubles what comes out of it."""
    return {
        "weight": factor * theirs.take(f"{name}.weight"),
        "bias": factor * theirs.take(f"{name}.bias"),
        **statistics(theirs, name),
    }


def statistics(theirs: Theirs, name: str) -> dict[str, Tensor]:
    """The running statistics of a batch norm, as `nn.BatchNorm2d` names them."""
    count = f"{name}.num_batches_tracked"  # PyTorch before 0.4.1 did not count
    return {
        "running_mean": theirs.take(f"{name}.running_mean"),
        "running_var": theirs.take(f"{name}.running_var"),
        "num_batches_tracked": theirs.take(count) if count in theirs else torch.tensor(0),
    }


def convolution(theirs: Theirs, name: str) -> dict[str, Tensor]:
    """A convolution of kernel g v / |v|; a plain one is its own direction, g its length."""
    if f"{name}.weight" in theirs:
        direction = theirs.take(f"{name}.weight")
        gain = direction.double().flatten(1).norm(dim=1)
    else:
        gain = theirs.take(f"{name}.weight_g").flatten()
        direction = theirs.take(f"{name}.weight_v")
    made = {"direction": direction, "gain": gain}
    return made | ({"bias": theirs.take(f"{name}.bias")} if f"{name}.bias" in theirs else {})


def under(name: str, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """These weights as those of a layer of that name."""
    return {f"{name}.{part}": value for part, value in weights.items()}
