"""The map on the page, with the controls of how it looks."""

import streamlit as st

from explorer.ui.atlas.colours import Colouring
from explorer.ui.atlas.known import (
    COLUMNS,
    is_large,
    pca_of,
    placed_at,
    projected,
    sheet_name,
)
from explorer.ui.atlas.region import draw_region
from explorer.ui.atlas.subject import Subject, look_at, title_of
from explorer.ui.form import Form
from explorer.ui.web import element
from explorer.views import atlas as views
from realnvp.explore.atlas import Neighbours, noise_share
from realnvp.explore.encode_set import Atlas
from realnvp.explore.tsne import MOVED
from realnvp.explore.umap_map import UMAP_MISSING, has_umap
from realnvp.image_encoding import data_url
from realnvp.viz import image_grid, to_rgb

_element = element("atlas")

KEY = "atlas_map"
WANTED = "atlas_wanted"  # rows of a large map whose pictures the browser asked for last
MOST_WANTED = 300
HOW = (
    "Press a picture to look at it: lines lead to its nearest in latents, dashed ones to its"
    " nearest in pixels. Drag, pinch, the wheel, arrows, + and − move the map; Enter takes the"
    " picture in the middle. A box or a lasso selects pictures, the key S all that are in sight."
)


def projection_picker(form: Form[views.Atlas]) -> None:
    """The choice of one; where UMAP is not installed, how to get it, and PCA for now."""
    form.show("projection")
    if form.view().projection == "UMAP" and not has_umap():
        st.info(f"{UMAP_MISSING}. Until then the map is by PCA.", icon=":material/info:")
        form.set("projection", "PCA")


def show_map(
    atlas: Atlas,
    subject: Subject,
    near: Neighbours,
    placed: Subject | None,
    view: views.Atlas,
    colouring: Colouring,
) -> None:
    """Every picture at its point; the one that is pressed becomes the one that is looked at."""
    projection = view.projection
    points = projected(atlas, projection)
    count = len(points)

    def pressed() -> None:
        row = st.session_state[KEY].pick
        if type(row) is int and (0 <= row < count or (row == -1 and placed is not None)):
            look_at(row)

    def wanted() -> None:
        rows = st.session_state[KEY].wanted
        good = isinstance(rows, list) and len(rows) <= MOST_WANTED
        if good and all(type(row) is int and 0 <= row < count for row in rows):
            st.session_state[WANTED] = sorted(set(rows))

    def drawn() -> None:
        draw_region(st.session_state[KEY].region)

    _element(
        key=KEY,
        data={
            "map": f"{projection} of {sheet_name(atlas)}",
            "sheet": "" if is_large(atlas) else sheet_name(atlas),
            "columns": COLUMNS,
            "tile": [atlas.images.shape[3], atlas.images.shape[2]],
            "points": [[round(x, 3), round(y, 3)] for x, y in points.tolist()],
            **_colours(colouring),
            **_titles(atlas, colouring),
            "tiles": _tiles(atlas),
            "legend": colouring.legend,
            "thumbnails": view.marks == "Thumbnails",
            "region": [list(corner) for corner in view.region],
            "chosen": subject.row,
            "latents": near.latents.tolist(),
            "pixels": near.pixels.tolist(),
            "placed": None if placed is None else _placed(atlas, placed, projection),
            "alt": f"Map of {count} latents by {projection}, coloured by {colouring.name};"
            f" looked at: {subject.made.name}",
            "caption": f"{_axes(atlas, projection, placed)} {HOW}",
        },
        on_pick_change=pressed,
        on_region_change=drawn,
        on_wanted_change=wanted,
    )


def _colours(colouring: Colouring) -> dict[str, object]:
    """A palette, and the place of each picture's colour there."""
    palette = {colour: index for index, colour in enumerate(dict.fromkeys(colouring.colours))}
    return {
        "palette": list(palette),
        "colours": [palette[colour] for colour in colouring.colours],
    }


def _titles(atlas: Atlas, colouring: Colouring) -> dict[str, object]:
    """What each picture is; of many only the words, from which the browser makes it."""
    if is_large(atlas):
        words = {word: index for index, word in enumerate(dict.fromkeys(atlas.words))}
        word = [words[one] for one in atlas.words]
        return {"titles": [], "words": list(words), "word": word}
    return {"titles": _all_titles(atlas, colouring), "words": [], "word": []}


def _tiles(atlas: Atlas) -> dict[str, object] | None:
    """Pictures of a large map that are in sight, as the browser asked for them."""
    rows = st.session_state.get(WANTED, [])
    if not is_large(atlas) or not rows or rows[-1] >= len(atlas.images):
        return None
    source = data_url(image_grid(atlas.images[rows], COLUMNS))
    return {"name": f"{sheet_name(atlas)} {hash(tuple(rows))}", "source": source, "rows": rows}


def _all_titles(atlas: Atlas, colouring: Colouring) -> list[str]:
    titles = [title_of(atlas, row) for row in range(len(atlas.images))]
    if colouring.words == atlas.words:
        return titles
    return [
        f"{title}: {colouring.name} {value}"
        for title, value in zip(titles, colouring.words, strict=True)
    ]


def _placed(atlas: Atlas, placed: Subject, projection: str) -> dict[str, object]:
    x, y = placed_at(atlas, projection, placed.made.z)
    source = data_url(to_rgb(placed.made.image)[0])
    return {"x": round(x, 3), "y": round(y, 3), "source": source, "title": placed.made.name}


def _axes(atlas: Atlas, projection: str, placed: Subject | None) -> str:
    """What the two dimensions are, and what they leave out."""
    if projection == "PCA":
        across, up = (100 * pca_of(atlas).shares).tolist()
        noise = 100 * noise_share(*atlas.z.shape)
        return (
            f"The two main axes show {across + up:.1f} % of the variance ({across:.2f} across,"
            f" {up:.2f} up); of as many latents of pure noise they would show about {noise:.1f} %."
        )
    words = f"{projection} keeps neighbours together; distances, sizes and gaps mean nothing."
    if projection == "t-SNE" and len(atlas.z) > MOVED:
        words += f" {MOVED:,} pictures, chosen by a fixed seed, were moved; the others lie at the"
        words += " weighted mean of their nearest latents among these."
    if placed is not None:
        words += " Your picture lies at the weighted mean of its nearest latents:"
        words += f" {projection} has no formula for new ones here."
    return words
