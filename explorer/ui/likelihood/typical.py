"""Where likely latents are, and where latents are."""

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from explorer.figures import typical_plot
from explorer.recipes.likelihood import COLUMNS, COUNT
from explorer.ui.bits import note_below_zero
from explorer.ui.models import ask, patience
from explorer.ui.tiles import show_tiles
from realnvp import RealNVP
from realnvp.explore.frames import frames_of, labels_for_all
from realnvp.explore.report import Report
from realnvp.explore.typical import cooling, norm_density, warmed
from realnvp.numerals import numeral

CURVES = 6  # latents that are followed as temperature rises
GRID = 400  # points of the law of norms


def show_typical_set(
    flow: RealNVP, report: Report, labels: Tensor | None, temperature: float, seed: int
) -> np.ndarray:
    """Likelihood against the norm of the latent; gives the sheet of the mode and warmer samples."""
    with patience(True, "Following samples from cold to hot"):
        cooled = ask(cooling, flow, CURVES, seed, labels_for_all(labels, CURVES))
    z = warmed(flow, COUNT - 1, temperature, seed)
    many = labels_for_all(labels, COUNT)
    frames = ask(frames_of, flow, z, many)
    bits, norms = torch.as_tensor(frames.bits_per_dim), frames.norm_ratios
    ratios = torch.linspace(0.0, 1.5, GRID + 1, dtype=torch.float64)[1:]
    marks = {
        "the mode, T = 0: most likely, not typical": (0.0, float(bits[0])),
        f"a sample at T = {temperature:.2f}": (float(norms[1]), float(bits[1])),
        "this picture": (report.norm, report.bits_per_dim),
    }
    law = ratios, norm_density(ratios, flow.dim)
    places = "; ".join(
        f"{what}: norm {x:.2f}, {numeral(y, '.2f')} bits/dim" for what, (x, y) in marks.items()
    )
    st.plotly_chart(
        typical_plot(cooled.temperatures, cooled.norm_ratios, cooled.bits_per_dim, law, marks),
        alt=f"Bits/dim of samples against the norm of their latents as they cool; {places}",
    )
    pixels = show_tiles(
        frames.images,
        COLUMNS["Typical set"],
        key="typical_samples",
        alt=f"The mode and {COUNT - 1} samples at temperature {temperature:.2f}, seed {seed}",
        caption="First the mode, the single most likely latent; then samples at this temperature.",
        labels=[numeral(value, ".2f") for value in bits.tolist()],
        room=700,
    )
    note_below_zero(bits)
    width = 1 / (2 * flow.dim) ** 0.5
    st.markdown(
        f"**What to notice.** The grey shell is where noise of {flow.dim:,} numbers lies: its norm"
        f" is √D, give or take {100 * width:.1f} %. Density is highest in the middle, at the mode,"
        " but there is no room there: nothing is ever drawn from it. At temperature 1 samples come"
        " from the shell; cooling pulls them inside, to points that are likelier and atypical."
    )
    return pixels
