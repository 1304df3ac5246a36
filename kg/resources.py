"""Where data lie: `ontology/` (top level of a checkout, `kg/data/ontology` when installed) and the bundled model."""

from __future__ import annotations

from pathlib import Path

__all__ = ["DATA", "cache_dir", "ontology_dir"]

DATA = Path(__file__).parent / "data"
"""Package data: the bundled pipeline and, in an installed copy, the ontology."""


def ontology_dir() -> Path:
    """The folder of the ontology, lexicon and actor knowledge base."""
    installed = DATA / "ontology"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "ontology"


def cache_dir() -> Path:
    """A folder of this user's for what can be made again (index of actors, cached readings); created when missing."""
    import os

    import platformdirs

    folder = Path(os.environ.get("KG_CACHE") or platformdirs.user_cache_dir("geopolitical-kg"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
