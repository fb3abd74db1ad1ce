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


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test keeps trays beside the project, or reads about every installed package."""
    monkeypatch.setenv("REALNVP_DATA", "off")
    # Streamlit does so for each page that is tested: 0.3 s.
    scanner = "streamlit.components.v2.manifest_scanner.scan_component_manifests"
    monkeypatch.setattr(scanner, list)
