"""Files a visitor can keep, made when the button is pressed."""

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import streamlit as st
from safetensors.torch import save
from torch import Tensor

from explorer.views.recipe_files import RECIPE
from realnvp.image_encoding import to_png

BINARY = "application/octet-stream"


def file_button(
    title: str,
    make: Callable[[], bytes],
    file: str,
    mime: str,
    help: str,
    *,
    icon: str = "download",
) -> None:
    """A button for a file that is made when it is pressed; the name of the file is its key."""
    st.download_button(
        title,
        data=make,
        file_name=file,
        mime=mime,
        icon=f":material/{icon}:",
        on_click="ignore",
        key=file.replace(".", "_"),
        help=help,
    )


def picture_file(pixels: np.ndarray, name: str, recipe: Mapping[str, Any]) -> None:
    """A button for the pixels as PNG, with what made them as JSON in the file."""
    file_button(
        "PNG",
        lambda: to_png(pixels, {RECIPE: json.dumps(recipe, ensure_ascii=False)}),
        f"{name}.png",
        "image/png",
        "Lossless, at the model's own size, with its recipe in the file.",
    )


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
