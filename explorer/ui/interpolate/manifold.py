"""The paper's manifold through four latents, as a grid."""

import math

import streamlit as st

from explorer.ui.interpolate.subject import Subject
from explorer.ui.tiles import choose_tile
from explorer.views.interpolate import Manifold
from explorer.views.result import FramesResult
from realnvp.explore.pads import around, grid_angles, stops_of_grid

# In two lines: a phone has no room for one.
FORMULA = (
    r"\begin{aligned} z = {}& \cos\phi\,(\cos\phi'\, z_A + \sin\phi'\, z_B)"
    r" \\ {}+{}& \sin\phi\,(\cos\phi'\, z_C + \sin\phi'\, z_D) \end{aligned}"
)
NOTICE = {
    "quarter": "The corners are the four latents themselves. The squares of the four weights add up"
    " to 1, so the norm hardly changes, and what lies between are pictures in their own right.",
    "full": "The paper's figure: both angles go all the way round. Half a turn from a latent lies"
    " its negative, as likely as the latent itself: what has become of the picture?",
}


def show(subject: Subject) -> None:
    """The grid, with its four latents marked, what to notice."""
    subject.way.show()
    pictures = st.container()
    sources = subject.latent_pickers(subject.way)
    view: Manifold = subject.way.view()
    shown = subject.draw(sources)
    with pictures:
        _show_grid(subject, view, shown)
        st.latex(FORMULA)
        st.markdown(NOTICE[view.turn])
    subject.take_away(shown, around(len(grid_angles(view.turn))))


def _show_grid(subject: Subject, view: Manifold, shown: FramesResult) -> None:
    angles, frames = grid_angles(view.turn), shown.frames
    side = len(angles)
    norms = frames.norm_ratios
    names = dict(zip(stops_of_grid(view.turn), "ABCD", strict=True))
    degrees = [round(math.degrees(angle)) for angle in angles]
    titles = [
        f"φ = {row}°, φ′ = {column}°, ‖z‖/√D = {norms[i * side + j]:.3f}"
        for i, row in enumerate(degrees)
        for j, column in enumerate(degrees)
    ]
    _, chosen = choose_tile(
        frames.images,
        side,
        key="grid",
        alt=f"Manifold of four latents over a {view.turn} turn, {side} × {side} pictures; marked"
        " are A, B, C and D",
        caption=f"φ from top to bottom and φ′ from left to right, 0° to {degrees[-1]}°;"
        f" ‖z‖/√D from {norms.min():.2f} to {norms.max():.2f}. Press a picture to keep it.",
        labels=[names.get(index, "") for index in range(side * side)],
        titles=titles,
    )
    if chosen is not None:
        place = titles[chosen].rpartition(",")[0]
        subject.offer_frame(shown, chosen, place, key="cell")
