"""Fixtures for all tests."""

import pytest
import torch


@pytest.fixture
def generator() -> torch.Generator:
    """Seeded anew for each test; nothing touches the global seed."""
    return torch.Generator().manual_seed(0)
