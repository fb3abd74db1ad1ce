"""Any flow in the place of a RealNVP: what it must have, and what makes it look like one."""

import math
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from realnvp import latents
from realnvp.config import ConfigError, ModelConfig
from realnvp.flow import RealNVP, log_normal, out_of_memory
from realnvp.inputs import Array
from realnvp.metrics import bits_per_dim
from realnvp.model_files import CheckpointError
from realnvp.plain import shown
from realnvp.transforms import check_finite

METHODS = ("encode", "decode", "log_prob")
LEVELS, CARD = "level_shapes", "card"  # what a flow may have besides


class FlowError(CheckpointError):
    """A flow of somebody's own that cannot be used; one line that says what is wrong."""


@runtime_checkable
class Flow(Protocol):
    """A density model of pictures with an exact inverse: three methods and a shape.

    Everything is float, for a batch of B pictures of D = C H W numbers. A picture's numbers lie in
    (0, 256): a byte v comes as v + u, u from [0, 1), and where nothing else is said u = 1/2.

        image_shape   (C, H, W); C is 1 or 3
        encode        z = f(x), (B, C, H, W) to (B, D); under the model z ~ N(0, I)
        decode        x = f^-1(z), (B, D) to (B, C, H, W)
        log_prob      log p(x), (B, C, H, W) to (B,), nats: the density of x in (0, 256)

    If it is a `torch.nn.Module` it can go to a GPU. It may have besides:

        level_shapes  [(C_1, H_1, W_1), ...], finest first, if z is the levels of a multi-scale
                      flow, one behind the other
        card          what is known of it, as a checkpoint's card has it: plain JSON types
    """

    @property
    def image_shape(self) -> tuple[int, int, int]: ...

    def encode(self, x: Tensor, /) -> Tensor: ...

    def decode(self, z: Tensor, /) -> Tensor: ...

    def log_prob(self, x: Tensor, /) -> Tensor: ...


class AnyFlow(RealNVP):
    """Another flow, with all that pages and operations on latents ask of a RealNVP.

        forward   z = flow.encode(x)
        log_det   log p(x) - log N(z; 0, I): the change of variables, read backwards
        inverse   x = flow.decode(z)

    It is unconditional and takes pictures of one size. Without `level_shapes` all of z is one
    level, of the picture's shape. Its weights are frozen, and it is in evaluation mode.

    Args:
        flow: what `Flow` describes.
        card: what is known of it; by default the flow's own, if it has one.

    Raises:
        FlowError: if something is missing, or gives another shape than `Flow` says.
    """

    has_couplings: ClassVar[bool] = False
    takes_any_size: ClassVar[bool] = False

    def __init__(self, flow: Flow, card: dict[str, Any] | None = None) -> None:
        # Neither the logit nor the couplings of a RealNVP: this is one to its callers alone.
        nn.Module.__init__(self)
        if missing := [name for name in METHODS if not callable(getattr(flow, name, None))]:
            raise FlowError(f"{_kind(flow)} has no method {missing[0]}")
        if not hasattr(flow, "image_shape"):
            raise FlowError(f"{_kind(flow)} has no image_shape, (C, H, W)")
        self.flow = flow
        shape, levels = _whole(flow.image_shape), _levels_of(flow)
        self._shapes = levels or [shape]
        self.config = _config(shape, len(self._shapes))
        if (count := sum(math.prod(one) for one in self._shapes)) != self.config.dim:
            raise FlowError(f"level_shapes hold {count} numbers, the picture {self.config.dim}")
        said = getattr(flow, CARD, None) if card is None else card
        self.card = dict(said) if isinstance(said, dict) else {}
        self.name = ""
        self.eval().requires_grad_(False)
        self._try()

    @property
    def device(self) -> torch.device:
        return self._like.device

    @property
    def dtype(self) -> torch.dtype:
        return self._like.dtype

    @property
    def _like(self) -> Tensor:
        """A weight; of a flow without any that PyTorch sees, a number on the CPU."""
        every = (*self.parameters(), *self.buffers())
        return next((one for one in every if one.is_floating_point()), torch.zeros(()))

    def forward(self, x: Array, labels: Array | None = None) -> tuple[Tensor, Tensor]:
        x = self._points(x).to(self.device, self.dtype)
        self.label_vectors(labels, len(x))  # it takes none
        z = self._ask("encode", x, (len(x), self.dim))
        return z, self._ask("log_prob", x, (len(x),)) - log_normal(z)

    def inverse(
        self, y: Array, labels: Array | None = None, size: tuple[int, int] | None = None
    ) -> Tensor:
        y = self._latents(y, size).to(self.device, self.dtype)
        self.label_vectors(labels, len(y))
        x = self._ask("decode", y, (len(y), self.config.channels, *self.config.image_size))
        if torch.is_grad_enabled() and y.requires_grad and not x.requires_grad:
            raise FlowError(f"{self._called}: decode has no gradient, which a search needs")
        return x

    def log_prob(self, x: Array, labels: Array | None = None) -> Tensor:
        x = self._points(x).to(self.device, self.dtype)
        self.label_vectors(labels, len(x))
        return self._ask("log_prob", x, (len(x),))

    @torch.inference_mode()
    def bits_per_dim_of_latents(
        self, z: Array, labels: Array | None = None, size: tuple[int, int] | None = None
    ) -> Tensor:
        def run(part: Tensor, part_labels: Tensor | None) -> Tensor:
            x = self.inverse(part, part_labels, size)
            return bits_per_dim(self.log_prob(x).cpu().double(), self.dim)

        return self._in_chunks(run, self._latents(z, size), labels)

    def shapes(self, size: tuple[int, int] | None = None) -> list[tuple[int, int, int]]:
        """Latent shapes (C_i, H_i, W_i), finest first.

        Raises:
            ValueError: for another size than the trained one.
        """
        if size is not None and tuple(size) != self.config.image_size:
            height, width = self.config.image_size
            raise ValueError(
                f"pictures of this model are {height} × {width}, not {size[0]} × {size[1]}"
            )
        return list(self._shapes)

    def picture(self, z: Array, size: tuple[int, int] | None = None) -> Tensor:
        """(B, D) as (B, C, H, W): the levels about where they come from, as far as shapes tell.

        A deeper level is unsqueezed until it lies beside the next finer one, and so on; where the
        shapes do not allow for that, the numbers stand in their order.
        """
        levels = self.unpack(z, size)
        laid = _laid_out(levels, self.config.image_size)
        if laid is not None and laid.shape[1] == self.config.channels:
            return laid
        return latents.pack(levels).view(-1, self.config.channels, *self.config.image_size)

    def unpicture(self, picture: Array) -> Tensor:
        given = self._points(picture, masks=True)
        # Where each variable went says where it comes from.
        places = self.picture(torch.arange(self.dim, dtype=torch.float64)[None])
        return given.flatten(1)[:, places.flatten().long().argsort().to(given.device)]

    def name_culprit(self, x: Tensor, labels: Tensor | None = None) -> None:
        for name in ("encode", "log_prob"):
            check_finite(f"{name} of {self._called}", getattr(self.flow, name)(x))

    def name_culprit_of_inverse(
        self, z: Tensor, labels: Tensor | None, size: tuple[int, int] | None
    ) -> None:
        check_finite("the latent itself", z)
        check_finite(f"decode of {self._called}", self.flow.decode(z))

    @property
    def _called(self) -> str:
        return self.name or _kind(self.flow)

    @torch.no_grad()
    def _try(self) -> None:
        """One grey picture there and back: what has another shape is told before it is used."""
        grey = torch.full((1, self.config.channels, *self.config.image_size), 128.5)
        z, _ = self(grey)
        self.inverse(z)

    def _ask(self, name: str, given: Tensor, shape: tuple[int, ...]) -> Tensor:
        """What a method of the flow gives.

        Raises:
            FlowError: if it fails, or gives another shape.
        """
        try:
            answer = getattr(self.flow, name)(given)
        except Exception as error:  # whatever somebody's code raises
            if isinstance(error, RuntimeError) and out_of_memory(error):
                raise
            why = next(iter(f"{_kind(error)}: {error}".splitlines()))
            raise FlowError(f"{name} of {self._called} failed with {shown(why)}") from error
        if not isinstance(answer, Tensor):
            raise FlowError(f"{name} of {self._called} gives no tensor, but {_kind(answer)}")
        if answer.shape != shape:
            found = tuple(answer.shape)
            raise FlowError(f"{name} of {self._called} gives shape {found}, not {shape}")
        return answer


def _kind(value: object) -> str:
    return type(value).__name__


def _whole(shape: Sequence[Any]) -> tuple[int, int, int]:
    try:
        channels, height, width = (int(side) for side in shape)
    except (TypeError, ValueError):
        raise FlowError(f"a shape is (C, H, W), not {shown(shape)}") from None
    return channels, height, width


def _levels_of(flow: Flow) -> list[tuple[int, int, int]]:
    given = getattr(flow, LEVELS, None)
    return [_whole(shape) for shape in given] if given else []


def _config(shape: tuple[int, int, int], num_levels: int) -> ModelConfig:
    channels, *size = shape
    if channels not in (1, 3):
        raise FlowError(f"pictures of {channels} channels cannot be shown: 1 is grey, 3 colour")
    try:
        return ModelConfig(channels, (size[0], size[1]), num_levels)
    except ConfigError as error:
        raise FlowError(str(error)) from None


def _laid_out(levels: Sequence[Tensor], size: tuple[int, int]) -> Tensor | None:
    """Levels put together from the deepest on, (B, ?, H, W); None where shapes do not fit."""
    picture: Tensor | None = None
    for level in reversed(levels):
        grown = None if picture is None else _grown(picture, (level.shape[2], level.shape[3]))
        if picture is not None and grown is None:
            return None
        picture = level if grown is None else torch.cat([grown, level], dim=1)
    return None if picture is None else _grown(picture, size)


def _grown(picture: Tensor, size: tuple[int, int]) -> Tensor | None:
    """Unsqueezed until it has this size; None where it cannot."""
    while picture.shape[2] < size[0] and picture.shape[1] % 4 == 0:
        picture = F.pixel_shuffle(picture, 2)
    return picture if picture.shape[2:] == size else None
