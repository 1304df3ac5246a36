"""Is the graph sound? Quick counts in SPARQL always, SHACL (`ontology/shapes.ttl`) where pyshacl is installed.

The counts find what would make the graph lie: an event without evidence, evidence without its article, an edge that no
event stands for, a claim attributed to others that became an edge. The shapes say what every node must have.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, Literal, QuerySolutions

from kg.errors import GraphError
from kg.resources import ontology_dir
from kg.store import Store
from kg.terms import PREFIXES

__all__ = ["CHECKS", "Finding", "Report", "validate"]

_STATED = """
  ?class kg:directProperty ?property . ?event a ?class ; kg:source ?a ; kg:target ?b ; kg:polarity "affirmed" ;
    kg:modality "actual" ; kg:evidence ?evidence . ?evidence kg:inferred false .
  OPTIONAL { ?evidence kg:attributedTo ?word } FILTER (!BOUND(?word) || ?word = ?a)"""
_EDGES = "?class kg:directProperty ?property . ?a ?property ?b"

CHECKS: dict[str, str] = {
    "an event without evidence": "?node a kg:Event FILTER NOT EXISTS { ?node kg:evidence [ a kg:Evidence ] }",
    "an event without a name": "?node a kg:Event FILTER NOT EXISTS { ?node rdfs:label ?label }",
    "an event with two sources, targets or polarities":
        "?node a kg:Event ; ?p ?one, ?other FILTER (?p IN (kg:source, kg:target, kg:polarity, kg:modality) "
        "&& STR(?one) < STR(?other))",
    "an event with neither target nor topic":
        "?node a kg:Event FILTER NOT EXISTS { ?node kg:target|kg:topic ?what }",
    "evidence without an article": "?node a kg:Evidence FILTER NOT EXISTS { ?node kg:article [ a kg:Article ] }",
    "an actor without a name": "[] kg:source|kg:target|kg:attributedTo ?node "
                               "FILTER NOT EXISTS { ?node rdfs:label ?label }",
    "a contradiction linked one way only":
        "?node kg:contradicts ?other FILTER NOT EXISTS { ?other kg:contradicts ?node }",
    "an event that ends before it begins": "?node kg:begins ?b ; kg:ends ?e FILTER (?e < ?b)",
}
"""What must not be → graph pattern that finds it as `?node`."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that should not be in the graph."""

    what: str
    count: int
    example: str
    """IRI of one of them."""
    by: str
    """`count` or `shape`."""


@dataclass(frozen=True, slots=True)
class Report:
    """What `validate` found."""

    findings: tuple[Finding, ...]
    triples: int
    shapes: bool
    """SHACL was run."""

    @property
    def sound(self) -> bool:
        """Nothing was found."""
        return not self.findings

    def __str__(self) -> str:
        how = "counts and shapes" if self.shapes else "counts (install geopolitical-kg[validate] for the shapes)"
        head = f"{self.triples:,} triples checked by {how}: {'sound' if self.sound else 'not sound'}"
        return "\n".join([head, *(f"  {f.count} × {f.what}, e.g. {f.example}" for f in self.findings)])


def validate(output: Path | str, *, shapes: bool | None = None) -> Report:
    """Check the graph of an output folder.

    Args:
        shapes: run SHACL; by default where pyshacl is installed.

    Raises:
        StoreError: no graph there.
        GraphError: shapes are wanted and pyshacl is missing.
    """
    with Store.open(output) as store:
        return check(store, shapes=shapes)


def check(store: Store, *, shapes: bool | None = None) -> Report:
    """Check an open graph; see `validate`."""
    pyshacl = _pyshacl() if shapes is not False else None
    if shapes and pyshacl is None:
        raise GraphError("SHACL needs pyshacl", remedy="pip install 'geopolitical-kg[validate]'")
    findings = [finding for what, pattern in CHECKS.items() if (finding := _count(store, what, pattern))]
    findings += _loose_edges(store)
    if pyshacl:
        findings += _shapes(store, pyshacl)
    triples = sum(1 for _ in store.quads.quads_for_pattern(None, None, None, DefaultGraph()))
    return Report(tuple(findings), triples, pyshacl is not None)


def _count(store: Store, what: str, pattern: str) -> Finding | None:
    query = f"SELECT (COUNT(DISTINCT ?node) AS ?n) (MIN(STR(?node)) AS ?example) WHERE {{ {pattern} }}"
    solutions = store.quads.query(query, prefixes=PREFIXES)
    assert isinstance(solutions, QuerySolutions)
    number, example = next(solutions)
    assert isinstance(number, Literal)
    if number.value == "0":
        return None
    return Finding(what, int(number.value), str(getattr(example, "value", "")), "count")


def _loose_edges(store: Store) -> list[Finding]:
    """Direct edges that no event stands for (two queries and a difference: `NOT EXISTS` would search for each edge)."""
    loose = _triples(store, _EDGES) - _triples(store, _STATED)
    return [Finding("an edge that no event stands for", len(loose), min(loose)[0], "count")] if loose else []


def _triples(store: Store, pattern: str) -> set[tuple[str, ...]]:
    solutions = store.quads.query(f"SELECT DISTINCT ?a ?property ?b WHERE {{ {pattern} }}", prefixes=PREFIXES)
    assert isinstance(solutions, QuerySolutions)
    return {tuple(str(term) for term in solution) for solution in solutions}


def _pyshacl() -> Any:
    try:
        import pyshacl
    except ImportError:
        return None
    return pyshacl


def _shapes(store: Store, pyshacl: Any) -> list[Finding]:
    from rdflib import Graph
    from rdflib.namespace import SH

    from kg.export import rdf_bytes

    data = Graph().parse(data=rdf_bytes(store), format="turtle")
    shapes = Graph().parse(ontology_dir() / "shapes.ttl", format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    count: Counter[str] = Counter()
    example: dict[str, str] = {}
    for result in report.subjects(SH.resultSeverity, SH.Violation):
        message = str(report.value(result, SH.resultMessage))
        path = str(report.value(result, SH.resultPath) or "").rpartition("#")[2]
        what = f"{path}: {message}" if path else message
        node = str(report.value(result, SH.focusNode))
        count[what] += 1
        example[what] = min(node, example.get(what, node))
    return [Finding(what, number, example[what], "shape") for what, number in sorted(count.items())]
