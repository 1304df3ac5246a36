"""`kg analyze`: the network figures of an output folder as tables, CSV and JSON.

Every figure counts only what is affirmed and actual and asserted by the article or by the actor of itself; see
`kg.network.projection` for what a claim is worth, and the functions of `kg.network` for definitions and references.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from kg.model import Reading
from kg.network.centrality import ActorRow, centrality
from kg.network.communities import Communities, MemberRow, communities
from kg.network.projection import Claims, gather

__all__ = ["Analysis", "DyadRow", "analyze", "dyads", "write"]


@dataclass(frozen=True, slots=True)
class DyadRow:
    """All direct claims of one direction between two actors."""

    source: str
    target: str
    claims: int
    """Pieces of evidence."""
    articles: int
    cooperation: float
    """Sum of positive PLOVER scores."""
    conflict: float
    """Sum of negative scores, as a positive number."""
    net: float
    """Cooperation minus conflict."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Actors by PageRank, dyads by evidence, communities by size."""

    actors: tuple[ActorRow, ...]
    dyads: tuple[DyadRow, ...]
    communities: Communities

    def tables(self) -> Mapping[str, Sequence[Any]]:
        """Rows by name of the table."""
        return {"actors": self.actors, "dyads": self.dyads, "communities": self.communities.members}


_ROWS: Mapping[str, type[Any]] = {"actors": ActorRow, "dyads": DyadRow, "communities": MemberRow}


def analyze(readings: Iterable[Reading]) -> Analysis:
    """Measure the network of all readings."""
    claims = gather(readings).standing("done")
    return Analysis(centrality(claims), dyads(claims), communities(claims))


def dyads(claims: Claims) -> tuple[DyadRow, ...]:
    """Directed pairs of actors, the most reported first."""
    names = {key: node.label for key, node in claims.nodes.items()}
    rows = [DyadRow(names[t.source], names[t.target], t.claims, t.articles, t.cooperation, t.conflict, t.net)
            for t in claims.ties()]
    return tuple(sorted(rows, key=lambda r: (-r.claims, r.source, r.target)))


def write(analysis: Analysis, folder: Path) -> list[Path]:
    """Write each table as CSV and all of them as one JSON file; the files written."""
    from kg.export import safe_cell

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, rows in analysis.tables().items():
        text = io.StringIO(newline="")
        out = csv.writer(text, lineterminator="\n")
        out.writerow([field.name for field in fields(_ROWS[name])])
        out.writerows([safe_cell(value) for value in asdict(row).values()] for row in rows)
        written.append(_written(folder / f"{name}.csv", text.getvalue()))
    data = {name: [asdict(row) for row in rows] for name, rows in analysis.tables().items()}
    about = {"modularity": analysis.communities.modularity, "agreement": analysis.communities.agreement}
    text_of = json.dumps({**data, "partition": about}, ensure_ascii=False, indent=1) + "\n"
    return [*written, _written(folder / "analysis.json", text_of)]


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
