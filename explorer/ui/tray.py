"""The tray in the sidebar: what is pinned, on every page."""

from collections.abc import Callable, Sequence

import streamlit as st
import torch

from explorer.tray.pins import MAX_BYTES, MAX_NAME, MAX_PINS, Pin, to_bytes
from explorer.ui import pinned
from explorer.ui.arrival import arrived, file_arrival
from explorer.ui.card import plain
from explorer.ui.tiles import show_tiles
from realnvp.fitting import fit
from realnvp.viz import GAP, to_rgb

CHOSEN = "tray_chosen"
CHOICES = ("pinned", "a_pin", "b_pin", "c_pin", "d_pin")  # lists of pins, on whatever page
LISTS = ("taught_yes", "taught_no")  # of words, such as "tray NAME"
COLUMNS = 5
SIDE = 48  # of a thumbnail: five fill the sidebar


def pin(made: Pin) -> None:
    """Put a latent into the tray; to be called by the callback of what was pressed."""
    if name := pinned.add(made):
        st.session_state[CHOSEN] = name
    st.rerun()  # all of it: the button's fragment alone does not show the tray


def pin_button(made: Pin, *, key: str, label: str = "Pin") -> None:
    """A button that puts the latent into the tray."""
    st.button(
        label,
        icon=":material/push_pin:",
        key=key,
        on_click=pin,
        args=(made,),
        help="Puts this latent into the tray in the sidebar, for use on any page. The tray is kept"
        " on this server, for whoever has the address of the page, until 30 days after its last"
        " use.",
    )


def tray(checkpoint: str) -> None:
    """The tray; call it inside the sidebar, on every page.

    Args:
        checkpoint: the model chosen now; latents of others are faded.
    """
    pinned.refresh()
    _tray(checkpoint)


@st.fragment(key="tray")
def _tray(checkpoint: str) -> None:
    state = pinned.current()
    if state.news:
        icon = "info" if state.problem else "push_pin"
        st.toast(plain(state.news), icon=f":material/{icon}:")
        pinned.said()
    count = f" ({len(state.pins)} of {MAX_PINS})" if state.pins else ""
    st.subheader(f"Tray{count}", anchor=False)
    if state.pins:
        _pins(state.pins, checkpoint)
    else:
        st.caption("Pin a picture on any page; it waits here to be used on another.")
    if state.problem:
        st.warning(plain(state.problem), icon=":material/info:")
    _files(state)


def _pins(pins: Sequence[Pin], checkpoint: str) -> None:
    """The pictures, and what can be done with the chosen one."""
    names = [made.name for made in pins]
    if st.session_state.get(CHOSEN) not in names:
        st.session_state[CHOSEN] = names[-1]
    at = names.index(st.session_state[CHOSEN])
    chosen, last = pins[at], len(pins) - 1
    _thumbnails(pins, checkpoint, at)
    st.session_state["tray_name"] = chosen.name
    st.text_input(
        "Name of the chosen latent",
        key="tray_name",
        max_chars=MAX_NAME,
        on_change=_rename,
        args=(chosen.name,),
        help="Press a picture to choose it. By its name it is offered on other pages.",
    )
    strange = "" if chosen.checkpoint == checkpoint else "; choose that checkpoint to use it"
    st.caption(f"A latent of {plain(chosen.checkpoint)}{strange}.")
    name = chosen.name
    with st.container(horizontal=True, gap="xsmall"):
        _button("Up", "One place towards the front.", pinned.move, name, -1, enabled=at > 0)
        _button("Down", "One place towards the end.", pinned.move, name, 1, enabled=at < last)
        _button("Remove", "Out of the tray. Undo brings it back.", pinned.remove, name)


def _thumbnails(pins: Sequence[Pin], checkpoint: str, at: int) -> None:
    pictures, titles = [], []
    for made in pins:
        picture = fit(to_rgb(made.image[None])[0], (SIDE, SIDE), 3)[0]
        own = made.checkpoint == checkpoint
        pictures.append(picture if own else picture // 3 + 96)
        titles.append(made.name if own else f"{made.name}, of {made.checkpoint}")
    show_tiles(
        torch.cat(pictures),
        COLUMNS,
        key="tray_pins",
        alt=f"Pinned: {'; '.join(titles)}",
        room=COLUMNS * (SIDE + GAP) - GAP,
        titles=titles,
        pressed=at,
        on_press=lambda index: st.session_state.update({CHOSEN: pins[index].name}),
    )


def _files(state: pinned.Tray) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        if state.pins:
            st.download_button(
                "Save",
                data=lambda: to_bytes(state.pins),
                file_name="tray.safetensors",
                mime="application/octet-stream",
                on_click="ignore",
                key="tray_save",
                help="All of it in one file: latents, pictures, names and recipes.",
            )
        # After each file other keys: the popover closes, and the same file can be opened again.
        key = f"tray_file_{st.session_state.get('tray_loads', 0)}"
        with st.popover("Open", key=f"{key}_open", help="Add the latents of a saved tray."):
            file_arrival(
                "Tray from a file",
                key,
                "Its latents join those that are here.",
                on_change=_load,
                args=(key,),
                max_bytes=MAX_BYTES,
            )
        if state.before is not None:
            _button("Undo", "Bring back what was removed last.", pinned.undo)
        elif state.pins:
            _button("Clear", "Empty the tray. Undo brings it back.", pinned.clear)


def _button(
    label: str, help: str, do: Callable[..., object], *arguments: object, enabled: bool = True
) -> None:
    """A button after which everything that shows pins is drawn anew."""

    def pressed() -> None:
        do(*arguments)
        st.rerun()

    st.button(label, key=f"tray_{label.lower()}", on_click=pressed, disabled=not enabled, help=help)


def _rename(name: str) -> None:
    new = st.session_state[CHOSEN] = pinned.rename(name, st.session_state["tray_name"])
    for key in CHOICES:
        if st.session_state.get(key) == name:
            st.session_state[key] = new
    for key in LISTS:
        if words := st.session_state.get(key):
            st.session_state[key] = [f"tray {new}" if w == f"tray {name}" else w for w in words]
    st.rerun()


def _load(key: str) -> None:
    data = arrived(key)
    if data is None:
        return
    st.session_state["tray_loads"] = st.session_state.get("tray_loads", 0) + 1
    pinned.load_file(data)
    st.rerun()
