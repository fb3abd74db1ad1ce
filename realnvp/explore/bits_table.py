"""Bits by part as a table: rounded lines that add up at every depth."""

from dataclasses import dataclass
from decimal import Decimal

from realnvp.explore.bits_by_part import BitsByPart, Term
from realnvp.explore.rounding import rounded_parts


@dataclass(frozen=True)
class Line:
    """One line, in bits/dim.

    Args:
        term: what it is of.
        value: what it adds; exactly the sum of the values of its parts, where it has some.
        parts: the single couplings or batch norms of a level; none for other lines.
    """

    term: Term
    value: Decimal
    parts: tuple["Line", ...] = ()


@dataclass(frozen=True)
class BitsTable:
    """Lines in the order in which the flow meets them; their values add up to the total exactly."""

    lines: tuple[Line, ...]
    total: Decimal


def bits_table(
    by_part: BitsByPart, total: float | None = None, *, row: int = 0, decimals: int = 3
) -> BitsTable:
    """The bits of one picture, line by line.

    Args:
        total: bits/dim as they are shown elsewhere, at most one unit of the last decimal away;
            None for their sum.
        row: which picture.

    Raises:
        ValueError: if the total is farther away.
    """
    groups = by_part.by_level()
    values, shown = rounded_parts(groups.bits_per_dim[row].tolist(), decimals, total)
    lines = []
    for term, value in zip(groups.terms, values, strict=True):
        members = [i for i, other in enumerate(by_part.terms) if _within(other, term)]
        # Rounded towards the line as it is shown, which is less than a unit from their sum.
        bits = by_part.bits_per_dim[row, members].tolist()
        parts, _ = rounded_parts(bits, decimals, float(value)) if members else ([], value)
        inside = (Line(by_part.terms[i], part) for i, part in zip(members, parts, strict=True))
        lines.append(Line(term, value, tuple(inside)))
    return BitsTable(tuple(lines), shown)


def _within(part: Term, group: Term) -> bool:
    grouped = group.kind in ("coupling", "batch norm")
    return grouped and (part.kind, part.level) == (group.kind, group.level)
