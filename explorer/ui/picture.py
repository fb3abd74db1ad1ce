"""The picture that a visitor looks at: an example, an upload, a photo or a pin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from explorer.ui import address, pinned
from explorer.ui.crop import crop, reset_crop, start_on_a_face
from explorer.ui.examples import offered_examples
from explorer.ui.form import Form
from explorer.ui.strip import show_strip
from explorer.ui.upload import Sent, photo, picture_upload
from explorer.views.pictures import AnyPicture, Example, File, Pinned
from explorer.views.settings import LabelField
from realnvp import RealNVP
from realnvp.faces import is_of_faces
from realnvp.images import Picture
from realnvp.labels import Label, class_named, label_entry
from realnvp.viz import to_rgb

SOURCES = ("Example", "Upload", "Camera", "Tray")
TILE = 80  # of a picture to press, in CSS pixels
COLUMNS = 8  # of those
LABEL_KEYS = dict(zip(("class", "attributes"), LabelField().keys("label"), strict=True))


@dataclass(frozen=True, eq=False)
class Picked:
    """A picture to encode.

    Args:
        pixels: uint8 (H, W, 3).
        name: for people.
        picture: where it is from; all of it.
        notes: what was decided when it was read.
        label: what a model should be conditioned on; None where that is not known.
    """

    pixels: np.ndarray
    name: str
    picture: AnyPicture
    notes: tuple[str, ...] = ()
    label: Label = None


def picture_picker(form: Form[Any], checkpoint: str, first: DeltaGenerator) -> Picked:
    """The controls of a view's picture and label, and the picture that they lead to.

    The page ends there if none can be shown.

    Args:
        form: of the view, or of the part of it, that has the two; `cut_out` gives it the picture.
        first: a row for the controls that have room in it.
    """
    with first:
        source = picture_source()
    picked = find_picture(form.flow, checkpoint, source)
    if picked is None:
        address.stop()
    form.suggest(label=picked.label)
    with first:
        form.show("label")
    return picked


def cut_out(form: Form[Any], picked: Picked) -> Tensor:
    """The picture with its box, for the form; gives what is cut out, uint8 (1, C, H, W)."""
    size, said = form.flow.config.image_size, ""
    if isinstance(picked.picture, File) and is_of_faces(form.flow.card):
        said = start_on_a_face(picked.pixels, size)
    sliders = crop(picked.pixels, size, picked.name, picked.notes, said)
    picture = picked.picture.model_copy(update=sliders)
    form.set("picture", picture)
    return picture.cut(form.flow, picked.pixels)


def picture_source() -> str:
    """Where the picture comes from, one of `SOURCES`."""
    return st.segmented_control(
        "Picture from",
        SOURCES,
        default="Example",
        required=True,
        key="source",
        bind="query-params",
        on_change=reset_crop,
        help="An upload or a photo is there for this visit only, unless you pin it, and is not sent"
        " anywhere else.",
    )


def find_picture(flow: RealNVP, checkpoint: str, source: str) -> Picked | None:
    """The controls, and the picture they lead to; where there is none yet, the one before.

    None if the browser shows the name of a file that gives none: nothing else may stand beside it.
    """
    picked = None
    if source in ("Upload", "Camera"):
        if source == "Upload":
            help = (
                "Any picture; choose the part of it below. Try one that the model was not made for."
            )
            incoming = picture_upload("upload", help, reset_crop)
        else:
            help = "Choose the part of it below: a face should fill it."
            incoming = photo("camera", help, reset_crop)
        if incoming.is_missing:
            return None
        picked = _of_file(incoming.sent)
        if picked is None:
            st.caption("Nothing has been sent in this visit yet; the picture below is another one.")
    elif source == "Tray":
        picked = _pin(flow, checkpoint)
    kept, of = st.session_state.get("picked", (None, None))
    if picked is None and source != "Example" and of == checkpoint:
        picked = kept
    picked = picked or _example(flow, checkpoint)
    st.session_state["picked"] = picked, checkpoint
    return picked


def _of_file(sent: Sent | None) -> Picked | None:
    if sent is None:
        return None
    return Picked(sent.picture.pixels, sent.name, File(file=sent.name), sent.picture.notes)


def _example(flow: RealNVP, checkpoint: str) -> Picked:
    offered = offered_examples(flow, checkpoint)
    labels = {name: class_named(flow.config, name) for name in offered}
    name = _press(flow, offered, labels, Example, "example")
    return Picked(offered[name].pixels, name, Example(example=name), label=labels[name])


def _pin(flow: RealNVP, checkpoint: str) -> Picked | None:
    pins = {made.name: made for made in pinned.current().pins}
    if not pins:
        st.caption("The tray is empty. Pin a picture on any page, and it can be chosen here.")
        return None
    offered = {name: Picture(to_rgb(made.image[None])[0]) for name, made in pins.items()}
    labels: dict[str, Label] = dict.fromkeys(pins)
    for made in pinned.fitting(flow, checkpoint):
        row = None if made.labels is None else made.labels[None]
        labels[made.name] = label_entry(flow.config, row).get("label")
    address.put_choice("pinned", list(offered))
    name = _press(flow, offered, labels, Pinned, "pinned", index=None)
    return Picked(offered[name].pixels, name, Pinned(pinned=name), label=labels[name])


def _press(
    flow: RealNVP,
    offered: Mapping[str, Picture],
    labels: Mapping[str, Label],
    kind: type[Example | Pinned],
    key: str,
    index: int | None = 0,
) -> str:
    """A row of pictures with their names below: the name of the chosen one.

    Args:
        labels: what a model should be conditioned on for each; None where that is not known.
        kind: what is chosen.
        key: of the list of names: the field of the kind that says which, and its query parameter.
        index: of the name that is chosen on arrival.
    """
    names, setting = list(offered), kind.setting_of(key)

    def chosen() -> None:
        reset_crop()
        _suggest(flow, labels.get(st.session_state[key]))

    def pressed(index: int) -> None:
        st.session_state[key] = names[index]
        chosen()

    place = st.container()
    picked = st.selectbox(
        setting.label,
        names,
        index=index,
        key=key,
        bind="query-params",
        width=setting.width or "stretch",
        on_change=chosen,
        help=f"{setting.help} Press a picture above, or choose by name.",
    )
    name = picked if picked is not None and picked in offered else names[0]
    # A list has its own choice, and a model its own pictures: either may bring another one.
    label_key, now = LABEL_KEYS.get(flow.config.label_kind or ""), (key, name)
    before = st.session_state.get("label_of", now)
    if label_key and before != now:
        _suggest(flow, labels[name])
    st.session_state["label_of"] = now
    with place:
        show_strip(
            [picture.pixels for picture in offered.values()],
            names,
            name,
            pressed,
            size=flow.config.image_size,
            channels=flow.config.channels,
            tile=TILE,
            columns=COLUMNS,
            key=f"{key}_tiles",
            what=setting.label,
        )
    return name


def _suggest(flow: RealNVP, label: Label) -> None:
    """Tell the model what the picture is known to show; the visitor can choose another label."""
    if label is not None and flow.config.label_kind is not None:
        st.session_state[LABEL_KEYS[flow.config.label_kind]] = label
