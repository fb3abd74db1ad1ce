"""Go from latent to latent, and drag between four of them."""

import streamlit as st

from explorer import ui
from explorer.ui import interpolate as parts
from realnvp.explore.frames import frames_of, labels_along
from realnvp.explore.pads import around, grid_angles, labels_over
from realnvp.explore.paths import path, there_and_back
from realnvp.explore.surfaces import manifold
from realnvp.viz import to_rgb

checkpoint, flow = ui.page(
    "Interpolate",
    "Between two latents every point is a latent too, and each decodes to a picture. Which way from"
    " one to the other keeps them real?",
)
recipe = {"page": "interpolate", "checkpoint": checkpoint}


def show_path() -> None:
    kind, stops, count = parts.path_settings()
    pictures = st.container()
    sources = parts.latent_pickers(flow, checkpoint, "abcd"[:stops])
    latents, labels = parts.joined(sources)
    z = path(latents, count, kind)
    with ui.patience(count > 16):
        frames = ui.ask(frames_of, flow, z, labels_along(labels, count))
    made = recipe | parts.between(sources, {"view": "path", "path": kind, "frames": count})
    with pictures:
        pixels = parts.show_path(frames, kind, [source.name for source in sources], made)
    parts.take_away(frames, pixels, made, there_and_back(count))


def show_manifold() -> None:
    turn = parts.turn_picker()
    pictures = st.container()
    sources = parts.latent_pickers(flow, checkpoint, "abcd")
    latents, labels = parts.joined(sources)
    angles = grid_angles(turn)
    z, labels = manifold(latents, angles, angles), labels_over(labels, angles, angles)
    with ui.patience(len(z) > 64):
        frames = ui.ask(frames_of, flow, z, labels, with_bits=False)
    made = recipe | parts.between(sources, {"view": "manifold", "turn": turn})
    with pictures:
        pixels = parts.show_manifold(frames, turn, made)
    parts.take_away(frames, pixels, made, around(len(angles)))


def show_pad() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        over = parts.over_picker(flow)
        settings = parts.surface_settings(flow, over)
    pictures = st.container()
    sources = parts.latent_pickers(flow, checkpoint, "abcd" if over == "four latents" else "a")
    surface = parts.surface_of(flow, over, settings, sources)
    with pictures:
        frames, (x, y) = ui.drag(flow, surface, key="pad")
        entries = {"view": f"pad over {over}", "x": x, "y": y} | settings
        made = recipe | parts.between(sources, entries)
        parts.show_place(frames, over, surface.words(x, y), made)
    parts.take_away(frames, to_rgb(frames.images)[0], made)


@ui.part("interpolate")
def interpolate() -> None:
    views = {"Path": show_path, "Manifold": show_manifold, "Pad": show_pad}
    view = st.segmented_control(
        "View",
        list(views),
        default="Path",
        required=True,
        key="view",
        bind="query-params",
        help="Along a path, over the surface of four latents, or a square to drag in, live.",
    )
    views.get(view, show_path)()


interpolate()
