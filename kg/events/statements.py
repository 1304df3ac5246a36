"""What a statement does to whom: «X debe retirarse» asks, «es una agresión» accuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.events.draft import Draft

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["reclassify"]


def reclassify(scene: Scene, draft: Draft) -> None:
    """Give a plain statement the class that its content says, where it is clear."""
