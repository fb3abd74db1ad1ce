"""Every view of every page, with all that can be set there."""

from app_pages import open_page
from streamlit.testing.v1 import AppTest

# By view: its page, what its link says, and the tiles that have been pressed.
VIEWS: dict[str, tuple[str, dict[str, str], dict[str, int]]] = {
    "home": ("home", {}, {}),
    "a sample": ("sample", {}, {"tiles_chosen": 3}),
    "a cell": ("axes", {}, {"cells_chosen": 3}),
    "encode": ("encode", {}, {}),
    "a frame": ("interpolate", {}, {"strip_chosen": 3}),
    "a place of the manifold": ("interpolate", {"view": "Manifold"}, {"grid_chosen": 3}),
    "a place of the pad": ("interpolate", {"view": "Pad"}, {}),
    "a place of a plane": ("interpolate", {"view": "Pad", "over": "a plane"}, {}),
    "resample": ("multiscale", {}, {}),
    "swap": ("multiscale", {"show": "Swap"}, {}),
    "paste": ("multiscale", {"show": "Paste"}, {}),
    "maps": ("multiscale", {"show": "Maps"}, {}),
    "sliders": ("directions", {}, {}),
    "walk": ("directions", {"directions_view": "Walk"}, {"walk_chosen": 3}),
    "directions' pad": ("directions", {"directions_view": "Pad"}, {}),
    "atlas": ("atlas", {}, {}),
    "likelihood": ("likelihood", {}, {}),
    "odd ones out": ("likelihood", {"likelihood": "Out of distribution"}, {}),
    "anatomy": ("anatomy", {"start": "a sample"}, {}),
    "toy": ("toy", {}, {}),
    "compare": ("compare", {}, {}),
    "latents compared": ("compare", {"look": "Latent space"}, {}),
    "models": ("models", {}, {}),
    "lesson": ("lesson", {}, {}),
    "a stop of the lesson": ("sample", {"lesson": "2"}, {}),
}


def open_view(view: str, **link: str) -> AppTest:
    """One of `VIEWS`, with its tile pressed."""
    page, query, chosen = VIEWS[view]
    app = open_page(f"{page}.py", **(link | query))
    for key, index in chosen.items():
        app.session_state[key] = index
    return app.run() if chosen else app


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
