"""What several tests share: where the evaluation data lie, when they are there."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import SHARED


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of evaluation data beside the checkout (or `KG_SHARED`); the test skips without it."""
    if not (SHARED / "gold").is_dir():
        pytest.skip("needs the evaluation data in ../shared (or KG_SHARED)")
    return SHARED
