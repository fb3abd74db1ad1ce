"""What stands around every page."""

from collections.abc import Callable
from functools import wraps

import streamlit as st
from PIL import Image, ImageDraw
from streamlit.errors import StreamlitInvalidLayoutContextError

import realnvp
from explorer.ui import address
from explorer.ui.card import Card, plain
from explorer.ui.lesson import lesson_bar
from explorer.ui.lesson.ballot import waits
from explorer.ui.menu import close_menu
from explorer.ui.models import checkpoint_names, engine, flow_of
from explorer.ui.needs import Need, has, stop_without
from explorer.ui.recipe import open_recipe
from explorer.ui.tray import tray
from realnvp import RealNVP
from realnvp.numerals import numeral
from realnvp.places import COMMAND


def icon() -> Image.Image:
    """A checkerboard, the mask of the first coupling; drawn here, so that no host is asked."""
    image = Image.new("RGB", (32, 32), "#2b7a9b")
    draw = ImageDraw.Draw(image)
    for row in range(4):
        for column in range(4):
            if (row + column) % 2 == 0:
                left, top = 8 * column, 8 * row
                draw.rectangle((left, top, left + 7, top + 7), "#f4efe6")
    return image


def page(title: str, sentence: str, needs: Need | None = None) -> tuple[str, RealNVP]:
    """Open a page: heading, what it shows, sidebar. Gives the chosen model and its name.

    Without one that has what the page `needs`, it stops. Pages keep the name: when the page before
    ends late, Streamlit takes its widgets out of the session, and those of this page with them.
    """
    st.set_page_config(page_title=f"{title} · RealNVP", page_icon=icon(), layout="wide")
    lesson_bar()
    with st.container(gap=None):
        st.title(title, anchor=False)
        close_menu(title)
    st.markdown(sentence)
    names = checkpoint_names()
    if not names:
        st.info(f"There is no model yet. `{COMMAND} train --help` says how to make one.")
        address.stop()
    # Of a visitor who has touched nothing yet, Streamlit forgets the choice at a change of page.
    if st.session_state.get("checkpoint") in names:
        st.session_state["checkpoint"] = st.session_state["checkpoint"]
    with st.sidebar:
        name = st.selectbox(
            "Checkpoint",
            names,
            key="checkpoint",
            bind="query-params",
            help="The trained model that every page uses.",
        )
        card = st.container(gap="xxsmall")
    try:
        with st.spinner("Loading the model"):
            flow = flow_of(name)
    except realnvp.CheckpointError as error:
        st.error(f"{plain(str(error))}. Please choose another checkpoint in the sidebar.")
        address.stop()
    with card:
        _describe(name, flow)
    tray(name)
    with st.sidebar:
        open_recipe()
    if words := waits():
        st.info(words, icon=":material/how_to_vote:")
        address.stop()
    if needs is not None:
        stop_without(flow, name, needs)
    return name, flow


def _describe(name: str, flow: RealNVP) -> None:
    config, card = flow.config, Card(name, flow.config, flow.card)
    height, width = config.image_size
    if title := card.text("title"):
        st.caption(title)
    colours = {1: "grey", 3: "RGB"}.get(config.channels, f"{config.channels} channels")
    shape = f"{height} × {width} {colours}, D = {flow.dim:,}"
    levels = "1 level" if config.num_levels == 1 else f"{config.num_levels} levels"
    lines = [f"{shape}, {levels}" if has(flow, "levels") else shape]
    if (bits := card.number("test_bits_per_dim")) is not None:
        lines.append(f"{numeral(bits, '.2f')} bits/dim on test pictures, under noise")
    lines.append(f"Runs on {engine().runs_on}")
    st.caption("  \n".join(lines))
    st.session_state["call_place"] = st.empty()
    last_call()


def last_call() -> None:
    """Show the time of this visitor's last model call, if there was one.

    The page is there then, and so is its address, which is remembered.
    """
    address.leave()
    place, milliseconds = st.session_state["call_place"], st.session_state.get("milliseconds")
    if milliseconds is None:
        place.empty()
    else:
        place.caption(f"Last model call: {milliseconds:.0f} ms")


def part(key: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make a function a part of its page that runs by itself when a widget of it has changed.

    How long its last model call took is shown in the sidebar. Streamlit has a part write outside of
    itself only where it did so when the whole page ran. So it does before anything else, whatever
    is known already or ends it.
    """

    def made(function: Callable[[], None]) -> Callable[[], None]:
        @wraps(function)
        def run() -> None:
            try:
                last_call()
            except StreamlitInvalidLayoutContextError:
                # The whole page was begun anew and ended before it came here: all of it, then.
                st.rerun()
            function()
            last_call()

        return st.fragment(run, key=key)

    return made
