"""A path between latents: its settings, its frames, what to notice."""

from collections.abc import Sequence

import streamlit as st

from explorer.tray.pins import Pin
from explorer.ui.bits import note_below_zero
from explorer.ui.interpolate.film import show_film
from explorer.ui.interpolate.subject import Subject
from explorer.ui.offer import ACTIONS, offer_on
from explorer.ui.tiles import Action, tiles_of
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
FILM = Action("film", "Show in the film", "Stops the film above at this frame.")
IN_FILM = "film_asked"  # of the session: the frame that was asked for, and how often one was
DIP = 0.03  # of ‖z‖/√D, that can be seen in the chart


def show(subject: Subject) -> None:
    """The film with its curves, what to notice, the strip."""
    subject.way.show("path")
    pictures = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        subject.way.show()
    sources = subject.latent_pickers(subject.way)
    view: Path = subject.way.view()
    shown = subject.draw(sources)
    with pictures:
        _show_frames(subject, view, shown, [source.name for source in sources])
        st.latex(FORMULAS[view.path])
    subject.take_away_film(shown, ping_pong(view.frames))


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


def _show_frames(subject: Subject, view: Path, shown: FramesResult, names: Sequence[str]) -> None:
    """The film over the strip, from which it can be sent to a frame."""
    frames, count, kind = shown.frames, view.frames, view.path
    numbers = list(zip(frames.norm_ratios.tolist(), frames.bits.tolist(), strict=True))
    titles = [
        f"Frame {index + 1}: ‖z‖/√D = {norm:.3f}, {numeral(bits)} bits/dim"
        for index, (norm, bits) in enumerate(numbers)
    ]
    columns, film = columns_of(count), st.container()
    figure = tiles_of(
        frames.images,
        columns,
        alt=f"{count} frames on a {kind} path from {' to '.join(names)}",
        caption="On each frame ‖z‖/√D of the latent and bits/dim of the picture.",
        labels=[f"{norm:.2f} {numeral(bits, '.2f')}" for norm, bits in numbers],
        titles=titles,
        room=1400,
    )

    def pin_of(index: int) -> Pin:
        return subject.pin_of(shown, index, f"frame {index + 1} of {count}, {kind}")

    offer_on([figure], pin_of, key="strip", actions=[*ACTIONS, FILM], own={FILM.name: _ask})
    with film:
        index, times = st.session_state.get(IN_FILM, (0, 0))
        asked = min(index, count - 1), times
        show_film(shown.pixels, frames, columns, titles, asked, key="film")
        st.markdown(_notice(kind, frames))
        note_below_zero(frames.bits)


def _ask(index: int) -> None:
    """Have the film go to a frame."""
    _, times = st.session_state.get(IN_FILM, (0, 0))
    st.session_state[IN_FILM] = index, times + 1
