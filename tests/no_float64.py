"""A device without float64, such as Apple's GPUs are: PyTorch's `meta`, made to refuse it."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

DEVICE = torch.device("meta")


class NoFloat64(TorchDispatchMode):
    """Within it nothing of float64 may be made on DEVICE, and what is read from it is ones."""

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        # `to` and `item` are what inference mode does not take apart.
        name = func.overloadpacket.__name__  # type: ignore[attr-defined]
        if name in ("_local_scalar_dense", "item") and _is_there(args[0]):
            return True if args[0].dtype == torch.bool else 1
        if name in ("_to_copy", "to") and _is_there(args[0]):
            to = [*args[1:], *kwargs.values()]
            if torch.device("cpu") in to:
                dtype = next((part for part in to if isinstance(part, torch.dtype)), args[0].dtype)
                return torch.ones(args[0].shape, dtype=dtype)
        made = func(*args, **kwargs)
        if any(_is_there(part) and part.dtype == torch.float64 for part in tree_leaves(made)):
            raise TypeError("this device does not support float64")
        return made


def _is_there(value: object) -> bool:
    return isinstance(value, Tensor) and value.device == DEVICE
