"""The picture that a visitor looks at: an example, an upload or a photo."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import streamlit as st
import torch

from realnvp import RealNVP
from realnvp.checkpoint import checkpoints_folder
from realnvp.explore.samples import draw_samples
from realnvp.images import ENDINGS, MAX_BYTES, ImageError, fit, open_image
from realnvp.viz import to_rgb
from ui.models import ask, default_labels
from ui.tiles import pick_tile

SOURCES = ("Example", "Upload", "Camera")
EXAMPLES = 8


@dataclass(frozen=True)
class Picked:
    """Pixels, uint8 (H, W, 3), with a name and what was decided when they were read."""

    pixels: np.ndarray
    name: str
    notes: tuple[str, ...] = ()


def picture_source() -> str:
    """Where the picture comes from, one of `SOURCES`."""
    return st.segmented_control(
        "Picture from",
        SOURCES,
        default="Example",
        required=True,
        key="source",
        bind="query-params",
        help="An upload is used for this page only: it is not kept, and not sent anywhere else.",
    )


def choose_picture(flow: RealNVP, checkpoint: str, source: str) -> Picked:
    """The controls, and the picture they lead to; a bad file leaves the one before in place."""
    if source == "Example":
        picked = _example(flow, checkpoint)
    else:
        picked = _file(source) or st.session_state.get("picked") or _example(flow, checkpoint)
    st.session_state["picked"] = picked
    return picked


def _file(source: str) -> Picked | None:
    """The upload or photo; None, after one line about why, if there is no good one."""
    if source == "Camera":
        file = st.camera_input("Photo", key="camera", help="The middle of the photo is used.")
    else:
        file = st.file_uploader(
            "Picture",
            type=list(ENDINGS),
            key="upload",
            max_upload_size=MAX_BYTES >> 20,
            help="The largest part in the middle that fits the model is used.",
        )
    if file is None:
        return None
    if st.session_state.get("file_read") != file.file_id:
        st.session_state["file_read"] = file.file_id
        st.session_state["file"] = _read(file.getvalue(), file.name)
    result = st.session_state["file"]
    if isinstance(result, str):
        st.error(f"{result} The picture before stays.", icon=":material/broken_image:")
        return None
    return result


def _read(data: bytes, name: str) -> Picked | str:
    try:
        picture = open_image(data)
    except ImageError as error:
        return str(error)
    return Picked(picture.pixels, name, picture.notes)


def _example(flow: RealNVP, checkpoint: str) -> Picked:
    examples = _files(checkpoint) or _own_samples(flow)
    names = list(examples)
    fits = [
        fit(picked.pixels, flow.config.image_size, flow.config.channels)[0]
        for picked in examples.values()
    ]
    pick_tile(
        torch.cat(fits),
        names,
        st.session_state.get("example", names[0]),
        key="examples",
        state="example",
        alt=f"{len(names)} examples: {', '.join(names)}",
        room=640,
    )
    name = st.selectbox(
        "Example",
        names,
        key="example",
        bind="query-params",
        width=220,
        help="Press a picture above, or choose by name.",
    )
    return examples.get(name) or examples[names[0]]


def _files(checkpoint: str) -> dict[str, Picked]:
    """What lies in the checkpoint's `examples` folder, by name; the browser sends only names."""
    folder = checkpoints_folder() / checkpoint / "examples"
    return _read_folder(folder) if folder.is_dir() else {}


@lru_cache(maxsize=4)
def _read_folder(folder: Path) -> dict[str, Picked]:
    read = {path.stem: _read(path.read_bytes(), path.stem) for path in sorted(folder.glob("*.png"))}
    good = {name: picked for name, picked in read.items() if isinstance(picked, Picked)}
    return dict(list(good.items())[:EXAMPLES])


def _own_samples(flow: RealNVP) -> dict[str, Picked]:
    """Where a model brings no examples: pictures it has drawn itself."""
    drawn = ask(draw_samples, flow, EXAMPLES, 0.7, 0, default_labels(flow, EXAMPLES))
    names = list(flow.config.label_names) if flow.config.label_kind == "class" else []
    names += [f"sample {index + 1}" for index in range(len(names), EXAMPLES)]
    names = names[:EXAMPLES]  # of classes, each in turn
    return {n: Picked(pixels, n) for n, pixels in zip(names, to_rgb(drawn.images), strict=True)}
