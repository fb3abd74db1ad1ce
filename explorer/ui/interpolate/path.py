"""A path between latents: its settings, its frames, what to notice."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from explorer.figures import path_curves
from explorer.recipes.interpolate import FRAMES, columns_of
from explorer.ui.bits import note_below_zero
from explorer.ui.controls import whole
from explorer.ui.interpolate.subject import offer_frame
from explorer.ui.tiles import choose_tile
from realnvp.explore.frames import Frames
from realnvp.explore.paths import BETWEEN
from realnvp.numerals import numeral

DEFAULT_FRAMES = 9
_RADIUS = r"r_t = (1-t)\,\lVert a\rVert + t\,\lVert b\rVert"
# In lines that a phone has room for.
FORMULAS = {
    "spherical": r"\begin{gathered} z_t = r_t\,\big(\cos(t\theta)\,u + \sin(t\theta)\,w\big) \\"
    + _RADIUS
    + r" \\ u = a / \lVert a\rVert,\quad w \perp u,\quad \theta = \angle(a, b) \end{gathered}",
    "linear": r"z_t = (1 - t)\,a + t\,b",
    "norm-corrected": r"\begin{gathered} z_t = r_t\,\frac{(1-t)\,a + t\,b}"
    r"{\lVert (1-t)\,a + t\,b\rVert} \\" + _RADIUS + r" \end{gathered}",
}
NOTICE = {
    "spherical": "The blue curve stays level: the path keeps to the shell where the latents of"
    " pictures lie, and every frame is as sharp as its ends.",
    "linear": "The blue curve dips: the line cuts through the middle, where no latent of a picture"
    " lies. There the frames turn grey and flat, and cost fewest bits: likely, not typical.",
    "norm-corrected": "The direction of the straight line, at the norm that it should have: the"
    " frames are sharp again, and pass fastest in the middle.",
}


def path_settings() -> tuple[str, int, int]:
    """Kind of path, number of latents, number of frames."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        kind = st.segmented_control(
            "Path",
            list(BETWEEN),
            default="spherical",
            required=True,
            key="path",
            bind="query-params",
            help="How to go from one latent to the next. Compare the middle frames of the three.",
        )
        stops = st.segmented_control(
            "Latents",
            [2, 3, 4],
            default=2,
            required=True,
            key="stops",
            bind="query-params",
            help="The path meets each of them: A, B, C, D.",
        )
        frames = st.slider(
            "Frames",
            *FRAMES,
            DEFAULT_FRAMES,
            key="frames",
            bind="query-params",
            width=260,
            help="Pictures along the path, those of the latents included. Many make an even film.",
        )
    kind = kind if kind in BETWEEN else "spherical"
    return kind, stops if stops in (2, 3, 4) else 2, whole(frames, *FRAMES, DEFAULT_FRAMES)


def show_path(frames: Frames, kind: str, names: Sequence[str], recipe: dict) -> np.ndarray:
    """The strip, whose pixels it gives back, with its numbers, the curves, what to notice."""
    count = len(frames.images)
    numbers = list(zip(frames.norm_ratios.tolist(), frames.bits_per_dim.tolist(), strict=True))
    titles = [
        f"Frame {index + 1}: ‖z‖/√D = {norm:.3f}, {numeral(bits)} bits/dim"
        for index, (norm, bits) in enumerate(numbers)
    ]
    pixels, chosen = choose_tile(
        frames.images,
        columns_of(count),
        key="strip",
        alt=f"{count} frames on a {kind} path from {' to '.join(names)}",
        caption="On each frame ‖z‖/√D of the latent and bits/dim of the picture. Press one to keep"
        " it.",
        labels=[f"{norm:.2f} {numeral(bits, '.2f')}" for norm, bits in numbers],
        titles=titles,
        room=1400,
    )
    if chosen is not None:
        offer_frame(frames, chosen, f"frame {chosen + 1} of {count}, {kind}", recipe, key="frame")
    norms, low, high = frames.norm_ratios, *map(float, frames.bits_per_dim.aminmax())
    st.plotly_chart(
        path_curves(norms, frames.bits_per_dim),
        config={"displayModeBar": False},
        alt=f"Curves along the frames: ‖z‖/√D from {norms.min():.2f} to {norms.max():.2f}, bits/dim"
        f" from {numeral(low, '.2f')} to {numeral(high, '.2f')}",
        key="curves",
    )
    note_below_zero(low)
    st.latex(FORMULAS[kind])
    st.markdown(NOTICE[kind])
    return pixels
