"""A ledger as it is read: rounded lines that add up at every depth."""

from dataclasses import dataclass
from decimal import Decimal

from realnvp.explore.bits_by_part import Entry, Ledger
from realnvp.explore.rounding import rounded_parts


@dataclass(frozen=True)
class Line:
    """One line, in bits/dim.

    Args:
        entry: what it is of.
        value: what it adds; exactly the sum of the values of its parts, where it has some.
        parts: the single couplings or batch norms of a level; none for other lines.
    """

    entry: Entry
    value: Decimal
    parts: tuple["Line", ...] = ()


@dataclass(frozen=True)
class Statement:
    """Lines in the order in which the flow meets them; their values add up to the total exactly."""

    lines: tuple[Line, ...]
    total: Decimal


def statement_of(
    ledger: Ledger, total: float | None = None, *, row: int = 0, decimals: int = 3
) -> Statement:
    """The ledger of one picture, line by line.

    Args:
        total: bits/dim as they are shown elsewhere, at most one unit of the last decimal away; the
            ledger's own if None.
        row: which picture of the ledger.

    Raises:
        ValueError: if the total is farther away.
    """
    groups = ledger.by_level()
    values, shown = rounded_parts(groups.bits_per_dim[row].tolist(), decimals, total)
    lines = []
    for entry, value in zip(groups.entries, values, strict=True):
        members = [i for i, other in enumerate(ledger.entries) if _within(other, entry)]
        # Rounded towards the line as it is shown, which is less than a unit from their sum.
        bits = ledger.bits_per_dim[row, members].tolist()
        parts, _ = rounded_parts(bits, decimals, float(value)) if members else ([], value)
        inside = (Line(ledger.entries[i], part) for i, part in zip(members, parts, strict=True))
        lines.append(Line(entry, value, tuple(inside)))
    return Statement(tuple(lines), shown)


def _within(part: Entry, group: Entry) -> bool:
    grouped = group.kind in ("coupling", "batch norm")
    return grouped and (part.kind, part.level) == (group.kind, group.level)
