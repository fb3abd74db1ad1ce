"""A latent that somebody wants to keep, and the file that keeps several."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

from realnvp.model_files import text_in

FORMAT = 1
DESCRIPTION = "realnvp_tray"  # the name of the JSON in the file's metadata
MAX_PINS = 24
MAX_BYTES = 10 * 2**20
MAX_NAME = 60
MAX_RECIPE = 20_000  # characters of JSON
MAX_LABELS = 4096
CONTIGUOUS = torch.contiguous_format


class PinError(ValueError):
    """A pin or a file of pins that cannot be used; one line for the person who has it."""


@dataclass(frozen=True, eq=False)
class Pin:
    """One latent with all that is needed to use it on another page.

    Args:
        name: for people; at most MAX_NAME characters, no control characters.
        checkpoint: name of the model whose latent it is.
        z: float32 (D,), finite.
        labels: what the latent was decoded with: a class, int64 (), attributes from 0 to 1,
            float32 (A,), or None for an unconditional model.
        image: the picture, uint8 (C, H, W), C 1 or 3, with C H W = D.
        recipe: how it was made, plain JSON types.

    Raises:
        PinError: if one of them is not so.
    """

    name: str
    checkpoint: str
    z: Tensor
    labels: Tensor | None
    image: Tensor
    recipe: dict[str, Any]

    def __post_init__(self) -> None:
        for what, text in (("name", self.name), ("checkpoint", self.checkpoint)):
            if not isinstance(text, str) or not text.isprintable():
                raise PinError(f"The {what} of a pinned latent is no text of one line.")
            if not 0 < len(text) <= MAX_NAME:
                raise PinError(f"The {what} of a pinned latent must have 1 to {MAX_NAME} letters.")
        if self.z.dtype != torch.float32 or self.z.ndim != 1 or not len(self.z):
            raise self._problem(f"a latent of {_kind(self.z)}, not of float32 (D,)")
        if not torch.isfinite(self.z).all():
            raise self._problem("a latent with values that are not finite")
        if self.image.dtype != torch.uint8 or self.image.ndim != 3:
            raise self._problem(f"a picture of {_kind(self.image)}, not of uint8 (C, H, W)")
        if self.image.numel() != len(self.z) or len(self.image) not in (1, 3):
            size = " × ".join(map(str, self.image.shape))
            raise self._problem(f"a picture of {size} for a latent of {len(self.z):,} values")
        if self.labels is not None:
            self._check_labels(self.labels)
        _check_recipe(self.recipe)
        # Copies: a row of a batch would keep all of the batch in memory.
        for name in ("z", "image", "labels"):
            if (part := getattr(self, name)) is not None:
                object.__setattr__(self, name, part.clone(memory_format=CONTIGUOUS))

    def _check_labels(self, labels: Tensor) -> None:
        if labels.dtype == torch.int64 and labels.ndim == 0:
            good = 0 <= int(labels) < MAX_LABELS
        else:
            good = labels.dtype == torch.float32 and labels.ndim == 1
            good = good and 0 < len(labels) <= MAX_LABELS
            good = good and bool(((labels >= 0) & (labels <= 1)).all())
        if not good:
            raise self._problem("labels that are neither a class nor attributes from 0 to 1")

    def _problem(self, what: str) -> PinError:
        return PinError(f"{self.name!r} has {what}.")

    def is_latent_of(self, other: "Pin") -> bool:
        """Whether this is the other's very latent, whatever either is called."""
        if self.checkpoint != other.checkpoint or (self.labels is None) != (other.labels is None):
            return False
        parts = [(self.z, other.z), (self.image, other.image)]
        if self.labels is not None and other.labels is not None:
            parts.append((self.labels, other.labels))
        return all(torch.equal(one, another) for one, another in parts)

    @property
    def nbytes(self) -> int:
        """Of its tensors."""
        return 5 * len(self.z) + (0 if self.labels is None else self.labels.nbytes)


def _kind(tensor: Tensor) -> str:
    shape = ", ".join(map(str, tensor.shape))
    return f"{str(tensor.dtype).removeprefix('torch.')} ({shape})"


def _check_recipe(recipe: object) -> None:
    try:
        text = json.dumps(recipe, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        text = ""
    if not isinstance(recipe, dict) or not 0 < len(text) <= MAX_RECIPE:
        raise PinError("The recipe of a pinned latent is no JSON object of a reasonable size.")


def check_tray(pins: Sequence[Pin]) -> None:
    """Raise `PinError` if these are more than a tray or its file holds."""
    if len(pins) > MAX_PINS:
        raise PinError(f"A tray holds {MAX_PINS} latents; these are {len(pins)}.")
    if sum(pin.nbytes for pin in pins) > MAX_BYTES - MAX_PINS * (2 * MAX_RECIPE + 2048):
        raise PinError(f"A tray holds {MAX_BYTES >> 20} MB of latents; these are more.")


def with_pin(pins: Sequence[Pin], pin: Pin) -> list[Pin]:
    """The pins and one more at the end, under a name that none of them has."""
    return [*pins, replace(pin, name=free_name(pin.name, [other.name for other in pins]))]


def find_pin(pins: Sequence[Pin], pin: Pin) -> Pin | None:
    """The one of them that is this latent, if there is one."""
    return next((other for other in pins if pin.is_latent_of(other)), None)


def short_name(name: str) -> str:
    """The name, cut to the length that a pin may have."""
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"


def free_name(name: str, taken: Sequence[str]) -> str:
    """The name, or the name with the first number that makes it a new one: "nose", "nose (2)"."""
    count, free = 1, name
    while free in taken:
        count += 1
        ending = f" ({count})"
        free = name[: MAX_NAME - len(ending)] + ending
    return free


def to_bytes(pins: Sequence[Pin]) -> bytes:
    """The pins as a file: safetensors, with names and recipes as JSON in its metadata.

    Raises:
        PinError: if they are too many or too large.
    """
    check_tray(pins)
    tensors, described = {}, []
    for index, pin in enumerate(pins):
        # Copies: safetensors refuses tensors that share memory, as a pin that is there twice does.
        tensors[f"z.{index}"] = pin.z.clone()
        tensors[f"image.{index}"] = pin.image.clone()
        if pin.labels is not None:
            tensors[f"labels.{index}"] = pin.labels.clone()
        described.append({"name": pin.name, "checkpoint": pin.checkpoint, "recipe": pin.recipe})
    return save(tensors, {DESCRIPTION: json.dumps({"format": FORMAT, "pins": described})})


def from_bytes(data: bytes) -> list[Pin]:
    """The pins in a file.

    Raises:
        PinError: and nothing else, if it is damaged, too large, or not such a file.
    """
    if len(data) > MAX_BYTES:
        size = len(data) / 2**20
        raise PinError(f"The file has {size:.1f} MB; a tray has at most {MAX_BYTES >> 20}.")
    try:
        described = _description(data)
        return list(_pins(described, load(data)))
    except PinError:
        raise
    except Exception:
        # A header may be wrong in as many ways as there are exceptions: ValueError, KeyError,
        # RecursionError, SafetensorError, ...
        raise PinError("The file is damaged, or no tray that was saved here.") from None


def _description(data: bytes) -> list[dict[str, Any]]:
    described = json.loads(text_in(data, DESCRIPTION))
    if described["format"] != FORMAT:
        raise PinError("The file was saved by another version, whose trays cannot be read here.")
    pins = described["pins"]
    if not isinstance(pins, list):
        raise PinError("The file names no pinned latents.")
    if len(pins) > MAX_PINS:
        raise PinError(f"A tray holds {MAX_PINS} latents; the file has {len(pins)}.")
    return pins


def _pins(described: Sequence[dict[str, Any]], tensors: dict[str, Tensor]) -> Iterator[Pin]:
    taken: list[str] = []
    for index, texts in enumerate(described):
        z, image = tensors[f"z.{index}"], tensors[f"image.{index}"]
        labels = tensors.get(f"labels.{index}")
        pin = Pin(texts["name"], texts["checkpoint"], z, labels, image, texts["recipe"])
        pin = replace(pin, name=free_name(pin.name, taken))
        taken.append(pin.name)
        yield pin
