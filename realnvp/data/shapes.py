"""A small image set that needs no download: discs, squares and triangles on plain ground."""

from pathlib import Path

import numpy as np

NAMES = ("disc", "square", "triangle")
_FINE = 4  # samples a side of each pixel: edges are smooth


def shapes(n: int, side: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """n pictures, uint8 (n, side, side, 3), and what each shows, int64 (n,) into `NAMES`.

    Kind, place, size, turn and both colours are drawn independently; ground is darker than shape.
    """
    random = np.random.default_rng(seed)
    kinds = random.integers(0, len(NAMES), n)
    grid = (np.arange(side * _FINE) + 0.5) / (side * _FINE) * 2 - 1
    pictures = np.empty((n, side, side, 3), np.uint8)
    for picture, kind in zip(pictures, kinds, strict=True):
        radius = random.uniform(0.35, 0.6)
        across, down = random.uniform(-0.3, 0.3, 2)
        x, y = np.meshgrid(grid - across, grid - down)
        inside = _inside(int(kind), x / radius, y / radius, random.uniform(0, 2 * np.pi))
        cover = inside.reshape(side, _FINE, side, _FINE).mean(axis=(1, 3))[..., None]
        ground, colour = random.uniform(10, 110, 3), random.uniform(130, 245, 3)
        picture[:] = np.round(ground + cover * (colour - ground))
    return pictures, kinds


def _inside(kind: int, x: np.ndarray, y: np.ndarray, turn: float) -> np.ndarray:
    """Whether points lie in the unit shape, turned by an angle in radians."""
    x, y = np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y
    if NAMES[kind] == "disc":
        return x * x + y * y <= 0.8
    if NAMES[kind] == "square":
        return np.maximum(abs(x), abs(y)) <= 0.75
    # Equilateral, its centre at 0: three sides at the same distance.
    return np.maximum(y, (np.sqrt(3) * abs(x) - y) / 2) <= 0.5


def write_shapes(path: Path, side: int, *, train: int = 4000, test: int = 500) -> None:
    """The set as an .npz file that `load_images` reads."""
    pictures, kinds = shapes(train + test, side, seed=0)
    np.savez(
        path,
        train=pictures[:train],
        test=pictures[train:],
        train_labels=kinds[:train],
        test_labels=kinds[train:],
        label_names=np.array(NAMES),
    )
