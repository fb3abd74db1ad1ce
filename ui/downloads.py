"""Files a visitor can keep, made when the button is pressed."""

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st
from safetensors.torch import save
from torch import Tensor

from realnvp.images import to_png

RECIPE = "realnvp"  # the name of the recipe among the texts of a PNG


def picture_file(pixels: np.ndarray, name: str, recipe: Mapping[str, Any]) -> None:
    """A button for the pixels as PNG, with what made them as JSON in the file."""
    st.download_button(
        "PNG",
        data=lambda: to_png(pixels, {RECIPE: json.dumps(recipe, ensure_ascii=False)}),
        file_name=f"{name}.png",
        mime="image/png",
        icon=":material/download:",
        on_click="ignore",
        key=f"{name}_png",
        help="Lossless, at the model's own size, with its recipe in the file.",
    )


def latents_file(
    z: Tensor, images: Tensor, name: str, recipe: Mapping[str, Any], labels: Tensor | None = None
) -> None:
    """Buttons for latents, (B, D), with their pictures, as NumPy's NPZ or as safetensors."""
    arrays = {"z": z.contiguous(), "images": images.contiguous()}
    if labels is not None:
        arrays["labels"] = labels.contiguous()
    text = json.dumps(recipe, ensure_ascii=False)
    st.download_button(
        "NPZ",
        data=lambda: _npz(arrays, text),
        file_name=f"{name}.npz",
        mime="application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
        key=f"{name}_npz",
        help="Latents z (float32, one row a picture), pictures and recipe: `numpy.load`.",
    )
    st.download_button(
        "Safetensors",
        data=lambda: save(arrays, {RECIPE: text}),
        file_name=f"{name}.safetensors",
        mime="application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
        key=f"{name}_safetensors",
        help="The same, for PyTorch: `safetensors.torch.load_file`.",
    )


def _npz(arrays: Mapping[str, Tensor], recipe: str) -> bytes:
    buffer = io.BytesIO()
    columns = {name: array.numpy() for name, array in arrays.items()}
    np.savez(buffer, recipe=np.array(recipe), **columns)
    return buffer.getvalue()
