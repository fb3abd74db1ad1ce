"""The borders between the floors: imports point down only, in a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

IMPORT_ALL = """
import importlib, sys

sys.modules["ray"] = None  # an extra: where it is missing, its modules still import
for module in {modules!r}:
    importlib.import_module(module)
for name in {barred!r}:
    above = [loaded for loaded in sys.modules if loaded.split(".")[0] == name]
    assert not above, above[:3]
"""


def modules_of(package: str, without: str = "") -> list[str]:
    """Every module of a package but its command line, and those below `without`."""
    files = sorted((ROOT / package).rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    names = [name.removesuffix(".__init__") for name in names if "__main__" not in name]
    return [name for name in names if not (without and f"{name}.".startswith(f"{without}."))]


@pytest.mark.parametrize(
    ("modules", "barred"),
    [
        (modules_of("realnvp"), ("explorer", "streamlit")),
        (modules_of("explorer", without="explorer.ui"), ("streamlit",)),
    ],
    ids=["the core knows nothing of the app", "only explorer.ui imports streamlit"],
)
def test_imports_point_down(modules: list[str], barred: tuple[str, ...]) -> None:
    assert len(modules) > 10
    code = IMPORT_ALL.format(modules=modules, barred=barred)
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
