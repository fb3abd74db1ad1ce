"""A latent to choose: drawn, pinned, or that of a picture."""

import random
from typing import Any

import streamlit as st

from explorer.recipes.fields import MAX_SEED
from explorer.recipes.latents import MAX_PICTURE, stands_alone
from explorer.ui import address, pinned
from explorer.ui.card import plain
from explorer.ui.controls import temperature_slider, whole
from explorer.ui.examples import offered_examples
from explorer.ui.source import Source, encoded, sampled
from explorer.ui.tiles import Figure, show_figures
from explorer.ui.upload import upload
from realnvp import RealNVP
from realnvp.fitting import fit
from realnvp.labels import label_names, label_words
from realnvp.viz import to_rgb

SOURCES = ("Sample", "Tray", "Example", "Upload")
SIDE = 160  # of the picture, in CSS pixels


def latent_picker(
    flow: RealNVP,
    checkpoint: str,
    key: str,
    *,
    title: str,
    seed: int = 1,
    source: str = "Sample",
    example: int = 0,
) -> Source:
    """The picture of a latent, over the controls that lead to it; never empty.

    Args:
        key: "a" for example, of its own for each picker on a page: its query parameters are
            a_from, a_seed and so on.
        title: over the picture.
        seed: on arrival.
        source: one of `SOURCES`, on arrival.
        example: which one, on arrival.
    """
    place = st.container()
    chosen = st.selectbox(
        f"{title} from",
        SOURCES,
        index=SOURCES.index(source),
        key=f"{key}_from",
        bind="query-params",
        help="Where the latent comes from: noise drawn here, what was pinned, or a picture that is"
        " encoded. An upload is there for this visit only, unless you pin it.",
    )
    made = None
    if chosen == "Tray":
        made = _pinned(flow, checkpoint, key)
    elif chosen == "Example":
        made = _example(flow, checkpoint, key, example)
    elif chosen == "Upload":
        made = _upload(flow, checkpoint, key)
    made = made or _sample(flow, checkpoint, key, seed)
    with place:
        figure = Figure(to_rgb(made.image)[0], f"{title}: {made.name}", made.name, SIDE)
        show_figures([figure], key=f"{key}_shown")
    return made


def _sample(flow: RealNVP, checkpoint: str, key: str, seed: int) -> Source:
    seed_key = f"{key}_seed"

    def draw() -> None:
        st.session_state[seed_key] = float(random.randrange(MAX_SEED + 1))

    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        chosen = _whole("Seed", seed_key, 0, MAX_SEED, seed, "The noise that is turned into it.")
        which = _whole(
            "No.",
            f"{key}_picture",
            1,
            MAX_PICTURE,
            1,
            "Which picture of the seed, counted as drawn on the page Sample.",
        )
        st.button("New", key=f"{key}_new", on_click=draw, help="A seed by chance.")
    temperature = temperature_slider(f"{key}_temperature")
    recipe = {"from": "sample", "seed": chosen, "temperature": temperature}
    recipe |= ({"picture": which} if which > 1 else {}) | _label(flow, key)
    number = f", no. {which}" if which > 1 else ""
    name = f"seed {chosen}{number}, T = {temperature:.2f}"
    return sampled(flow, checkpoint, key, name, recipe)


def _whole(label: str, key: str, low: int, high: int, default: int, help: str) -> int:
    value = st.number_input(
        label,
        float(low),
        float(high),
        float(default),
        step=1.0,
        format="%.0f",
        key=key,
        bind="query-params",
        width=88 if high > 999 else 60,
        help=help,
    )
    return whole(value, low, high, default)


def _pinned(flow: RealNVP, checkpoint: str, key: str) -> Source | None:
    offered = {made.name: made for made in pinned.fitting(flow, checkpoint)}
    if not offered:
        st.caption("The tray has no latent of this model; until you pin one, a sample:")
        return None
    address.put_choice(f"{key}_pin", list(offered))
    name = st.selectbox(
        "Pinned",
        list(offered),
        index=None,
        key=f"{key}_pin",
        bind="query-params",
        help="What was pinned on any page with this model.",
    )
    made = offered.get(name) or next(iter(offered.values()))
    labels = None if made.labels is None else made.labels[None]
    if labels is not None:
        st.caption(f"The model was told: {plain(label_words(flow.config, labels))}.")
    recipe = made.recipe if stands_alone(made.recipe) else {"from": "tray", "name": made.name}
    return Source(made.name, made.z[None], labels, made.image[None], recipe)


def _example(flow: RealNVP, checkpoint: str, key: str, first: int) -> Source:
    offered = offered_examples(flow, checkpoint)
    name = st.selectbox(
        "Example",
        list(offered),
        index=first,
        key=f"{key}_example",
        bind="query-params",
        help="Pictures that come with the model.",
    )
    name = name if name in offered else list(offered)[first]
    image, _ = fit(offered[name].pixels, flow.config.image_size, flow.config.channels)
    recipe = {"from": "example", "name": name} | _label(flow, key)
    return encoded(flow, checkpoint, key, name, recipe, image)


def _upload(flow: RealNVP, checkpoint: str, key: str) -> Source | None:
    fitted = upload(flow.config, key)
    if fitted is None:
        st.caption("Choose a picture; until then, a sample:")
        return None
    recipe = {"from": "file", "name": fitted.name, "box": list(fitted.box)} | _label(flow, key)
    return encoded(flow, checkpoint, key, fitted.name, recipe, fitted.image)


def _label(flow: RealNVP, key: str) -> dict[str, Any]:
    """The label of a conditional model as an entry of a recipe; else none."""
    kind, names = flow.config.label_kind, label_names(flow.config)
    if kind == "class":
        name = st.selectbox(
            "Class", names, key=f"{key}_class", bind="query-params", help="What the model is told."
        )
        return {"label": name if name in names else names[0]}
    if kind == "attributes":
        chosen = st.multiselect(
            "Attributes",
            names,
            key=f"{key}_attributes",
            bind="query-params",
            help="What the model is told; what is not chosen is told to be absent.",
        )
        return {"label": [name for name in names if name in chosen]}
    return {}
