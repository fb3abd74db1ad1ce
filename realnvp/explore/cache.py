"""Answers that are asked for again: by a link that a whole class opens, by a slider let go."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, is_dataclass
from inspect import signature
from typing import Any, Generic, TypeVar
from weakref import ReferenceType, ref

import numpy as np
from torch import Tensor

from realnvp.flow import RealNVP

R = TypeVar("R")

PLACES = 64  # so that whoever drags a slider pushes out no link of a class; BYTES is the limit
BYTES = 64 * 2**20  # a grid of 64 pictures of 64 x 64, with its latents, takes 4 MB


@dataclass(frozen=True)
class Cached(Generic[R]):
    """An answer, shared with whoever asks the same: not to be changed.

    Args:
        milliseconds: that it took when it was made.
    """

    value: R
    milliseconds: float


def cached(function: Callable[..., R], flow: RealNVP, *args: object, **kwargs: object) -> Cached[R]:
    """function(flow, ...), or what it gave when it was last asked that.

    The latest PLACES are kept, and fewer if their tensors take more than BYTES.
    Asked on the model's thread, two who want the same at once wait for one call.

    Args:
        function: of the model and these arguments alone.
        args, kwargs: numbers, texts, tensors, and sequences of them.
    """
    asked = signature(function).bind(flow, *args, **kwargs)
    asked.apply_defaults()
    key = (function, id(flow), *map(_key, list(asked.arguments.values())[1:]))
    with _lock:
        model, answer = _cache.pop(key, (None, None))
        if answer is not None and model is not None and model() is flow:
            _cache[key] = model, answer
            return answer
    started = time.perf_counter()
    value = function(flow, *args, **kwargs)
    answer = Cached(value, 1000 * (time.perf_counter() - started))
    with _lock:
        _cache[key] = ref(flow), answer
        while len(_cache) > PLACES or sum(_size(kept.value) for _, kept in _cache.values()) > BYTES:
            _cache.popitem(last=False)
    return answer


_cache: OrderedDict[Hashable, tuple[ReferenceType[RealNVP], Cached[Any]]] = OrderedDict()
_lock = threading.Lock()


def _key(value: object) -> Hashable:
    if isinstance(value, Tensor):
        return value.dtype, tuple(value.shape), value.cpu().numpy().tobytes()
    return tuple(map(_key, value)) if isinstance(value, list | tuple) else (type(value), value)


def _size(value: object) -> int:
    """Bytes of an array, or of those that an answer and its parts hold."""
    if isinstance(value, Tensor | np.ndarray):
        return value.nbytes
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    return sum(map(_size, vars(value).values())) if is_dataclass(value) else 0
