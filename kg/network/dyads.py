"""Pairs of actors: balance, reciprocity, course over time and where it turns; mention against interaction.

**Projection.** `dyads` and `series` are undirected pairs with both directions kept apart where that matters; scores are
PLOVER intensities (10 = material aid, -10 = unconventional violence) summed over pieces of evidence.

**What it does not say.** A quiet month may be a month without articles. Sums grow with coverage; `mean_score` does not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as day
from itertools import combinations
from typing import Literal

from kg.errors import SettingsError
from kg.network.projection import Claim, Claims, Tie, tie

__all__ = [
    "ChangeRow", "CoMentionRow", "DyadRow", "Period", "PeriodRow", "change_points", "co_mentions", "dyads", "period_of",
    "reciprocity", "series", "split_points",
]

Period = Literal["year", "quarter", "month", "week", "day"]


_PRECISION: dict[Period, int] = {"year": 4, "quarter": 7, "month": 7, "week": 10, "day": 10}
"""Characters of an ISO date that say it."""


@dataclass(frozen=True, slots=True)
class DyadRow:
    """Everything between two actors."""

    a: str
    b: str
    a_label: str
    b_label: str
    claims: int
    articles: int
    a_to_b: float
    """Weight of what a does to b: pieces of evidence, unless other weights were chosen."""
    b_to_a: float
    cooperation: float
    conflict: float
    net: float
    mean_score: float
    """-10 to +10: mean intensity of a piece of evidence."""
    symmetry: float
    """0–1: weaker direction over stronger; 0 = one-sided."""


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One pair in one period."""

    a: str
    b: str
    a_label: str
    b_label: str
    period: str
    """`2022`, `2022-Q4`, `2022-10`, `2022-W41` or `2022-10-12`."""
    claims: int
    cooperation: float
    conflict: float
    net: float
    mean_score: float


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A date at which the tone between two actors turns."""

    a: str
    b: str
    a_label: str
    b_label: str
    date: str
    """Of the first claim after the turn."""
    before: float
    """Mean score since the last turn."""
    after: float
    """Mean score until the next turn."""
    claims_before: int
    claims_after: int


@dataclass(frozen=True, slots=True)
class CoMentionRow:
    """How often two actors share an article, against how often one acts on the other."""

    a: str
    b: str
    a_label: str
    b_label: str
    together: int
    """Articles that mention both."""
    expected: float
    """Articles that would mention both if mentions were independent."""
    lift: float
    """together / expected."""
    interactions: int
    """Claims between them (of the standings given)."""


def dyads(claims: Claims) -> tuple[DyadRow, ...]:
    """All pairs with a claim, of most weight first."""
    directed = {(t.source, t.target): t.weight for t in claims.ties()}
    rows = [_dyad(claims, pair, directed) for pair in claims.pairs()]
    return tuple(sorted(rows, key=lambda r: (-(r.a_to_b + r.b_to_a), r.a, r.b)))


def _dyad(claims: Claims, pair: Tie, directed: dict[tuple[str, str], float]) -> DyadRow:
    a, b = pair.source, pair.target
    there, back = directed.get((a, b), 0), directed.get((b, a), 0)
    return DyadRow(
        a, b, claims.nodes[a].label, claims.nodes[b].label, pair.claims, pair.articles, there, back,
        round(pair.cooperation, 4), round(pair.conflict, 4), round(pair.net, 4), round(pair.mean, 4),
        round(min(there, back) / max(there, back), 4),
    )


def reciprocity(claims: Claims) -> float:
    """0–1: share of the weight that is returned, sum of min(w_ij, w_ji) over sum of w_ij (Squartini et al. 2013,
    "Reciprocity of weighted networks", Scientific Reports 3:2729); 0 without ties."""
    weights = {(t.source, t.target): t.weight for t in claims.ties()}
    returned = sum(min(w, weights.get((b, a), 0)) for (a, b), w in weights.items())
    return round(returned / sum(weights.values()), 4) if weights else 0.0


def period_of(date: str, period: Period) -> str | None:
    """The period of an ISO date; None when the date is not precise enough. SettingsError for an unknown period.

    >>> period_of("2022-10-12", "quarter"), period_of("2022-10-12", "week"), period_of("2022", "month")
    ('2022-Q4', '2022-W41', None)
    """
    if period not in _PRECISION:
        raise SettingsError(f"unknown period {period!r}", remedy=f"use one of {', '.join(_PRECISION)}")
    if len(date) < _PRECISION[period]:
        return None
    if period == "quarter":
        return f"{date[:4]}-Q{(int(date[5:7]) + 2) // 3}"
    if period == "week":
        year, week, _ = day.fromisoformat(date).isocalendar()
        return f"{year}-W{week:02d}"
    return date[:_PRECISION[period]]


def series(claims: Claims, period: Period = "month", pairs: int | None = None) -> tuple[PeriodRow, ...]:
    """Scores of each pair (of the `pairs` strongest, or all) in each period that has a claim, in order of time."""
    cells: defaultdict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for (a, b), rows in _by_pair(claims, pairs).items():
        for claim in rows:
            when = period_of(claim.date, period) if claim.date else None
            if when is not None:
                cells[a, b, when].append(claim)
    return tuple(_period(claims, key, cells[key]) for key in sorted(cells))


def _by_pair(claims: Claims, limit: int | None) -> dict[tuple[str, str], list[Claim]]:
    wanted = [(r.a, r.b) for r in dyads(claims)[:limit]]
    rows: dict[tuple[str, str], list[Claim]] = {pair: [] for pair in wanted}
    for claim in claims.claims:
        if claim.target is not None:
            pair = min(claim.source, claim.target), max(claim.source, claim.target)
            if pair in rows:
                rows[pair].append(claim)
    return rows


def _period(claims: Claims, key: tuple[str, str, str], found: list[Claim]) -> PeriodRow:
    a, b, period = key
    sums = tie(a, b, found)
    return PeriodRow(a, b, claims.nodes[a].label, claims.nodes[b].label, period, sums.claims, round(sums.cooperation, 4),
                     round(sums.conflict, 4), round(sums.net, 4), round(sums.mean, 4))


def change_points(claims: Claims, pairs: int | None = 50, shortest: int = 4) -> tuple[ChangeRow, ...]:
    """Where the mean score of a pair's claims, in order of date, turns.

    Least-squares segmentation with penalty 2 σ² log n for each turn, solved exactly by dynamic programming (Jackson et
    al. 2005; the criterion that PELT speeds up, Killick et al. 2012); σ² is half the
    mean squared difference of neighbours (von Neumann 1941; at least 0.25), to which a single jump adds little. A segment has at
    least `shortest` claims; of very long series the latest 2,000 are read. Claims of one day keep the order of the articles.
    """
    rows: list[ChangeRow] = []
    for (a, b), found in _by_pair(claims, pairs).items():
        dated = sorted((c for c in found if c.date), key=lambda c: (c.date or "", c.article))[-2000:]
        scores = [c.score for c in dated]
        cuts = [0, *split_points(scores, shortest), len(scores)]
        for left, cut, right in zip(cuts, cuts[1:], cuts[2:], strict=False):
            before, after = scores[left:cut], scores[cut:right]
            rows.append(ChangeRow(
                a, b, claims.nodes[a].label, claims.nodes[b].label, dated[cut].date or "",
                round(sum(before) / len(before), 4), round(sum(after) / len(after), 4), len(before), len(after),
            ))
    return tuple(sorted(rows, key=lambda r: (-abs(r.after - r.before), r.a, r.b, r.date)))


def split_points(values: Sequence[float], shortest: int = 4) -> list[int]:
    """Indices at which a new segment of constant mean begins (see `change_points`).

    >>> split_points([3, 4, 3, 4, 3, -6, -7, -6, -7, -6])
    [5]
    """
    import numpy as np

    n = len(values)
    if n < 2 * shortest:
        return []
    x = np.asarray(values, dtype=float)
    noise = max(float(np.mean(np.diff(x) ** 2)) / 2, 0.25)
    total, square = np.concatenate(([0.0], np.cumsum(x))), np.concatenate(([0.0], np.cumsum(x**2)))
    best, last = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=int)
    best[0] = -2 * noise * np.log(n)
    for end in range(shortest, n + 1):
        starts = np.arange(0, end - shortest + 1)
        cost = square[end] - square[starts] - (total[end] - total[starts]) ** 2 / (end - starts)
        value = best[starts] + cost + 2 * noise * np.log(n)
        last[end] = int(np.argmin(value))
        best[end] = value[last[end]]
    cuts, at = [], n
    while last[at] > 0:
        at = int(last[at])
        cuts.append(at)
    return cuts[::-1]


def co_mentions(claims: Claims, at_least: int = 2) -> tuple[CoMentionRow, ...]:
    """Pairs mentioned together in `at_least` articles, most often first.

    A high `lift` without `interactions` is a pair that the articles put side by side without saying what one does to
    the other: a hint for reading, not a relation.
    """
    alone = Counter(key for keys in claims.present.values() for key in keys)
    both = Counter(pair for keys in claims.present.values() for pair in combinations(sorted(keys), 2))
    acts = {(p.source, p.target): p.claims for p in claims.pairs()}
    rows = []
    for (a, b), together in both.items():
        if together >= at_least:
            expected = alone[a] * alone[b] / len(claims.present)
            rows.append(CoMentionRow(a, b, claims.nodes[a].label, claims.nodes[b].label, together, round(expected, 4),
                                     round(together / expected, 4), acts.get((a, b), 0)))
    return tuple(sorted(rows, key=lambda r: (-r.together, -r.lift, r.a, r.b)))
