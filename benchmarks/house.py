"""How the code is built: what an everyday change touches, and how much there is.

Counted in the files as they are. A file "speaks of" a view or a page where it imports its module or
names it; tests and the lesson, which speak of everything, do not count. The time of the tests is
what `make test` prints.
"""

import argparse
import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.report import table
from explorer.pages import PAGES
from explorer.views.multiscale import Multiscale
from explorer.views.view import Settings, kinds_of

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("app.py", "pages", "explorer", "realnvp")
FREE = ("explorer/ui/lesson/",)  # what speaks of any page


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing can be chosen."""


def run(options: argparse.Namespace) -> None:
    files = python_files()
    of_pages, of_kinds = pages(files), experiments(files)
    rows: list[list[object]] = [
        ["a new page, besides its layout: files", spread(map(len, of_pages.values())), "3"],
        ["a new experiment of Multi-scale: files", spread(map(len, of_kinds.values())), "2"],
        ["a field of a page: places that state it", spread(statements(files)), "1"],
        ["scripts of the browser with a unit test", tested_scripts(), ""],
        ["lines of JavaScript, CSS and HTML in Python", foreign_lines(files), "0"],
        ["lines of Python in the app and the core", f"{lines(files):,}", "27,000"],
        ["type-checked", ", ".join(type_checked()), "all but tests"],
        ["functions of tests", f"{tests():,}", ""],
    ]
    print(table(["", "now", "aim"], rows))
    print()
    for name, where in (of_pages | of_kinds).items():
        print(f"- {name}: {', '.join(where)}")


def spread(counts: Iterable[int]) -> str:
    """The median, and the largest."""
    known = sorted(counts)
    return f"{known[len(known) // 2]} (at most {known[-1]})"


def python_files() -> dict[str, str]:
    """The code of every file of the four floors, by its path."""
    found = [ROOT / "app.py"]
    for floor in FLOORS[1:]:
        found += sorted((ROOT / floor).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in found}


def pages(files: dict[str, str]) -> dict[str, list[str]]:
    """The files that a page needs besides its own layout in `explorer/ui/NAME/`, by its name."""
    found = {}
    for page in PAGES:
        if page.view is None:
            continue
        kind = re.compile(rf"\b{page.view.__module__}\b.*import .*\b{page.view.__name__}\b")
        own = f"explorer/ui/{page.name}/"
        where = [path for path, code in files.items() if kind.search(code)]
        where += [f"pages/{page.file}", page.view.__module__.replace(".", "/") + ".py"]
        found[page.name] = sorted({path for path in where if not path.startswith((own, *FREE))})
    return found


def experiments(files: dict[str, str]) -> dict[str, list[str]]:
    """The files that speak of an experiment of Multi-scale, and its layout, by its tag."""
    found = {}
    for tag, kind in kinds_of(Multiscale.model_fields["experiment"].annotation).items():
        named = {path for path, code in files.items() if re.search(rf"\b{kind.__name__}\b", code)}
        layout = f"explorer/ui/multiscale/{tag.lower().replace(' ', '_')}.py"
        found[tag] = sorted(path for path in named | {layout} if not path.startswith(FREE))
    return found


def statements(files: dict[str, str]) -> list[int]:
    """How often the help of each field of a view stands in the code; what is shared counts once."""
    texts = Counter(
        node.value
        for code in files.values()
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    helps = {
        part.setting_of(name).help
        for page in PAGES
        if page.view is not None
        for part in settings_of(page.view)
        for name in part.model_fields
    }
    return [texts[text] for text in helps - {""} if text in texts]


def settings_of(kind: type[Settings]) -> set[type[Settings]]:
    """These settings, and all that their fields may hold."""
    found = {kind}
    for info in kind.model_fields.values():
        for inner in kinds_of(info.annotation).values():
            found |= settings_of(inner)
    return found


def tested_scripts() -> str:
    """Of the modules that elements have, how many a file of tests/web imports."""
    tested = "".join(path.read_text("utf-8") for path in (ROOT / "tests/web").rglob("*.js"))
    scripts = sorted((ROOT / "explorer/ui/web").rglob("*.js"))
    known = [path for path in scripts if path.relative_to(ROOT).as_posix() in tested]
    return f"{len(known)} of {len(scripts)}"


def foreign_lines(files: dict[str, str]) -> int:
    """Lines of texts in Python that are scripts, styles or markup of several lines."""
    marks = re.compile(
        r"export\s+default\s+function|document\.|^\s*<(div|script|style)\b|\{\s*display:"
    )
    return sum(
        node.value.count("\n") + 1
        for code in files.values()
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.count("\n") > 1 and marks.search(node.value)
    )


def lines(files: dict[str, str]) -> int:
    return sum(code.count("\n") for code in files.values())


def type_checked() -> Iterable[str]:
    """What mypy looks at."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: list[str] = settings["tool"]["mypy"]["files"]
    return found


def tests() -> int:
    """Functions of tests, each of which may be run with several values."""
    return sum(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )
