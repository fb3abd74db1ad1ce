"""The paper's conceptual compression: the coarsest latents kept, the rest forgotten."""

import streamlit as st

from explorer.ui.multiscale.subject import Subject
from explorer.views.multiscale import Compress
from explorer.views.result import FramesResult
from realnvp import RealNVP
from realnvp.explore.compression import FRACTIONS, kept_per_level


def show(subject: Subject) -> FramesResult:
    """A with 100 to 6.25 % of its latents kept, the rest at 0 or new."""
    form, a = subject.experiment, subject.a
    st.markdown(
        "Only a part of A's latents is kept, the coarsest first. In the first row the rest is 0,"
        " in the others it is new, $z \\sim \\mathcal{N}(0, T^2 I)$: what a decoder would make up"
        " that was sent only that much of the picture."
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show()

    shown: FramesResult = subject.draw()
    view: Compress = form.view()
    shares = [f"{100 * fraction:g} %" for fraction in FRACTIONS]
    rests = ["rest 0", *(f"rest new, {row + 1}" for row in range(view.rows))]
    subject.show_pinnable(
        shown,
        len(FRACTIONS),
        key="compressed",
        names=[f"{share} of {a.name}, {rest}" for rest in rests for share in shares],
        labels=[*shares, *[""] * view.rows * len(shares)],
        alt=f"{a.name} with {', '.join(shares)} of its latents kept, the rest 0, then new in"
        f" {view.rows} rows, seed {view.seed}, temperature {view.temperature:.2f}",
        caption="Press a picture to pin it. The paper draws the rest at temperature 1.",
        room=900,
    )
    _kept_table(subject.flow, shares)
    st.caption(
        "What to notice: with the rest at 0 the picture blurs; with new noise it stays sharp and"
        " slowly becomes another one, once less than the coarsest level is kept."
    )
    return shown


def _kept_table(flow: RealNVP, shares: list[str]) -> None:
    """Which levels are kept how far."""
    per_level = [kept_per_level(flow, fraction) for fraction in FRACTIONS]
    lines = ["| Kept of | " + " | ".join(shares) + " |", "|---" * (1 + len(shares)) + "|"]
    for level, kept in enumerate(zip(*per_level, strict=True)):
        cells = " | ".join(f"{100 * share:.0f} %" for share in kept)
        lines.append(f"| level {level + 1} | {cells} |")
    st.markdown("\n".join(lines))
