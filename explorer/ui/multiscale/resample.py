"""Chosen levels with new noise, the others kept."""

import streamlit as st
import torch
from torch import Tensor

import explorer.ui.controls as controls
from explorer.recipes.multiscale import VARIANTS
from explorer.recipes.multiscale_programs import COLUMNS
from explorer.ui.multiscale.subject import (
    SIDE,
    Shown,
    Subject,
    indices,
    level_picker,
    levels_in_words,
    show_pinnable,
)
from explorer.ui.tiles import Figure, show_figures
from realnvp import RealNVP
from realnvp.explore.frames import Frames, frames_of, repeat_labels
from realnvp.explore.levels import resample, spread
from realnvp.viz import sequential, sequential_bar


def resample_view(subject: Subject) -> Shown:
    """n variants of A, and how far apart they are at each pixel."""
    flow, a = subject.flow, subject.a
    st.markdown(
        "The chosen levels get new noise, $z_i \\sim \\mathcal{N}(0, T^2 I)$; the others stay A's."
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        levels = level_picker(
            flow,
            "New noise in levels",
            "resampled",
            default=[1],
            help="What still looks like A is held by the levels that are not chosen.",
        )
        count = st.segmented_control(
            "Variants",
            VARIANTS,
            default=VARIANTS[0],
            required=True,
            key="variants",
            bind="query-params",
            help="More variants make the map of the spread smoother.",
        )
        count = count if count in VARIANTS else VARIANTS[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        seed = controls.seed_picker()
        temperature = controls.temperature_slider()

    frames, deviation = subject.ask(
        count, _variants, a.z, a.labels, levels, count, seed, temperature
    )
    entries = {"levels": levels, "variants": count, "seed": seed, "temperature": temperature}
    recipe = subject.recipe("Resample", **entries)
    words = f"{levels_in_words(levels)}, seed {seed}, temperature {temperature:.2f}"
    pictures, map_ = st.columns([3, 2], gap="medium")
    with pictures:
        pixels = show_pinnable(
            subject,
            frames,
            COLUMNS[count],
            key="variants_shown",
            names=[
                f"variant {i + 1} of {a.name}, new {levels_in_words(levels)}" for i in range(count)
            ],
            recipe=recipe,
            alt=f"{count} variants of {a.name}, new noise in {words}",
            caption="Press one to pin it.",
            room=640,
        )
    highest, mean = float(deviation.max()), float(deviation.mean())
    with map_:
        shown = [
            Figure(
                sequential(deviation.numpy(), 0, highest),
                f"Standard deviation of each pixel over the variants, up to {highest:.1f} of 255,"
                f" with new noise in {words}",
                f"Standard deviation of each pixel; {mean:.1f} of 255 on average",
                SIDE,
            )
        ]
        show_figures(shown, key="spread_map")
        bar = Figure(
            sequential_bar(), "Colours from dark to light", f"0 … {highest:.1f} of 255", SIDE
        )
        show_figures([bar], key="spread_bar")
        st.caption(
            "What to notice: the finest level moves only the grain, most at the half of the pixels"
            " that were laid down there; the coarsest decides what the picture is of."
        )
    return Shown(recipe, pixels, frames)


def _variants(
    flow: RealNVP,
    a: Tensor,
    labels: Tensor | None,
    levels: list[int],
    count: int,
    seed: int,
    temperature: float,
) -> tuple[Frames, Tensor]:
    """The variants, and their spread, (H, W)."""
    noise = torch.Generator().manual_seed(seed)
    z = resample(flow, a, indices(levels), count, noise, temperature)
    frames = frames_of(flow, z, repeat_labels(labels, count), with_bits=False)
    return frames, spread(frames.images)
