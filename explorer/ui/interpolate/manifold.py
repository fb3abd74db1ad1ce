"""The paper's manifold through four latents, as a grid."""

import math

import numpy as np
import streamlit as st

from explorer.ui.interpolate.subject import offer_frame
from explorer.ui.tiles import choose_tile
from realnvp.explore.frames import Frames
from realnvp.explore.pads import TURNS, grid_angles, stops_of_grid

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


def turn_picker() -> str:
    """How far both angles go."""
    turn = st.segmented_control(
        "Turn",
        list(TURNS),
        default="quarter",
        required=True,
        key="turn",
        bind="query-params",
        help="How far φ and φ′ go. A quarter has the four latents in its corners; a full turn, as"
        " in the paper, comes back to where it starts, past the negative of each latent.",
    )
    return turn if turn in TURNS else "quarter"


def show_manifold(frames: Frames, turn: str, recipe: dict) -> np.ndarray:
    """The grid, whose pixels it gives back, with its four latents marked, what to notice."""
    angles = grid_angles(turn)
    side = len(angles)
    norms = frames.norm_ratios
    names = dict(zip(stops_of_grid(turn), "ABCD", strict=True))
    degrees = [round(math.degrees(angle)) for angle in angles]
    titles = [
        f"φ = {row}°, φ′ = {column}°, ‖z‖/√D = {norms[i * side + j]:.3f}"
        for i, row in enumerate(degrees)
        for j, column in enumerate(degrees)
    ]
    pixels, chosen = choose_tile(
        frames.images,
        side,
        key="grid",
        alt=f"Manifold of four latents over a {turn} turn, {side} × {side} pictures; marked are"
        " A, B, C and D",
        caption=f"φ from top to bottom and φ′ from left to right, 0° to {degrees[-1]}°;"
        f" ‖z‖/√D from {norms.min():.2f} to {norms.max():.2f}. Press a picture to keep it.",
        labels=[names.get(index, "") for index in range(side * side)],
        titles=titles,
    )
    if chosen is not None:
        place = titles[chosen].rpartition(",")[0]
        offer_frame(frames, chosen, place, recipe, key="cell")
    st.latex(FORMULA)
    st.markdown(NOTICE[turn])
    return pixels
