"""A graph that we make is sound, and every sort of damage is found."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from graph_readings import READINGS
from synthetic import synthetic

from kg import validation
from kg.store import Store
from kg.terms import KG, RDF, RDFS


def test_a_graph_of_ours_is_sound(tmp_path: Path) -> None:
    with Store.open(tmp_path, write=True) as store:
        store.update([*READINGS, *synthetic(claims=24)])
    report = validation.validate(tmp_path, shapes=True)
    assert report.sound, str(report)
    assert "sound" in str(report) and "shapes" in str(report)


@pytest.mark.parametrize(("predicate", "what"), [
    (KG.evidence, "an event without evidence"), (RDFS.label, "an event without a name"),
    (KG.article, "evidence without an article"), (KG.contradicts, "linked one way"),
])
def test_what_is_missing_is_found(predicate: ox.NamedNode, what: str) -> None:
    store = Store.in_memory(READINGS)
    if predicate == KG.contradicts:
        store.quads.remove(next(iter(store.quads.quads_for_pattern(None, predicate, None, ox.DefaultGraph()))))
    else:
        for quad in list(store.quads.quads_for_pattern(None, predicate, None, ox.DefaultGraph())):
            store.quads.remove(quad)
    report = validation.check(store, shapes=False)
    assert any(what in finding.what for finding in report.findings), str(report)


def test_an_edge_without_an_event_is_found() -> None:
    store = Store.in_memory(READINGS)
    actors = sorted((q.subject for q in store.quads.quads_for_pattern(None, RDF.type, KG.Actor, ox.DefaultGraph())), key=str)
    store.quads.add(ox.Quad(actors[0], KG.assaults, actors[1], ox.DefaultGraph()))
    assert [f.what for f in validation.check(store, shapes=False).findings] == ["an edge that no event stands for"]


def test_shapes_find_a_wrong_value() -> None:
    store = Store.in_memory(READINGS[3:])
    event = next(iter(store.quads.quads_for_pattern(None, RDF.type, KG.Event, ox.DefaultGraph()))).subject
    store.quads.add(ox.Quad(event, KG.polarity, ox.Literal("perhaps"), ox.DefaultGraph()))
    report = validation.check(store, shapes=True)
    assert any(f.by == "shape" and "affirmed or negated" in f.what for f in report.findings)
