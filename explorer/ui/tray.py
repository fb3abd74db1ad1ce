"""The tray: what is pinned, in sight on every page."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st
import torch

from explorer.tray.pins import MAX_BYTES, MAX_NAME, MAX_PINS, Pin, to_bytes
from explorer.ui import address, pinned, uses
from explorer.ui.arrival import arrived, file_arrival
from explorer.ui.card import plain
from explorer.ui.tiles import Action, act_in, tiles_of
from realnvp.fitting import fit
from realnvp.viz import GAP, to_rgb

CHOSEN = "tray_chosen"
CHOICES = ("pinned", "a_pin", "b_pin", "c_pin", "d_pin")  # lists of pins, on whatever page
LISTS = ("taught_yes", "taught_no")  # of words, such as "tray NAME"
IN_SIGHT = 8  # thumbnails along the edge, the newest: a phone has room for no more
SIDE = 40  # of one, in CSS pixels
REMOVE = Action("remove", "Remove", "Out of the tray. Undo brings it back.")
_OPEN = "Add the latents of a saved tray."


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
        help="Puts this latent into the tray, for use on any page. The tray is kept on this server,"
        " for whoever has the address of the page, until 30 days after its last use.",
    )


def tray(checkpoint: str) -> None:
    """The tray: with something in it, along the lower edge of the window; else in the sidebar.

    Args:
        checkpoint: the model chosen now; latents of others are faded.
    """
    state = pinned.refresh()
    # There from the start: what comes later would move all below it, and for a moment Streamlit has
    # each widget twice and lets go of its parameter in the address.
    dock = st.container(key="tray_dock" if state.pins else None, gap=None)
    with dock if state.pins else st.sidebar:
        _tray(checkpoint)


@st.fragment(key="tray")
def _tray(checkpoint: str) -> None:
    state = pinned.current()
    if state.news:
        icon = "info" if state.problem else "push_pin"
        st.toast(plain(state.news), icon=f":material/{icon}:")
        pinned.said()
    if not state.pins:
        st.subheader("Tray", anchor=False)
        st.caption("Press a picture on any page and pin it; it waits here to be used on another.")
        _problem(state)
        with st.container(horizontal=True, gap="xsmall"):
            # After each file other keys: the popover closes, and the same file can be opened again.
            key = f"tray_open_{_loads()}"
            with st.popover("Open", key=key, on_change="rerun", help=_OPEN) as menu:
                if menu.open:
                    _open_file()
            _take_back(state)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _thumbnails(state.pins[-IN_SIGHT:], checkpoint, key="tray_pins")
        count = f"Tray ({len(state.pins)} of {MAX_PINS})"
        with st.popover(count, icon=":material/push_pin:", key=f"tray_all_{_loads()}"):
            if len(state.pins) > IN_SIGHT:
                _thumbnails(state.pins, checkpoint, key="tray_all_pins")
            _chosen(state.pins, checkpoint)
            st.download_button(
                "Save",
                data=lambda: to_bytes(state.pins),
                file_name="tray.safetensors",
                mime="application/octet-stream",
                on_click="ignore",
                key="tray_save",
                help="All of it in one file: latents, pictures, names and recipes.",
            )
            _take_back(state)
            _open_file()
    _problem(state)


def _chosen(pins: Sequence[Pin], checkpoint: str) -> None:
    """What is known of one of them, its name and its place."""
    names = [made.name for made in pins]
    if st.session_state.get(CHOSEN) not in names:
        st.session_state[CHOSEN] = names[-1]
    if len(pins) > 1:
        st.selectbox("Latent", names, key=CHOSEN, help="The one that is named or moved below.")
    at = names.index(st.session_state[CHOSEN])
    chosen, last = pins[at], len(pins) - 1
    st.session_state["tray_name"] = chosen.name
    st.text_input(
        "Its name",
        key="tray_name",
        max_chars=MAX_NAME,
        on_change=_rename,
        args=(chosen.name,),
        help="By its name it is offered on other pages.",
    )
    strange = "" if chosen.checkpoint == checkpoint else "; choose that checkpoint to use it"
    st.caption(f"A latent of {plain(chosen.checkpoint)}{strange}.")
    name = chosen.name
    with st.container(horizontal=True, gap="xsmall"):
        _button("Up", "One place towards the front.", pinned.move, name, -1, enabled=at > 0)
        _button("Down", "One place towards the end.", pinned.move, name, 1, enabled=at < last)
        _button("Remove", "Out of the tray. Undo brings it back.", pinned.remove, name)


def _thumbnails(pins: Sequence[Pin], checkpoint: str, *, key: str) -> None:
    """The pictures; one that is pressed shows where it can be used."""
    pictures, titles = [], []
    for made in pins:
        picture = fit(to_rgb(made.image[None])[0], (SIDE, SIDE), 3)[0]
        own = made.checkpoint == checkpoint
        pictures.append(picture if own else picture // 3 + 96)
        titles.append(made.name if own else f"{made.name}, of {made.checkpoint}")
    columns = min(len(pins), IN_SIGHT)
    figure = tiles_of(
        torch.cat(pictures),
        columns,
        alt=f"Pinned: {'; '.join(titles)}",
        room=columns * (SIDE + GAP) - GAP,
        titles=titles,
    )
    figure = replace(figure, actions=[*uses.of_tray(address.here()), REMOVE])

    def on_action(index: int, name: str) -> None:
        chosen = pins[index].name
        if name == REMOVE.name:
            pinned.remove(chosen)
            st.rerun()  # all of it: whatever shows pins
        else:
            uses.use(name, chosen)

    act_in([figure], on_action, key=key)


def _problem(state: pinned.Tray) -> None:
    if state.problem:
        st.warning(plain(state.problem), icon=":material/info:")


def _take_back(state: pinned.Tray) -> None:
    if state.before is not None:
        _button("Undo", "Bring back what was removed last.", pinned.undo)
    elif state.pins:
        _button("Clear", "Empty the tray. Undo brings it back.", pinned.clear)


def _open_file() -> None:
    key = f"tray_file_{_loads()}"
    file_arrival(
        "Tray from a file",
        key,
        "Its latents join those that are here.",
        on_change=_load,
        args=(key,),
        max_bytes=MAX_BYTES,
    )


def _loads() -> int:
    """How many files were opened."""
    return int(st.session_state.get("tray_loads", 0))


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
    st.session_state["tray_loads"] = _loads() + 1
    pinned.load_file(data)
    st.rerun()
