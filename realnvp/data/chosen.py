"""Some of many rows, by a fixed seed: the same ones whenever and wherever they are chosen."""

import torch
from torch import Tensor

SEED = 0


def chosen(n: int, limit: int | None) -> Tensor:
    """Which of n rows are taken where there is a limit, as they come; else all, in order: int64."""
    if limit is None or limit >= n:
        return torch.arange(n)
    return torch.randperm(n, generator=torch.Generator().manual_seed(SEED))[:limit]


def chosen_rows(n: int, most: int) -> list[int]:
    """The same in order: `most` of so many rows, or all where there are no more."""
    return sorted(chosen(n, most).tolist())
