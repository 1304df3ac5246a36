"""One actor's surroundings, and two graphs side by side (two periods, two outlets).

**What it does not say.** A difference between two outlets may be one of choice of stories, not of view; a difference
between two periods may come from the number of articles. `share` is there for that: a pair's part of all evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from kg.errors import GraphError
from kg.network.centrality import pagerank
from kg.network.projection import Claims, Tie

__all__ = ["AttentionRow", "Comparison", "ContrastRow", "EgoRow", "compare", "ego", "ego_rows"]


@dataclass(frozen=True, slots=True)
class EgoRow:
    """One neighbour of an actor."""

    key: str
    label: str
    type: str
    done_to: float
    """Weight (pieces of evidence) of what the actor does to it."""
    done_by: float
    """…and it to the actor."""
    net_to: float
    """Cooperation minus conflict from the actor to it."""
    net_by: float


@dataclass(frozen=True, slots=True)
class ContrastRow:
    """One pair in two graphs."""

    a: str
    b: str
    a_label: str
    b_label: str
    first: float
    """Weight (pieces of evidence) in the first graph."""
    second: float
    first_share: float
    """Part of all weight in the first graph, 0–1."""
    second_share: float
    first_score: float | None
    """Mean score in the first graph; None where the pair is absent."""
    second_score: float | None
    turned: bool
    """Friendly in one, hostile in the other."""


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """One actor in two graphs."""

    key: str
    label: str
    first_share: float
    """Part of all ends of ties in the first graph, 0–1."""
    second_share: float
    first_rank: int | None
    """By PageRank, 1 = highest; None where it has no tie."""
    second_rank: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two graphs side by side."""

    first: str
    second: str
    rows: tuple[ContrastRow, ...]
    """Largest change of share first."""
    common_actors: float
    """Jaccard index of the actors that have a tie, 0–1."""
    common_pairs: float
    """Jaccard index of the pairs, 0–1."""
    rank_correlation: float | None
    """Spearman's rho of PageRank over the common actors, -1 to 1; None with fewer than three."""
    actors: tuple[AttentionRow, ...] = ()
    """Largest change of share first."""
    claims: tuple[int, int] = (0, 0)
    """Pieces of evidence with two actors in each."""


def ego(claims: Claims, key: str, radius: int = 1) -> Claims:
    """Claims among the actors within `radius` ties of `key`; of others only those on whose word they rest.

    GraphError when there is no such actor.
    """
    if key not in claims.nodes:
        raise GraphError(f"no actor has the key {key!r}", remedy="see the keys in analysis/actors.csv")
    inside = frontier = {key}
    neighbours: dict[str, set[str]] = {}
    for pair in claims.pairs():
        neighbours.setdefault(pair.source, set()).add(pair.target)
        neighbours.setdefault(pair.target, set()).add(pair.source)
    for _ in range(radius):
        frontier = {n for k in frontier for n in neighbours.get(k, ())} - inside
        inside = inside | frontier
    kept = claims.where(lambda c: c.source in inside and (c.target is None or c.target in inside))
    voices = {c.attributed_to for c in kept.claims}
    return replace(kept, nodes={k: n for k, n in claims.nodes.items() if k in inside or k in voices},
                   present={article: keys & inside for article, keys in claims.present.items()})


def ego_rows(claims: Claims, key: str) -> tuple[EgoRow, ...]:
    """The neighbours of `key`, most evidence first."""
    ties = {(t.source, t.target): t for t in ego(claims, key).ties() if key in (t.source, t.target)}
    others = {b if a == key else a for a, b in ties}
    nothing = Tie("", "", 0, 0, 0.0, 0.0, 0)
    rows = []
    for other in others:
        there, back = ties.get((key, other), nothing), ties.get((other, key), nothing)
        node = claims.nodes[other]
        rows.append(EgoRow(other, node.label, node.type, there.weight, back.weight, round(there.net, 4),
                           round(back.net, 4)))
    return tuple(sorted(rows, key=lambda r: (-r.done_to - r.done_by, r.key)))


def compare(first: Claims, second: Claims, names: tuple[str, str] = ("first", "second")) -> Comparison:
    """Pairs, actors and ranks of two graphs, for instance `claims.between(end="2021")` and `claims.between("2022")`,
    or `claims.from_sources("EFE")` and the rest."""
    one, two = ({(p.source, p.target): p for p in c.pairs()} for c in (first, second))
    nodes = {**second.nodes, **first.nodes}
    totals = sum(p.weight for p in one.values()), sum(p.weight for p in two.values())
    rows = [_contrast(pair, one.get(pair), two.get(pair), totals, {k: nodes[k].label for k in pair})
            for pair in sorted(one.keys() | two.keys())]
    rows.sort(key=lambda r: (-abs(r.second_share - r.first_share), r.a, r.b))
    actors = ({k for pair in pairs for k in pair} for pairs in (one, two))
    return Comparison(*names, tuple(rows), _jaccard(*actors), _jaccard(set(one), set(two)), *_ranks(first, second),
                      (sum(p.claims for p in one.values()), sum(p.claims for p in two.values())))


def _contrast(pair: tuple[str, str], one: Tie | None, two: Tie | None, totals: tuple[float, float],
              labels: Mapping[str, str]) -> ContrastRow:
    (n1, s1, p1), (n2, s2, p2) = (_side(t, total) for t, total in zip((one, two), totals, strict=True))
    turned = s1 is not None and s2 is not None and s1 * s2 < 0
    return ContrastRow(*pair, labels[pair[0]], labels[pair[1]], n1, n2, p1, p2, s1, s2, turned)


def _side(tie: Tie | None, total: float) -> tuple[float, float | None, float]:
    return (0, None, 0.0) if tie is None else (tie.weight, round(tie.mean, 4), round(tie.weight / total, 6))


def _jaccard(a: Set[object], b: Set[object]) -> float:
    return round(len(a & b) / len(a | b), 4) if a | b else 1.0


def _ranks(first: Claims, second: Claims) -> tuple[float | None, tuple[AttentionRow, ...]]:
    """Spearman's rho of the common actors' PageRank, and each actor's rank and share on both sides."""
    one, two = pagerank(first.digraph()), pagerank(second.digraph())
    shares, places = [_attention(c) for c in (first, second)], [_places(r) for r in (one, two)]
    nodes = {**second.nodes, **first.nodes}
    rows = [AttentionRow(key, nodes[key].label, shares[0].get(key, 0.0), shares[1].get(key, 0.0),
                         places[0].get(key), places[1].get(key))
            for key in sorted(one.keys() | two.keys())]
    rows.sort(key=lambda r: (-abs(r.second_share - r.first_share), r.key))
    return _spearman(one, two), tuple(rows)


def _attention(claims: Claims) -> dict[str, float]:
    pairs = claims.pairs()
    total, sums = sum(2 * p.weight for p in pairs), dict[str, float]()
    for pair in pairs:
        for key in (pair.source, pair.target):
            sums[key] = sums.get(key, 0.0) + pair.weight
    return {key: round(value / total, 6) for key, value in sums.items()} if total else {}


def _places(ranks: Mapping[str, float]) -> dict[str, int]:
    return {key: n for n, key in enumerate(sorted(ranks, key=lambda k: (-ranks[k], k)), 1)}


def _spearman(one: Mapping[str, float], two: Mapping[str, float]) -> float | None:
    from scipy.stats import spearmanr

    common = sorted(one.keys() & two.keys())
    values = [one[k] for k in common], [two[k] for k in common]
    if len(common) < 3 or any(len(set(v)) == 1 for v in values):
        return None
    return round(float(spearmanr(*values).statistic), 4)
