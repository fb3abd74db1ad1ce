"""The map on the page, with the controls of how it looks."""

import streamlit as st

from explorer.ui.atlas.colours import Colouring
from explorer.ui.atlas.known import COLUMNS, pca_of, placed_at, projected, sheet_name
from explorer.ui.atlas.subject import Subject, look_at, title_of
from explorer.ui.web import element
from realnvp.explore.atlas import Neighbours, noise_share
from realnvp.explore.encode_set import Atlas
from realnvp.image_encoding import data_url
from realnvp.viz import to_rgb

_element = element("atlas")

KEY = "atlas_map"
HOW = (
    "Press a picture to look at it: lines lead to its nearest in latents, dashed ones to its"
    " nearest in pixels. Drag, pinch, the wheel, arrows, + and − move the map; Enter takes the"
    " picture in the middle."
)


def show_map(
    atlas: Atlas,
    subject: Subject,
    near: Neighbours,
    placed: Subject | None,
    projection: str,
    colouring: Colouring,
    marks: str,
) -> None:
    """Every picture at its point; the one that is pressed becomes the one that is looked at."""
    points = projected(atlas, projection)
    count = len(points)

    def pressed() -> None:
        row = st.session_state[KEY].pick
        if type(row) is int and (0 <= row < count or (row == -1 and placed is not None)):
            look_at(row)

    _element(
        key=KEY,
        data={
            "map": f"{projection} of {sheet_name(atlas)}",
            "sheet": sheet_name(atlas),
            "columns": COLUMNS,
            "tile": [atlas.images.shape[3], atlas.images.shape[2]],
            "points": [[round(x, 3), round(y, 3)] for x, y in points.tolist()],
            "colours": list(colouring.colours),
            "titles": _titles(atlas, colouring),
            "legend": colouring.legend,
            "thumbnails": marks == "Thumbnails",
            "chosen": subject.row,
            "latents": near.latents.tolist(),
            "pixels": near.pixels.tolist(),
            "placed": None if placed is None else _placed(atlas, placed, projection),
            "alt": f"Map of {count} latents by {projection}, coloured by {colouring.name};"
            f" looked at: {subject.made.name}",
            "caption": f"{_axes(atlas, projection, placed)} {HOW}",
        },
        on_pick_change=pressed,
    )


def _titles(atlas: Atlas, colouring: Colouring) -> list[str]:
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
    words = "t-SNE keeps neighbours together; distances, sizes and gaps mean nothing."
    if placed is not None:
        words += " Your picture lies at the weighted mean of its nearest latents: t-SNE has no"
        words += " formula for new ones."
    return words
