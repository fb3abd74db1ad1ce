"""The image sets on a server: what lies in the folder that REALNVP_SETS names, by its names."""

import os
from pathlib import Path

from realnvp.data.listing import is_left_behind

VARIABLE = "REALNVP_SETS"
FILES = (".zip", ".npz", ".parquet")


def sets_folder() -> Path | None:
    """$REALNVP_SETS, if there is such a folder."""
    chosen = os.environ.get(VARIABLE)
    return Path(chosen) if chosen and Path(chosen).is_dir() else None


def server_sets() -> dict[str, Path]:
    """Folders, zips, .npz and Parquet files that lie in it, by their names, sorted.

    No path is ever put together from a name: it is looked up here.
    """
    folder = sets_folder()
    if folder is None:
        return {}
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError:
        return {}
    return {path.name: path for path in entries if _is_offered(path)}


def _is_offered(path: Path) -> bool:
    # What a view cannot hold as the name of a set is not offered.
    if is_left_behind(path.name) or not path.name.isprintable() or len(path.name) > 200:
        return False
    return path.is_dir() or path.suffix.lower() in FILES
