"""What every reader gives: one image set in memory, or one clear line of complaint."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from realnvp.data.left_out import LeftOut


class DataError(ValueError):
    """A file that cannot be used: one line with its name, what is wrong and what was expected.

    Args:
        file: the file or folder; only its name is shown, never where it lies.
        problem: the rest of the line.
    """

    def __init__(self, file: Path | str, problem: str) -> None:
        line = f"{Path(file).name or 'folder'}: {problem}"
        # Names inside files are anyone's text: keep the message one printable line.
        super().__init__("".join(c if c.isprintable() else "?" for c in line)[:400])


@dataclass(frozen=True)
class ImageSet:
    """Images for training and images held out, with whatever labels the set has.

    Attributes:
        name: the file's or folder's name, without an ending.
        train, test: uint8 (N, C, H, W), contiguous; C is 1 or 3.
        train_labels, test_labels: None, or int64 (N,) class indices, or uint8 (N, A) attributes
            that are 0 or 1.
        label_names: one name per class or per attribute; empty without labels.
        left_out: files of the set that could not be used.
        notes: what was assumed or passed over, for people, a sentence each.
    """

    name: str
    train: np.ndarray = field(repr=False)
    test: np.ndarray = field(repr=False)
    train_labels: np.ndarray | None = field(default=None, repr=False)
    test_labels: np.ndarray | None = field(default=None, repr=False)
    label_names: tuple[str, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return self.train.shape[1]

    @property
    def size(self) -> tuple[int, int]:
        """(H, W)."""
        return self.train.shape[2], self.train.shape[3]

    @property
    def has_attributes(self) -> bool:
        """Whether labels are rows of 0/1 attributes rather than one class each."""
        return self.train_labels is not None and self.train_labels.ndim == 2

    def about(self) -> dict[str, Any]:
        """What the card of a run says of the set: plain JSON types."""
        about: dict[str, Any] = {"images": {"train": len(self.train), "test": len(self.test)}}
        if self.left_out:
            about["left_out"] = self.left_out.card()
        if self.notes:
            about["notes"] = list(self.notes)
        return about
