"""kg from Python."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from graph_readings import READINGS

import kg
from kg.errors import QueryError
from kg.store import Store


@pytest.fixture(params=["memory", "disk"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> kg.Graph:
    if request.param == "memory":
        return kg.Graph.of(READINGS)
    with Store.open(tmp_path, write=True) as store:
        store.update(READINGS)
    return kg.open(tmp_path)


def test_rows_are_typed_and_filtered(graph: kg.Graph) -> None:
    rows = graph.events(actor="Rusia", since="2022-10", until="2022-10-12")
    assert [row.cls for row in rows] and all(row.begins and row.begins[:7] == "2022-10" for row in rows)
    threat = graph.events(cls="threaten")[0]
    assert (threat.source_label, threat.target_label, threat.sources, threat.articles) == ("Jens Stoltenberg", "Rusia", 2, 3)
    assert (threat.score, threat.signal, threat.begins, threat.dating) == (-3.5, "THREATEN", "2022-10-12", "stated")
    assert len(graph.evidence(threat.iri)) == 3
    assert asdict(threat)["label_en"] == "Jens Stoltenberg threatens Russia"
    assert len(graph.events()) == 9
    assert {row.type for row in graph.actors()} == {"person", "state", "group"}
    assert graph.offices()[0].office == "secretario general"
    assert [row.copy_of for row in graph.articles()] == [None, "a-2022", None, None]
    with pytest.raises(QueryError):
        graph.events(actor="Nadie")


def test_queries_and_exports(graph: kg.Graph, tmp_path: Path) -> None:
    assert graph.query("threats", actor="Stoltenberg").records()[0]["sources"] == 2
    assert graph.query("events", cls="ASSAULT").rows
    assert graph.query("ASK { ?x kg:threatens actor:Q159 }").truth
    assert "@prefix kg:" in graph.to_turtle(tmp_path / "x.ttl")
    assert graph.to_networkx().number_of_edges() == 6
    assert [r.article.id for r in graph.readings()] == [r.article.id for r in READINGS]


def test_memory_and_disk_give_the_same_bytes(tmp_path: Path) -> None:
    with Store.open(tmp_path, write=True) as store:
        store.update(READINGS)
    with kg.open(tmp_path) as disk:
        assert disk.to_turtle() == kg.Graph.of(READINGS).to_turtle()


def test_importing_kg_is_light() -> None:
    code = "import sys, kg; assert not {'rdflib', 'spacy', 'pyoxigraph', 'networkx'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
