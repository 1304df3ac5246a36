"""kg: knowledge graphs of geopolitical actors from news. From Python, start with `kg.build` (see `kg.api`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.api import Graph, build, open  # noqa: A004 - kg.open(…) reads well

__all__ = ["Graph", "__version__", "build", "open"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`Graph`, `build` and `open` come from `kg.api` when they are first used: importing `kg` alone stays quick."""
    if name in ("Graph", "build", "open"):
        from kg import api

        return getattr(api, name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
