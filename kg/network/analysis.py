"""All analyses of a set of readings at once, as tables that can be printed, written and read.

>>> analyze([]).summary["claims"]
0
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

from kg.errors import StoreError
from kg.model import Reading
from kg.network.centrality import ActorRow, centrality
from kg.network.communities import Communities, communities
from kg.network.compare import Comparison, EgoRow, compare, ego_rows
from kg.network.counting import signals
from kg.network.dyads import (
    ChangeRow,
    CoMentionRow,
    DyadRow,
    Period,
    PeriodRow,
    change_points,
    co_mentions,
    dyads,
    reciprocity,
    series,
)
from kg.network.projection import STANDINGS, Claims, Identity, Standing, gather
from kg.network.selection import Contrast, Selection, select
from kg.network.signed import Camps, TriadRow, camps, triads

__all__ = ["Analysis", "Table", "VoiceRow", "analyze"]


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """On whose word the articles rest."""

    key: str
    label: str
    claims: int
    """Claims that only it vouches for."""
    about: int
    """Distinct other actors in them."""
    mean_score: float
    """Mean intensity of what it says that others do."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind with what a reader must know about them."""

    name: str
    """Stem of its file."""
    title: str
    note: str
    """Projection and units in one sentence."""
    rows: Sequence[Any]
    """Frozen dataclass rows, all of one class."""
    columns: tuple[str, ...]
    """Those worth showing on a terminal; files hold all."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What `analyze` found; `claims` are those that were counted."""

    claims: Claims
    standings: tuple[Standing, ...]
    period: Period
    summary: Mapping[str, Any]
    actors: tuple[ActorRow, ...]
    communities: Communities
    triads: tuple[TriadRow, ...]
    camps: Camps
    dyads: tuple[DyadRow, ...]
    series: tuple[PeriodRow, ...]
    changes: tuple[ChangeRow, ...]
    co_mentions: tuple[CoMentionRow, ...]
    voices: tuple[VoiceRow, ...]
    comparison: Comparison | None = None
    selection: Selection = field(default_factory=Selection)
    ego: tuple[EgoRow, ...] = ()
    """Neighbours of the actor selected."""

    def tables(self) -> tuple[Table, ...]:
        """The analyses as tables, in the order in which they are best read."""
        return _tables(self)

    def write(self, folder: Path) -> list[Path]:
        """Write every table as CSV and JSON, and `summary.json`, into `folder` (made when missing); the paths written.

        In CSV a text that a spreadsheet would take for a formula gets an apostrophe. StoreError when it cannot write.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return [path for table in self.tables() for path in _write_table(table, folder)] + [
                _write_json(folder / "summary.json", self.summary)]
        except OSError as error:
            raise StoreError("cannot write the analysis", where=str(folder), remedy="choose another folder") from error


def analyze(
    readings: Iterable[Reading] | Claims,
    *,
    identity: Identity | None = None,
    standings: Sequence[Standing] = ("done",),
    selection: Selection | None = None,
    period: Period = "month",
    pairs: int = 50,
    contrast: Contrast | None = None,
) -> Analysis:
    """Every analysis over the claims of these `standings` (by default only what is done), or of all that count by signals.

    `selection` limits them to outlets, a time or one actor's surroundings, chooses weights, signals, and two sides to compare;
    `period` and `pairs` (how many of the strongest) govern the series; `contrast` compares two graphs of one's own.
    """
    every = readings if isinstance(readings, Claims) else gather(readings, identity)
    chosen = selection or Selection()
    every, two = select(every, chosen)
    contrast = contrast or two

    def counted(some: Claims) -> Claims:
        return signals(some) if chosen.signals else some.standing(*standings)

    claims = counted(every)
    groups, sides, triangles = communities(claims), camps(claims), triads(claims)
    return Analysis(
        claims=claims, standings=tuple(standings), period=period, selection=chosen,
        ego=ego_rows(claims, chosen.actor) if chosen.actor else (),
        summary=_summary(every, claims, groups, sides, triangles), actors=centrality(claims), communities=groups,
        triads=triangles, camps=sides, dyads=dyads(claims), series=series(claims, period, pairs),
        changes=change_points(claims, pairs), co_mentions=co_mentions(claims), voices=_voices(every),
        comparison=compare(counted(contrast[0]), counted(contrast[1]), contrast[2:]) if contrast else None,
    )


def _summary(
    every: Claims, claims: Claims, groups: Communities, sides: Camps, triangles: Sequence[TriadRow],
) -> dict[str, Any]:
    dates = sorted(c.date for c in claims.claims if c.date)
    count, balanced = sum(t.count for t in triangles), sum(t.count for t in triangles if t.balanced)
    by_standing = Counter(c.standing for c in every.claims)
    return {
        "articles": len(every.articles), "actors": len(every.nodes), "claims": len(every.claims),
        "counted": len(claims.claims), "standings": {s: by_standing[s] for s in STANDINGS},
        "classes": dict(sorted(Counter(c.cls for c in claims.claims).items())),
        "quadrants": dict(sorted(Counter(c.quadrant for c in claims.claims).items())),
        "pairs": len(claims.pairs()), "first": dates[0] if dates else None, "last": dates[-1] if dates else None,
        "reciprocity": reciprocity(claims), "modularity": groups.modularity, "communities": len(groups.groups),
        "community_agreement": groups.agreement, "triads": count,
        "balanced_triads": round(balanced / count, 4) if count else None, "frustration": sides.frustration,
        "camp_solutions": sides.optimal_solutions,
    }


def _voices(claims: Claims) -> tuple[VoiceRow, ...]:
    """Speakers by the number of claims that are only theirs."""
    found: dict[str, list[Any]] = {}
    for claim in claims.standing("attributed").claims:
        found.setdefault(claim.attributed_to or claim.source, []).append(claim)
    rows = [
        VoiceRow(key, claims.nodes[key].label, len(said),
                 len({end for c in said for end in (c.source, c.target)} - {key, None}),
                 round(sum(c.score for c in said) / len(said), 4))
        for key, said in found.items()
    ]
    return tuple(sorted(rows, key=lambda r: (-r.claims, r.key)))


def _tables(a: Analysis) -> tuple[Table, ...]:
    tables = [
        Table("actors", "Who matters", "Directed, by weight; betweenness and core undirected.", a.actors,
              ("label", "type", "does", "undergoes", "partners", "pagerank", "betweenness", "core")),
        Table("dyads", "Strongest pairs", "Undirected; scores are PLOVER intensities, -10 to +10.", a.dyads,
              ("a_label", "b_label", "claims", "a_to_b", "b_to_a", "cooperation", "conflict", "mean_score")),
        Table("communities", "Who cooperates with whom", "Louvain on pairs with more cooperation than conflict.",
              a.communities.members, ("community", "label", "type", "stability", "strength")),
        Table("camps", "Two camps", "Division of least frustration of the signed graph.", a.camps.members,
              ("component", "camp", "label", "tension", "certainty")),
        Table("triads", "Balance of triangles", "Signs of balances; +++ and +-- are balanced.", a.triads,
              ("pattern", "count", "balanced", "meaning")),
        Table("changes", "Where the tone turns", "Least-squares segments of a pair's scores over time.", a.changes,
              ("a_label", "b_label", "date", "before", "after", "claims_before", "claims_after")),
        Table("series", "Pairs over time", f"Sums by {a.period}; a quiet period may have no articles.", a.series,
              ("a_label", "b_label", "period", "claims", "cooperation", "conflict", "net")),
        Table("co_mentions", "Mentioned together", "Articles that mention both, against chance and interactions.",
              a.co_mentions, ("a_label", "b_label", "together", "lift", "interactions")),
        Table("voices", "On whose word", "Claims that only one actor vouches for (not counted as done).", a.voices,
              ("label", "claims", "about", "mean_score")),
    ]
    if a.selection.actor:
        name = a.claims.nodes[a.selection.actor].label
        tables.insert(0, Table("ego", f"Around {name}", "What it does to each and undergoes.", a.ego,
                               ("label", "type", "done_to", "done_by", "net_to", "net_by")))
    return (*_compared(a.comparison), *tables) if a.comparison else tuple(tables)


def _compared(found: Comparison) -> tuple[Table, ...]:
    note = f"first = {found.first} (claims: {found.claims[0]}), second = {found.second} (claims: {found.claims[1]})"
    return (
        Table("comparison", "Two graphs side by side: pairs", f"{note}; largest change of share first.", found.rows,
              ("a_label", "b_label", "first", "second", "first_share", "second_share", "first_score", "second_score",
               "turned")),
        Table("attention", "Two graphs side by side: actors", f"{note}; share of all ends of ties, rank by PageRank.",
              found.actors, ("label", "first_share", "second_share", "first_rank", "second_rank")),
    )


def _write_table(table: Table, folder: Path) -> tuple[Path, Path]:
    path = folder / f"{table.name}.csv"
    rows = [asdict(row) for row in table.rows if is_dataclass(row) and not isinstance(row, type)]
    names = [f.name for f in fields(table.rows[0])] if table.rows else list(table.columns)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return path, _write_json(folder / f"{table.name}.json", {"title": table.title, "note": table.note, "rows": rows})


def _cell(value: Any) -> Any:
    """Against CSV injection (OWASP): no text begins like a formula.

    >>> _cell("=1+1"), _cell(-2.5)
    ("'=1+1", -2.5)
    """
    return "'" + value if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") and value else value


def _write_json(path: Path, data: object) -> Path:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return path
