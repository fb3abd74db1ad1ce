"""The models that hostile visitors meet."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from flows import small_flow
from fuzz import MODELS

from realnvp.checkpoint import save


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One model of each kind."""
    folder = tmp_path_factory.mktemp("checkpoints")
    for name, changes in MODELS.items():
        save(small_flow(**changes), folder / name)
    yield folder
    gc.collect()  # Streamlit's event loops, while their warnings are not minded
