"""Groups of actors that cooperate with each other.

**Projection.** Undirected; the weight of a pair is cooperation minus conflict over both directions, and only pairs with
a positive balance are kept. Modularity is not defined for negative weights (networkx's Louvain then puts enemies
together without a warning), so pairs in conflict are not edges here; `kg.network.signed` is where they count.

**What it does not say.** Louvain is a heuristic with random order: several divisions may be nearly as good. `stability`
says how much of an actor's community comes back under other orders; below about 0.7 do not name the group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

from kg.network.projection import Claims

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Communities", "MemberRow", "adjusted_rand", "communities", "positive_graph"]

Partition = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """To which community one actor belongs."""

    key: str
    label: str
    type: str
    community: int
    """1 = the largest."""
    stability: float
    """0–1: mean Jaccard overlap of its community with the one it has under the other seeds."""
    strength: float
    """Sum of its positive balances inside the community."""


@dataclass(frozen=True, slots=True)
class Communities:
    """The best division found and how far it can be trusted."""

    members: tuple[MemberRow, ...]
    """By community, strongest first."""
    modularity: float
    """-0.5 to 1; above about 0.3 is usually called structure (Newman & Girvan 2004)."""
    agreement: float
    """Mean adjusted Rand index between the chosen division and those of the other seeds; 1 = always the same."""
    seeds: int

    @property
    def groups(self) -> tuple[tuple[MemberRow, ...], ...]:
        """Members by community."""
        numbers = sorted({m.community for m in self.members})
        return tuple(tuple(m for m in self.members if m.community == n) for n in numbers)


def positive_graph(claims: Claims) -> nx.Graph[str]:
    """Pairs with more cooperation than conflict, `weight` = the balance; actors without such a pair are left out."""
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    pairs = [p for p in claims.pairs() if p.net > 0]
    graph.add_nodes_from(sorted({end for p in pairs for end in (p.source, p.target)}))
    graph.add_weighted_edges_from((p.source, p.target, p.net) for p in pairs)
    return graph


def communities(claims: Claims, seeds: int = 10, resolution: float = 1.0) -> Communities:
    """Louvain (Blondel et al. 2008) under `seeds` random orders; the division of highest modularity is taken.

    `resolution` above 1 gives smaller communities. Deterministic: seeds are 0, 1, 2…
    """
    import networkx as nx

    graph = positive_graph(claims)
    if not graph:
        return Communities((), 0.0, 1.0, seeds)
    runs = [nx.community.louvain_communities(graph, resolution=resolution, seed=s) for s in range(seeds)]
    values = [round(nx.community.modularity(graph, run, resolution=resolution), 10) for run in runs]
    best = max(range(seeds), key=lambda n: (values[n], -n))
    partitions = [_numbered(run) for run in runs]
    others = partitions[:best] + partitions[best + 1:]
    chosen = partitions[best]
    agreement = sum(adjusted_rand(chosen, o) for o in others) / len(others) if others else 1.0
    return Communities(_members(claims, graph, chosen, others), values[best], round(agreement, 4), seeds)


def _numbered(groups: Sequence[set[str]]) -> dict[str, int]:
    """Communities numbered from 1, largest first (ties: the first key)."""
    ordered = sorted(groups, key=lambda g: (-len(g), min(g)))
    return {key: number for number, group in enumerate(ordered, 1) for key in sorted(group)}


def _members(
    claims: Claims, graph: nx.Graph[str], chosen: Partition, others: Sequence[Partition],
) -> tuple[MemberRow, ...]:
    rows = []
    stable = _stability(chosen, others)
    for key, number in chosen.items():
        inside = sum(d["weight"] for n, d in graph.adj[key].items() if chosen[n] == number)
        node = claims.nodes[key]
        rows.append(MemberRow(key, node.label, node.type, number, stable[key], round(inside, 6)))
    return tuple(sorted(rows, key=lambda r: (r.community, -r.strength, r.key)))


def _stability(chosen: Partition, others: Sequence[Partition]) -> dict[str, float]:
    """Mean Jaccard overlap of each actor's community with its communities in `others`."""
    sums = dict.fromkeys(chosen, 0.0)
    here = Counter(chosen.values())
    for other in others:
        there = Counter(other.values())
        both = Counter((chosen[k], other[k]) for k in chosen)
        for key in chosen:
            shared = both[chosen[key], other[key]]
            sums[key] += shared / (here[chosen[key]] + there[other[key]] - shared)
    return {k: round(v / len(others), 4) if others else 1.0 for k, v in sums.items()}


def adjusted_rand(a: Partition, b: Partition) -> float:
    """Hubert & Arabie's (1985) adjusted Rand index of two divisions of the same actors: 1 same, about 0 by chance.

    >>> adjusted_rand({"a": 1, "b": 1, "c": 2}, {"a": 7, "b": 7, "c": 5})
    1.0
    """
    both = sum(comb(n, 2) for n in Counter((a[k], b[k]) for k in a).values())
    first = sum(comb(n, 2) for n in Counter(a.values()).values())
    second = sum(comb(n, 2) for n in Counter(b[k] for k in a).values())
    chance = first * second / comb(len(a), 2) if len(a) > 1 else 0.0
    most = (first + second) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)
