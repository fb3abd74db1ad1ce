"""Atlas: the neighbours of one picture of the map, or of one put on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator
from torch import Tensor

from explorer.views.atlas_sets import AnyPictures, WithModel
from explorer.views.latents import Latent
from explorer.views.pictures import AnyPicture, Example
from explorer.views.result import Result
from explorer.views.settings import Choice, Setting, Slider, Switch, Tuples, Whole
from explorer.views.types import Label, Line
from explorer.views.view import View
from realnvp import RealNVP
from realnvp.explore import encode_set
from realnvp.explore.atlas import Neighbours, neighbour_sheet, neighbours
from realnvp.explore.maps import ProjectionName, points_of
from realnvp.explore.own_set import MOST
from realnvp.explore.selection import (
    MAX_CORNERS,
    RegionError,
    from_text,
    inside,
    mean_latent,
    to_text,
)
from realnvp.labels import labels_of
from realnvp.viz import to_rgb

# To colour by; a level's norm is "Norm, level 1".
LABEL, FOLDER, BITS, NORM = "Label", "Folder", "Bits/dim", "Norm"
K_MEANS, HDBSCAN = "Cluster (k-means)", "Cluster (HDBSCAN)"
MEAN = "mean.png"
MOST_CLUSTERS = 12  # as many as there are colours


@dataclass(frozen=True, eq=False)
class Near(Result):
    """Nearest in latents above nearest in pixels.

    Args:
        near: which they are.
    """

    near: Neighbours = field(kw_only=True)


Decode = Callable[[RealNVP, Tensor, Tensor | None], Tensor]


def decoded(flow: RealNVP, z: Tensor, labels: Tensor | None) -> Tensor:
    """Pictures of latents."""
    return flow.decode(z, labels)


@dataclass(frozen=True, eq=False)
class Chosen:
    """The pictures in a region of the map.

    Args:
        rows: of the atlas, int64 (n,).
        mean: their mean latent, (1, D).
        labels: what the mean is decoded with: the most frequent class, or the mean of attributes.
        image: the mean, decoded, uint8 (1, C, H, W).
    """

    rows: Tensor
    mean: Tensor
    labels: Tensor | None
    image: Tensor


@dataclass(frozen=True)
class Corners(Tuples):
    """A polygon on the map, in an address as "0 0, 4 0, 4 2.5": across, up."""

    def controls(self, name: str, value: Any) -> dict[str, Any]:
        return {name: to_text(value)}

    def value_of(self, texts: Sequence[str]) -> Any:
        try:
            return from_text(texts[-1])
        except RegionError:
            return texts[-1]


_Number = Annotated[float, Slider("", -1e6, 1e6)]


class Atlas(View):
    """A picture among its nearest neighbours, by latent and by pixels.

    With a region, also the mean latent of the pictures in it, decoded.

    Args:
        region: corners of a polygon on the map; where there are fewer than three, none.
        pictures: of the map.
        place: whether a picture was put on the map.
        at: the number of the one that is looked at, from 1; 0 is the one that was put there.
    """

    page: ClassVar[str] = "atlas"
    file: ClassVar[str] = "neighbours.png"

    pictures: AnyPictures = WithModel()
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
            MOST,
            width=130,
            help="Press a picture on the map, or type its number; 0 is the one that you placed.",
        ),
    ] = 1
    picture: AnyPicture = Example()
    label: Label = None
    projection: Annotated[
        ProjectionName,
        Choice(
            "Projection",
            help="PCA is a shadow: exact, on the two axes that vary most. t-SNE bends the space"
            " until neighbours lie together, and UMAP in another way. Do all show the same groups?",
        ),
    ] = "PCA"
    colour: Annotated[
        Line,
        Setting(
            "Colour by",
            width=220,
            help="Do labels lie together, though the model may never have seen one? Are costly"
            " pictures at the rim? The norm is ‖z‖/√D, of all levels or of one, the finest first."
            " Clusters are groups that nobody named: do they know the labels?",
        ),
    ] = LABEL
    clusters: Annotated[
        int,
        Whole(
            "Clusters",
            2,
            MOST_CLUSTERS,
            width=120,
            help="k-means divides the latents, by their 50 principal components, into so many.",
        ),
    ] = 8
    smallest: Annotated[
        int,
        Whole(
            "Smallest cluster",
            2,
            500,
            width=140,
            help="HDBSCAN looks for dense regions of the map with at least so many points; what is"
            " too thin is in no cluster. On another projection it finds others.",
        ),
    ] = 10
    marks: Annotated[
        Literal["Thumbnails", "Dots"],
        Choice(
            "Show as",
            help="Dots show the colours better, thumbnails what the groups are.",
        ),
    ] = "Thumbnails"

    region: Annotated[
        tuple[tuple[_Number, _Number], ...],
        Field(max_length=MAX_CORNERS),
        Corners(
            "Region: across up, …",
            help="Corners of a polygon on the map, in its own units. A box or a lasso writes them"
            " here, and they can be edited.",
        ),
    ] = ()

    @field_validator("at")
    @classmethod
    def _there(cls, at: int, info: ValidationInfo) -> int:
        return at if info.data.get("place") else max(at, 1)

    def row(self, atlas: encode_set.Atlas) -> int | None:
        """That of the picture; None for the one that was put on the map."""
        return min(self.at, len(atlas.images)) - 1 if self.at else None

    def chosen(
        self, flow: RealNVP, atlas: encode_set.Atlas, points: Tensor, run: Decode = decoded
    ) -> Chosen | None:
        """The pictures in the region, with their mean decoded; None where there are none.

        Args:
            points: of the map, (N, 2).
            run: decodes latents; pages give one that goes through the model's thread.
        """
        rows = inside(points, self.region)
        if not len(rows):
            return None
        mean, labels = mean_latent(atlas.z, rows), None
        if atlas.labels is not None:
            own = atlas.labels[rows]
            labels = own.mode()[0][None] if own.ndim == 1 else own.mean(dim=0, keepdim=True)
        return Chosen(rows, mean, labels, run(flow, mean, labels))

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        atlas = self.pictures.atlas(flow)
        chosen = None
        if self.region:
            chosen = self.chosen(flow, atlas, points_of(atlas.z, self.projection))
        if (row := self.row(atlas)) is not None:
            return atlas, Latent(atlas.z[[row]], None, atlas.images[[row]]), chosen
        x, labels = self.picture.image(flow), labels_of(flow.config, self.label, 1)
        return atlas, Latent(flow.encode(x, labels), labels, x), chosen

    def draw(self, flow: RealNVP, *made: Any) -> Near:
        atlas, looked_at, chosen = made
        row = self.row(atlas)
        near = neighbours(atlas, looked_at.z, looked_at.image, without=row)
        others = {} if chosen is None else {MEAN: to_rgb(chosen.image)[0]}
        return Near(neighbour_sheet(atlas, near), near=near, others=others)
