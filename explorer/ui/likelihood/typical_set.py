"""Where likely latents are, and where latents are."""

import streamlit as st
import torch

from explorer.figures import typical_plot
from explorer.ui.bits import note_below_zero
from explorer.ui.likelihood.subject import Subject
from explorer.ui.models import run_cached, spinner
from explorer.views.likelihood import COLUMNS, COUNT, TypicalSet
from explorer.views.result import FramesResult
from realnvp.explore.frames import Frames, labels_for_all
from realnvp.explore.typical import cooling, norm_density
from realnvp.numerals import numeral

CURVES = 6  # latents that are followed as temperature rises
GRID = 400  # points of the law of norms


def show(subject: Subject) -> FramesResult:
    """Likelihood against the norm of the latent, the mode and warmer samples."""
    view: TypicalSet = subject.controls()
    flow, report = subject.flow, subject.report()
    with spinner(True, "Following samples from cold to hot"):
        many = labels_for_all(subject.labels, CURVES)
        cooled = run_cached(cooling, flow, CURVES, view.seed, many)
    shown: FramesResult = subject.draw()
    frames = shown.frames
    bits, norms = frames.bits, frames.norm_ratios
    ratios = torch.linspace(0.0, 1.5, GRID + 1, dtype=torch.float64)[1:]
    marks = {
        "z = 0, the mode of p(z): likeliest there, not typical": (0.0, float(bits[0])),
        f"a sample at T = {view.temperature:.2f}": (float(norms[1]), float(bits[1])),
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
    st.markdown(_notice(flow.dim, view.temperature, frames))
    names = ["the mode of p(z)"] + [
        f"sample {index} at T = {view.temperature:.2f}, seed {view.seed}"
        for index in range(1, COUNT)
    ]
    subject.offer_frames(
        shown,
        COLUMNS,
        names,
        key="typical_samples",
        titles=names,
        alt=f"The mode and {COUNT - 1} samples at temperature {view.temperature:.2f}, seed"
        f" {view.seed}",
        caption="First z = 0, the mode of p(z), which need not be that of p(x); then samples at"
        " this temperature.",
        labels=[numeral(value, ".2f") for value in bits.tolist()],
        room=700,
    )
    note_below_zero(bits)
    return shown


def _notice(dim: int, temperature: float, frames: Frames) -> str:
    """Where the shell is, and what its samples and the middle cost."""
    width = 1 / (2 * dim) ** 0.5
    middle, samples = float(frames.bits[0]), frames.bits[1:]
    norm = float(frames.norm_ratios[1:].mean())
    fewer = int((samples > middle).sum())
    return (
        f"**What to notice.** The grey shell is where noise of {dim:,} numbers lies at T = 1: its"
        f" norm is √D, give or take {100 * width:.1f} %. The density p(z) is highest in the middle,"
        f" at z = 0, but there is no room there: nothing is ever drawn from it. At T ="
        f" {temperature:.2f} samples have ‖z‖/√D = {norm:.2f} on average. The picture at z = 0"
        f" costs {numeral(middle, '.2f')} bits/dim, fewer than {fewer} of {len(samples)} samples."
    )
