"""Every view of every page, with all that can be set there."""

from app_pages import open_page
from streamlit.testing.v1 import AppTest

# By view: its page, and what its link says.
VIEWS: dict[str, tuple[str, dict[str, str]]] = {
    "home": ("home", {}),
    "samples": ("sample", {}),
    "cells": ("axes", {}),
    "encode": ("encode", {}),
    "frames": ("interpolate", {"view": "Path"}),
    "the manifold": ("interpolate", {"view": "Manifold"}),
    "a place of the pad": ("interpolate", {"view": "Pad"}),
    "a place of a plane": ("interpolate", {"view": "Pad", "over": "a plane"}),
    "every level": ("multiscale", {}),
    "resample": ("multiscale", {"show": "Resample"}),
    "swap": ("multiscale", {"show": "Swap"}),
    "paste": ("multiscale", {"show": "Paste"}),
    "maps": ("multiscale", {"show": "Maps"}),
    "repaired pictures": ("repair", {"steps": "2"}),
    "a box to repair": ("repair", {"steps": "2", "missing": "Box"}),
    "sliders": ("directions", {}),
    "walk": ("directions", {"directions_view": "Walk"}),
    "directions' pad": ("directions", {"directions_view": "Pad"}),
    "atlas": ("atlas", {}),
    "likelihood": ("likelihood", {}),
    "odd ones out": ("likelihood", {"likelihood": "Out of distribution"}),
    "anatomy": ("anatomy", {"start": "a sample"}),
    "slope": ("slope", {}),
    "toy": ("toy", {}),
    "compare": ("compare", {}),
    "latents compared": ("compare", {"look": "Latent space"}),
    "models": ("models", {}),
    "lesson": ("lesson", {}),
    "a stop of the lesson": ("sample", {"lesson": "2"}),
}


def open_view(view: str, **link: str) -> AppTest:
    """One of `VIEWS`."""
    page, query = VIEWS[view]
    return open_page(f"{page}.py", **(link | query))


def changes(app: AppTest) -> list[tuple[str, int, object]]:
    """Kind, place and value of whatever can be set: its ends, or another choice."""
    found: list[tuple[str, int, object]] = []
    for index, slider in enumerate(app.slider):
        ends = (slider.min, slider.max)
        is_range = isinstance(slider.value, tuple | list)
        found += [("slider", index, value) for value in ([ends] if is_range else ends)]
    for index, number in enumerate(app.number_input):
        found += [("number_input", index, value) for value in (number.min, number.max)]
    for index, box in enumerate(app.selectbox):
        found += [("selectbox", index, option) for option in box.options]
    for index, group in enumerate(app.get("button_group")):
        is_many = isinstance(group.value, list)
        found += [("button_group", index, [o] if is_many else o) for o in group.options]
    found += [("toggle", index, not toggle.value) for index, toggle in enumerate(app.toggle)]
    kinds = {kind: app.get(kind) for kind, _, _ in found}  # to find them takes its time
    return [(kind, index, v) for kind, index, v in found if not kinds[kind][index].disabled]
