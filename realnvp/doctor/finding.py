"""What one check found."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One check.

    Args:
        check: its name, such as "bytes after a round trip".
        passed: None if it could not be made; `where` says why.
        measured, limit: in the same unit, or words; None where there is nothing to say.
        unit: of both.
        where: the layer or picture at the worst.
    """

    check: str
    passed: bool | None
    measured: float | int | str | None = None
    limit: float | int | str | None = None
    unit: str = ""
    where: str = ""

    def __str__(self) -> str:
        """One line: "ok    name  measured (limit) at where"."""
        mark = {True: "ok", False: "FAIL", None: "--"}[self.passed]
        line = f"{mark:<5} {self.check:<34}"
        if self.measured is not None:
            line += f" {_short(self.measured)}{self._unit()}"
        if self.limit is not None:
            line += f" ({_short(self.limit)})"
        return f"{line}  {self.where}".rstrip()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; a number that is not finite is told in words."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    def _unit(self) -> str:
        return f" {self.unit}" if self.unit else ""


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names in a line: "a; b; c", or the first of them and how many more."""
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return "; ".join([*names[:most], *more])


def _short(value: float | int | str) -> str:
    if isinstance(value, float):
        return f"{value:.2g}" if abs(value) < 1e-3 or abs(value) >= 1e4 else f"{value:.4g}"
    return str(value)


def _plain(value: Any) -> Any:
    """JSON has no word for NaN and infinity."""
    is_odd = isinstance(value, float) and not abs(value) < float("inf")
    return str(value) if is_odd else value
