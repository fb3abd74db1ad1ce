"""A file of another implementation as its tensors, by their names; no object is made of it."""

import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load as load_bytes
from torch import Tensor

from realnvp.config import shown
from realnvp.model_files import CheckpointError
from realnvp.reasons import reason_of

MAX_BYTES = 4 * 2**30  # of a file: its optimizer's state may lie in it as well
# Entries that hold the weights, and these entries of their own.
WITHIN = ("net", "state_dict", "model_state_dict", "model_state", "model", "checkpoint", "weights")
# What stands before every name where the network was within another: `DataParallel`, a network that
# `torch.compile` made, a module of Lightning.
WRAPPED = ("module.", "_orig_mod.", "model.", "net.")
DEPTH = 4  # of either
FRAME = pickle.FRAME[0]  # how a pickle of protocol 4 goes on


def read_state(path: Path, *, whole: str) -> dict[str, Tensor]:
    """The weights in a PyTorch or safetensors file, on the CPU.

    Args:
        whole: what to say of a file that holds a pickled object, or whatever else has to be
            unpickled, which is never done; FILE in it stands for the path.

    Raises:
        CheckpointError: if it cannot be read, or holds no weights.
    """
    state = _read(path, whole)
    for _ in range(DEPTH):
        state = next((state[key] for key in WITHIN if isinstance(state.get(key), Mapping)), state)
    tensors = {name: value for name, value in state.items() if isinstance(value, Tensor)}
    if not tensors or not all(isinstance(name, str) for name in tensors):
        raise CheckpointError(f"{path.name} holds no weights by their names")
    for start in WRAPPED * DEPTH:
        if all(name.startswith(start) for name in tensors):
            tensors = {name.removeprefix(start): value for name, value in tensors.items()}
    if odd := next((name for name, value in tensors.items() if value.is_complex()), None):
        raise CheckpointError(f"{path.name}: {shown(odd)} holds complex numbers")
    return {name: value.detach() for name, value in tensors.items()}


def _read(path: Path, whole: str) -> Mapping[Any, Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CheckpointError(f"{path.name} has more than {MAX_BYTES:,} bytes")
        if _is_safetensors(path):
            return load_bytes(path.read_bytes())
        # Tensors, containers and numbers alone; PyTorch refuses what would run code. Given a name,
        # it would tell safetensors by their ending.
        with path.open("rb") as file, warnings.catch_warnings():
            # What it says at length of such a pickle, beside refusing it.
            warnings.filterwarnings("ignore", message="Detected pickle protocol")
            found = torch.load(file, map_location="cpu", weights_only=True)
    except CheckpointError:
        raise
    except OSError as error:
        raise CheckpointError(f"{path.name} cannot be read: {reason_of(error)}") from None
    except pickle.UnpicklingError as error:
        # A class or function, or a newer protocol than PyTorch writes; else it is no pickle.
        if "Unsupported global" in str(error) or f"Unsupported operand {FRAME}" in str(error):
            said = whole.replace("FILE", path.resolve().as_posix())
            raise CheckpointError(f"{path.name} {said}") from None
        raise CheckpointError(f"{path.name} is damaged, or no file of PyTorch") from None
    except MemoryError:
        raise CheckpointError(f"{path.name} needs more memory than is free") from None
    except Exception:
        # A damaged file is refused in as many ways as there are exceptions.
        raise CheckpointError(f"{path.name} is damaged, or no file of PyTorch") from None
    if not isinstance(found, Mapping):
        raise CheckpointError(f"{path.name} holds {shown(type(found).__name__)}, and no weights")
    return found


def _is_safetensors(path: Path) -> bool:
    """Whether it begins as such a file, whatever it is called: the length of a JSON object."""
    with path.open("rb") as file:
        return file.read(9)[8:] == b"{"
