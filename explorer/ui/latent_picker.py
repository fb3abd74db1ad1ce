"""A latent to choose: drawn, pinned, or that of a picture."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.ui import address, pinned
from explorer.ui.card import plain
from explorer.ui.crop import DEFAULTS as CROP
from explorer.ui.crop import crop, reset_crop, start_on_a_face
from explorer.ui.examples import offered_examples
from explorer.ui.form import Form, choose_kind
from explorer.ui.level_temperatures import in_words
from explorer.ui.source import Source, encoded, sampled
from explorer.ui.strip import show_strip
from explorer.ui.tiles import Figure, show_figures
from explorer.ui.upload import Sent, photo, picture_upload
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
from realnvp.faces import is_of_faces
from realnvp.labels import label_words
from realnvp.viz import to_rgb

SIDE = 160  # of the picture, in CSS pixels
TILE, COLUMNS = 44, 6  # of the pictures under a list: a side in CSS pixels, and in a row
BY = ("File", "Camera")
FIRST = FromSeed(seed=1)


def latent_picker(
    flow: RealNVP,
    checkpoint: str,
    key: str,
    *,
    title: str,
    default: AnyLatent = FIRST,
    with_picture: bool = True,
) -> Source:
    """The picture of a latent, over the controls that lead to it; never empty.

    Args:
        key: "a" for example, of its own for each picker on a page: its query parameters are
            a_from, a_seed and so on.
        title: over the picture.
        default: on arrival.
        with_picture: without it, the page shows the picture elsewhere.
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
    if not with_picture:
        return made
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
    with _list():
        name = form.choose("pin", list(offered), otherwise=None) or next(iter(offered))
        form.set("pin", name)
        pictures = [to_rgb(pin.image[None])[0] for pin in offered.values()]
        _strip(form.flow, f"{key}_pin", "Pinned", offered, pictures, name)
    made = offered[name]
    labels = None if made.labels is None else made.labels[None]
    if labels is not None:
        st.caption(f"Conditioned on: {plain(label_words(form.flow.config, labels))}.")
    latent = read_latent(made.recipe) or form.view()
    return Source(made.name, made.z[None], labels, made.image[None], latent)


def _example(form: Form[Any], checkpoint: str, key: str) -> Source:
    offered = offered_examples(form.flow, checkpoint)
    with _list():
        name = form.choose("example", list(offered))
        pictures = [picture.pixels for picture in offered.values()]
        _strip(form.flow, f"{key}_example", "Examples", offered, pictures, name)
    form.show()
    image = middle(form.flow, offered[name].pixels)
    return encoded(form.flow, checkpoint, key, name, form.view(), image)


def _list() -> DeltaGenerator:
    """A place for a list over its pictures, which stays whole where things stand in a row."""
    return st.container(width=COLUMNS * TILE, gap="xsmall")


def _strip(
    flow: RealNVP,
    key: str,
    what: str,
    names: Iterable[str],
    pictures: Iterable[np.ndarray],
    chosen: str,
) -> None:
    """Small pictures, uint8 (H, W, 3) each, of what a list has: one that is pressed is chosen.

    Args:
        key: of the list.
        what: they are, for people.
    """
    names = list(names)

    def pressed(index: int) -> None:
        st.session_state[key] = names[index]

    height, width = flow.config.image_size
    shrunk = min(1.0, TILE / max(height, width))
    size = max(1, round(shrunk * height)), max(1, round(shrunk * width))
    show_strip(
        pictures,
        names,
        chosen,
        pressed,
        size=size,
        channels=flow.config.channels,
        tile=TILE,
        columns=COLUMNS,
        key=f"{key}_strip",
        what=what,
    )


def _upload(form: Form[Any], checkpoint: str, key: str) -> Source | None:
    """A file or a photo, with the box that says which part of it is used."""
    prefix = f"{key}_"
    sent = _sent(key, partial(reset_crop, prefix))
    if sent is None:
        st.caption("Choose a picture; until then, a sample:")
        return None
    flow, pixels, said = form.flow, sent.picture.pixels, ""
    size = flow.config.image_size
    with st.expander("Crop", icon=":material/crop:"):
        if is_of_faces(flow.card):
            said = start_on_a_face(pixels, size, prefix)
        sliders = crop(pixels, size, sent.name, sent.picture.notes, said, prefix)
    for field, value in {"file": sent.name, **sliders}.items():
        form.set(field, value)
    form.show(but=CROP)
    latent = form.view()
    return encoded(flow, checkpoint, key, sent.name, latent, latent.cut(flow, pixels))


def _sent(key: str, on_change: Callable[[], None]) -> Sent | None:
    by = st.segmented_control(
        "Picture by",
        BY,
        default=BY[0],
        required=True,
        key=f"{key}_by",
        label_visibility="collapsed",
        on_change=on_change,
    )
    help = "The part of it that is used can be chosen below, under Crop."
    if by == BY[1]:
        return photo(f"{key}_camera", help, on_change).sent
    return picture_upload(f"{key}_upload", help, on_change).sent
