"""What the page Interpolate is made of: latents, and paths, surfaces and squares over them."""

from explorer.ui.interpolate.manifold import show_manifold, turn_picker
from explorer.ui.interpolate.pad import over_picker, show_place, surface_of, surface_settings
from explorer.ui.interpolate.path import path_settings, show_path
from explorer.ui.interpolate.subject import between, joined, latent_pickers, take_away

__all__ = [
    "between",
    "joined",
    "latent_pickers",
    "over_picker",
    "path_settings",
    "show_manifold",
    "show_path",
    "show_place",
    "surface_of",
    "surface_settings",
    "take_away",
    "turn_picker",
]
