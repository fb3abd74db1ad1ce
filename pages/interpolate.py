"""Go from latent to latent, and drag between four of them."""

from explorer import ui
from explorer.ui.interpolate import Subject
from explorer.views.interpolate import Interpolate

checkpoint, flow = ui.page(
    "Interpolate",
    "Between two latents every point is a latent too, and each decodes to a picture. Which way from"
    " one to the other keeps them real?",
)


@ui.part("interpolate")
def interpolate() -> None:
    form = ui.Form(Interpolate, flow)
    way = form.part("way")
    show = ui.layout_of("interpolate", way.kind)
    show(Subject(checkpoint, flow, form, way))


interpolate()
