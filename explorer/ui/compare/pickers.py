"""The digits that the families are asked about."""

from collections.abc import Callable

import streamlit as st

from explorer.ui.compare.subject import Subject
from explorer.ui.examples import offered_examples
from explorer.ui.latent_picker import latent_picker
from explorer.ui.source import Source
from explorer.views.latents import FromExample


def digit_picker(subject: Subject, key: str = "a") -> Source:
    """One digit; on arrival an example, another one for B than for A."""
    offered = list(offered_examples(subject.flow, subject.checkpoint))
    # Sorted by class: the next might be another 0.
    first = FromExample(example=offered[0 if key == "a" else -1])
    return latent_picker(subject.flow, subject.checkpoint, key, title=key.upper(), default=first)


def with_digit(subject: Subject, show: Callable[[Subject, Source], None]) -> None:
    """What `show` has to show of a digit, which is chosen beside it."""
    view, picker = st.columns([3, 1], gap="large")  # on a phone the pictures come first
    with picker:
        digit = digit_picker(subject, "a")
    with view:
        show(subject, digit)


def with_two_digits(subject: Subject, show: Callable[[Subject, Source, Source], None]) -> None:
    """The same of A and B, which are chosen below."""
    view = st.container()
    left, right = st.columns(2)
    with left:
        a = digit_picker(subject, "a")
    with right:
        b = digit_picker(subject, "b")
    with view:
        show(subject, a, b)
