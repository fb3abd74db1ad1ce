"""Resident memory while many images are encoded and sampled: it must stay flat.

Images are made and latents dropped a thousand at a time, as someone does who writes them to a
file; `encode` and `sample` themselves cut that into what goes through the network at once.
"""

import argparse
import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from benchmarks.models import add_model, chosen_model, described, random_images
from benchmarks.report import table
from realnvp.inference import fold
from realnvp.labels import labels_of

PORTION = 1000  # images a call


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--encode", type=int, default=100_000, help="images, default %(default)s")
    parser.add_argument("--sample", type=int, default=10_000, help="images, default %(default)s")


def run(options: argparse.Namespace) -> None:
    flow = fold(chosen_model(options))
    images, labels = random_images(flow, PORTION), labels_of(flow.config, None, PORTION)
    generator = torch.Generator().manual_seed(0)
    tasks: list[tuple[str, int, Callable[[], object]]] = [
        ("encode", options.encode, lambda: flow.encode(images, labels, generator)),
        ("sample", options.sample, lambda: flow.sample(PORTION, 0.7, generator, labels)),
    ]
    print(f"{described(flow)}; resident memory in MB after so many images\n")
    for name, total, task in tasks:
        rows = followed(task, total)
        print(table([name, "MB"], rows), end="\n\n", flush=True)


def followed(task: Callable[[], object], total: int) -> list[tuple[str, str]]:
    """Memory before, after the first portion, and after every tenth of the images."""
    rows = [("0", f"{resident():.0f}")]
    calls = max(1, total // PORTION)
    for call in range(1, calls + 1):
        task()
        if call == 1 or call * 10 // calls > (call - 1) * 10 // calls:
            rows.append((f"{call * PORTION:,}", f"{resident():.0f}"))
    return rows


def resident() -> float:
    """Resident memory of this process in MB; where the system says only that, its peak."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    if sys.platform == "win32":
        return windows_working_set() / 1e6
    import resource

    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def windows_working_set() -> int:
    """Resident bytes of this process, as `GetProcessMemoryInfo` has them."""
    sizes = ("size", "paged_peak", "paged", "other_peak", "other", "file", "file_peak")

    class Counters(ctypes.Structure):  # PROCESS_MEMORY_COUNTERS
        _fields_ = (
            ("length", ctypes.c_uint32),
            ("faults", ctypes.c_uint32),
            ("peak", ctypes.c_size_t),
            *((name, ctypes.c_size_t) for name in sizes),
        )

    counters = Counters(length=ctypes.sizeof(Counters))
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo(
        ctypes.c_void_p(kernel.GetCurrentProcess()), ctypes.byref(counters), counters.length
    )
    return counters.size
