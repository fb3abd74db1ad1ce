"""A latent decoded under other labels than its own."""

from collections.abc import Sequence

import streamlit as st
from torch import Tensor

from explorer.ui.card import plain
from explorer.ui.multiscale.measures import contrast, difference, most_and_least
from explorer.ui.multiscale.subject import Subject
from explorer.views.multiscale import label_columns
from explorer.views.result import FramesResult
from realnvp.labels import label_names, label_words


def show(subject: Subject) -> FramesResult:
    """A under every class, or with one attribute after the other flipped."""
    flow, a = subject.flow, subject.a
    assert a.labels is not None
    st.markdown(
        "A's latent was made under A's label $y$ and is decoded under others,"
        " $x' = f^{-1}(f(x \\mid y) \\mid y')$: the paper's attribute change."
    )
    subject.experiment.show()
    shown: FramesResult = subject.draw()
    count = len(shown.frames.z)
    names, own = label_names(flow.config), 0
    if flow.config.label_kind == "class":
        labels = names[:count]
        own = int(a.labels)
        told = f"as {names[own]}"
    else:
        flips = zip(names, a.labels[0].tolist(), strict=True)
        turned = (f"{'−' if bit >= 0.5 else '+'} {name}" for name, bit in flips)
        labels = ["A", *turned][:count]
        told = label_words(flow.config, a.labels)
    subject.show_pinnable(
        shown,
        label_columns(len(labels)),
        key="relabelled",
        names=[f"{a.name} as {label}" for label in labels],
        labels=labels,
        pressed=own,
        alt=f"{a.name}, made {told}, decoded under {len(labels)} labels",
        caption="A's own label is framed.",
        room=900,
    )
    st.markdown(_notice(shown.frames.images, labels, own))
    return shown


def _notice(images: Tensor, labels: Sequence[str], own: int) -> str:
    """Which label changes the picture most, in numbers."""
    away = difference(images, images[own : own + 1])
    rest = [at for at in range(len(labels)) if at != own]
    most, least = most_and_least([away[at] for at in rest], [labels[at] for at in rest])
    return (
        f"**What to notice.** {plain(most)} is farthest from A, {plain(least)} nearest: root mean"
        " square in steps of 1/255. A's own pixels differ by"
        f" {contrast(images[own : own + 1])[0]:.1f} from their mean. What stays the same, such as"
        " slant or light, the latent holds; what changes came with the label."
    )
