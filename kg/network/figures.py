"""The numbers behind the charts of the report and of the static plots."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from kg.network.dyads import Period, period_of
from kg.network.projection import Claims

__all__ = ["Heat", "Timeline", "heat_map", "timeline"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Cooperation and conflict of all claims by period."""

    periods: tuple[str, ...]
    cooperation: tuple[float, ...]
    """Sum of positive scores."""
    conflict: tuple[float, ...]
    """Sum of negative scores, as positive numbers."""

    @property
    def top(self) -> float:
        """The largest value."""
        return max((*self.cooperation, *self.conflict, 1.0))


@dataclass(frozen=True, slots=True)
class Heat:
    """Mean score from each of the strongest actors (rows) to each (columns)."""

    keys: tuple[str, ...]
    labels: tuple[str, ...]
    scores: tuple[tuple[float | None, ...], ...]
    """None where there is no claim."""
    counts: tuple[tuple[int, ...], ...]


def timeline(claims: Claims, period: Period = "month") -> Timeline:
    """Sums by period over all claims with a date precise enough; the last 120 periods that have a claim."""
    good: defaultdict[str, float] = defaultdict(float)
    bad: defaultdict[str, float] = defaultdict(float)
    for claim in claims.claims:
        when = period_of(claim.date, period) if claim.date else None
        if when is not None:
            good[when] += max(claim.score, 0.0) * claim.weight
            bad[when] += max(-claim.score, 0.0) * claim.weight
    periods = sorted(good)[-120:]
    return Timeline(tuple(periods), tuple(good[p] for p in periods), tuple(bad[p] for p in periods))


def heat_map(claims: Claims, actors: int = 14) -> Heat:
    """The strongest `actors` by weight of what they have with another actor."""
    strength: defaultdict[str, float] = defaultdict(float)
    for pair in claims.pairs():
        strength[pair.source] += pair.weight
        strength[pair.target] += pair.weight
    keys = tuple(sorted(strength, key=lambda k: (-strength[k], k))[:actors])
    ties = {(t.source, t.target): t for t in claims.ties()}
    return Heat(
        keys, tuple(claims.nodes[k].label for k in keys),
        tuple(tuple(ties[a, b].mean if (a, b) in ties else None for b in keys) for a in keys),
        tuple(tuple(ties[a, b].claims if (a, b) in ties else 0 for b in keys) for a in keys),
    )
