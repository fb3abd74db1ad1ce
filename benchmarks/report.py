"""Results as Markdown that says where they come from."""

import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import torch

from realnvp.devices import device_name


def machine(device: torch.device) -> str:
    """One line: processor, device, versions, date."""
    # A CPU's name says how many already.
    threads = "" if device.type == "cpu" else f"{torch.get_num_threads()} CPU threads; "
    return (
        f"{_processor()}; {device_name(device)}; torch {torch.__version__} "
        f"({torch.backends.cpu.get_cpu_capability()}), Python {platform.python_version()}; "
        f"{threads}{date.today().isoformat()}"
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; all columns but the first are aligned to the right."""
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
