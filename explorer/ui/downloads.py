"""Files a visitor can keep, made when the button is pressed."""

import io
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from safetensors.torch import save
from torch import Tensor

from explorer.views.recipe_files import RECIPE
from realnvp.image_encoding import to_png

BINARY = "application/octet-stream"
LARGEST = 8192  # pixels along a side that browsers show everywhere


def file_button(
    title: str,
    make: Callable[[], bytes],
    file: str,
    mime: str,
    help: str,
    *,
    icon: str | None = "download",
) -> None:
    """A button for a file that is made when it is pressed; the name of the file is its key."""
    st.download_button(
        title,
        data=make,
        file_name=file,
        mime=mime,
        icon=icon and f":material/{icon}:",
        on_click="ignore",
        key=file.replace(".", "_"),
        help=help,
    )


def picture_files(pixels: np.ndarray, name: str, recipe: Mapping[str, Any]) -> None:
    """Buttons for the pixels as PNG, with what made them as JSON in the file: as they are, larger.

    Args:
        pixels: uint8 (H, W, 3 or 4).
    """
    height, width = pixels.shape[:2]
    for times in (1, 4, 8):
        if times > 1 and times * max(height, width) > LARGEST:
            continue
        file_button(
            "Save PNG" if times == 1 else f"×{times}",
            partial(_png, pixels, times, recipe),
            f"{name}.png" if times == 1 else f"{name}_x{times}.png",
            "image/png",
            f"{times * width} × {times * height} pixels, lossless, with the recipe in the file."
            + (" Each pixel becomes a square." if times > 1 else ""),
            icon="download" if times == 1 else None,
        )


def _png(pixels: np.ndarray, times: int, recipe: Mapping[str, Any]) -> bytes:
    large = pixels.repeat(times, 0).repeat(times, 1)
    return to_png(large, {RECIPE: json.dumps(recipe, ensure_ascii=False)})


def latents_file(
    z: Tensor, images: Tensor, name: str, recipe: Mapping[str, Any], labels: Tensor | None = None
) -> None:
    """Buttons for latents, (B, D), with their pictures, as NumPy's NPZ or as safetensors."""
    arrays = {"z": z.contiguous(), "images": images.contiguous()}
    if labels is not None:
        arrays["labels"] = labels.contiguous()
    text = json.dumps(recipe, ensure_ascii=False)
    file_button(
        "NPZ",
        lambda: _npz(arrays, text),
        f"{name}.npz",
        BINARY,
        "Latents z (float32, one row a picture), pictures and recipe: `numpy.load`.",
    )
    file_button(
        "Safetensors",
        lambda: save(arrays, {RECIPE: text}),
        f"{name}.safetensors",
        BINARY,
        "The same, for PyTorch: `safetensors.torch.load_file`.",
    )


def _npz(arrays: Mapping[str, Tensor], recipe: str) -> bytes:
    buffer = io.BytesIO()
    columns = {name: array.numpy() for name, array in arrays.items()}
    np.savez(buffer, allow_pickle=False, recipe=np.array(recipe), **columns)
    return buffer.getvalue()
