"""The paper's manifold through four latents, as a grid."""

import math

import streamlit as st

from explorer.ui.interpolate.subject import Subject
from explorer.views.interpolate import Manifold
from explorer.views.result import FramesResult
from realnvp.explore.pads import around, grid_angles, stops_of_grid

# In two lines: a phone has no room for one.
FORMULA = (
    r"\begin{aligned} z = {}& \cos\phi\,(\cos\phi'\, z_A + \sin\phi'\, z_B)"
    r" \\ {}+{}& \sin\phi\,(\cos\phi'\, z_C + \sin\phi'\, z_D) \end{aligned}"
)
NOTICE = {
    "quarter": "The corners are the four latents themselves, with ‖z‖/√D from {ends}; between them"
    " it is {all}: the squares of the four weights add up to 1.",
    "full": "The paper's figure: both angles go all the way round. Half a turn from a latent lies"
    " its negative, as likely under the prior as the latent itself. The four have ‖z‖/√D from"
    " {ends}, all that is shown {all}.",
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
        norms = shown.frames.norm_ratios
        four = norms[list(stops_of_grid(view.turn))]
        ends, all_ = (f"{float(x.min()):.2f} to {float(x.max()):.2f}" for x in (four, norms))
        st.markdown(NOTICE[view.turn].format(ends=ends, all=all_))
        st.latex(FORMULA)
    subject.take_away_film(shown, around(len(grid_angles(view.turn))))


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
    subject.offer_frames(
        shown,
        side,
        [title.rpartition(",")[0] for title in titles],
        key="grid",
        alt=f"Manifold of four latents over a {view.turn} turn, {side} × {side} pictures; marked"
        " are A, B, C and D",
        caption=f"φ from top to bottom and φ′ from left to right, 0° to {degrees[-1]}°;"
        f" ‖z‖/√D from {norms.min():.2f} to {norms.max():.2f}.",
        labels=[names.get(index, "") for index in range(side * side)],
        titles=titles,
    )
