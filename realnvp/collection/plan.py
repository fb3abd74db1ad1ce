"""What is left to do: the listing without what finished parts hold, cut into new parts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice

from realnvp.data.listing import stored

PART_FILES = 2048


@dataclass(frozen=True)
class Shard:
    """The files of one part.

    Args:
        part: its number.
        files: paths below the folder, in the order of the listing; at least one.
    """

    part: int
    files: tuple[str, ...]


def shards(files: Iterable[str], done: Iterator[str], taken: set[int]) -> Iterator[Shard]:
    """All files that are not done, `PART_FILES` to a part, numbered with what is not taken.

    A run that was stopped and goes on cuts the same parts as one that was not.

    Args:
        files: as `walk` gives them.
        done: stored names in their order, of which some may not be among the files any more.
    """
    left = _without(files, done)
    numbers = (number for number in count() if number not in taken)
    while chosen := tuple(islice(left, PART_FILES)):
        yield Shard(next(numbers), chosen)


def _without(files: Iterable[str], done: Iterator[str]) -> Iterator[str]:
    """Two sorted streams side by side: neither is ever in memory."""
    known = next(done, None)
    for file in files:
        name = stored(file)
        while known is not None and known < name:
            known = next(done, None)
        if known != name:
            yield file
