"""Other people's formats: read back by other people's libraries, the same bytes every time, safe to open."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest
import rdflib
from graph_readings import READINGS, reading
from hostile import hostile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kg import export, graph, tables
from kg.errors import GraphError
from kg.model import Actor, Reading
from kg.store import Store

QUADS = list(graph.quads(READINGS))


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.in_memory(READINGS)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(path: Path, encoding: str) -> list[dict[str, str]]:
    csv.field_size_limit(1_000_000)  # hostile words are long
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def union(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """The triples of named graphs, for rdflib."""
    lines = ox.serialize({quad.triple for quad in quads}, format=ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=lines, format="nt")


@pytest.mark.parametrize("form", export.FORMATS)
def test_every_format_has_equal_bytes_for_any_order(form: export.Format, tmp_path: Path) -> None:
    for name, readings in (("a", READINGS), ("b", READINGS[::-1])):
        export.export(Store.in_memory(readings), tmp_path / name / "graph", form)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_turtle_is_read_by_rdflib(store: Store) -> None:
    text = export.rdf_bytes(store, "turtle")
    assert text.startswith(b"@prefix") and b"kg:threatens actor:Q159" in text
    read = rdflib.Graph().parse(data=text, format="turtle")
    assert isomorphic(read, union(QUADS))


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning", "ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize(("form", "parser"), [("trig", "trig"), ("nquads", "nquads"), ("jsonld", "json-ld")])
def test_named_graphs_are_read_by_rdflib(store: Store, form: export.Format, parser: str) -> None:
    read = rdflib.Dataset()
    read.parse(data=export.rdf_bytes(store, form), format=parser)
    expected = {(q.graph_name.value) for q in QUADS}
    assert {str(g.identifier) for g in read.graphs() if len(g)} == expected
    assert sum(len(g) for g in read.graphs()) == len(set(QUADS))


def test_sorting_on_disk_gives_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = export.rdf_bytes(store, "turtle")
    monkeypatch.setattr(export, "SPILL", 100)
    assert export.rdf_bytes(store, "turtle") == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=st.text(max_size=20), topic=st.text(min_size=1, max_size=20), title=st.text(max_size=20),
       name=st.text(min_size=1, max_size=10))
@example(label="EE.UU.", topic=".", title=".", name="EE.UU.")
def test_any_text_survives_turtle_and_trig(label: str, topic: str, title: str, name: str) -> None:
    base = READINGS[3]
    article = replace(base.article, title=title, id=name)
    made = Reading(article, (Actor("a", label, "group"),), (replace(base.events[0], source="a", target=None, topic=topic),))
    store = Store.in_memory([made])
    expected = {q for q in store.quads if isinstance(q.graph_name, ox.NamedNode)}
    assert set(ox.parse(export.rdf_bytes(store, "trig"), format=ox.RdfFormat.TRIG)) == expected
    assert isomorphic(rdflib.Graph().parse(data=export.rdf_bytes(store, "turtle"), format="turtle"), union(expected))


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_networks_are_read_back(store: Store, form: export.Format, tmp_path: Path) -> None:
    export.export(store, tmp_path / f"g.{form}")
    read = (nx.read_graphml if form == "graphml" else nx.read_gexf)(tmp_path / f"g.{form}")
    assert read.number_of_nodes() == 5 and read.number_of_edges() == 6
    data = next(d for _, _, d in read.edges(data=True) if d["cls"] == "THREATEN")
    assert data["standing"] == "done" and data["source_label"] == "Jens Stoltenberg"
    assert {d["standing"] for *_, d in read.edges(data=True)} == {"done", "attributed", "negated", "hypothetical"}


def test_network_export_holds_no_clock_and_no_control_characters(tmp_path: Path) -> None:
    nasty = replace(READINGS[0], actors=(*READINGS[0].actors[:4], replace(READINGS[0].actors[4], label="\x01<&\x0b")))
    export.export(Store.in_memory([nasty]), tmp_path / "g.gexf")
    text = (tmp_path / "g.gexf").read_text(encoding="utf-8")
    assert "lastmodified" not in text and "\x01" not in text
    nx.read_gexf(tmp_path / "g.gexf")


@pytest.fixture(scope="module")
def hostile_store() -> Store:
    return Store.in_memory(hostile())


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning", "ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("form", export.FORMATS)
def test_no_text_breaks_a_format(hostile_store: Store, form: export.Format, tmp_path: Path) -> None:
    """Everything is read back, by other libraries, from articles whose every text tries to break out of its place."""
    [path, *_] = export.export(hostile_store, tmp_path / "graph", form)
    quads = {quad for quad in hostile_store.quads if isinstance(quad.graph_name, ox.NamedNode)}
    events = tables.events(hostile_store.quads)
    if form == "turtle":
        assert isomorphic(rdflib.Graph().parse(path, format="turtle"), union(quads))
    elif form in ("trig", "nquads", "jsonld"):
        read = rdflib.Dataset()
        read.parse(path, format={"jsonld": "json-ld"}.get(form, form))
        assert sum(len(graph) for graph in read.graphs()) == len(quads)
    elif form in ("graphml", "gexf"):
        network = (nx.read_graphml if form == "graphml" else nx.read_gexf)(path)
        assert network.number_of_edges() == sum(event.target is not None for event in events)
        assert network.number_of_nodes() == len(tables.actors(hostile_store.quads))
    elif form == "jsonl":
        assert [Reading.from_json(json.loads(line)) for line in path.read_bytes().splitlines()] == list(hostile_store.readings())
    elif form == "parquet":
        assert pq.read_table(tmp_path / "graph/events.parquet").num_rows == len(events)
    else:
        assert len(rows(tmp_path / "graph/events.csv", "utf-8-sig")) == len(events)


def test_spreadsheets_run_nothing(tmp_path: Path) -> None:
    evil = reading("=cmd|' /C calc'!A0", "2022-10-12", "@SUM(1)", READINGS[0].events)
    evil = replace(evil, article=replace(evil.article, title="\t=1+1"))
    export.export(Store.in_memory([evil]), tmp_path, "csv")
    for path in tmp_path.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    assert not cell.startswith(("=", "+", "@", "\t")), (path.name, cell)
    assert any(row["score"] == "-3.5" for row in rows(tmp_path / "events.csv", "utf-8-sig"))  # a number is not a formula


def test_parquet_has_types(store: Store, tmp_path: Path) -> None:
    export.export(store, tmp_path, "parquet")
    table = pq.read_table(tmp_path / "events.parquet")
    assert table.num_rows == 9
    assert {str(table.schema.field(name).type) for name in ("confidence", "score")} == {"double"}
    assert str(table.schema.field("sources").type) == "int64" and str(table.schema.field("asserted").type) == "bool"


def test_neo4j_ids_meet(store: Store, tmp_path: Path) -> None:
    written = export.export(store, tmp_path, "cypher-csv")
    tables = {path.stem: rows(path, "utf-8") for path in written if path.suffix == ".csv"}
    actors = {row["iri:ID(Actor)"] for row in tables["actors"]}
    events = {row["iri:ID(Event)"] for row in tables["events"]}
    articles = {row["id:ID(Article)"] for row in tables["articles"]}
    assert {row[":END_ID(Actor)"] for row in tables["participants"]} <= actors
    assert {row[":START_ID(Event)"] for row in tables["participants"]} == events
    assert {row[":END_ID(Article)"] for row in tables["evidence"]} <= articles
    assert {row[":TYPE"] for row in tables["edges"]} == {"THREATENS", "SANCTIONS", "MEETS"}
    command = (tmp_path / "import.txt").read_text()
    assert all(path.name in command for path in written if path.suffix == ".csv")


def test_unknown_formats_are_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="unknown format"):
        export.export(store, tmp_path / "x.docx")
