"""Files that are no part of a set although they lie in it, each with its reason."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from realnvp.atomic_file import write_file
from realnvp.data.listing import stored
from realnvp.reasons import reason_of

FILE = "left_out.txt"
NAMED = 20  # files in a message
REASONS = 5  # in a card


@dataclass(frozen=True)
class LeftOut:
    """What was left out, and of how many.

    Args:
        files: path below the folder, and a sentence that says why, of each.
        of: files that are pictures by their names, these among them.
    """

    files: tuple[tuple[str, str], ...] = ()
    of: int = 0

    def __len__(self) -> int:
        return len(self.files)

    def __str__(self) -> str:
        """One line with the reasons, the most frequent first; "" if nothing was left out."""
        if not self.files:
            return ""
        told = "; ".join(f"{count:,} × {reason}" for reason, count in self.reasons().items())
        return f"{len(self):,} of {self.of:,} files left out: {told}"

    def reasons(self) -> dict[str, int]:
        """How many files each of the most frequent reasons explains, and all others together."""
        counts = Counter(reason.rstrip(".") for _, reason in self.files)
        few = dict(counts.most_common(REASONS))
        rest = counts.total() - sum(few.values())
        return few | ({"other reasons": rest} if rest else {})

    def card(self) -> dict[str, Any]:
        """In short form, for the card of a run: counts, reasons, and the first names."""
        return {
            "count": len(self),
            "of": self.of,
            "reasons": self.reasons(),
            "first": [one_line(name) for name, _ in self.files[:NAMED]],
        }

    def lines(self, all_in: str = "") -> Iterator[str]:
        """A line for each of the first files, with its reason.

        Args:
            all_in: where all of them are, if they are too many.
        """
        for name, reason in self.files[:NAMED]:
            yield f"  {one_line(name)}: {reason}"
        if (more := len(self) - NAMED) > 0:
            yield f"  and {more:,} more" + (f", all in {all_in}" if all_in else "")

    def write(self, path: Path) -> None:
        """A file with a line for each; none, and no old one, if nothing was left out."""
        if not self.files:
            path.unlink(missing_ok=True)
            return
        text = "".join(f"{one_line(name)}\t{reason}\n" for name, reason in self.files)
        write_file(path, text)


def gathered(found: Sequence[tuple[str, str]], of: int) -> LeftOut:
    """Of files with reasons, sorted by their names."""
    return LeftOut(tuple(sorted(found, key=lambda item: stored(item[0]))), of)


def unreadable(error: OSError) -> str:
    """Why a file could not be read, as a sentence."""
    return f"The file cannot be read: {reason_of(error)}."


def one_line(name: str) -> str:
    """A file's name as a message may show it."""
    return "".join(c if c.isprintable() else "?" for c in stored(name))[:300]
