"""Labels by the names that people choose from."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from realnvp.config import ModelConfig

EACH = "each in turn"

Label = str | Sequence[str] | None


class LabelError(ValueError):
    """A label that the model does not take; one line for people."""


def label_names(config: ModelConfig) -> list[str]:
    """Those of the model, or the numbers from 0 where they have no names."""
    return list(config.label_names) or [str(index) for index in range(config.num_labels)]


def labels_of(config: ModelConfig, label: Label, n: int) -> Tensor | None:
    """Labels for n pictures, as the flow takes them.

    Args:
        label: for a model of classes one name, or `EACH` (as None) for class 0, 1, 2 and so on;
            for one of attributes the names of those that are present; else None.

    Returns:
        int64 (n,), float32 (n, A), or None for an unconditional model.

    Raises:
        LabelError: if the model does not know the name, or takes labels of another kind.
    """
    names = label_names(config)
    if config.label_kind is None:
        if label is not None:
            raise LabelError("This model is unconditional: it takes no label.")
        return None
    chosen = [] if label is None else [label] if isinstance(label, str) else list(label)
    if config.label_kind == "class":
        if chosen in ([], [EACH]):
            return torch.arange(n) % config.num_labels
        if not isinstance(label, str):
            raise LabelError("This model has classes: its label is one name.")
    elif isinstance(label, str):
        raise LabelError("This model has attributes: its label is a list of their names.")
    if unknown := [name for name in chosen if name not in names]:
        raise LabelError(f"This model has no label {unknown[0][:40]!r}.")
    if config.label_kind == "class":
        return torch.full((n,), names.index(chosen[0]))
    row = torch.tensor([float(name in chosen) for name in names])
    return row.repeat(n, 1)


def label_entry(config: ModelConfig, labels: Tensor | None) -> dict[str, str | list[str]]:
    """`labels_of` undone: the entry "label" of a recipe, for labels of pictures in their order.

    Classes that differ are taken for each in turn, attributes for those of the first picture; one
    between absent and present for the nearer, halfway for present.
    """
    names = label_names(config)
    if labels is None:
        return {}
    if config.label_kind == "class":
        return {"label": names[int(labels[0])] if (labels == labels[0]).all() else EACH}
    return {"label": [name for name, bit in zip(names, labels[0], strict=True) if bit >= 0.5]}


def class_named(config: ModelConfig, name: str) -> str | None:
    """The class that an example is named after: "coat" and "coat 17" show a coat."""
    if config.label_kind != "class":
        return None
    # A file's name has no slash in it.
    spoken = name.replace("/", " or ")
    known = {label.replace("/", " or "): label for label in label_names(config)}
    return known.get(spoken) or known.get(spoken.rpartition(" ")[0])


def label_words(config: ModelConfig, labels: Tensor | None) -> str:
    """What a model is conditioned on: "Coat", "Smiling, Hat 50 %", "none"; "" if nothing.

    Args:
        labels: (1,) or (1, A), as the flow takes them, attributes from 0 to 1.
    """
    if labels is None:
        return ""
    names = label_names(config)
    if config.label_kind == "class":
        return names[int(labels[0])]
    words = [_share(name, bit) for name, bit in zip(names, labels[0].tolist(), strict=True) if bit]
    return ", ".join(words) or "none"


def _share(name: str, share: float) -> str:
    """ "Hat" or, where it is there in part, "Hat 50 %"; never 0 or 100 %."""
    return name if share == 1 else f"{name} {min(max(round(100 * share), 1), 99)} %"


def words_of(names: Sequence[str], labels: Tensor | np.ndarray | None, n: int) -> tuple[str, ...]:
    """What labels of n pictures say, for people: a class's name, or the attributes present.

    Args:
        names: of the labels; without any, they are numbers from 0.
        labels: (n,) or (n, A), or None.
    """
    if labels is None:
        return ("",) * n
    if labels.ndim == 1:
        return tuple(names[label] if names else str(label) for label in labels.tolist())
    names = names or [str(index) for index in range(labels.shape[1])]
    return tuple(
        ", ".join(name for name, bit in zip(names, row, strict=True) if bit) or "none"
        for row in labels.tolist()
    )
