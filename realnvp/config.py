"""What rebuilds a model (`ModelConfig`) and what repeats a training run (`TrainConfig`)."""

import math
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

from realnvp.plain import ConfigError, Plain, shown
from realnvp.variant import PAPER, Variant

__all__ = ["ConfigError", "ModelConfig", "TrainConfig", "Variant", "check_size", "shown"]

MAX_DIM = 3 * 256 * 256  # variables of a picture: a page of the app holds 64 of them at once
MAX_LABEL_NAME = 100  # characters
MAX_SEED = 2**63 - 1  # a generator's; a report adds its step


def _require_int(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(f"{name} must be a whole number from {low} to {high}, not {shown(value)}")


@dataclass(frozen=True)
class ModelConfig(Plain):
    """The architecture: Dinh et al. 2017, section 3.6 and 4.1.

    Args:
        channels: image channels C; 3 for RGB, 1 for grey.
        image_size: trained (H, W) in pixels; both divisible by 2**(num_levels - 1), and D = C H W
            at most MAX_DIM.
        num_levels: scales; each but the last factors out half of its variables.
        width: feature maps of the conditioners at the finest scale; doubled by every squeeze.
        num_blocks: residual blocks in each conditioner.
        alpha: margin of the logit transform, p = alpha + (1 - 2 alpha) x / 256; less for pictures
            that are mostly 0 or 255.
        label_kind: None, "class" (one of num_labels) or "attributes" (num_labels independent bits).
        num_labels: size of the label vector that enters every conditioner; 0 if unconditional.
        label_names: num_labels names, for people; all different.
        variant: where the layers differ from the paper's authors', as those of models that were
            trained by other implementations do.

    Raises:
        ConfigError: if the values do not fit together.
    """

    channels: int = 3
    image_size: tuple[int, int] = (32, 32)
    num_levels: int = 3
    width: int = 32
    num_blocks: int = 1
    alpha: float = 0.05
    label_kind: str | None = None
    num_labels: int = 0
    label_names: tuple[str, ...] = ()
    variant: Variant = PAPER

    def __post_init__(self) -> None:
        _require_int("channels", self.channels, 1, 16)
        _require_int("num_levels", self.num_levels, 1, 8)
        _require_int("width", self.width, 1, 1024)
        _require_int("num_blocks", self.num_blocks, 0, 64)
        _require_int("num_labels", self.num_labels, 0, 4096)
        if not isinstance(self.image_size, tuple) or len(self.image_size) != 2:
            raise ConfigError(f"image_size must be (height, width), not {shown(self.image_size)}")
        for side in self.image_size:
            _require_int("image side", side, 1, 4096)
        check_size(self.image_size, self.num_levels)
        if self.dim > MAX_DIM:
            raise ConfigError(f"D = C H W = {self.dim:,} is more than {MAX_DIM:,}")
        if not isinstance(self.alpha, int | float) or not 0 < self.alpha < 0.5:
            raise ConfigError(f"alpha must lie between 0 and 0.5, not {shown(self.alpha)}")
        if self.label_kind not in (None, "class", "attributes"):
            raise ConfigError(
                f"label_kind must be null, class or attributes, not {shown(self.label_kind)}"
            )
        if (self.label_kind is None) != (self.num_labels == 0):
            raise ConfigError("label_kind and num_labels go together: both set, or neither")
        if not isinstance(self.label_names, tuple):
            raise ConfigError(f"label_names must be a list, not {shown(self.label_names)}")
        if self.label_names and len(self.label_names) != self.num_labels:
            raise ConfigError(f"{len(self.label_names)} label_names for {self.num_labels} labels")
        for name in self.label_names:
            if not isinstance(name, str) or not name.isprintable():
                raise ConfigError(f"a label name must be a text of one line, not {shown(name)}")
            if not 0 < len(name) <= MAX_LABEL_NAME:
                raise ConfigError(f"a label name must have 1 to {MAX_LABEL_NAME} letters")
        if len(set(self.label_names)) < len(self.label_names):
            raise ConfigError("two label_names are the same")
        if not isinstance(self.variant, Variant):
            raise ConfigError(f"variant must be an object, not {shown(self.variant)}")

    def to_dict(self) -> dict[str, Any]:
        """Plain dict for JSON; `variant` only where there is one, with what it changes."""
        values = super().to_dict() | {"variant": self.variant.changes()}
        return {name: value for name, value in values.items() if name != "variant" or value}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Rebuild from `to_dict` or JSON.

        Raises:
            ConfigError: for a key that this class does not know, or a value it cannot take.
        """
        variant = values.get("variant")
        if isinstance(variant, dict):
            values = values | {"variant": Variant.from_dict(variant)}
        return super().from_dict(values)

    def width_at(self, level: int) -> int:
        """Feature maps of the conditioners before the squeeze of a level; 0 is the finest."""
        return self.width * 2**level if self.variant.double_width else self.width

    @property
    def dim(self) -> int:
        """D = C H W, the number of variables of an image and of its latent."""
        return self.channels * self.image_size[0] * self.image_size[1]


def check_size(size: tuple[int, int], num_levels: int) -> None:
    """Raise `ConfigError` unless both sides can be squeezed once between any two levels."""
    factor = 2 ** (num_levels - 1)
    height, width = size
    if min(size) < factor or height % factor or width % factor:
        raise ConfigError(
            f"image size {height}x{width} must be divisible by {factor} for num_levels={num_levels}"
        )


@dataclass(frozen=True)
class TrainConfig(Plain):
    """One training run: descent on the negative log-likelihood in bits/dim.

    Args:
        minutes: time budget; the learning rate reaches zero when it is spent.
        steps: budget in steps instead, for runs that must repeat to the letter.
        batch_size: images a step, of all processes together.
        learning_rate: peak, after the warm-up; cosine decay to zero after. A run of minutes with 16
            to 32 maps learns most at about 1e-2.
        warmup_steps: of linear warm-up to the peak.
        optimizer: adam, as in the paper, or soap, which turns each kernel's gradients before Adam
            sees them, and makes more of a step.
        beta2: second-moment decay of either (the first is 0.9).
        weight_penalty: the paper's L2 coefficient on the weight-norm gains and the scales g; more
            keeps the flow better conditioned.
        inverse_penalty: nats an image for each factor e by which the inverse, and log p, magnify
            relative errors made on the way, of training pictures and of pictures that no training
            set holds; 0, as in the paper, does not look. 5 to 20 help to keep the inverse exact, at
            two thirds of the speed and some hundredths of a bit.
        clip: largest norm of the gradient.
        ema_decay: of the averaged weights, which are what is evaluated and shipped.
        flip: mirror images left-right at random.
        bf16: run the conditioners in bfloat16, but for their last convolution; where it is not
            said, whichever the machine does faster.
        validation: images held out of the training part to watch for memorising.
        seed: of weights, order, flips and dequantization noise.
    """

    minutes: float = 40.0
    steps: int | None = None
    batch_size: int = 64
    learning_rate: float = 1e-3
    warmup_steps: int = 100
    optimizer: Literal["adam", "soap"] = "adam"
    beta2: float = 0.999
    weight_penalty: float = 5e-5
    inverse_penalty: float = 0.0
    clip: float = 100.0
    ema_decay: float = 0.999
    flip: bool = False
    bf16: bool | None = None
    validation: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        _require_int("batch_size", self.batch_size, 2, 4096)
        _require_int("warmup_steps", self.warmup_steps, 1, 10**9)
        if self.optimizer not in (known := get_args(type(self).__annotations__["optimizer"])):
            raise ConfigError(f"optimizer must be {' or '.join(known)}, not {self.optimizer!r}")
        if self.steps is not None:
            _require_int("steps", self.steps, 1, 10**9)
        _require_int("validation", self.validation, 1, 100_000)
        _require_int("seed", self.seed, 0, MAX_SEED)
        for name in ("minutes", "learning_rate", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ConfigError(f"{name} must be positive, not {getattr(self, name)!r}")
        for name in ("weight_penalty", "inverse_penalty"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ConfigError(f"{name} must be 0 or more, not {getattr(self, name)!r}")
        for name in ("beta2", "ema_decay"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"{name} must lie in [0, 1), not {getattr(self, name)!r}")
