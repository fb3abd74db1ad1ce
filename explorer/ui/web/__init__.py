"""What runs in the browser: a folder for each element, with index.js, style.css and index.html.

Streamlit 1.67 takes the script of an element as text, in which an `import` of a neighbour finds
nothing. So the modules that a script imports, `web/shared/` above all, are put in their places when
it is read. Each stays a plain module, which ESLint, TypeScript and Node's test runner can read.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).resolve().parent
# Streamlit 1.67 sends a script with every answer: the types' comments stay here.
_FOR_TOOLS = re.compile(r"^ */\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|class|function)\b)", re.MULTILINE)
_EXPORTED = re.compile(
    r"^export (?:async )?(?:const|let|class|function\*?) ([A-Za-z_$][\w$]*)", re.MULTILINE
)


def element(name: str) -> Callable[..., Any]:
    """The element of this name, for Streamlit to show."""
    return st.components.v2.component(f"realnvp.{name}", **parts(name))


def parts(name: str) -> dict[str, Any]:
    """What stands in an element's folder, as `html`, `css` and `js`; None where it has no style.

    Args:
        name: the folder's; with a dot in it, "anatomy.stage", that of a folder in a folder.
    """
    folder = HERE.joinpath(*name.split("."))
    style = folder / "style.css"
    return {
        "html": (folder / "index.html").read_text(encoding="utf-8"),
        "css": style.read_text(encoding="utf-8") if style.exists() else None,
        "js": script(folder / "index.js"),
    }


@lru_cache(maxsize=64)
def script(path: Path) -> str:
    """A module with all that it imports inside of it, and without what is for tools alone.

    Raises:
        ValueError: if it imports what no module exports, or in another way than
            `import { a, b } from "./other.js";`.
    """
    return _FOR_TOOLS.sub("", _with_imports(path.resolve(), ()))


def _with_imports(path: Path, within: tuple[Path, ...]) -> str:
    """The text of a module in which every import is a constant with what the other gives.

    Args:
        within: the modules that are being put in place.
    """
    if path in within:
        raise ValueError(f"{path.name} imports itself, through {within[-1].name}")
    text = path.read_text(encoding="utf-8")

    def placed(found: re.Match[str]) -> str:
        names, other = found[1].strip().rstrip(","), (path.parent / found[2]).resolve()
        body = _with_imports(other, (*within, path))
        given = _EXPORTED.findall(body)
        if missing := [name for name in re.findall(r"[\w$]+", names) if name not in given]:
            raise ValueError(f"{other.name} exports no {missing[0]}, which {path.name} imports")
        body = _EXPORT.sub("", body)
        return f"const {{ {names} }} = (() => {{\n{body}return {{ {', '.join(given)} }};\n}})();\n"

    whole = _IMPORT.sub(placed, text)
    if left := re.search(r"^\s*import\b.*", whole, re.MULTILINE):
        raise ValueError(f"{path.name}: {left[0].strip()} cannot be put in place")
    return whole
