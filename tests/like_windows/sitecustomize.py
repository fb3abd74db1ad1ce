"""What Python is like on Windows, for each process that has this folder on its PYTHONPATH.

POSIX's modules and functions are missing. Below the folder $LIKE_WINDOWS a file that any process
has open, or mapped, is neither removed nor replaced. Own code that opens a text has to say how it
is encoded ($PYTHONWARNDEFAULTENCODING has to be set for that).
"""

import os
import signal
import sys
import warnings
from collections.abc import Iterator

for module in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[module] = None  # type: ignore[assignment]
for name in (
    *("chown", "fork", "forkpty", "getloadavg", "getpriority", "killpg", "mkfifo", "nice"),
    *("posix_fadvise", "sched_getaffinity", "sched_setaffinity", "setpriority", "statvfs"),
):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGALRM", "SIGHUP", "SIGUSR1", "setitimer"):
    delattr(signal, name)

warnings.filterwarnings("ignore", "only soft file lock is available", UserWarning)
warnings.filterwarnings("ignore", category=EncodingWarning)
warnings.filterwarnings(
    "error", category=EncodingWarning, module=r"(realnvp|explorer|pages|benchmarks|app)\b"
)

_BELOW = os.environ.get("LIKE_WINDOWS", "")


def _refuse(event: str, given: tuple[object, ...]) -> None:
    """As the system does where somebody has the file open."""
    if event == "os.remove":
        paths, folders = [_place(given[0], given[1])], []
    elif event == "os.rename":
        paths = [_place(given[0], given[2]), _place(given[1], given[3])]
        folders = [paths[0] + os.sep]
    else:
        return
    # The soft locks that filelock has where there is no fcntl remove what they have open.
    paths = [path for path in paths if path.startswith(_BELOW) and ".lock" not in path]
    if not paths:
        return
    for used in _in_use():
        if used in paths or any(used.startswith(folder) for folder in folders):
            raise PermissionError(13, "another process is using this file", used)


def _place(path: object, folder: object) -> str:
    path = os.fsdecode(path)  # type: ignore[arg-type]
    if isinstance(folder, int) and folder >= 0:
        path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _in_use() -> Iterator[str]:
    for process in filter(str.isdecimal, os.listdir("/proc")):
        try:
            for descriptor in os.listdir(f"/proc/{process}/fd"):
                try:
                    yield os.readlink(f"/proc/{process}/fd/{descriptor}")
                except OSError:
                    continue
            with open(f"/proc/{process}/maps", encoding="utf-8") as maps:
                for line in maps:
                    if _BELOW in line:
                        yield line[line.index("/") :].rstrip("\n")
        except OSError:
            continue


if _BELOW:
    sys.addaudithook(_refuse)
