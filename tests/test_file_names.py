"""Names that a file can have on every system."""

import pytest

from realnvp.file_names import is_portable, portable


@pytest.mark.parametrize(
    "name", ["faces32", "a b", "é.png", "console", "com", "aux 3", ".x", "a.b"]
)
def test_a_plain_name_stays(name: str) -> None:
    assert is_portable(name)
    assert portable(name) == name


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("", "_"),
        ("aux", "_aux"),
        ("Con.tar.gz", "_Con.tar.gz"),
        ("a.", "a"),
        ("a . ", "a"),
        ("LPT¹", "_LPT¹"),
        ("dog/cat: 3?", "dog_cat_ 3_"),
        ("a\\b", "a_b"),
        ("a\nb", "a_b"),
    ],
)
def test_another_is_changed(name: str, instead: str) -> None:
    assert not is_portable(name)
    assert portable(name) == instead
    assert is_portable(portable(name))
