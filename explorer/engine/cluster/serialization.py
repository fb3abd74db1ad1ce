"""Functions, their arguments and their answers as bytes, with every model left at home.

A model that was loaded from a checkpoint is replaced by a reference: the name of its folder and the
digest of its files. Whoever reads the bytes puts a copy of its own there. Tensors arrive on the
CPU, functions by the name of their module, never as code.

The bytes are pickles. They go between processes of one owner, over a cluster that nobody else can
reach: never read them from a file, and never from anything that a visitor has sent.
"""

import hashlib
import io
import pickle
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from realnvp.model_files import CONFIG, WEIGHTS


class NotSerializableError(Exception):
    """What only the process has in which it was made; one line that says what."""


class Reference(NamedTuple):
    """A model of a checkpoint.

    Args:
        name: of its folder among the checkpoints, such as "faces32" or "baselines/vae".
        digest: of its files.
    """

    name: str
    digest: str


class _Known(NamedTuple):
    reference: Reference
    model: "weakref.ref[nn.Module]"
    part: str  # of the model, as `named_modules` names it; "" for all of it


_known: weakref.WeakKeyDictionary[nn.Module, _Known] = weakref.WeakKeyDictionary()

Models = dict[Reference, nn.Module]


def remember(model: nn.Module, reference: Reference) -> None:
    """From now on the model, and any layer of it, is serialized as this reference."""
    for part, module in model.named_modules():
        _known[module] = _Known(reference, weakref.ref(model), part)


def digest_of(folder: Path) -> str:
    """The same only for the same weights and description.

    Raises:
        OSError: if they cannot be read.
    """
    hashed = hashlib.blake2b(digest_size=16)
    for file in (CONFIG, WEIGHTS):
        with (folder / file).open("rb") as content:
            hashed.update(hashlib.file_digest(content, "blake2b").digest())
    return hashed.hexdigest()


def pack(thing: Any) -> tuple[bytes, Models]:
    """The thing as bytes, and the models that are only referred to.

    Raises:
        NotSerializableError: if a part of it cannot be: a model of no checkpoint, a lambda, ...
    """
    buffer = io.BytesIO()
    pickler = _Pickler(buffer)
    try:
        pickler.dump(thing)
    # What cannot be pickled says so in as many ways as there are kinds of it.
    except (pickle.PicklingError, AttributeError, TypeError, NotImplementedError) as error:
        raise NotSerializableError(str(error)) from None
    return buffer.getvalue(), pickler.models


def unpack(data: bytes, find: Callable[[Reference], nn.Module]) -> Any:
    """What was packed.

    Args:
        find: this process's own copy of a model.

    Raises:
        NotSerializableError: if something in it cannot be made here: this process runs another
            version, or has no such model.
    """
    unpickler = _Unpickler(io.BytesIO(data))
    unpickler.find = find
    try:
        return unpickler.load()
    except NotSerializableError:
        raise
    except Exception as error:  # of any kind: classes are made by what stands in the bytes
        raise NotSerializableError(str(error)) from None


class _Pickler(pickle.Pickler):
    def __init__(self, buffer: io.BytesIO) -> None:
        super().__init__(buffer, protocol=5)
        self.models: Models = {}

    def persistent_id(self, thing: Any) -> tuple[str, str, str] | None:
        if not isinstance(thing, nn.Module):
            return None
        known = _known.get(thing)
        model = known and known.model()
        if known is None or model is None:
            raise NotSerializableError(f"a {type(thing).__name__} that is no checkpoint's")
        self.models[known.reference] = model
        return *known.reference, known.part

    def reducer_override(self, thing: Any) -> Any:
        if type(thing) is Tensor:
            # Of a view only what it shows, and no file in a file, as PyTorch would make it.
            values = thing.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
            return _tensor, (values.numpy().tobytes(), thing.dtype, tuple(thing.shape))
        if isinstance(thing, weakref.ref):
            model = thing()
            return (weakref.ref, (model,)) if isinstance(model, nn.Module) else (_gone, ())
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    find: Callable[[Reference], nn.Module]

    def persistent_load(self, identity: tuple[str, str, str]) -> nn.Module:
        name, digest, part = identity
        return self.find(Reference(name, digest)).get_submodule(part)


def _tensor(data: bytes, dtype: torch.dtype, shape: tuple[int, ...]) -> Tensor:
    if not data:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape)


class _Lost:
    """What a dead weak reference pointed to."""


def _gone() -> "weakref.ref[_Lost]":
    return weakref.ref(_Lost())
