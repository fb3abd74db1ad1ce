"""A picture that a visitor sends: a file, or a photo from the camera."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from explorer.ui.arrival import Arrival, arrival, file_arrival
from explorer.ui.card import plain
from explorer.ui.class_address import has_camera
from explorer.views.types import file_name
from realnvp.images import ImageError, Picture, open_image


@dataclass(frozen=True, eq=False)
class Sent:
    """A picture with the name of its file."""

    picture: Picture
    name: str


@dataclass(frozen=True, eq=False)
class Incoming:
    """What was sent.

    Args:
        sent: the last good picture; None before the first.
        is_missing: whether the browser shows a file that gives none, so that what is known of
            another one must not stand beside it.
    """

    sent: Sent | None
    is_missing: bool = False


def picture_upload(key: str, help: str, on_change: Callable[[], None] | None = None) -> Incoming:
    """A picture sent here; why there is none is said below.

    Args:
        key: of its own for each place on a page where pictures can be sent.
        on_change: called when there was a picture before; the first one is what a link, which
            cannot hold it, was waiting for.
    """
    changed = _after_the_first(on_change, key)
    return _read(file_arrival("Picture", key, help, changed), key)


def photo(key: str, help: str, on_change: Callable[[], None] | None = None) -> Incoming:
    """The same from the visitor's camera; where browsers give none, that is said in its place."""
    on_change = _after_the_first(on_change, key)
    file = None
    if has_camera():
        file = st.camera_input("Photo", key=key, on_change=on_change, help=help)
    return _read(arrival(key, file), key)


def _after_the_first(on_change: Callable[[], None] | None, key: str) -> Callable[[], None]:
    def changed() -> None:
        _, good, _ = _kept(key)
        if on_change is not None and good is not None:
            on_change()

    return changed


def _kept(key: str) -> tuple[str | None, Sent | None, str]:
    """The id of the last file, the last good picture, and what was wrong with the last file."""
    return st.session_state.get(f"{key}_sent", (None, None, ""))


def _read(arrival: Arrival, key: str) -> Incoming:
    """The picture in a file, which is read once; where there is none now, that of the last one."""
    seen, good, error = _kept(key)
    file = arrival.file
    if file is not None and file.file_id != seen:
        try:
            good, error = Sent(open_image(file.getvalue()), file_name(file.name)), ""
        except ImageError as problem:
            error = f"{plain(file_name(file.name))}: {problem}"
        st.session_state[f"{key}_sent"] = file.file_id, good, error
    if file is not None and error:
        st.error(error, icon=":material/broken_image:")
        return Incoming(None, is_missing=True)
    return Incoming(None if arrival.is_missing else good, arrival.is_missing)
