"""What a flow is given, brought to tensors, or refused with what is wrong and what is right."""

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from realnvp.config import ModelConfig

Array: TypeAlias = Tensor | np.ndarray


def tensor_of(values: Array, name: str) -> Tensor:
    """The values as a tensor; a tensor stays itself.

    Args:
        name: of the values, for messages.

    Raises:
        ValueError: if they are neither a tensor nor a NumPy array of numbers.
    """
    if isinstance(values, Tensor):
        return values
    if not isinstance(values, np.ndarray):
        kind = type(values).__name__
        raise ValueError(f"{name} must be a tensor or a NumPy array, not of type {kind}")
    if values.dtype.kind not in "biufc":
        raise ValueError(f"{name} must be numbers, not an array of {values.dtype}")
    # torch takes no other byte order and no negative stride, and warns of what is read-only.
    plain = np.ascontiguousarray(values, values.dtype.newbyteorder("="))
    # A scalar becomes a row there.
    return torch.from_numpy(plain if plain.flags.writeable else plain.copy()).view(values.shape)


def images_of(images: Array, config: ModelConfig) -> Tensor:
    """Pictures, uint8 (B, C, H, W), as `encode` takes them; the size is looked at elsewhere.

    Raises:
        ValueError: if they are of another type or shape.
    """
    given = tensor_of(images, "pictures")
    if given.dtype != torch.uint8:
        raise ValueError(
            f"pictures must be uint8, from 0 to 255, not {_dtype(given)}: {_to_bytes(images)}"
        )
    _check_layout(images, given, config, "uint8 ")
    return given


def points_of(x: Array, config: ModelConfig, *, masks: bool = False) -> Tensor:
    """Points of the density, float (B, C, H, W) in (0, 256), as `log_prob` takes them.

    Args:
        masks: truth values will do, where they are moved and not computed with.

    Raises:
        ValueError: if they are of another type or shape.
    """
    given = tensor_of(x, "x")
    if not (given.is_floating_point() or (masks and given.dtype == torch.bool)):
        raise ValueError(
            f"x must be float, in (0, 256), not {_dtype(given)}: bits_per_dim takes uint8 pictures,"
            " and realnvp.flow.dequantize makes x of them"
        )
    _check_layout(x, given, config, "float ")
    return given


def latents_of(
    z: Array,
    config: ModelConfig,
    size: tuple[int, int] | None,
    shapes: Sequence[tuple[int, ...]],
    *,
    masks: bool = False,
) -> Tensor:
    """Latents, float (B, D), as `decode` takes them.

    Args:
        size: of their pictures; None is the trained one.
        shapes: of the levels at that size.
        masks: truth values will do, where they are moved and not computed with.

    Raises:
        ValueError: if they are of another type or shape.
    """
    given = tensor_of(z, "latents")
    dim = sum(math.prod(shape) for shape in shapes)
    height, width = size or config.image_size
    right = f"latents must be float (B, {dim}) for pictures of {height} × {width}"
    if given.ndim != 2 or given.shape[1] != dim:
        raise ValueError(f"{right}, not {_shape(given)}{_latent_hint(given, config, dim)}")
    if not (given.is_floating_point() or (masks and given.dtype == torch.bool)):
        raise ValueError(
            f"{right}, not {_dtype(given)}{'' if given.is_complex() else ': z.float()'}"
        )
    return given


def check_labels(labels: Tensor | None, batch: int, config: ModelConfig) -> None:
    """
    Raises:
        ValueError: unless these are labels of so many pictures, as the config says.
    """
    kind, count = config.label_kind, config.num_labels
    if kind is None:
        if labels is not None:
            raise ValueError("this model is unconditional: it takes no labels")
        return
    if labels is None:
        raise ValueError(f"this model wants labels: {kind} of {count}")
    if kind == "class":
        right = f"labels must be {batch} class indices from 0 to {count - 1}"
        if labels.shape != (batch,):
            raise ValueError(f"{right}, ({batch},), not {_shape(labels)}")
        if labels.is_floating_point() or labels.is_complex() or labels.dtype == torch.bool:
            raise ValueError(f"{right}, whole numbers, not {_dtype(labels)}")
        if batch and not ((labels >= 0) & (labels < count)).all():
            raise ValueError(f"{right}, not {int(labels.min())} to {int(labels.max())}")
        return
    right = f"labels must be {batch} rows of {count} attributes from 0 to 1"
    if labels.shape != (batch, count):
        raise ValueError(f"{right}, ({batch}, {count}), not {_shape(labels)}")
    if labels.is_complex():
        raise ValueError(f"{right}, not {_dtype(labels)}")


def _check_layout(values: Array, given: Tensor, config: ModelConfig, kind: str) -> None:
    channels = config.channels
    right = f"pictures must be {kind}(B, {channels}, H, W)"
    if given.ndim != 4:
        raise ValueError(f"{right}, not {_shape(given)}{_layout_hint(values, channels)}")
    if given.shape[1] == channels:
        return
    if given.shape[3] == channels:
        right_order = _moved(values, (0, 3, 1, 2))
        raise ValueError(f"{right}, not {_shape(given)}: channels are last, {right_order}")
    colours = {1: " (grey)", 3: " (colour)"}.get(channels, "")
    raise ValueError(
        f"pictures have {given.shape[1]} channels, the model {channels}{colours}: {right},"
        f" not {_shape(given)}"
    )


def _layout_hint(values: Array, channels: int) -> str:
    """What would make a batch of these, where that is clear."""
    shape = tuple(values.shape)
    if len(shape) == 3 and shape[0] == channels:
        return ": the batch is missing, images[None]"
    if len(shape) == 3 and shape[2] == channels:
        moved = _moved(values, (2, 0, 1))
        return f": the batch is missing and channels are last, {moved}[None]"
    if len(shape) == 3 and channels == 1:
        return ": the channel is missing, images[:, None]"
    if len(shape) == 2 and channels == 1:
        return ": batch and channel are missing, images[None, None]"
    return ""


def _moved(values: Array, order: tuple[int, ...]) -> str:
    return f"images.{'permute' if isinstance(values, Tensor) else 'transpose'}{order}"


def _to_bytes(images: Array) -> str:
    """What makes bytes of these pictures, or why nothing simple does."""
    cast = ".to(torch.uint8)" if isinstance(images, Tensor) else ".astype(np.uint8)"
    given = tensor_of(images, "pictures")
    if given.is_complex():
        return "they are no pictures"
    if given.numel() and (given.min() < 0 or given.max() > 255):
        return f"theirs go from {given.min().item():g} to {given.max().item():g}"
    if given.is_floating_point():
        from_one = not given.numel() or bool(given.max() <= 1)
        return f"({'255 * ' if from_one else ''}images).round(){cast}"
    if given.dtype == torch.bool:
        return f"255 * images{cast}"
    return f"images{cast}"


def _latent_hint(z: Tensor, config: ModelConfig, dim: int) -> str:
    if z.dtype == torch.uint8 and z.ndim in (3, 4):
        return ": these look like pictures, and encode(images) makes latents of them"
    if z.shape == (dim,):
        return ": the batch is missing, z[None]"
    if z.ndim == 4 and z[0].numel() == dim:
        return ": flow.unpicture(z) has them flat"
    if z.ndim != 2 or not z.shape[1]:
        return ""
    height, width = config.image_size
    for times in (2, 3, 4):
        if z.shape[1] == times**2 * config.dim:
            return f": those of {times * height} × {times * width} want size=" + str(
                (times * height, times * width)
            )
    return ""


def _dtype(values: Tensor) -> str:
    return str(values.dtype).removeprefix("torch.")


def _shape(values: Tensor) -> str:
    return str(tuple(values.shape))
