"""The models that hostile visitors meet."""

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def models(models_of_each_kind: Path) -> Path:
    """One of each kind."""
    return models_of_each_kind
