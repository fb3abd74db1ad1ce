"""A path between latents: its settings, its frames, what to notice."""

from collections.abc import Sequence

import streamlit as st

from explorer.figures import path_curves
from explorer.ui.bits import note_below_zero
from explorer.ui.interpolate.subject import Subject
from explorer.ui.tiles import choose_tile
from explorer.views.interpolate import Path, columns_of
from explorer.views.result import FramesResult
from realnvp.explore.frames import Frames
from realnvp.explore.paths import ping_pong
from realnvp.numerals import numeral

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
    "spherical": "The blue curve goes {norms}, straight from one norm to the next: the path never"
    " leaves the shell where latents of such norms lie.",
    "linear": "The blue curve goes {norms}. {dip}",
    "norm-corrected": "The direction of the straight line, at the norm that it should have: the"
    " blue curve goes {norms}, as on the spherical path, and what changes passes fastest in the"
    " middle.",
}
DIP = 0.03  # of ‖z‖/√D, that can be seen in the chart


def show(subject: Subject) -> None:
    """The strip with its numbers, the curves, what to notice."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        subject.way.show()
    pictures = st.container()
    sources = subject.latent_pickers(subject.way)
    view: Path = subject.way.view()
    shown = subject.draw(sources)
    with pictures:
        _show_strip(subject, view, shown, [source.name for source in sources])
        _show_curves(shown.frames)
        st.latex(FORMULAS[view.path])
        st.markdown(_notice(view.path, shown.frames))
    subject.take_away(shown, ping_pong(view.frames))


def _notice(kind: str, frames: Frames) -> str:
    """What the curves show."""
    norms, bits = frames.norm_ratios, frames.bits
    first, last, least = float(norms[0]), float(norms[-1]), int(norms.argmin())
    lowest = float(norms[least])
    dip = "The ends point almost the same way, so the line hardly leaves the shell."
    if lowest < min(first, last) - DIP:
        dip = (
            f"At frame {least + 1} it has sunk to {lowest:.2f}: the line cuts through the middle,"
            " where no latent of a picture lies."
        )
        if float(bits[least]) < min(float(bits[0]), float(bits[-1])):
            dip += " The frames there cost fewer bits than the ends: likely, not typical."
    return NOTICE[kind].format(norms=f"from {first:.2f} to {last:.2f}", dip=dip)


def _show_strip(subject: Subject, view: Path, shown: FramesResult, names: Sequence[str]) -> None:
    frames, count, kind = shown.frames, view.frames, view.path
    numbers = list(zip(frames.norm_ratios.tolist(), frames.bits.tolist(), strict=True))
    titles = [
        f"Frame {index + 1}: ‖z‖/√D = {norm:.3f}, {numeral(bits)} bits/dim"
        for index, (norm, bits) in enumerate(numbers)
    ]
    _, chosen = choose_tile(
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
        subject.offer_frame(shown, chosen, f"frame {chosen + 1} of {count}, {kind}", key="frame")


def _show_curves(frames: Frames) -> None:
    norms, low, high = frames.norm_ratios, *map(float, frames.bits.aminmax())
    st.plotly_chart(
        path_curves(norms, frames.bits),
        config={"displayModeBar": False},
        alt=f"Curves along the frames: ‖z‖/√D from {norms.min():.2f} to {norms.max():.2f}, bits/dim"
        f" from {numeral(low, '.2f')} to {numeral(high, '.2f')}",
        key="curves",
    )
    note_below_zero(low)
