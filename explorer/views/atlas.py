"""Atlas: the neighbours of one picture of the map, or of one put on it."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ValidationInfo, field_validator

from explorer.views.latents import Latent
from explorer.views.pictures import AnyPicture, Example
from explorer.views.result import Result
from explorer.views.settings import Choice, Setting, Switch, Whole
from explorer.views.types import Label, Line
from explorer.views.view import View
from realnvp import RealNVP
from realnvp.atlas_file import MAX_PICTURES, read_atlas
from realnvp.explore import encode_set
from realnvp.explore.atlas import Neighbours, neighbour_sheet, neighbours
from realnvp.labels import labels_of

LABEL, BITS, NORM = "Label", "Bits/dim", "Norm"  # to colour by; a level's norm is "Norm, level 1"


@dataclass(frozen=True, eq=False)
class Near(Result):
    """Nearest in latents above nearest in pixels.

    Args:
        near: which they are.
    """

    near: Neighbours = field(kw_only=True)


class Atlas(View):
    """A picture among its nearest neighbours, by latent and by pixels.

    Args:
        place: whether a picture was put on the map.
        at: the number of the one that is looked at, from 1; 0 is the one that was put there.
    """

    page: ClassVar[str] = "atlas"
    file: ClassVar[str] = "neighbours.png"

    place: Annotated[
        bool,
        Switch(
            "Place a picture on the map",
            help="An example, a file, a photo or a pin is encoded and put where its latent lies."
            " Which pictures does the model take for its neighbours, and which would you?",
        ),
    ] = False
    at: Annotated[
        int,
        Whole(
            "Picture no.",
            0,
            MAX_PICTURES,
            width=130,
            help="Press a picture on the map, or type its number; 0 is the one that you placed.",
        ),
    ] = 1
    picture: AnyPicture = Example()
    label: Label = None
    projection: Annotated[
        Literal["PCA", "t-SNE"],
        Choice(
            "Projection",
            help="PCA is a shadow: exact, on the two axes that vary most. t-SNE bends the space"
            " until neighbours lie together. Do both show the same groups?",
        ),
    ] = "PCA"
    colour: Annotated[
        Line,
        Setting(
            "Colour by",
            width=220,
            help="Do labels lie together, though the model may never have seen one? Are costly"
            " pictures at the rim? The norm is ‖z‖/√D, of all levels or of one, the finest first.",
        ),
    ] = LABEL
    marks: Annotated[
        Literal["Thumbnails", "Dots"],
        Choice(
            "Show as",
            help="Dots show the colours better, thumbnails what the groups are.",
        ),
    ] = "Thumbnails"

    @field_validator("at")
    @classmethod
    def _there(cls, at: int, info: ValidationInfo) -> int:
        return at if info.data.get("place") else max(at, 1)

    def row(self, atlas: encode_set.Atlas) -> int | None:
        """That of the picture; None for the one that was put on the map."""
        return min(self.at, len(atlas.images)) - 1 if self.at else None

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        atlas = encode_set.encode_set(flow, read_atlas(flow.name, flow.config))
        if (row := self.row(atlas)) is not None:
            return atlas, Latent(atlas.z[[row]], None, atlas.images[[row]])
        x, labels = self.picture.image(flow), labels_of(flow.config, self.label, 1)
        return atlas, Latent(flow.encode(x, labels), labels, x)

    def draw(self, flow: RealNVP, *made: Any) -> Near:
        atlas, looked_at = made
        row = self.row(atlas)
        near = neighbours(atlas, looked_at.z, looked_at.image, without=row)
        return Near(neighbour_sheet(atlas, near), near=near)
