"""A latent level by level: as maps, and how its values are spread."""

import streamlit as st
import torch
from torch import Tensor

from explorer import figures
from explorer.ui.controls import level_names
from explorer.ui.tiles import Figure, show_figures
from explorer.views.multiscale import MAP_COLUMNS
from realnvp import RealNVP, viz
from realnvp.explore.normality import quantiles_against_normal
from realnvp.explore.report import norm_ratio

CELL = 96  # of one channel of a level, in CSS pixels
COLOURS = Figure(viz.colour_bar(), "Colours from blue through white to red", "−3 … 0 … +3", 260)
PLAIN = {"displayModeBar": False}


def show_levels(flow: RealNVP, z: Tensor) -> None:
    """Each level of z, (1, D), as maps of its channels, with its norm, below their colours."""
    first = "The first level holds the finest detail, the last one what the picture is of. "
    st.markdown(
        f"{first if flow.config.num_levels > 1 else ''}Look for an outline that can still be seen:"
        " what the model has understood looks like noise."
    )
    show_figures([COLOURS], key="colours")
    show_level_maps(flow, z, "the latent")


def show_level_maps(flow: RealNVP, z: Tensor, whose: str) -> None:
    """Each level of z, (1, D), as maps of its channels, with its norm."""
    levels = flow.unpack(z)
    for index, (level, name) in enumerate(zip(levels, level_names(len(levels)), strict=True)):
        channels, height, width = level.shape[1:]
        columns = min(channels, MAP_COLUMNS)
        norm = float(level.norm())
        text = (
            f"{channels} × {height} × {width}, ‖z‖ = {norm:.1f} where √D = "
            f"{level.numel() ** 0.5:.1f}: {norm_ratio(level):.3f}"
        )
        show_figures(
            [
                Figure(
                    viz.level_map(level[0], columns=columns),
                    f"{name.capitalize()} of {whose}: {text}",
                    f"{name.capitalize()}: {text}",
                    columns * CELL,
                )
            ],
            key=f"level_{index}",
        )


def show_spread(flow: RealNVP, z: Tensor) -> None:
    """How the values of each level of z, (1, D), are spread beside N(0, 1)."""
    levels = [level[0] for level in flow.unpack(z)]
    names = [f"level {index + 1}" for index in range(len(levels))]
    deviations = ", ".join(f"{float(torch.std(level)):.2f}" for level in levels)
    left, right = st.columns(2)
    with left:
        st.markdown(
            "**Histogram.** A model that fits turns every picture into values along the dashed"
            " curve. Look for a level that is narrower: it holds less than it could."
        )
        st.plotly_chart(
            viz.latent_histogram(levels, names),
            config=PLAIN,
            alt="Density of the latent values of each level, beside that of N(0, 1): standard"
            f" deviations {deviations}",
            key="histogram",
        )
    with right:
        st.markdown(
            "**Quantiles.** The same, but the tails can be seen. Look at the ends: a curve that"
            " bends away from the dashed line there has values no Gaussian would have."
        )
        st.plotly_chart(
            figures.quantile_plot([quantiles_against_normal(level) for level in levels], names),
            config=PLAIN,
            alt="Quantiles of the latent values of each level against those of N(0, 1): standard"
            f" deviations {deviations}",
            key="quantiles",
        )
