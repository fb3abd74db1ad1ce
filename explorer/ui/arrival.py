"""A file that a visitor sends, or why it is not here, in words: for every uploader there is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from explorer.ui.card import plain
from explorer.ui.web import element
from explorer.views.types import file_name
from realnvp.opening.limits import MAX_BYTES

# The browser keeps the name of a file whose server, or whose visit, is gone.
LOST = (
    "The file that you sent is no longer on the server: the connection was lost for too long, or"
    " the server was started anew. Please send it again."
)

_element = element("sending")


@dataclass(frozen=True, eq=False)
class Arrival:
    """What an uploader holds.

    Args:
        file: None if there is none.
        is_missing: whether the browser shows a file that is not here. The page has said so.
        is_on_its_way: whether that one is still being sent.
    """

    file: UploadedFile | None
    is_missing: bool = False
    is_on_its_way: bool = False


def file_arrival(
    label: str,
    key: str,
    help: str,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
    max_bytes: int = MAX_BYTES,
    several: bool = False,
) -> Arrival:
    """An uploader for files of any name, since the content decides; refusals are said below it.

    Args:
        several: many may be sent at once, and stay in its list; `new_arrivals` gives them.
    """
    with st.container(gap=None):
        files = st.file_uploader(
            label,
            key=key,
            max_upload_size=max_bytes >> 20,
            accept_multiple_files=several,
            on_change=on_change,
            args=args,
            help=help,
        )
        file = (files[-1] if files else None) if isinstance(files, list) else files
        last = _last(key)
    if last is not None:
        is_on_its_way = bool(last.get("sending"))
        if is_on_its_way:
            st.info(f"{_named(last)} is being sent.", icon=":material/upload:")
        else:
            st.error(_refusal(last, max_bytes), icon=":material/block:")
        return Arrival(None, is_missing=True, is_on_its_way=is_on_its_way)
    return arrival(key, file)


def arrival(key: str, file: UploadedFile | None) -> Arrival:
    """What a widget for files holds; that a file is lost is said below it.

    Args:
        key: of the widget.
        file: what it gave.
    """
    # In the widget's place Streamlit has a mark for a file that it knows of and does not have.
    held = st.session_state.get(key)
    is_lost = any(isinstance(f, DeletedFile) for f in (held if isinstance(held, list) else [held]))
    if is_lost:
        st.warning(LOST, icon=":material/upload_file:")
    return Arrival(file, is_lost)


def arrived(key: str) -> bytes | None:
    """For callbacks: what was sent under this key; None if nothing is there."""
    file = st.session_state.get(key)
    return file.getvalue() if isinstance(file, UploadedFile) else None


def new_arrivals(key: str, known: set[str]) -> list[tuple[str, bytes]]:
    """For callbacks: names and bytes of what was sent under this key and is not known yet.

    Args:
        known: ids of files; those that are new are put there.
    """
    files = [f for f in st.session_state.get(key) or [] if isinstance(f, UploadedFile)]
    new = [file for file in files if file.file_id not in known]
    known.update(file.file_id for file in new)
    return [(file_name(file.name), file.getvalue()) for file in new]


def _last(key: str) -> Mapping[str, Any] | None:
    """The last file in the uploader's list as the browser sees it, if it is not simply there."""
    watch = f"{key}_watch"
    known = st.session_state.get(watch, {}).get("last")
    last = _element(key=watch, data={"key": key, "known": known}, on_last_change=_heard).last
    return last if isinstance(last, Mapping) else None


def _heard() -> None:
    """Streamlit runs the page again for what has a callback; there is nothing else to do."""


def _named(last: Mapping[str, Any]) -> str:
    return plain(file_name(str(last.get("name", ""))))


def _refusal(last: Mapping[str, Any], max_bytes: int) -> str:
    words = str(last.get("words", ""))
    if "or smaller" in words or "413" in words:
        return (
            f"{_named(last)} was not sent: it is larger than {max_bytes >> 20} MB. Please save it"
            " smaller."
        )
    if "one file" in words.lower():
        return f"{_named(last)} was not sent: please send one file at a time."
    return (
        f"{_named(last)} did not arrive: the server did not take it, or the connection broke."
        " Please send it again."
    )
