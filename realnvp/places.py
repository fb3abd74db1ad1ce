"""Where things lie: in a checkout beside the packages, once installed inside of them."""

from pathlib import Path

import platformdirs

_HERE = Path(__file__).resolve().parent
_BUNDLED = "bundled"  # pyproject.toml puts there what a wheel carries besides code
IS_INSTALLED = (_HERE / _BUNDLED).is_dir()
COMMAND = "realnvp" if IS_INSTALLED else "python -m realnvp"  # as people call it here


def bundled(name: str, package: Path = _HERE) -> Path:
    """A file or folder that comes with a package: models with this one, pages with the app.

    Args:
        package: folder of the package that carries it.
    """
    return (package / _BUNDLED if IS_INSTALLED else package.parent) / name


def own(name: str) -> Path:
    """A folder for what is made here: of the checkout or, once installed, of this user.

    Installed packages may be shared, read-only, or gone with the next version: nothing is kept
    among them, but where the system keeps the data of its users' programs.
    """
    if IS_INSTALLED:
        return platformdirs.user_data_path("realnvp", appauthor=False) / name
    return _HERE.parent / name
