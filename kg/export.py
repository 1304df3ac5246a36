"""The graph in other people's formats, deterministically: the same articles give the same bytes.

| format | written | for |
|---|---|---|
| `turtle`, `trig`, `nquads`, `jsonld` | one file: the union, or with the named graphs | any RDF tool |
| `graphml`, `gexf` | one file: actors, and events with a target as edges | Gephi, yEd, networkx, igraph |
| `csv`, `parquet` | a folder of tables (see `kg.tables`) | spreadsheets, pandas, R |
| `jsonl` | one file: the readings, each article once and in order | `kg evaluate`, any language |
| `cypher-csv` | a folder for `neo4j-admin database import`, with the command in `import.txt` | Neo4j |

In GraphML, GEXF and Neo4j an event keeps polarity, modality and attribution as attributes: an edge there is a *claim*,
not a fact; filter on `standing = "done"` for what the direct RDF edges stand for.
"""

from __future__ import annotations

import csv
import heapq
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, fields
from itertools import groupby, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, get_args

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple

from kg import tables
from kg.classes import event_classes
from kg.errors import GraphError
from kg.store import Store
from kg.terms import PREFIXES
from kg.truth import write_whole

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["FORMATS", "Format", "export", "multigraph", "rdf_bytes", "safe_cell", "write_exports"]

Format = Literal["turtle", "trig", "nquads", "jsonld", "graphml", "gexf", "csv", "parquet", "cypher-csv", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)
TOGETHER = 500
"""Up to so many articles (some 800,000 triples) Turtle and TriG are written in one pass, in memory."""
SPILL = 500_000
"""So many triples are sorted in memory; beyond, sorted parts are merged from disk."""

_SUFFIXES: dict[str, Format] = {
    ".ttl": "turtle", ".trig": "trig", ".nq": "nquads", ".jsonld": "jsonld", ".graphml": "graphml", ".gexf": "gexf",
    ".jsonl": "jsonl",
}
_RDF = {"turtle": RdfFormat.TURTLE, "trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CLOCK = re.compile(r' ?lastmodifieddate="[^"]*"')


def export(store: Store, path: Path | str, format: Format | None = None) -> list[Path]:  # noqa: A002 - the CLI's word
    """Write the graph to `path` (a folder for tables); the files written.

    Args:
        format: one of `FORMATS`; by default what the suffix of `path` says.

    Raises:
        GraphError: an unknown format, or a package that it needs is missing.
    """
    path = Path(path)
    chosen = format or _SUFFIXES.get(path.suffix)
    if chosen not in FORMATS:
        raise GraphError(f"unknown format {format or path.suffix!r}", where=str(path), remedy=f"use one of {FORMATS}")
    if chosen in _RDF:
        return [write_whole(path, lambda file: _rdf(store, file, chosen))]
    if chosen == "jsonl":  # the readings, each article once and in order
        return [write_whole(path, lambda file: file.writelines(store.lines()))]
    if chosen in ("graphml", "gexf"):
        data = _xml(multigraph(store), chosen)
        return [write_whole(path, lambda file: file.write(data))]
    return _folder(store, path, chosen)


def write_exports(store: Store) -> list[Path]:
    """Bring `graph.ttl` and `graph.trig` of the output folder up to date, unless they are, and `readings.jsonl` in order."""
    store.tidy()
    paths = [store.output / "graph.ttl", store.output / "graph.trig"]
    if store.meta("exported") == store.meta("revision") and all(path.is_file() for path in paths):
        return paths
    if store.count > TOGETHER:
        for path in paths:
            export(store, path)
    else:  # one pass: reading is what takes time
        quads = [quad for graph in store.graphs() for quad in _graph(store, graph)]
        union = sorted({quad.triple for quad in quads}, key=str)
        write_whole(paths[0], lambda file: ox.serialize(union, file, RdfFormat.TURTLE, prefixes=PREFIXES))
        write_whole(paths[1], lambda file: ox.serialize(quads, file, RdfFormat.TRIG, prefixes=PREFIXES))
    store.note("exported", store.meta("revision"))
    return paths


# ── RDF ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def rdf_bytes(store: Store, format: Format = "turtle") -> bytes:  # noqa: A002 - as above
    """The graph in an RDF format."""
    file = io.BytesIO()
    _rdf(store, file, format)
    return file.getvalue()


def _rdf(store: Store, file: IO[bytes], chosen: str) -> None:
    rdf = _RDF[chosen]
    if chosen == "turtle":
        union = store.quads.quads_for_pattern(None, None, None, DefaultGraph())
        ordered: Iterable[Any] = in_order(quad.triple for quad in union)
    else:
        ordered = (quad for graph in store.graphs() for quad in _graph(store, graph))
    ox.serialize(ordered, file, rdf, prefixes=PREFIXES if chosen != "nquads" else None)


def _graph(store: Store, graph: NamedNode) -> Iterator[Quad]:
    for triple in in_order(quad.triple for quad in store.quads.quads_for_pattern(None, None, None, graph)):
        yield Quad(triple.subject, triple.predicate, triple.object, graph)


def in_order(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The distinct triples in the order of their N-Triples, with bounded memory."""
    waiting = iter(triples)
    chunk = list(islice(waiting, SPILL))
    if len(chunk) < SPILL:
        yield from sorted(set(chunk), key=str)
        return
    with ExitStack() as stack:
        parts: list[Iterable[str]] = []
        while chunk:
            parts.append(stack.enter_context(_spilt(sorted(f"{triple} .\n" for triple in chunk))))
            chunk = list(islice(waiting, SPILL))
        ordered = (line for line, _ in groupby(heapq.merge(*parts)))
        while lines := "".join(islice(ordered, 10_000)):
            yield from (quad.triple for quad in ox.parse(lines, format=RdfFormat.N_TRIPLES))


def _spilt(lines: list[str]) -> IO[str]:
    file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - the caller's stack closes it
    file.writelines(lines)
    file.seek(0)
    return file


# ── networks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def multigraph(store: Store) -> nx.MultiDiGraph[str]:
    """Actors as nodes, events with a target as edges (key = IRI of the event); attributes are plain values."""
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for actor in tables.actors(store.quads):
        graph.add_node(actor.iri, **_attributes({k: v for k, v in asdict(actor).items() if k != "iri"}))
    for event in tables.events(store.quads):
        if event.target is not None:
            kept = {k: v for k, v in asdict(event).items() if k not in ("iri", "source", "target")}
            kept["standing"] = standing(event)
            graph.add_edge(event.source, event.target, key=event.iri, **_attributes(kept))
    return graph


def standing(event: tables.EventRow) -> str:
    """What an event is worth as a fact: `done`, `attributed`, `hypothetical` or `negated`."""
    if event.polarity == "negated":
        return "negated"
    if event.modality != "actual":
        return "hypothetical"
    own = event.source_label in event.attributed_to
    return "done" if event.asserted or own else "attributed"


def _attributes(row: Mapping[str, Any]) -> dict[str, Any]:
    """What GraphML and GEXF can hold: no None, no tuple, no control characters."""
    result: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, tuple):
            value = "; ".join(value)
        if value is not None:
            result[name] = _NOT_XML.sub("�", value) if isinstance(value, str) else value
    return result


def _xml(graph: nx.MultiDiGraph[str], chosen: str) -> bytes:
    import networkx as nx

    if chosen == "graphml":
        lines = nx.generate_graphml(graph, named_key_ids=True)
    else:
        lines = (_CLOCK.sub("", line) for line in nx.generate_gexf(graph, version="1.2draft"))
    head = "" if chosen == "graphml" else '<?xml version="1.0" encoding="utf-8"?>\n'
    return (head + "\n".join(lines) + "\n").encode()


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _folder(store: Store, folder: Path, chosen: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    if chosen == "cypher-csv":
        return _neo4j(store, folder)
    write: Callable[[Path, str, Sequence[Any]], Path] = _csv if chosen == "csv" else _parquet
    return [write(folder, name, list(rows(store.quads))) for name, rows in tables.TABLES.items()]


def _csv(folder: Path, name: str, rows: Sequence[Any]) -> Path:
    header = list(_columns(name))
    return _sheet(folder / f"{name}.csv", header, ([asdict(row)[column] for column in header] for row in rows))


def _columns(name: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields(_ROWS[name]))


_ROWS: dict[str, Any] = {
    "events": tables.EventRow, "evidence": tables.EvidenceRow, "actors": tables.ActorRow, "offices": tables.OfficeRow,
    "articles": tables.ArticleRow,
}


def _sheet(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """UTF-8 with a byte order mark, without which Excel takes the accents for Latin-1."""

    def write(file: IO[bytes]) -> None:
        text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows([safe_cell(value) for value in row] for row in rows)
        text.detach()

    return write_whole(path, write)


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula (OWASP, "CSV Injection"): an apostrophe goes before it.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell(-3.5), safe_cell(("Rusia", "Ucrania")), safe_cell(True)
    ("'=HYPERLINK(1)", -3.5, 'Rusia; Ucrania', 'true')
    """
    if isinstance(value, tuple):
        value = "; ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA):
        return "'" + value
    return value


def _parquet(folder: Path, name: str, rows: Sequence[Any]) -> Path:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise GraphError("Parquet needs pyarrow", remedy="pip install 'geopolitical-kg[parquet]'") from error
    schema = pa.schema([(field.name, _arrow(str(field.type), pa)) for field in fields(_ROWS[name])])
    columns = {column: [_joined(getattr(row, column)) for row in rows] for column in _columns(name)}
    table = pa.table(columns, schema=schema)
    return write_whole(folder / f"{name}.parquet", lambda file: pq.write_table(table, file))


def _joined(value: Any) -> Any:
    return "; ".join(value) if isinstance(value, tuple) else value


def _arrow(annotation: str, pa: Any) -> Any:
    kind = annotation.split(" ")[0]
    return {"int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}.get(kind, pa.string())


def _neo4j(store: Store, folder: Path) -> list[Path]:
    """Headers as `neo4j-admin database import full` reads them (Neo4j operations manual, "Import")."""
    actors, events = tables.actors(store.quads), tables.events(store.quads)
    articles, evidence = tables.articles(store.quads), tables.evidence(store.quads)
    written = [
        _plain(folder / "actors.csv", ("iri:ID(Actor)", "label", "label_en", "type", "wikidata", ":LABEL"),
               ((a.iri, a.label, a.label_en, a.type, a.wikidata, f"Actor;{a.type}") for a in actors)),
        _plain(folder / "events.csv",
               ("iri:ID(Event)", "label", "class", "quadrant", "topic", "polarity", "modality", "begins:date",
                "standing", "attributedTo", "confidence:double", "score:double", "sources:int", ":LABEL"),
               ((e.iri, e.label, e.cls, e.quadrant, e.topic, e.polarity, e.modality, e.begins, standing(e),
                 "; ".join(e.attributed_to), e.confidence, e.score, e.sources, f"Event;{e.cls}") for e in events)),
        _plain(folder / "articles.csv", ("id:ID(Article)", "title", "outlet", "published", "url", ":LABEL"),
               ((a.id, a.title, a.outlet, a.published, a.url, "Article") for a in articles)),
        _plain(folder / "participants.csv", (":START_ID(Event)", ":END_ID(Actor)", ":TYPE"), _participants(events)),
        _plain(folder / "evidence.csv",
               (":START_ID(Event)", ":END_ID(Article)", "sentence", "trigger", "begin:int", "end:int", "rule",
                "confidence:double", ":TYPE"),
               ((e.event, e.article, e.sentence, e.trigger, e.begin, e.end, e.rule, e.confidence, "EVIDENCE")
                for e in evidence)),
        _plain(folder / "edges.csv", (":START_ID(Actor)", ":END_ID(Actor)", "events:int", ":TYPE"), _edges(events)),
    ]
    command = ("neo4j-admin database import full --nodes=actors.csv --nodes=events.csv --nodes=articles.csv "
               "--relationships=participants.csv --relationships=evidence.csv --relationships=edges.csv "
               "--array-delimiter=\";\" --multiline-fields=true neo4j\n")
    return [*written, write_whole(folder / "import.txt", lambda file: file.write(command.encode()))]


def _participants(events: Sequence[tables.EventRow]) -> Iterator[tuple[str, str, str]]:
    for event in events:
        yield event.iri, event.source, "SOURCE"
        if event.target:
            yield event.iri, event.target, "TARGET"


def _edges(events: Sequence[tables.EventRow]) -> Iterator[tuple[str, str, int, str]]:
    """The direct edges, typed THREATENS, MEETS…; only what is done (see `standing`) and read, not inferred."""
    done = [e for e in events if standing(e) == "done" and not e.inferred]
    pairs = sorted((e.source, e.target, event_classes()[e.cls].property.upper())
                   for e in done if e.target and e.target != e.source)
    for (source, target, kind), group in groupby(pairs):
        yield source, target, sum(1 for _ in group), kind


def _plain(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """CSV for a machine: no byte order mark, nothing escaped against spreadsheets; empty = no value."""

    def write(file: IO[bytes]) -> None:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        text.detach()

    return write_whole(path, write)
