"""Friends and enemies: balance of triads and the two camps that leave least unexplained.

**Projection.** Undirected; the weight of a pair is cooperation minus conflict over both directions, its sign says
whether the pair is friendly or hostile; pairs whose balance is exactly zero are left out.

**What it does not say.** Two camps are always found, even where there is no conflict between blocs: read `frustration`
first. Camps of actors that are not connected to each other (other `component`) cannot be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.network.projection import Claims

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["CampRow", "Camps", "TriadRow", "camps", "signed_matrix", "triads"]


@dataclass(frozen=True, slots=True)
class TriadRow:
    """How many triangles have this pattern of signs."""

    pattern: str
    """`+++`, `++-`, `+--` or `---`."""
    count: int
    balanced: bool
    """Structural balance (Cartwright & Harary 1956): the product of the signs is positive."""
    meaning: str


@dataclass(frozen=True, slots=True)
class CampRow:
    """On which side an actor stands."""

    key: str
    label: str
    component: int
    """1 = the largest connected part."""
    camp: int
    """1 or 2; camp 1 holds the component's most connected actor."""
    tension: float
    """0–1: share of its own weight that contradicts its camp (friends across, enemies within)."""
    certainty: float
    """0–1: share of the best solutions found that put it on this side."""


@dataclass(frozen=True, slots=True)
class Camps:
    """The most balanced division found."""

    members: tuple[CampRow, ...]
    frustration: float
    """0–1: weight of the pairs that contradict the division over all weight; 0 = perfectly balanced."""
    frustrated_pairs: int
    pairs: int
    optimal_solutions: int
    """How many different divisions reached the same frustration; more than one means that sides are open."""


_MEANINGS = {
    "+++": "three friends", "++-": "two friends of one actor are enemies",
    "+--": "two friends share an enemy", "---": "three mutual enemies",
}


def signed_matrix(claims: Claims) -> tuple[list[str], Floats]:
    """Keys in order, and the symmetric matrix of balances between them."""
    import numpy as np

    pairs = [p for p in claims.pairs() if p.net != 0]
    keys = sorted({end for p in pairs for end in (p.source, p.target)})
    index = {key: n for n, key in enumerate(keys)}
    matrix: Floats = np.zeros((len(keys), len(keys)))
    for p in pairs:
        matrix[index[p.source], index[p.target]] = matrix[index[p.target], index[p.source]] = p.net
    return keys, matrix


def triads(claims: Claims) -> tuple[TriadRow, ...]:
    """Triangles by signs (Heider 1946; Cartwright & Harary 1956), from traces of powers of the sign matrices.

    `---` counts as unbalanced; under weak balance (Davis 1967) it would be allowed.
    """
    import numpy as np
    from scipy.sparse import csr_array

    signs = np.sign(signed_matrix(claims)[1])
    if not signs.size:
        return tuple(TriadRow(p, 0, p in ("+++", "+--"), _MEANINGS[p]) for p in _MEANINGS)
    plus, minus = csr_array(np.maximum(signs, 0)), csr_array(np.maximum(-signs, 0))
    pp, mm = plus @ plus, minus @ minus
    # each triangle is seen six times in a trace of three equal factors, twice when one factor differs
    counts = {"+++": (pp * plus).sum() / 6, "++-": (pp * minus).sum() / 2,
              "+--": (mm * plus).sum() / 2, "---": (mm * minus).sum() / 6}
    return tuple(TriadRow(p, round(float(c)), p in ("+++", "+--"), _MEANINGS[p]) for p, c in counts.items())


def camps(claims: Claims, starts: int = 24) -> Camps:
    """Division in two camps of least frustration (Harary 1959; Aref & Wilson 2019, "Balance and frustration in signed
    networks", Journal of Complex Networks 7(2)).

    Finding the minimum is NP-hard. This is a local search (flip the actor that gains most, until none gains) from the
    leading eigenvector of the signed matrix and from `starts` seeded random divisions: an upper bound, exact in
    practice for tens of actors. Each connected component is divided by itself.
    """
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    keys, matrix = signed_matrix(claims)
    if not keys:
        return Camps((), 0.0, 0, 0, 1)
    parts = connected_components(matrix != 0, directed=False)[1]
    sizes = np.bincount(parts)
    ranked = sorted(range(len(sizes)), key=lambda p: (-sizes[p], int(np.argmax(parts == p))))
    sides, certainty, solutions = np.ones(len(keys)), np.ones(len(keys)), 1
    numbers = np.zeros(len(keys), dtype=int)
    for number, part in enumerate(ranked, 1):
        members = np.flatnonzero(parts == part)
        numbers[members] = number
        sides[members], certainty[members], found = _divide(matrix[np.ix_(members, members)], starts)
        solutions *= found
    return _camps(claims, keys, matrix, sides, certainty, numbers, solutions)


def _divide(matrix: Floats, starts: int) -> tuple[Floats, Floats, int]:
    """Best sides (+1 camp 1, -1 camp 2), certainty of each, number of distinct best divisions."""
    import numpy as np

    rng = np.random.default_rng(0)
    anchor = int(np.argmax(np.abs(matrix).sum(axis=1)))
    leading = np.linalg.eigh(matrix)[1][:, -1] if len(matrix) <= 2000 else np.ones(len(matrix))
    first = [np.where(leading >= 0, 1.0, -1.0)]
    tries = first + [rng.choice((-1.0, 1.0), len(matrix)) for _ in range(starts)]
    found = [_descend(matrix, sides) for sides in tries]
    found = [sides * sides[anchor] for sides in found]
    values = [round(float(sides @ matrix @ sides), 6) for sides in found]
    best = sorted({tuple(s) for s, v in zip(found, values, strict=True) if v == max(values)}, reverse=True)
    chosen = np.array(best[0])
    return chosen, np.mean([np.array(b) == chosen for b in best], axis=0), len(best)


def _descend(matrix: Floats, sides: Floats) -> Floats:
    """Flip the actor whose flip gains most until no flip gains."""
    import numpy as np

    sides = sides.copy()
    field = matrix @ sides
    while True:
        gain = -sides * field
        worst = int(np.argmax(gain))
        if gain[worst] <= 1e-9:
            return sides
        sides[worst] = -sides[worst]
        field += 2 * sides[worst] * matrix[worst]


def _camps(claims: Claims, keys: list[str], matrix: Floats, sides: Any, certainty: Any, numbers: Any,
           solutions: int) -> Camps:
    import numpy as np

    wrong = (matrix * np.outer(sides, sides)) < 0
    weight, bad = np.abs(matrix), np.where(wrong, np.abs(matrix), 0.0)
    tension = bad.sum(axis=1) / weight.sum(axis=1)
    rows = [
        CampRow(key, claims.nodes[key].label, int(numbers[n]), 1 if sides[n] > 0 else 2, round(float(tension[n]), 4),
                round(float(certainty[n]), 4))
        for n, key in enumerate(keys)
    ]
    strength = dict(zip(keys, weight.sum(axis=1), strict=True))
    rows.sort(key=lambda r: (r.component, r.camp, -strength[r.key], r.key))
    return Camps(tuple(rows), round(float(bad.sum() / weight.sum()), 4), int(wrong.sum() // 2),
                 int((matrix != 0).sum() // 2), solutions)
