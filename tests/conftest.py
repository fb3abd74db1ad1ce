"""Fixtures for all tests."""

import pytest
import torch


@pytest.fixture
def generator() -> torch.Generator:
    """Seeded anew for each test; nothing touches the global seed."""
    return torch.Generator().manual_seed(0)


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Tiny models gain nothing from more, and lose much where other work shares the cores."""
    torch.set_num_threads(1)
