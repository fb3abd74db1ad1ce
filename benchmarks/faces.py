"""Faces: how near the box on a face comes to one set by hand.

Pictures of an image set of faces (as `train` takes it) are pasted, softly at the edges, at places
and sizes that are known, into larger pictures of coloured noise that is smooth as photographs are.
Asked is how far the farthest side of the proposed box lies from the true one, in sides of it. With
training pictures it measures as well where the detector's box lies in their frame, in sides of
that: what realnvp/faces.py has as CENTRE and SIDE. It needs the extra `faces`.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.report import table
from realnvp.data import load_images
from realnvp.faces import CENTRE, SIDE, can_find_faces, face_box, find_face
from realnvp.fitting import Box, centre_box

AIM = 0.12  # of the side
SHARES = (0.3, 0.9)  # of the shorter side that a face's frame takes
SIDES = (300, 640)  # of a picture, in pixels
ZOOM = 8.0  # how far in the app can zoom
SOFT = 0.06  # of a frame: its edge, where it goes over into what is around


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, help="an image set of faces")
    parser.add_argument("--count", type=int, default=40, help="test pictures: %(default)s")
    parser.add_argument("--train", type=int, default=0, help="training pictures: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="of the places: %(default)s")


def run(options: argparse.Namespace) -> None:
    if not can_find_faces():
        raise ValueError("no face can be found: pip install 'opencv-python-headless<5'")
    data = load_images(options.data)
    if options.train:
        print("| detector's box in the frame | in use | median | middle half |\n|---|--:|--:|--:|")
        for name, used, values in relations(data.train[: options.train], options.seed):
            low, middle, high = np.percentile(values, [25, 50, 75])
            print(f"| {name} | {used:.3f} | {middle:.3f} | {low:.3f} to {high:.3f} |")
        print()
    rows = []
    proposed: dict[str, list[float]] = {"on the face": [], "in the middle": []}
    found, spent = 0, 0.0
    for pixels, true in composed(data.test[: options.count], options.seed):
        start = time.process_time()
        box = face_box(pixels, (1, 1), ZOOM)
        spent += time.process_time() - start
        found += box is not None
        middle = centre_box(pixels, (1, 1))
        proposed["on the face"].append(apart(box or middle, true))
        proposed["in the middle"].append(apart(middle, true))
    for name, off in proposed.items():
        near = sum(each <= AIM for each in off)
        rows.append(
            [
                name,
                f"{near} of {len(off)}",
                f"{np.median(off):.1%}",
                f"{np.percentile(off, 90):.1%}",
            ]
        )
    print(table(["box", f"within {AIM:.0%} of the side", "median", "nine of ten within"], rows))
    count = len(proposed["on the face"])
    print(f"\nfound on {found} of {count}; {1000 * spent / count:.0f} ms of processors each")


def relations(faces: np.ndarray, seed: int) -> Iterator[tuple[str, float, list[float]]]:
    """Name, what is in use, and what was found, of each number of the detector's box."""
    across, down, side = [], [], []
    for pixels, (left, top, right, _) in composed(faces, seed):
        if (face := find_face(pixels)) is not None:
            across.append(((face[0] + face[2]) / 2 - left) / (right - left))
            down.append(((face[1] + face[3]) / 2 - top) / (right - left))
            side.append((face[2] - face[0]) / (right - left))
    yield "middle, from the left", CENTRE[0], across
    yield "middle, from the top", CENTRE[1], down
    yield "side", SIDE, side


def composed(faces: np.ndarray, seed: int) -> Iterator[tuple[np.ndarray, Box]]:
    """Larger pictures, uint8 (H, W, 3), each with the box where a face was pasted.

    Args:
        faces: uint8 (N, C, H, W).
    """
    dice = np.random.default_rng(seed)
    for face in faces:
        height, width = dice.integers(SIDES[0], SIDES[1], 2, endpoint=True)
        side = int(min(height, width) * dice.uniform(*SHARES))
        left = int(dice.integers(0, width - side, endpoint=True))
        top = int(dice.integers(0, height - side, endpoint=True))
        around = surroundings(dice, int(height), int(width))
        colour = np.broadcast_to(face.transpose(1, 2, 0), (*face.shape[1:], 3))
        image = Image.fromarray(np.ascontiguousarray(colour))
        pasted = np.asarray(image.resize((side, side), Image.Resampling.BICUBIC), float)
        edge = np.minimum(np.arange(side) + 0.5, side - np.arange(side) - 0.5) / (SOFT * side)
        share = np.clip(np.minimum(edge[:, None], edge[None]), 0, 1)[..., None]
        part = around[top : top + side, left : left + side]
        part += share * (pasted - part)
        yield around.round().astype(np.uint8), (left, top, left + side, top + side)


def surroundings(dice: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Coloured noise of all sizes, the finer the fainter: (H, W, 3), 0 to 255."""
    drawn = np.full((height, width, 3), 128.0)
    for cells in (2, 4, 8, 16, 32, 64):
        noise = Image.fromarray(dice.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        smooth = noise.resize((width, height), Image.Resampling.BICUBIC)
        drawn += 0.8 * (np.asarray(smooth, float) - 128) * cells**-0.7
    return drawn.clip(0, 255)


def apart(box: Box, true: Box) -> float:
    """How far the farthest side is from the true one, in sides of that."""
    return float(np.abs(np.subtract(box, true)).max() / (true[2] - true[0]))
