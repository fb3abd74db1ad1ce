"""What one step of the flow does to one picture, as plain tensors."""

from dataclasses import dataclass, field

from torch import Tensor

from realnvp.transforms import Transform

KINDS = ("dequantize", "logit", "coupling", "batch norm", "squeeze", "split")


@dataclass(frozen=True, eq=False)
class State:
    """All D variables of one picture between two steps, on the CPU.

    Args:
        active: those that the next step works on, (C', H', W'); uint8 where they are bytes.
        places: where each of them lives in the picture, (C', H', W'), an index into (C, H, W).
        picture: every variable at its pixel, (C, H, W), those that are factored out included.
        image: `picture` as bytes, uint8 (C, H, W): what it shows if it is taken for a picture.
        in_bytes: whether the values lie in (0, 256), and not on the whole real line.
    """

    active: Tensor
    places: Tensor
    picture: Tensor
    image: Tensor
    in_bytes: bool = False


@dataclass(frozen=True, eq=False)
class Step:
    """What one step does to one picture, on the CPU.

        forward   y = x exp(s) + t where changed, y = x where kept;   log_det = sum of s
        inverse   x = (y - t) exp(-s) where changed;                  log_det = -sum of s

    Args:
        name: as in the bits by part: "level 1, coupling 2 (checkerboard, keeps odd pixels)".
        kind: one of `KINDS`.
        level: 0 is the finest; None for bytes and logits.
        back: whether it is undone here, on the way from z to x.
        before, after: what goes in and what comes out.
        log_det: of the map from `before` to `after`, nats.
        kept: what a coupling or batch norm leaves alone, boolean, (C', H', W'); of a split, what
            goes on, as its undivided side.
        log_scale: s, or of batch norm and logit the logarithm of the slope, (C', H', W').
        factor: of a coupling or batch norm, what it multiplies by: exp(s), or exp(-s) on the way
            back, (C', H', W').
        shift: t of a coupling, (C', H', W').
        factored_out: the latents that a split factors out, or puts back, (C', H', W').
        transform: what is at work; None for bytes and splits.
    """

    name: str
    kind: str
    level: int | None
    back: bool
    before: State
    after: State
    log_det: float = 0.0
    kept: Tensor | None = None
    log_scale: Tensor | None = None
    factor: Tensor | None = None
    shift: Tensor | None = None
    factored_out: Tensor | None = None
    transform: Transform | None = field(default=None, repr=False)

    @property
    def whole(self) -> State:
        """The side that `kept`, `log_scale` and `shift` are laid out as."""
        return self.after if self.back and self.kind == "split" else self.before
