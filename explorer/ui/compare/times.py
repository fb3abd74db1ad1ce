"""Efficiency: how long each family takes for a picture, on this machine."""

from collections.abc import Callable
from functools import partial
from time import perf_counter

import streamlit as st
import torch

from explorer.ui.cache import cached
from explorer.ui.compare.drawing import timed
from explorer.ui.compare.subject import Subject
from explorer.ui.models import default_labels, engine, run_locally
from realnvp.baselines import PixelCNN
from realnvp.baselines.side_by_side import OURS
from realnvp.explore.samples import draw_samples

COUNTS = (1, 64)
REPEATS = 3  # of what takes one pass; the fastest counts


def show_efficiency(subject: Subject) -> None:
    """A table of passes and milliseconds, measured when it is first looked at, then kept."""
    again = st.session_state.setdefault("times_measured", 0)
    times = cached("times", subject.signature(again), lambda: _measure(subject))
    height, width = subject.flow.config.image_size
    rows: dict[str, list[str]] = {"family": [], "passes one after the other": []}
    rows |= {f"{n} picture{'s' if n > 1 else ''}": [] for n in COUNTS} | {"each of 64": []}
    for title, taken in times.items():
        steps = height * width if title == PixelCNN.TITLE else 1
        cells = [title, f"{steps}", *(f"{ms:,.1f} ms" for ms in taken), f"{taken[1] / 64:,.2f} ms"]
        for column, cell in zip(rows.values(), cells, strict=True):
            column.append(cell)
    st.table(rows, border="horizontal", hide_index=True, alt="Time for a picture, by family")
    words = f"Measured on {engine().here.runs_on}, whoever else was using it at the time."
    if PixelCNN.TITLE in times:
        ours, theirs = times[OURS], times[PixelCNN.TITLE]
        words += (
            f" One picture: the PixelCNN takes {theirs[0] / ours[0]:,.0f} times as long as RealNVP;"
            f" of 64 at once, {theirs[1] / ours[1]:,.0f} times. Its steps wait for each other,"
            " though it computes no pixel twice: what its layers saw before is kept."
        )
    st.markdown(words)
    st.button(
        "Measure again",
        icon=":material/timer:",
        on_click=lambda: st.session_state.update(times_measured=again + 1),
        help="Times vary with what else the machine does.",
    )


def _measure(subject: Subject) -> dict[str, list[float]]:
    """Milliseconds for each of `COUNTS`, by titles."""
    flow = subject.flow
    ours = (partial(draw_samples, flow, n, 0.7, 0, default_labels(flow, n)) for n in COUNTS)
    times = {OURS: [run_locally(_fastest, run) for run in ours]}
    for model in subject.models.values():
        if isinstance(model, PixelCNN):
            times[model.TITLE] = _of_pixelcnn(model)
        else:
            times[model.TITLE] = [run_locally(_fastest, partial(model.sample, n)) for n in COUNTS]
    return times


def _of_pixelcnn(model: PixelCNN) -> list[float]:
    bar, taken = st.progress(0.0), []
    for n in COUNTS:
        words = f"PixelCNN, pixel after pixel: {n} picture{'s' if n > 1 else ''}"
        start = partial(model.start, n, torch.Generator().manual_seed(0))
        taken.append(timed(start, partial(bar.progress, text=words)))
    bar.empty()
    return taken


def _fastest(run: Callable[[], object]) -> float:
    """Milliseconds; the first run warms up."""
    run()
    taken = []
    for _ in range(REPEATS):
        began = perf_counter()
        run()
        taken.append(1000 * (perf_counter() - began))
    return min(taken)
