"""Small baselines with random weights, of 8x8 pictures."""

from pathlib import Path

from flows import randomized, small_flow

from realnvp.baselines import KINDS, Baseline, BaselineConfig, save_baseline
from realnvp.baselines.training import MODELS
from realnvp.checkpoint import save

SIDE = 8
NUMERALS = "numerals"  # the set that the flow and the baselines say they have learned


def small_baseline(
    kind: str, seed: int = 0, *, double: bool = False, size: tuple[int, int] = (SIDE, SIDE)
) -> Baseline:
    """Randomized, in evaluation mode."""
    sizes = {"blocks": 2} if kind == "pixelcnn" else {"latents": 3}
    config = BaselineConfig(kind, size, width=4, **sizes)
    model = randomized(MODELS[kind](config), seed).eval().requires_grad_(False)
    return model.double() if double else model


def save_families(folder: Path, size: tuple[int, int] = (SIDE, SIDE)) -> None:
    """A flow called numerals and the baselines beside it, with cards, among the checkpoints."""
    card = {"training": {"data": NUMERALS}, "test_bits_per_dim": 1.25}
    save(small_flow(channels=1, image_size=size), folder / NUMERALS, card)
    figures = {"vae": {"test_bound": 2.5}, "pixelcnn": {"test_bits_per_dim": 0.75}}
    for seed, kind in enumerate(KINDS):
        model = small_baseline(kind, seed, size=size)
        losses = {"bits_per_dim": [8.0, 6.0, 5.0]}
        if kind == "gan":
            losses = {"discriminator": [1.0, 0.9, 0.8], "generator": [1.0, 1.1, 1.2]}
        model.card = {"data": NUMERALS, "steps": 10, "minutes": 2.0}
        model.card |= {"record": {"step": [0, 5, 9]} | losses} | figures.get(kind, {})
        save_baseline(model, folder / "baselines")
