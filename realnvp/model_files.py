"""The two files of a model, `model.safetensors` and `config.json`; nothing is ever unpickled."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import safe_open
from safetensors.torch import load as load_bytes
from torch import Tensor, nn

from realnvp.atomic_file import write_file, write_tensors
from realnvp.plain import ConfigError, Plain, shown
from realnvp.reasons import reason_of

T = TypeVar("T")
M = TypeVar("M", bound=nn.Module)

FORMAT = 1
WEIGHTS, CONFIG = "model.safetensors", "config.json"
KIND = "model"  # the entry of `CONFIG` that describes a flow's architecture
MAX_NAME = 60  # as long as a pinned latent may tell of its model
MAX_CONFIG = 2**20  # bytes
_FLOATS = (torch.float32, torch.float16, torch.bfloat16, torch.float64)


class CheckpointError(ValueError):
    """A checkpoint that cannot be read; one line that names it and says what is wrong."""


class Described(Plain):
    """What describes a small model beside the flows; who reads it need not know its class."""

    @classmethod
    def _called(cls) -> str:
        return "the description"

    @classmethod
    def _unknown(cls, names: list[str]) -> str:
        return f"unknown entry {shown(names[0])}"


def is_plain(name: str) -> bool:
    """One short line that any browser, recipe and tray can hold; the rest was never meant here."""
    return name.isprintable() and len(name) <= MAX_NAME and name[0] != "." and "\\" not in name


def is_model(folder: Path) -> bool:
    """Whether both files are there, whatever is in them."""
    # os.path.isfile is False where a folder may not be read: it hides itself, not the others.
    return all(os.path.isfile(folder / file) for file in (WEIGHTS, CONFIG))


def read_model(
    path: Path,
    kind: str,
    parse: Callable[[dict[str, Any]], T],
    build: Callable[[T, dict[str, Any]], M],
    most: int,
) -> M:
    """The model in a folder: float32, CPU, evaluation mode, frozen.

    Args:
        kind, parse: as `read_description` has them.
        build: makes the model of its config and card.
        most: bytes of its weights.

    Raises:
        CheckpointError: if a file is missing or damaged, or they do not fit.
    """
    config, card = read_description(path, kind, parse)
    stored = read_weights(path, most)
    with torch.device("meta"):  # no memory is taken for what the file may not hold
        expected = build(config, card).state_dict()
    weights = fitted(path.name, stored, expected)
    model = build(config, card)
    model.load_state_dict(weights)
    return model.eval().requires_grad_(False)


def write_model(
    path: Path, kind: str, model: nn.Module, config: Described, card: dict[str, Any]
) -> None:
    """What `read_model` reads, in a folder that is made; weights as float16."""
    path.mkdir(parents=True, exist_ok=True)
    write_weights(path, model.state_dict(), half=True)
    write_description(path, kind, config.to_dict(), card)


def read_description(
    path: Path, kind: str, parse: Callable[[dict[str, Any]], T]
) -> tuple[T, dict[str, Any]]:
    """What `CONFIG` in a folder says of a model, and its card.

    Args:
        kind: the entry that describes it, such as "model".
        parse: turns that entry into a config.

    Raises:
        CheckpointError: if it is missing, damaged, or `parse` refuses it.
    """
    try:
        described = json.loads(_read(path / CONFIG, MAX_CONFIG))
        if described.get("format") != FORMAT:
            raise CheckpointError(f"{path.name}: {CONFIG} is not of format {FORMAT}")
        card = described.get("card") or {}
        if not isinstance(card, dict):
            raise CheckpointError(f"{path.name}: the card in {CONFIG} is not an object")
        return parse(described[kind]), card
    except OSError as error:
        raise unreadable(path, CONFIG, error) from None
    except ConfigError as error:
        raise CheckpointError(f"{path.name}: {error}") from None
    except CheckpointError:
        raise
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise CheckpointError(f"{path.name}: {CONFIG} is not a {kind}'s description") from None


def write_description(path: Path, kind: str, config: dict[str, Any], card: dict[str, Any]) -> None:
    """What `read_description` reads."""
    described = {"format": FORMAT, kind: config, "card": card}
    write_file(path / CONFIG, json.dumps(described, indent=2, ensure_ascii=False) + "\n")


def read_weights(path: Path, most: int) -> dict[str, Tensor]:
    """All tensors of a folder's `WEIGHTS`, a file of at most so many bytes.

    Raises:
        CheckpointError: if it is damaged, larger, or cannot be read.
    """
    try:
        # Read, not mapped: a file that shrinks while it is mapped ends the whole server.
        return load_bytes(_read(path / WEIGHTS, most))
    except OSError as error:
        raise unreadable(path, WEIGHTS, error) from None
    except MemoryError:
        raise CheckpointError(f"{path.name}: {WEIGHTS} needs more memory than is free") from None
    except Exception:
        # A header may be wrong in as many ways as there are exceptions.
        raise damaged(path) from None


def text_in(data: bytes, name: str) -> str:
    """A text in the metadata of safetensors, which their reader hides.

    The header is 8 bytes with its length, then JSON.

    Raises:
        Exception: of whatever kind, if it is damaged or has no such text.
    """
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length])["__metadata__"][name]


def check_weights(path: Path) -> None:
    """Look at header and length of a folder's `WEIGHTS`; no weight is read.

    Raises:
        CheckpointError: if it is damaged, or cannot be read.
    """
    try:
        with (path / WEIGHTS).open("rb"), safe_open(path / WEIGHTS, framework="pt"):
            pass
    except OSError as error:
        raise unreadable(path, WEIGHTS, error) from None
    except Exception:
        raise damaged(path) from None


def unreadable(path: Path, file: str, error: OSError) -> CheckpointError:
    """What to raise where a file of a folder may be in order, but cannot be read."""
    return CheckpointError(f"{path.name}: {file} cannot be read: {reason_of(error)}")


def damaged(path: Path) -> CheckpointError:
    """What to raise where a folder's `WEIGHTS` are read, and no weights."""
    return CheckpointError(f"{path.name}: {WEIGHTS} is damaged or not safetensors")


def weights_hash(path: Path) -> str:
    """SHA-256 of a folder's `WEIGHTS`, as its card has it.

    Raises:
        OSError: if it cannot be read.
    """
    return hashlib.sha256((path / WEIGHTS).read_bytes()).hexdigest()


def write_weights(path: Path, state: dict[str, Tensor], *, half: bool) -> None:
    """A model's state; `half` stores all but integers and running statistics as float16."""
    tensors = {
        name: (value.half() if half and _is_weight(name, value) else value).contiguous().cpu()
        for name, value in state.items()
    }
    write_tensors(path / WEIGHTS, tensors)


def fitted(name: str, stored: dict[str, Tensor], expected: dict[str, Tensor]) -> dict[str, Tensor]:
    """The stored tensors in the expected types.

    Args:
        name: of the model, for messages.
        expected: a state to compare with; its values do not matter, it may be on "meta".

    Raises:
        CheckpointError: naming one that is missing, unknown, of another shape or kind, or that
            holds values that are not finite.
    """
    if missing := sorted(set(expected) - set(stored)):
        raise CheckpointError(f"{name}: {len(missing)} weights are missing, first {missing[0]}")
    if unknown := sorted(set(stored) - set(expected)):
        first = shown(unknown[0])
        raise CheckpointError(f"{name}: {len(unknown)} weights are unknown, first {first}")
    fitting = {}
    for key, like in expected.items():
        given = stored[key]
        if given.shape != like.shape:
            raise CheckpointError(
                f"{name}: {key} has shape {tuple(given.shape)}, not {tuple(like.shape)}"
            )
        if given.dtype not in (_FLOATS if like.is_floating_point() else (torch.int64,)):
            kind = str(given.dtype).removeprefix("torch.")
            raise CheckpointError(f"{name}: {key} is of the wrong kind: {kind}")
        fitting[key] = given.to(like.dtype)
        if not torch.isfinite(fitting[key]).all():
            raise CheckpointError(f"{name}: {key} holds values that are not finite")
    return fitting


def _is_weight(name: str, value: Tensor) -> bool:
    return value.is_floating_point() and "running_" not in name


def _read(path: Path, most: int) -> bytes:
    """All of a file.

    Raises:
        OSError: also if it has more than so many bytes.
    """
    if path.stat().st_size > most:
        raise OSError(f"more than {most} bytes")
    return path.read_bytes()
