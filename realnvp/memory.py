"""The C library's habit of giving freed memory back, turned off."""

import ctypes
import sys

KEPT = 512 * 2**20  # bytes of freed memory that stay with the process, at most
LARGEST = 32 * 2**20  # bytes of the largest tensor that is cut from it; more is refused
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3), in glibc's malloc.h


def keep_freed_memory() -> bool:
    """Let tensors reuse the memory of earlier ones; call it once, early in a process.

    Left to itself, glibc returns memory to the system after every call of a model, and the next
    call gets it back page by page, each cleared anew: up to a third of the time of a small model.
    The process stays as large as its largest call made it, `KEPT` at most.

    Returns:
        whether it took effect; False where the C library is another one.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, LARGEST) and mallopt(_TRIM_THRESHOLD, KEPT))
