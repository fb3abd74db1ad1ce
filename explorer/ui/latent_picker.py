"""A latent to choose: drawn, pinned, or that of a picture."""

from typing import Any

import streamlit as st

from explorer.ui import address, pinned
from explorer.ui.card import plain
from explorer.ui.examples import offered_examples
from explorer.ui.form import Form, choose_kind
from explorer.ui.level_temperatures import in_words
from explorer.ui.source import Source, encoded, sampled
from explorer.ui.tiles import Figure, show_figures
from explorer.ui.upload import upload
from explorer.views.latents import (
    FROM,
    AnyLatent,
    FromExample,
    FromFile,
    FromSeed,
    FromTray,
    middle,
    read_latent,
)
from explorer.views.view import kinds_of
from realnvp import RealNVP
from realnvp.labels import label_words
from realnvp.viz import to_rgb

SIDE = 160  # of the picture, in CSS pixels
FIRST = FromSeed(seed=1)


def latent_picker(
    flow: RealNVP, checkpoint: str, key: str, *, title: str, default: AnyLatent = FIRST
) -> Source:
    """The picture of a latent, over the controls that lead to it; never empty.

    Args:
        key: "a" for example, of its own for each picker on a page: its query parameters are
            a_from, a_seed and so on.
        title: over the picture.
        default: on arrival.
    """
    place, prefix = st.container(), f"{key}_"
    kinds, first = kinds_of(AnyLatent), type(default)
    kind = choose_kind(FROM, kinds, first, prefix, flow, label=f"{title} from")
    form: Form[Any] = Form(kind, flow, prefix, default if isinstance(default, kind) else None)
    made: Source | None = None
    if kind is FromTray:
        made = _pinned(form, checkpoint, key)
    elif kind is FromExample:
        made = _example(form, checkpoint, key)
    elif kind is FromFile:
        made = _upload(form, checkpoint, key)
    if made is None:
        start = default if isinstance(default, FromSeed) else FIRST
        made = _sample(Form(FromSeed, flow, prefix, start), checkpoint, key)
    with place:
        figure = Figure(to_rgb(made.image)[0], f"{title}: {made.name}", made.name, SIDE)
        show_figures([figure], key=f"{key}_shown")
    return made


def _sample(form: Form[FromSeed], checkpoint: str, key: str) -> Source:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        form.show("seed", "picture")
    form.show()
    latent = form.view()
    number = f", no. {latent.picture}" if latent.picture > 1 else ""
    name = f"seed {latent.seed}{number}, T = {in_words(latent.temperature)}"
    return sampled(form.flow, checkpoint, key, name, latent)


def _pinned(form: Form[Any], checkpoint: str, key: str) -> Source | None:
    offered = {made.name: made for made in pinned.fitting(form.flow, checkpoint)}
    if not offered:
        st.caption("The tray has no latent of this model; until you pin one, a sample:")
        return None
    address.put_choice(f"{key}_pin", list(offered))
    name = form.choose("pin", list(offered), otherwise=None) or next(iter(offered))
    form.set("pin", name)
    made = offered[name]
    labels = None if made.labels is None else made.labels[None]
    if labels is not None:
        st.caption(f"Conditioned on: {plain(label_words(form.flow.config, labels))}.")
    latent = read_latent(made.recipe) or form.view()
    return Source(made.name, made.z[None], labels, made.image[None], latent)


def _example(form: Form[Any], checkpoint: str, key: str) -> Source:
    offered = offered_examples(form.flow, checkpoint)
    name = form.choose("example", list(offered))
    form.show()
    image = middle(form.flow, offered[name].pixels)
    return encoded(form.flow, checkpoint, key, name, form.view(), image)


def _upload(form: Form[Any], checkpoint: str, key: str) -> Source | None:
    fitted = upload(form.flow.config, key)
    if fitted is None:
        st.caption("Choose a picture; until then, a sample:")
        return None
    form.set("file", fitted.name)
    form.show()
    return encoded(form.flow, checkpoint, key, fitted.name, form.view(), fitted.image)
