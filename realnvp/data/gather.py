"""Pictures, wherever they lie, as an image set; what cannot be used is left out."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from realnvp.data import checks
from realnvp.data.classes import layout_of
from realnvp.data.imageset import DataError, ImageSet
from realnvp.data.left_out import LeftOut, gathered, one_line, unreadable
from realnvp.data.picture import Crop, name_hash, read_picture
from realnvp.images import ImageError
from realnvp.plain import first_few

ASKED = 64  # pictures that say which size most have
UNSORTED = "It lies in no folder of a part, such as train/ or test/."
UNLABELLED = "It lies in no folder of a class."
OTHER_SIZE = "It is not of the size that most have; a size to bring all to keeps it."
Read = Callable[[str], bytes]


@dataclass(frozen=True)
class Gathering:
    """How pictures become a set.

    Args:
        size: (H, W) to bring all to; None keeps their own, which most of them must share.
        crop: see `read_picture`.
        test_fraction: to hold out where nothing says which pictures are for the test.
        labelled: leave out what lies in no folder of a class, where others do.
        progress: called with the share that is done, 0 to 1; what it raises ends the reading.
    """

    size: tuple[int, int] | None = None
    crop: Crop = "center"
    test_fraction: float = 0.1
    labelled: bool = False
    progress: Callable[[float], object] = lambda share: None


@dataclass(frozen=True)
class Found:
    """Pictures that lie somewhere.

    Args:
        place: file or folder, for its name.
        names: their paths there, with / between the parts.
        read: gives the bytes of one; raises OSError or ImageError.
        left_out: files that cannot be asked at all, with their reasons.
        notes: what is to be said of the set.
    """

    place: Path
    names: Sequence[str]
    read: Read
    left_out: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()


def gather(
    found: Found,
    how: Gathering,
    *,
    parts: Mapping[str, str] | None = None,
    labels: tuple[Mapping[str, np.ndarray], tuple[str, ...]] | None = None,
) -> ImageSet:
    """The set of these pictures.

    It is grey when every picture is, else RGB. Folders say parts and classes (`layout_of`). Where
    nothing says which pictures are held out for the test, they are the round(N test_fraction), at
    least one, whose paths have the smallest SHA-256: the same everywhere, and nearly the same when
    pictures are added.

    Args:
        parts: "train", "test" or "validation" of each picture; None asks the folders.
        labels: of each picture a row of attributes, or the number of its class; and the names of
            attributes or classes. None asks the folders for classes.

    Raises:
        DataError: if too few pictures are left.
    """
    layout = layout_of(found.names)
    bad, notes = list(found.left_out), list(found.notes)
    parts = layout.parts if parts is None else parts
    wanted, tests = _wanted(found.names, parts, bad, notes)
    classes = {} if labels else layout.classes
    if classes and (loose := [name for name in wanted if name not in classes]):
        if how.labelled:
            bad += [(name, UNLABELLED) for name in loose]
            wanted = [name for name in wanted if name in classes]
            if tests and tests.isdisjoint(wanted):
                wanted, tests = sorted(wanted, key=name_hash, reverse=True), set()
                notes.append("The pictures for the test are in no class; some others are held out.")
        else:
            notes.append(
                f"Folders name classes ({_few(layout.names)}), but not that of every picture:"
                f" {_few(loose)}."
            )
            classes = {}
    images, good = read_all(found, wanted, how, bad)
    lost = gathered(bad, len(found.names) + len(found.left_out))
    if tests:
        count = sum(name in tests for name in good)
    else:
        count = min(max(1, round(len(good) * how.test_fraction)), len(good) - 1)
    if count < 1 or count == len(good):
        raise _too_few(found.place, lost, len(good) - count, count)
    split = len(good) - count

    def both(values: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        first, second = good[:split], good[split:]
        return np.stack([values[name] for name in first]), np.stack([values[n] for n in second])

    told: tuple[np.ndarray, np.ndarray, tuple[str, ...]] | tuple[()] = ()
    if labels:
        told = (*both(labels[0]), labels[1])
    elif classes:
        number = {name: np.array(index, np.int64) for index, name in enumerate(layout.names)}
        try:
            label_names = checks.names(found.place, "folders", layout.names)
            told = (*both({name: number[classes[name]] for name in good}), label_names)
        except DataError as error:
            notes.append(f"Folders name no classes: {error}.")
    made = checks.assemble(found.place, images[:split], images[split:], *told)
    return replace(made, left_out=lost, notes=tuple(notes))


def _wanted(
    names: Sequence[str],
    parts: Mapping[str, str],
    bad: list[tuple[str, str]],
    notes: list[str],
) -> tuple[list[str], set[str]]:
    """The pictures to read, those of the test part last, and which these are if that is known."""
    if not parts:
        return sorted(names, key=name_hash, reverse=True), set()
    of = {
        part: [name for name in names if parts.get(name) == part]
        for part in ("train", "test", "validation")
    }
    bad += [(name, UNSORTED) for name in names if name not in parts]
    if of["test"] and of["validation"]:
        notes.append(f"{len(of['validation']):,} pictures for validation are not used.")
    tests = of["test"] or of["validation"]
    return of["train"] + tests, set(tests)


def read_all(
    found: Found, names: Sequence[str], how: Gathering, bad: list[tuple[str, str]]
) -> tuple[np.ndarray, list[str]]:
    """The pictures that can be read, uint8 (N, C, H, W), and their names.

    C is 1 where every picture is grey, else 3. Files that cannot be read join `bad`, with reasons.
    """
    shape = how.size or _most(found, names)
    images = np.empty((len(names), 3, *shape), np.uint8)

    def read_into(index: int) -> bool | str:
        """Whether the picture is grey; or why it cannot be used."""
        try:
            data = found.read(names[index])
            pixels, grey = read_picture(data, names[index], how.size, how.crop)
        except ImageError as error:
            return str(error)
        except OSError as error:
            return unreadable(error)
        if pixels.shape[1:] != shape:
            return OTHER_SIZE
        images[index] = pixels
        return grey

    # Threads help: Pillow decodes without holding the interpreter's lock.
    pool = ThreadPoolExecutor(os.cpu_count())
    answers: list[bool | str] = []
    try:
        for answer in pool.map(read_into, range(len(names))):
            how.progress(len(answers) / len(names))
            answers.append(answer)
    finally:
        pool.shutdown(cancel_futures=True)
    bad += [(name, why) for name, why in zip(names, answers, strict=True) if isinstance(why, str)]
    kept = [index for index, answer in enumerate(answers) if not isinstance(answer, str)]
    for place, index in enumerate(kept):  # within the array: a second one may have no room
        if place != index:
            images[place] = images[index]
    images = images[: len(kept)]
    if kept and all(answers[index] for index in kept):
        images = np.ascontiguousarray(images[:, :1])
    return images, [names[index] for index in kept]


def _most(found: Found, names: Sequence[str]) -> tuple[int, int]:
    """The size of most pictures, (H, W); (1, 1) if none can be read.

    Raises:
        DataError: if no size is that of at least half of them.
    """
    sizes: Counter[tuple[int, int]] = Counter()
    for name in _spread(names):
        try:
            pixels, _ = read_picture(found.read(name), name, None)
            sizes[pixels.shape[1:]] += 1
        except (ImageError, OSError):
            continue
        if sizes.total() == ASKED:
            break
    if not sizes:
        return 1, 1
    (most, count), *_ = sizes.most_common(1)
    if 2 * count < sizes.total():
        few = ", ".join(f"{height}x{width}" for height, width in list(sizes)[:3])
        problem = f"pictures of many sizes (height x width {few}, …)"
        raise DataError(found.place, f"{problem}; give a size to bring all to")
    return most


def _spread(names: Sequence[str]) -> Iterator[str]:
    """All of them, at first some from everywhere."""
    step = max(1, len(names) // ASKED)
    for start in range(step):
        yield from names[start::step]


def _few(names: Sequence[str]) -> str:
    return first_few([one_line(name) for name in names], 3)


def _too_few(place: Path, lost: LeftOut, train: int, test: int) -> DataError:
    total = train + test
    why = ""
    if lost:
        name, reason = lost.files[0]
        why = f"; {len(lost)} left out, as {one_line(name)}: {reason}"
    if not total:
        return DataError(place, f"none of its {lost.of:,} pictures can be used{why}")
    if total == 1:
        expected = "expected at least one to train on, one to test"
        return DataError(place, f"one picture only; {expected}{why}")
    problem = f"{train} pictures for training and {test} for test; expected some of each{why}"
    return DataError(place, problem)
