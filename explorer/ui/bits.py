"""Bits/dim in words: the one measure that all pages show, and what it means below zero."""

import streamlit as st
import torch
from torch import Tensor

from explorer.views.types import MEASURE
from realnvp.numerals import numeral

__all__ = ["MEASURE", "bits_in_words", "note_below_zero"]

BELOW_ZERO = (
    "Bits/dim below 0: they are of a density, and a density, unlike a probability, can exceed 1. It"
    " does where the model knows a value to less than one step of a byte. No byte costs less than"
    " nothing: on average over the noise that fills the step the cost is not below 0 (Encode, tab"
    " Noise)."
)


def note_below_zero(bits: Tensor | float) -> None:
    """A sentence where one of these is negative."""
    if bool((torch.as_tensor(bits) < 0).any()):
        st.caption(BELOW_ZERO)


def bits_in_words(bits: Tensor | None) -> str:
    """Mean and range of bits/dim; "" where there are none."""
    if bits is None:
        return ""
    mean, low, high = (numeral(float(value), ".2f") for value in (bits.mean(), *bits.aminmax()))
    return f"{mean} bits/dim on average, from {low} to {high}."
