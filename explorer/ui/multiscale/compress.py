"""The paper's conceptual compression: the coarsest latents kept, the rest forgotten."""

import streamlit as st

from explorer.ui.multiscale.live import follow
from explorer.ui.multiscale.measures import contrast, difference, grain
from explorer.ui.multiscale.subject import Subject
from explorer.views.multiscale import Compress
from explorer.views.result import FramesResult
from realnvp import RealNVP
from realnvp.explore.compression import FRACTIONS, kept_per_level

ROOM, LITTLE_ROOM = 900, 480  # of the pictures, in CSS pixels
MANY = 4  # rows with new noise, which have to be smaller for what is below them to be in sight
LEFT = 0.5  # of the picture's own contrast: farther from it is another picture


def show(subject: Subject) -> FramesResult:
    """A with 100 to 6.25 % of its latents kept, the rest at 0 or new."""
    form, a = subject.experiment, subject.a
    form.show("temperature")
    pictures = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show()

    shown: FramesResult = subject.draw()
    view: Compress = form.view()
    kept = ", ".join(f"{100 * fraction:g} %" for fraction in FRACTIONS)
    words = (
        f"{a.name} with {kept} of its latents kept, the rest 0, then new in {view.rows} rows, seed"
        f" {view.seed}, temperature {{}}"
    )
    shares = [f"{100 * fraction:g} %" for fraction in FRACTIONS]
    rests = ["rest 0", *(f"rest new, {row + 1}" for row in range(view.rows))]
    with pictures:
        subject.show_pinnable(
            shown,
            len(FRACTIONS),
            key="compressed",
            names=[f"{share} of {a.name}, {rest}" for rest in rests for share in shares],
            labels=[*shares, *[""] * view.rows * len(shares)],
            alt=words.replace("{}", f"{view.temperature:.2f}"),
            caption="Kept are A's coarsest latents. The rest: 0 in the first row, else new; the"
            " paper draws it at T = 1.",
            room=ROOM if view.rows < MANY else LITTLE_ROOM,
            live=follow(subject, len(FRACTIONS), ["temperature"], words),
        )
    st.markdown(
        "New is $z \\sim \\mathcal{N}(0, T^2 I)$: what a decoder would make up that was sent only"
        " that much of the picture."
    )
    st.markdown(_notice(shown, shares))
    _kept_table(subject.flow, shares)
    return shown


def _notice(shown: FramesResult, shares: list[str]) -> str:
    """At which share the picture is left, and what blurs, in numbers."""
    images, count = shown.frames.images, len(shares)
    still, own = images[:count], contrast(images[:1])[0]
    away, new = difference(still, images[:1]), difference(images[count:], images[:1])
    of_new = [sum(new[i::count]) / len(new[i::count]) for i in range(count)]
    told = ", ".join(
        f"{x:.0f} and {y:.0f} at {share}"
        for x, y, share in zip(away[1:], of_new[1:], shares[1:], strict=True)
    )
    lost = [share for x, share in zip(of_new, shares, strict=True) if x > LEFT * own]
    where = (
        f"With new noise it has passed half of that at {lost[0]}: from there on it is another"
        " picture."
        if lost
        else "Not even with new noise does it pass half of that: it stays the same picture."
    )
    sharp, blurred, made_up = grain(images[[0, count - 1, 2 * count - 1]])
    return (
        "**What to notice.** How far the picture is from A with the rest at 0, and with new noise:"
        f" {told}, root mean square in steps of 1/255. A's own pixels differ by {own:.0f} from"
        f" their mean. {where} Neighbouring pixels differ by {sharp:.1f} in A; at {shares[-1]} by"
        f" {blurred:.1f} with the rest at 0 and by {made_up:.1f} with new noise."
    )


def _kept_table(flow: RealNVP, shares: list[str]) -> None:
    """Which levels are kept how far."""
    per_level = [kept_per_level(flow, fraction) for fraction in FRACTIONS]
    lines = ["| Kept of | " + " | ".join(shares) + " |", "|---" * (1 + len(shares)) + "|"]
    for level, kept in enumerate(zip(*per_level, strict=True)):
        cells = " | ".join(f"{100 * share:.0f} %" for share in kept)
        lines.append(f"| level {level + 1} | {cells} |")
    st.markdown("\n".join(lines))
