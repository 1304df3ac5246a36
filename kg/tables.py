"""The graph as plain rows: events, their evidence, actors, offices, articles. Every row is a frozen dataclass.

`pandas.DataFrame(rows)` takes a list of them as it is. Rows come in order of time, then IRI.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, QuerySolution, QuerySolutions

from kg.classes import event_classes
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["TABLES", "ActorRow", "ArticleRow", "EventRow", "EvidenceRow", "OfficeRow", "actors", "articles", "events",
           "evidence", "offices"]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event over all articles."""

    iri: str
    label: str
    label_en: str
    source: str
    """IRI of the actor; `source_label` is its name."""
    source_label: str
    cls: str
    """PLOVER class, SAY or DENY."""
    quadrant: str
    target: str | None
    target_label: str | None
    topic: str | None
    predicate: str
    mode: str | None
    polarity: str
    modality: str
    begins: str | None
    """First day (`YYYY-MM-DD`) on which it may have happened; None without any date."""
    ends: str | None
    dating: str
    """`stated` in the text, day of `publication`, or `none`."""
    asserted: bool
    """At least one article asserts it itself."""
    attributed_to: tuple[str, ...]
    """Names of those whose word it is."""
    inferred: bool
    confidence: float
    """0–1; that of the best evidence."""
    signal: str | None
    """Class as which it counts in measures; None: it does not count."""
    score: float | None
    """−10 (conflict) to +10 (cooperation)."""
    evidence: int
    """Sentences that say it."""
    articles: int
    sources: int
    """Independent sources."""
    contradicted: bool


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One sentence that says an event."""

    iri: str
    event: str
    event_label: str
    article: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    sentence: str
    begin: int
    """Characters of the article's text, half open."""
    end: int
    trigger: str
    rule: str
    confidence: float
    attributed_to: str | None


@dataclass(frozen=True, slots=True)
class ActorRow:
    """One actor over all articles."""

    iri: str
    label: str
    label_en: str
    type: str
    wikidata: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """A person holds an office of a body, as an article says."""

    person: str
    person_label: str
    office: str
    of: str | None
    of_label: str | None
    former: bool
    article: str
    published: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article."""

    id: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    language: str
    copy_of: str | None
    """Article of which it is a copy (see `kg.merging`)."""
    events: int


_EVENTS = """
SELECT * WHERE {
  ?iri a kg:Event ; rdfs:label ?label, ?label_en ; kg:source ?source ; kg:polarity ?polarity ; kg:modality ?modality ;
    kg:dating ?dating ; kg:asserted ?asserted ; kg:inferred ?inferred ; kg:predicate ?predicate ;
    kg:confidence ?confidence ; kg:evidenceCount ?evidence ; kg:articleCount ?articles ; kg:sourceCount ?sources ;
    a [ skos:notation ?cls ; kg:directProperty [] ] .
  ?source rdfs:label ?source_label .
  FILTER (lang(?label) = "es" && lang(?label_en) = "en" && lang(?source_label) = "es")
  OPTIONAL { ?iri kg:target ?target . ?target rdfs:label ?target_label FILTER (lang(?target_label) = "es") }
  OPTIONAL { ?iri kg:topic ?topic } OPTIONAL { ?iri kg:mode ?mode }
  OPTIONAL { ?iri kg:begins ?begins ; kg:ends ?ends }
  OPTIONAL { ?iri kg:signal [ skos:notation ?signal ] ; kg:score ?score }
  BIND (EXISTS { ?iri kg:contradicts [] } AS ?contradicted)
} ORDER BY ?begins ?iri"""

_ATTRIBUTED = """
SELECT ?iri ?name WHERE { ?iri a kg:Event ; kg:attributedTo [ rdfs:label ?name ] FILTER (lang(?name) = "es") }
ORDER BY ?iri ?name"""

_EVIDENCE = """
SELECT * WHERE {
  ?event kg:evidence ?iri ; a kg:Event ; rdfs:label ?event_label .
  ?iri kg:article ?a ; nif:anchorOf ?sentence ; nif:beginIndex ?begin ; nif:endIndex ?end ; kg:trigger ?trigger ;
    kg:rule ?rule ; kg:confidence ?confidence .
  ?a schema:identifier ?article FILTER (lang(?event_label) = "es")
  OPTIONAL { ?a schema:headline ?title } OPTIONAL { ?a kg:outlet ?outlet } OPTIONAL { ?a schema:url ?url }
  OPTIONAL { ?a schema:datePublished ?published }
  OPTIONAL { ?iri kg:attributedTo [ rdfs:label ?attributed_to ] FILTER (lang(?attributed_to) = "es") }
} ORDER BY ?article ?begin ?iri"""

_ACTORS = """
SELECT ?iri ?label ?label_en ?class ?wikidata ?articles WHERE {
  { SELECT ?iri (COUNT(?article) AS ?articles) WHERE { ?article kg:mentions ?iri } GROUP BY ?iri }
  ?iri rdfs:label ?label, ?label_en ; a ?class . FILTER (lang(?label) = "es" && lang(?label_en) = "en")
  FILTER (?class IN (kg:Person, kg:State, kg:Organisation, kg:ArmedGroup, kg:Party, kg:Media, kg:Company, kg:Group,
                     kg:Place))
  OPTIONAL { ?iri skos:exactMatch ?wikidata FILTER (STRSTARTS(STR(?wikidata), STR(wd:))) }
} ORDER BY ?iri"""

_OFFICES = """
SELECT * WHERE {
  ?held a kg:OfficeStatement ; kg:holder ?person ; kg:office ?office ; kg:former ?former ;
    kg:evidence [ kg:article ?a ; nif:anchorOf ?sentence ; nif:beginIndex ?begin ] .
  ?person rdfs:label ?person_label . ?a schema:identifier ?article FILTER (lang(?person_label) = "es")
  OPTIONAL { ?held kg:of ?of . ?of rdfs:label ?of_label FILTER (lang(?of_label) = "es") }
  OPTIONAL { ?a schema:datePublished ?published }
} ORDER BY ?article ?begin ?held ?office"""

_ARTICLES = """
SELECT ?id ?title ?outlet ?published ?url ?language ?copy_of (COUNT(DISTINCT ?event) AS ?events) WHERE {
  ?a a kg:Article ; schema:identifier ?id ; schema:inLanguage ?language .
  OPTIONAL { ?a schema:headline ?title } OPTIONAL { ?a kg:outlet ?outlet } OPTIONAL { ?a schema:url ?url }
  OPTIONAL { ?a schema:datePublished ?published } OPTIONAL { ?a kg:copyOf [ schema:identifier ?copy_of ] }
  OPTIONAL { ?event a kg:Event ; kg:evidence [ kg:article ?a ] }
} GROUP BY ?id ?title ?outlet ?published ?url ?language ?copy_of ORDER BY ?id"""


def events(store: Store) -> list[EventRow]:
    """Every event."""
    attributed = defaultdict(list)
    for row in _rows(store, _ATTRIBUTED, ("iri", "name")):
        attributed[row["iri"]].append(row["name"])
    return [EventRow(**row, quadrant=event_classes()[row["cls"]].quadrant, attributed_to=tuple(attributed[row["iri"]]))
            for row in _rows(store, _EVENTS, _names(EventRow, "quadrant", "attributed_to"))]


def evidence(store: Store) -> list[EvidenceRow]:
    """Every sentence that says an event."""
    return [EvidenceRow(**row) for row in _rows(store, _EVIDENCE, _names(EvidenceRow))]


def actors(store: Store) -> list[ActorRow]:
    """Every actor that an article mentions; the first of its types in the alphabet where it has several."""
    unique: dict[str, ActorRow] = {}
    for row in _rows(store, _ACTORS, ("iri", "label", "label_en", "class", "wikidata", "articles")):
        cls = row.pop("class").rpartition("#")[2]
        found = ActorRow(**row, type=_TYPE[cls])
        if found.iri not in unique or found.type < unique[found.iri].type:
            unique[found.iri] = found
    return list(unique.values())


_TYPE = {
    "Person": "person", "State": "state", "Organisation": "organisation", "ArmedGroup": "armed_group",
    "Party": "party", "Media": "media", "Company": "company", "Group": "group", "Place": "place",
}


def offices(store: Store) -> list[OfficeRow]:
    """Every office that an article states."""
    return [OfficeRow(**row) for row in _rows(store, _OFFICES, _names(OfficeRow))]


def articles(store: Store) -> list[ArticleRow]:
    """Every article."""
    return [ArticleRow(**row) for row in _rows(store, _ARTICLES, _names(ArticleRow))]


TABLES: Mapping[str, Callable[[Store], Sequence[Any]]] = {
    "events": events, "evidence": evidence, "actors": actors, "offices": offices, "articles": articles,
}
"""Name of a table → function that makes its rows."""


def _names(cls: type, *without: str) -> tuple[str, ...]:
    return tuple(name for name in cls.__dataclass_fields__ if name not in without)  # type: ignore[attr-defined]


def _rows(store: Store, query: str, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    solutions = store.query(query, prefixes=PREFIXES)
    assert isinstance(solutions, QuerySolutions)
    for solution in solutions:
        yield {name: _value(solution, name) for name in names}


def _value(solution: QuerySolution, name: str) -> Any:
    """A plain Python value: str, int, float, bool or None."""
    term = solution[name]
    if isinstance(term, NamedNode):
        return term.value
    if not isinstance(term, Literal):
        return None
    convert = _CONVERT.get(term.datatype.value.rpartition("#")[2])
    return convert(term.value) if convert else term.value


_CONVERT: dict[str, Any] = {"integer": int, "decimal": float, "double": float, "boolean": lambda text: text == "true"}
