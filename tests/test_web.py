"""Scripts of the browser: what they import is put in its place."""

import json
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
