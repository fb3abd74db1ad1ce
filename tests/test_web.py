"""What runs in the browser: files, in which what a script imports is put in its place."""

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from explorer.ui.web import HERE, parts, script

ELEMENTS = [
    ".".join(file.parent.relative_to(HERE).parts)
    for file in sorted(HERE.rglob("index.js"))
    if (file.parent / "index.html").exists()
]
ROOT = Path(__file__).resolve().parent.parent
FOREIGN = re.compile(
    r"""addEventListener|querySelector|getElementById  # JavaScript
        | \bexport\ default\b|=>\s*\{|\bfunction\s*\w*\([^)]*\)\s*\{
        | \b(?:const|let)\s+[\w{\[][^=]*=\s
        | [\w.\#\]]\s*\{\s*[a-z-]+:\s[^{}]+;  # CSS
        | </(?!extra>|b>)[a-z]\w*>|<[a-z]\w*\s[a-z-]+="  # HTML, but for texts of Plotly's
    """,
    re.VERBOSE,
)
MODULES = {
    "shared/numbers.js": "const two = 2;\nexport const twice = (x) => two * x;\n"
    "export function half(x) {\n  return x / two;\n}\n",
    "shared/more.js": 'import { twice } from "./numbers.js";\nconst two = "its own";\n'
    "export const four = (x) => twice(twice(x));\nexport class Named {\n  name = two;\n}\n",
    "one/index.js": 'import { half } from "../shared/numbers.js";\n'
    'import { four, Named } from "../shared/more.js";\n'
    "export default function () {\n  return [half(3), four(1), new Named().name];\n}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in MODULES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_script_has_its_imports_inside(folder: Path) -> None:
    whole = script(folder / "one" / "index.js")
    assert "import " not in whole
    assert whole.count("export") == 1  # the element's own
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: nothing runs the script")
    (folder / "whole.mjs").write_text(whole)
    code = 'import("./whole.mjs").then((m) => console.log(JSON.stringify(m.default())))'
    ran = subprocess.run([node, "-e", code], cwd=folder, capture_output=True, text=True)
    assert json.loads(ran.stdout) == [1.5, 4, "its own"], ran.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('import { nothing } from "../shared/numbers.js";\n', "exports no nothing"),
        ('import all from "../shared/numbers.js";\n', "cannot be put in place"),
        ('import { a } from "https://cdn.example/x.js";\n', "cannot be put in place"),
        ('import { b } from "./b.js";\n', "imports itself"),
    ],
)
def test_an_import_that_finds_nothing_is_refused(folder: Path, text: str, words: str) -> None:
    (folder / "one" / "b.js").write_text('import { b } from "./b.js";\nexport const b = 1;\n')
    (folder / "one" / "index.js").write_text(text)
    with pytest.raises(ValueError, match=words):
        script(folder / "one" / "index.js")


def test_what_is_for_tools_alone_is_not_sent(folder: Path) -> None:
    (folder / "one" / "index.js").write_text(
        "/** @type {number} */\nconst one = 1;\n  /**\n   * @param {number} a\n   */\n"
        "const kept = /** @type {any} */ (one);\n/** not alone */ const two = 2;\n// why\n"
    )
    assert script(folder / "one" / "index.js") == (
        "const one = 1;\nconst kept = /** @type {any} */ (one);\n"
        "/** not alone */ const two = 2;\n// why\n"
    )


@pytest.mark.parametrize("name", ELEMENTS)
def test_every_element_has_its_parts(name: str) -> None:
    files = parts(name)
    assert files["html"]
    assert files["js"]
    assert files["js"].count("\nexport default function") == 1
    assert "@param" not in files["js"]


def foreign(code: str) -> list[str]:
    """The literals in Python code that hold JavaScript, CSS or HTML."""
    texts = [
        node.value.decode(errors="replace") if isinstance(node.value, bytes) else node.value
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    ]
    return [text for text in texts if FOREIGN.search(text)]


@pytest.mark.parametrize(
    "code",
    [
        'JS = """\nexport default function ({ data }) {}\n"""',
        'JS = "const half = (value) => value / 2;"',
        'JS = f"(() => {{ {body} }})()"',
        """JS = 'document.querySelector("p").remove()'""",
        'CSS = ":host { display: none; }"',
        'CSS = """\n.pad {\n  gap: 1rem;\n}\n"""',
        'HTML = "<i hidden></i>"',
        """HTML = '<img alt="">'""",
        'HTML = b"<div>words</div>"',
    ],
)
def test_what_is_not_python_is_found_in_a_string(code: str) -> None:
    assert len(foreign(code)) == 1


# The loader itself wraps a module; the middleware wraps a script.
WRAPPERS = {
    "explorer/ui/lesson/handout.py": 5,  # single tags around a list's texts; the sheet is a file
    "explorer/ui/server/history.py": 1,
    "explorer/ui/web/__init__.py": 1,
}


def test_no_string_of_the_app_holds_javascript_css_or_html() -> None:
    files = [ROOT / "app.py"]
    for folder in ("pages", "explorer", "realnvp", "benchmarks"):
        files += sorted((ROOT / folder).rglob("*.py"))
    assert len(files) > 200
    found = {str(file.relative_to(ROOT)): foreign(file.read_text()) for file in files}
    assert {file: len(texts) for file, texts in found.items() if texts} == WRAPPERS, found
