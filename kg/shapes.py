"""The part of SHACL that the knowledge base needs, checked fast enough to run on every build.

`ontology/actors-shapes.ttl` is read as it stands; a component that this module does not know is an error, never skipped
in silence. Components: W3C SHACL (2017), sections 2 and 4, and `sh:select` of 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import OntologyError

__all__ = ["Facts", "Shape", "Violation", "check", "read_shapes"]

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
XSD = "http://www.w3.org/2001/XMLSchema#"
LEXICAL = {
    XSD + "date": r"-?\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", XSD + "gYearMonth": r"-?\d{4}-(0[1-9]|1[0-2])",
    XSD + "gYear": r"-?\d{4}", XSD + "boolean": "true|false|0|1",
}
"""Lexical forms of the datatypes that the shapes use; SHACL wants well-formed literals."""
Value = tuple[str, str | None]
"""A node as text and its language or datatype; None for an IRI or a blank node."""


@dataclass(slots=True)
class Facts:
    """Triples by subject: predicate IRI → values, in order of the files."""

    subjects: dict[str, dict[str, list[Value]]] = field(default_factory=dict)

    def add(self, subject: str, predicate: str, value: str, tag: str | None) -> None:
        self.subjects.setdefault(subject, {}).setdefault(predicate, []).append((value, tag))

    def values(self, subject: str, predicate: str) -> list[str]:
        return [value for value, _ in self.subjects.get(subject, {}).get(predicate, ())]

    def one(self, subject: str, predicate: str, lang: str | None = None) -> str | None:
        found = self.subjects.get(subject, {}).get(predicate, ())
        return next((value for value, tag in found if lang is None or tag == lang), None)

    def types(self) -> Iterator[tuple[str, str]]:
        """Every subject with each of its classes."""
        for subject, facts in self.subjects.items():
            for value, _ in facts.get(RDF + "type", ()):
                yield subject, value


@dataclass(frozen=True, slots=True)
class Violation:
    """One node that does not look as its shape says."""

    shape: str
    node: str
    predicate: str | None
    value: str | None
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape: which nodes, and what each of them must be."""

    name: str
    targets: tuple[tuple[str, str], ...]
    """(`class` | `subjectsOf` | `objectsOf`, IRI)."""
    properties: tuple[Property, ...]
    allowed: frozenset[str] | None
    """Predicates of a closed shape."""
    select: str | None
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Property:
    """A property shape: a path and its constraints."""

    path: str
    inverse: bool
    constraints: tuple[tuple[str, object], ...]
    message: str
    remedy: str


class Graph:
    """Facts with what checks ask again and again: classes with their subclasses, and objects' subjects."""

    def __init__(self, facts: Facts, schema: Facts) -> None:
        self.facts = facts
        supers = {s: {v for v, _ in f.get(SUBCLASS, ())} for s, f in schema.subjects.items()}
        self.classes: dict[str, set[str]] = {}
        for source in (facts, schema):
            for subject, cls in source.types():
                self.classes.setdefault(subject, set()).update(_closure(cls, supers))
        self.inverse: dict[tuple[str, str], list[Value]] = {}

    def index_inverse(self, predicate: str) -> None:
        for subject, facts in self.facts.subjects.items():
            for value, _ in facts.get(predicate, ()):
                self.inverse.setdefault((predicate, value), []).append((subject, None))

    def targets(self, kind: str, iri: str) -> Iterator[str]:
        if kind == "class":
            yield from (s for s in self.facts.subjects if iri in self.classes.get(s, ()))
        elif kind == "subjectsOf":
            yield from (s for s, facts in self.facts.subjects.items() if iri in facts)
        else:
            yield from dict.fromkeys(v for facts in self.facts.subjects.values() for v, _ in facts.get(iri, ()))


def _closure(cls: str, supers: Mapping[str, set[str]]) -> set[str]:
    found, todo = {cls}, [cls]
    while todo:
        for parent in supers.get(todo.pop(), ()):
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    return found


def check(facts: Facts, schema: Facts, shapes: Sequence[Shape]) -> Iterator[Violation]:
    """Every violation of `shapes` by `facts`, in the order of the shapes; `schema` gives the subclasses."""
    graph = Graph(facts, schema)
    for shape in shapes:
        for path in {p.path for p in shape.properties if p.inverse}:
            graph.index_inverse(path)
        culprits = _selected(shape.select, facts) if shape.select else set()
        for kind, iri in shape.targets:
            for node in graph.targets(kind, iri):
                if node in culprits:
                    yield Violation(shape.name, node, iri, None, shape.message, shape.remedy)
                yield from _check_node(graph, shape, node)


def _check_node(graph: Graph, shape: Shape, node: str) -> Iterator[Violation]:
    facts = graph.facts.subjects.get(node, {})
    if shape.allowed is not None:
        for predicate in facts.keys() - shape.allowed:
            yield Violation(shape.name, node, predicate, None, shape.message, shape.remedy)
    for prop in shape.properties:
        values = graph.inverse.get((prop.path, node), []) if prop.inverse else facts.get(prop.path, [])
        for name, wanted in prop.constraints:
            for value in CONSTRAINTS[name](values, wanted, graph):
                culprit = value if prop.inverse and value else node
                shown = node if prop.inverse else value
                yield Violation(shape.name, culprit, prop.path, shown, prop.message, prop.remedy)


def _selected(query: str, facts: Facts) -> set[str]:
    """The nodes that a `sh:select` finds as `$this`, asked of the predicates that it names."""
    import pyoxigraph as ox

    store = ox.Store()
    store.extend(
        ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value) if tag is None else
        ox.Literal(value))
        for subject, predicates in facts.subjects.items() for predicate, values in predicates.items()
        if f"<{predicate}>" in query and not subject.startswith("_:") for value, tag in values
    )
    return {row["this"].value for row in store.query(query)}  # type: ignore[union-attr]


Check = Callable[[Sequence[Value], object, Graph], Iterator[str | None]]


def _each(test: Callable[[Value, object, Graph], bool]) -> Check:
    """A constraint on every value; gives the values that fail."""
    def run(values: Sequence[Value], wanted: object, graph: Graph) -> Iterator[str | None]:
        return (value[0] for value in values if not test(value, wanted, graph))
    return run


def _has_datatype(value: Value, wanted: object, _: Graph) -> bool:
    lexical = LEXICAL.get(str(wanted))
    return value[1] == wanted and (lexical is None or re.fullmatch(lexical, value[0]) is not None)


def _in_languages(value: Value, wanted: object, _: Graph) -> bool:
    return value[1] is not None and value[1] in wanted  # type: ignore[operator]


def _min_count(values: Sequence[Value], wanted: object, _: Graph) -> Iterator[str | None]:
    if len(values) < int(str(wanted)):
        yield None


def _max_count(values: Sequence[Value], wanted: object, _: Graph) -> Iterator[str | None]:
    if len(set(values)) > int(str(wanted)):
        yield sorted(set(values), key=str)[-1][0]


def _unique_lang(values: Sequence[Value], wanted: object, _: Graph) -> Iterator[str | None]:
    tags = [tag for _, tag in values]
    yield from (value for value, tag in values[1:] if wanted == "true" and tags.count(tag) > 1)


def _qualified(values: Sequence[Value], wanted: object, graph: Graph) -> Iterator[str | None]:
    assert isinstance(wanted, tuple)
    minimum, constraints = wanted
    fitting = [v for v in values if all(not list(CONSTRAINTS[n]([v], w, graph)) for n, w in constraints)]
    if len(fitting) < minimum:
        yield None


def _any_of(value: Value, wanted: object, graph: Graph) -> bool:
    return any(all(not list(CONSTRAINTS[n]([value], w, graph)) for n, w in option) for option in wanted)  # type: ignore[attr-defined]


CONSTRAINTS: Mapping[str, Check] = {
    "minCount": _min_count,
    "maxCount": _max_count,
    "uniqueLang": _unique_lang,
    "qualified": _qualified,
    "datatype": _each(_has_datatype),
    "languageIn": _each(_in_languages),
    "class": _each(lambda value, wanted, graph: wanted in graph.classes.get(value[0], ())),
    "pattern": _each(lambda value, wanted, _: re.search(str(wanted), value[0]) is not None),
    "minLength": _each(lambda value, wanted, _: len(value[0]) >= int(str(wanted))),
    "or": _each(_any_of),
}
"""Component → what fails it."""
IGNORED = frozenset(("path", "message", "description", "name", "qualifiedMinCount"))


def read_shapes(facts: Facts, file: Path) -> list[Shape]:
    """The node shapes of a parsed shapes file.

    Raises:
        OntologyError: a component that `CONSTRAINTS` does not know.
    """
    return [_Reader(facts, file).shape(node) for node, cls in facts.types() if cls == SH + "NodeShape"]


class _Reader:
    def __init__(self, facts: Facts, file: Path) -> None:
        self.facts = facts
        self.file = file

    def shape(self, node: str) -> Shape:
        one, values = self.facts.one, self.facts.values
        targets = [(kind, iri) for kind, name in (("class", "targetClass"), ("subjectsOf", "targetSubjectsOf"),
                                                  ("objectsOf", "targetObjectsOf")) for iri in values(node, SH + name)]
        properties = tuple(self.property(p) for p in values(node, SH + "property"))
        closed = one(node, SH + "closed") == "true"
        ignored = self.list(one(node, SH + "ignoredProperties"))
        sparql = one(node, SH + "sparql") or node
        return Shape(
            node.rsplit("#", 1)[-1], tuple(targets), properties,
            frozenset([*(p.path for p in properties), *ignored]) if closed else None, one(sparql, SH + "select"),
            one(sparql, SH + "message") or "", one(sparql, SH + "description") or "",
        )

    def property(self, node: str) -> Property:
        path = self.facts.one(node, SH + "path") or ""
        inverse = self.facts.one(path, SH + "inversePath")
        return Property(inverse or path, inverse is not None, tuple(self.constraints(node)),
                        self.facts.one(node, SH + "message") or "", self.facts.one(node, SH + "description") or "")

    def constraints(self, node: str) -> Iterator[tuple[str, object]]:
        for predicate, values in self.facts.subjects.get(node, {}).items():
            name = predicate.removeprefix(SH)
            value = values[0][0]
            if name in ("languageIn", "or"):
                items = self.list(value)
                yield name, [list(self.constraints(i)) for i in items] if name == "or" else frozenset(items)
            elif name == "qualifiedValueShape":
                minimum = int(self.facts.one(node, SH + "qualifiedMinCount") or 1)
                yield "qualified", (minimum, list(self.constraints(value)))
            elif name in CONSTRAINTS:
                yield name, value
            elif name not in IGNORED:
                raise OntologyError(f"sh:{name} is not a component that is checked", where=str(self.file),
                                    remedy="use " + ", ".join(f"sh:{n}" for n in CONSTRAINTS))

    def list(self, head: str | None) -> list[str]:
        """The members of an RDF list."""
        found: list[str] = []
        while head and head != RDF + "nil":
            found += self.facts.values(head, RDF + "first")
            head = self.facts.one(head, RDF + "rest")
        return found
