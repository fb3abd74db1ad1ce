"""RealNVP: an exactly invertible map between pictures and Gaussian latents."""

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from realnvp import latents
from realnvp.config import ModelConfig
from realnvp.coupling import evaluating
from realnvp.inputs import Array, check_labels, images_of, latents_of, points_of, tensor_of
from realnvp.metrics import bits_per_dim
from realnvp.multiscale import MultiScale
from realnvp.transforms import Logit, Transform, check_finite

CHUNK = 128  # images that go through the network at once: flat memory, and no slower than more
CHUNK_VALUES = CHUNK * 3 * 64 * 64  # and values of theirs: fewer images where they are large


class RealNVP(Transform):
    """Density model of images, Dinh, Sohl-Dickstein and Bengio (ICLR 2017).

        forward   z = f(x), x float in (0, 256), z flat (B, D)
        log_det   log |det df/dx|
        inverse   x = f^-1(z)
        prior     z ~ N(0, I)

    The transform takes real numbers; `encode`, `decode`, `sample` and `bits_per_dim` take and give
    uint8 pictures (B, C, H, W), and use running statistics whatever the mode, which stays as it
    is: only `forward` and `log_prob` of a flow in training mode use those of their batch, and learn
    from them. Levels are counted from the finest. Labels are class indices (B,) or attributes
    (B, A), as the config says; an unconditional model takes none. An attribute is 0 or 1, as in
    training, or between, where it is there in part. A NumPy array will do wherever a tensor does.

    Class variables:
        has_couplings: whether it is made of the paper's couplings, to look into; a flow that stands
            in the place of one, `AnyFlow`, has none that anyone here knows.
        takes_any_size: whether pictures may be of another size than the trained one.
    """

    has_couplings: ClassVar[bool] = True
    takes_any_size: ClassVar[bool] = True

    def __init__(self, config: ModelConfig, card: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.config = config
        self.card = card or {}
        self.name = ""  # of the checkpoint that it was loaded from
        self.logit = Logit(config.alpha)
        self.multiscale = MultiScale(config)

    @property
    def dim(self) -> int:
        """D = C H W at the trained size."""
        return self.config.dim

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    @property
    def dtype(self) -> torch.dtype:
        return next(self.parameters()).dtype

    def forward(self, x: Array, labels: Array | None = None) -> tuple[Tensor, Tensor]:
        x = self._points(x).to(self.device, self.dtype)
        vectors = self.label_vectors(labels, len(x))
        h, logit_log_det = self.logit(x)
        z, log_det = self.multiscale(h, vectors)
        return z, logit_log_det + log_det

    def inverse(
        self, y: Array, labels: Array | None = None, size: tuple[int, int] | None = None
    ) -> Tensor:
        y = self._latents(y, size).to(self.device, self.dtype)
        vectors = self.label_vectors(labels, len(y))
        return self.logit.inverse(self.multiscale.inverse(y, vectors, size))

    def log_prob(self, x: Array, labels: Array | None = None) -> Tensor:
        """log p(x) = log N(f(x); 0, I) + log |det df/dx| of float x in (0, 256): (B,), nats."""
        z, log_det = self(x, labels)
        return log_normal(z) + log_det

    @torch.inference_mode()
    def encode(
        self,
        images: Array,
        labels: Array | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Latents (B, D) of uint8 pictures (B, C, H, W).

        Without a generator a pixel stands for the middle of its bin, u = 1/2, so the answer is
        always the same; with one, u ~ U[0, 1) as in training. `decode` gives back the same bytes.

        Raises:
            ValueError: if the pictures or labels do not fit the model.
            NonFiniteError: naming the layer, if a latent is NaN or infinite.
        """
        images = self._images(images)

        def run(part: Tensor, part_labels: Tensor | None) -> Tensor:
            x = dequantize(part, generator).to(self.device, self.dtype)
            z, _ = self(x, part_labels)
            if not torch.isfinite(z).all():
                self.name_culprit(x, part_labels)
            return z

        return self._in_chunks(run, images, labels)

    @torch.inference_mode()
    def decode(
        self, z: Array, labels: Array | None = None, size: tuple[int, int] | None = None
    ) -> Tensor:
        """uint8 pictures (B, C, H, W) of latents (B, D): floor of x, clipped to 0 ... 255.

        `size` (H, W) other than the trained one decodes latents of that many variables: the
        network is convolutional.

        Raises:
            ValueError: if D does not fit the size, or the size the levels.
            NonFiniteError: naming the layer, if a pixel is NaN or infinite.
        """

        def run(part: Tensor, part_labels: Tensor | None) -> Tensor:
            part = part.to(self.device, self.dtype)
            x = self.inverse(part, part_labels, size)
            if not torch.isfinite(x).all():
                self.name_culprit_of_inverse(part, part_labels, size)
            return quantize(x)

        return self._in_chunks(run, self._latents(z, size), labels)

    def draw(
        self,
        n: int,
        temperature: float | Sequence[float] = 1.0,
        generator: torch.Generator | None = None,
        size: tuple[int, int] | None = None,
    ) -> Tensor:
        """n latents (n, D) from N(0, T^2 I), with one T or one per level, finest first.

        Drawn on the CPU in float32, so a seed means the same pictures on every device, and the
        first of many are those that fewer would be.
        """
        factors = latents.level_temperatures(temperature, self.shapes(size))
        count = n * len(factors)
        # torch draws sixteen at a time and, where some are left over, the last sixteen anew.
        whole = -(-count // 16) * 16
        z = torch.randn(whole, generator=generator, dtype=torch.float32)[:count]
        return z.view(n, len(factors)) * factors

    def sample(
        self,
        n: int,
        temperature: float | Sequence[float] = 1.0,
        generator: torch.Generator | None = None,
        labels: Array | None = None,
        size: tuple[int, int] | None = None,
    ) -> Tensor:
        """n pictures, uint8 (n, C, H, W): `decode` of `draw`."""
        return self.decode(self.draw(n, temperature, generator, size), labels, size)

    @torch.inference_mode()
    def bits_per_dim(
        self,
        images: Array,
        labels: Array | None = None,
        draws: int = 1,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """-log2 p per variable, (B,), averaged over `draws` of the dequantization noise.

        Without a generator u = 1/2, and more draws change nothing.
        """
        images = self._images(images)

        def run(part: Tensor, part_labels: Tensor | None) -> Tensor:
            total = torch.zeros(len(part), dtype=torch.float64)
            for _ in range(draws):
                x = dequantize(part, generator).to(self.device, self.dtype)
                log_prob = self.log_prob(x, part_labels)
                if not torch.isfinite(log_prob).all():
                    self.name_culprit(x, part_labels)
                total = total + log_prob.cpu().double()
            return bits_per_dim(total / draws, part[0].numel())

        return self._in_chunks(run, images, labels)

    @torch.inference_mode()
    def bits_per_dim_of_latents(
        self, z: Array, labels: Array | None = None, size: tuple[int, int] | None = None
    ) -> Tensor:
        """bits/dim, (B,), of the exact point f^-1(z), before it is rounded to a picture."""

        def run(part: Tensor, part_labels: Tensor | None) -> Tensor:
            part = part.to(self.device, self.dtype)
            vectors = self.label_vectors(part_labels, len(part))
            h = self.multiscale.inverse(part, vectors, size)
            # Forward from the logits, not from x: sigmoid rounds to 0 or 1 far out, h does not.
            _, log_det = self.multiscale(h, vectors)
            log_det = log_det + self.logit.log_slope(h).flatten(1).sum(1)
            return bits_per_dim((log_normal(part) + log_det).cpu().double(), part.shape[1])

        return self._in_chunks(run, self._latents(z, size), labels)

    def shapes(self, size: tuple[int, int] | None = None) -> list[tuple[int, int, int]]:
        """Latent shapes (C_i, H_i, W_i), finest first, for pictures of `size`."""
        return self.multiscale.shapes(size)

    def unpack(self, z: Array, size: tuple[int, int] | None = None) -> list[Tensor]:
        """(B, D) as levels [(B, C_i, H_i, W_i)], finest first."""
        return latents.unpack(self._latents(z, size, masks=True), self.shapes(size))

    def pack(self, levels: Sequence[Array]) -> Tensor:
        """Levels, finest first, as (B, D)."""
        return latents.pack([tensor_of(level, "levels") for level in levels])

    def picture(self, z: Array, size: tuple[int, int] | None = None) -> Tensor:
        """(B, D) as (B, C, H, W): every variable at the pixel it was factored out from."""
        return latents.levels_to_picture(self.unpack(z, size))

    def unpicture(self, picture: Array) -> Tensor:
        """`picture` undone: (B, C, H, W) as (B, D)."""
        levels = latents.picture_to_levels(
            self._points(picture, masks=True), self.config.num_levels
        )
        return latents.pack(levels)

    def label_vectors(self, labels: Array | None, batch: int) -> Tensor | None:
        """Labels as vectors that enter the conditioners: one-hot, or attributes from -1 to 1.

        Raises:
            ValueError: if they do not fit the model, or are not of so many pictures.
        """
        labels = None if labels is None else tensor_of(labels, "labels").to(self.device)
        check_labels(labels, batch, self.config)
        if labels is None:
            return None
        if self.config.label_kind == "class":
            return F.one_hot(labels.long(), self.config.num_labels).to(self.dtype)
        return 2 * labels.to(self.dtype) - 1

    def _images(self, images: Array) -> Tensor:
        given = images_of(images, self.config)
        self.shapes((given.shape[2], given.shape[3]))
        return given

    def _points(self, x: Array, *, masks: bool = False) -> Tensor:
        given = points_of(x, self.config, masks=masks)
        self.shapes((given.shape[2], given.shape[3]))
        return given

    def _latents(self, z: Array, size: tuple[int, int] | None, *, masks: bool = False) -> Tensor:
        return latents_of(z, self.config, size, self.shapes(size), masks=masks)

    def _in_chunks(
        self, run: Callable[[Tensor, Tensor | None], Tensor], items: Tensor, labels: Array | None
    ) -> Tensor:
        """`run` on CHUNK rows at a time, fewer where memory is short; gathered on the CPU.

        Raises:
            ValueError: if there are not as many labels.
            torch.OutOfMemoryError: if there is no memory even for one row.
        """
        given = None if labels is None else tensor_of(labels, "labels")
        if given is not None and given.shape[:1] != (len(items),):
            check_labels(given, len(items), self.config)
        with evaluating(self):
            return self._evaluated_in_chunks(run, items, given)

    @staticmethod
    def _evaluated_in_chunks(
        run: Callable[[Tensor, Tensor | None], Tensor], items: Tensor, labels: Tensor | None
    ) -> Tensor:
        if not len(items):
            # Convolutions of no pictures are not to be relied on: the shape of none is that of one.
            one = None if labels is None else labels.new_zeros(1, *labels.shape[1:])
            return run(items.new_zeros(1, *items.shape[1:]), one).cpu()[:0]
        parts: list[Tensor] = []
        start, chunk = 0, max(1, min(CHUNK, CHUNK_VALUES // items[0].numel()))
        while start < len(items):
            rows = slice(start, start + chunk)
            try:
                parts.append(run(items[rows], None if labels is None else labels[rows]).cpu())
                start += chunk
            except RuntimeError as error:
                if not out_of_memory(error):
                    raise
                if chunk == 1:
                    raise torch.OutOfMemoryError(str(error)) from None
                chunk //= 2
        return torch.cat(parts)

    def name_culprit(self, x: Tensor, labels: Tensor | None = None) -> None:
        """Walk forward again and raise at the first layer whose output is not finite."""
        h, _ = self.logit(x)
        check_finite("logit", h)
        for step in self.multiscale.trace(h, self.label_vectors(labels, len(x))):
            check_finite(step.name, step.output)

    def name_culprit_of_inverse(
        self, z: Tensor, labels: Tensor | None, size: tuple[int, int] | None
    ) -> None:
        """Walk back again and raise at the first layer whose output is not finite."""
        check_finite("the latent itself", z)
        vectors = self.label_vectors(labels, len(z))
        for step in self.multiscale.trace_inverse(z, vectors, size):
            check_finite(f"the inverse of {step.name}", step.output)


def out_of_memory(error: RuntimeError) -> bool:
    """Whether memory was short; the CPU's allocator says so in words alone."""
    return isinstance(error, torch.OutOfMemoryError) or "DefaultCPUAllocator" in str(error)


def log_normal(z: Tensor) -> Tensor:
    """log N(z; 0, I), (B,), nats: -1/2 sum of z^2 + log 2 pi."""
    return -0.5 * (z.square() + math.log(2 * math.pi)).flatten(1).sum(1)


def dequantize(images: Tensor, generator: torch.Generator | None) -> Tensor:
    """uint8 to float x = v + u in (0, 256), u ~ U[0, 1), or u = 1/2 without a generator."""
    x = images.to(torch.float32)
    if generator is None:
        return x + 0.5
    noise = torch.rand(x.shape, generator=generator, device=generator.device).to(x.device)
    # 255 + u can round up to 256 in float32, and 0 + 0 is the edge of the first bin: stay inside.
    return (x + noise).clamp(1e-6, 256 - 2e-5)


def quantize(x: Tensor) -> Tensor:
    """Float x to uint8: floor, clipped to 0 ... 255."""
    return x.floor().clamp(0, 255).to(torch.uint8)
