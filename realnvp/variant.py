"""Where the layers of other implementations differ from ours, as options of a model."""

import math
from dataclasses import dataclass, fields

from realnvp.plain import ConfigError, Plain, shown

WORDS = {  # of an option that is not as ours
    "swap_masks": "masks begin with the other half",
    "mask_plane": "no mask plane",
    "input_gain": "a gain at the input of conditioners",
    "shift_first": "shift before scale",
    "log_scale_offset": "an offset of the log-scale",
    "double_width": "as many maps at every level",
    "batch_norm": "no batch norm between couplings",
    "batch_norm_eps": "ε of batch norm {eps}",
    "batch_norm_all": "batch norm measures all pixels",
}


@dataclass(frozen=True)
class Variant(Plain):
    """What a model trained elsewhere does otherwise; the defaults are the authors' code, and ours.

    Every option changes the function in a way that weights alone cannot express. All else of
    other implementations is a matter of names and of order, see docs/your-model.md.

    Args:
        swap_masks: the first coupling of a level keeps the odd pixels, and in squeezed space the
            second half of the channels, instead of the even ones and the first half; and so on.
        mask_plane: the conditioners of checkerboard couplings see the mask as an input channel.
        input_gain: the batch norm at the input of a conditioner has a gain and an offset.
        shift_first: y = (x + t) exp(s), instead of y = x exp(s) + t.
        log_scale_offset: s = g tanh(raw) + c with a learned c, instead of s = g tanh(raw).
        double_width: the conditioners' maps double with every squeeze.
        batch_norm: a batch norm follows every coupling.
        batch_norm_eps: what it adds to the variance.
        batch_norm_all: in training a batch norm after a checkerboard measures all pixels, those
            that were kept included; it changes the others alone in any case.

    Raises:
        ConfigError: if a value is of another kind.
    """

    swap_masks: bool = False
    mask_plane: bool = True
    input_gain: bool = False
    shift_first: bool = False
    log_scale_offset: bool = False
    double_width: bool = True
    batch_norm: bool = True
    batch_norm_eps: float = 1e-4
    batch_norm_all: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.type is bool and not isinstance(getattr(self, field.name), bool):
                raise ConfigError(f"{field.name} must be true or false")
        eps = self.batch_norm_eps
        if isinstance(eps, bool) or not isinstance(eps, int | float) or not 0 < eps < math.inf:
            raise ConfigError(f"batch_norm_eps must be positive, not {shown(eps)}")

    def in_words(self) -> list[str]:
        """What is not as ours, a few words each."""
        eps = f"{self.batch_norm_eps:g}"
        return [WORDS[name].format(eps=eps) for name in self.changes()]

    def changes(self) -> dict[str, object]:
        """The options that are not as ours, by their names."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if getattr(self, field.name) != field.default
        }


PAPER = Variant()
