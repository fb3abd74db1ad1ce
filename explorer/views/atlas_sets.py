"""Which pictures a map is of: those that came with the model, or a set of one's own."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from explorer.views.settings import Part, Setting, Unlinked
from explorer.views.types import Line, PlainName
from explorer.views.view import Settings
from realnvp import RealNVP
from realnvp.atlas_file import read_atlas
from realnvp.checkpoint import checkpoint_folder
from realnvp.data.server_sets import server_sets
from realnvp.explore.encode_set import Atlas, encode_set
from realnvp.explore.own_set import open_own
from realnvp.model_files import WEIGHTS, weights_hash

WITH_MODEL, UPLOAD, SERVER = "With the model", "Upload", "On this server"


class AtlasPictures(Settings):
    """The pictures of a map."""

    def atlas(self, flow: RealNVP) -> Atlas:
        """With what the model makes of them."""
        raise NotImplementedError


class WithModel(AtlasPictures):
    """Those that came with the model; where there are none, samples of its own."""

    map_of: Literal["With the model"] = "With the model"

    def atlas(self, flow: RealNVP) -> Atlas:
        return encode_set(flow, read_atlas(flow.name, flow.config))


class SentSet(AtlasPictures):
    """A zip, an .npz or a Parquet that somebody sent; a program reads it from where it runs."""

    map_of: Literal["Upload"] = "Upload"
    set_file: Annotated[PlainName, Unlinked()]

    def atlas(self, flow: RealNVP) -> Atlas:
        return open_own(flow, fingerprint(flow.name), Path(self.set_file), self.set_file).atlas


class ServerSet(AtlasPictures):
    """A set in the folder that REALNVP_SETS names, by its name there."""

    map_of: Literal["On this server"] = "On this server"
    set_name: Annotated[
        Line, Setting("Set", width=260, help="Sets of pictures that lie on this server.")
    ]

    def atlas(self, flow: RealNVP) -> Atlas:
        known = server_sets()
        if self.set_name not in known:
            raise ValueError(f"there is no set {self.set_name!r} in the folder of REALNVP_SETS")
        name = self.set_name
        return open_own(flow, fingerprint(flow.name), known[name], name).atlas


AnyPictures = Annotated[
    WithModel | SentSet | ServerSet,
    Field(discriminator="map_of"),
    Part(
        "Pictures of the map",
        inline=True,
        help="A zip of pictures, an .npz, or the Parquet that `encode FOLDER` wrote with this"
        " model. What you send is there for this visit only, and is not sent anywhere else.",
    ),
]


def fingerprint(name: str) -> str:
    """SHA-256 of a checkpoint's weights, which a Parquet of its latents names."""
    folder = checkpoint_folder(name)
    return _fingerprint(folder, (folder / WEIGHTS).stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _fingerprint(folder: Path, changed: int) -> str:
    """The arguments are the key."""
    return weights_hash(folder)
