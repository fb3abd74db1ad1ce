"""A latent decoded under other labels than its own."""

import streamlit as st

from explorer.recipes.multiscale_programs import label_columns
from explorer.ui.multiscale.subject import Shown, Subject, show_pinnable
from explorer.ui.source import Source
from realnvp import RealNVP
from realnvp.explore.frames import Frames, frames_of
from realnvp.explore.relabelling import other_labels
from realnvp.labels import label_names, label_words


def label_view(subject: Subject) -> Shown:
    """A under every class, or with one attribute after the other flipped."""
    flow, a = subject.flow, subject.a
    assert a.labels is not None
    st.markdown(
        "A's latent was made under A's label $y$ and is decoded under others,"
        " $x' = f^{-1}(f(x \\mid y) \\mid y')$: the paper's attribute change."
    )
    frames = subject.ask(flow.config.num_labels, _relabelled, a)
    recipe = subject.recipe("Label")
    names, own = label_names(flow.config), 0
    if flow.config.label_kind == "class":
        labels = names[: len(frames.z)]
        own = int(a.labels)
        told = f"as {names[own]}"
    else:
        flips = zip(names, a.labels[0].tolist(), strict=True)
        turned = (f"{'−' if bit >= 0.5 else '+'} {name}" for name, bit in flips)
        labels = ["A", *turned][: len(frames.z)]
        told = label_words(flow.config, a.labels)
    pixels = show_pinnable(
        subject,
        frames,
        label_columns(len(labels)),
        key="relabelled",
        names=[f"{a.name} as {label}" for label in labels],
        recipe=recipe,
        labels=labels,
        pressed=own,
        alt=f"{a.name}, made {told}, decoded under {len(labels)} labels",
        caption="A's own label is framed. Press a picture to pin it.",
        room=900,
    )
    st.caption(
        "What to notice: a latent that is free of the label keeps the rest, such as shape, slant"
        " and light, while the label changes."
    )
    return Shown(recipe, pixels, frames)


def _relabelled(flow: RealNVP, a: Source) -> Frames:
    labels = other_labels(flow.config, a.labels)
    return frames_of(flow, a.z.repeat(len(labels), 1), labels, with_bits=False)
