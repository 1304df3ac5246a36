"""Readings → RDF: what is stated, what is merged, what never becomes an edge."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from graph_readings import READINGS, reading
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import graph, merging, terms
from kg.classes import event_classes
from kg.errors import GraphError
from kg.model import Actor, Event, Reading
from kg.resources import ontology_dir
from kg.terms import KG, MERGED_GRAPH, PREFIXES, RDFS, SKOS, actor_iri, article_iri

QUADS = list(graph.quads(READINGS))


def ask(pattern: str) -> list[list[str]]:
    store = ox.Store()
    store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in QUADS)
    solutions = store.query(f"SELECT * WHERE {{ {pattern} }}", prefixes=PREFIXES)
    return sorted([getattr(value, "value", "") for value in row] for row in solutions)  # type: ignore[union-attr]


def test_any_order_gives_the_same_quads() -> None:
    shuffled = list(READINGS)
    random.Random(1).shuffle(shuffled)
    assert set(graph.quads(shuffled)) == set(QUADS)


def test_equal_events_of_three_articles_become_one_with_two_sources() -> None:
    # stated 12 October; published on the 13th twice; b is a copy of a
    rows = ask("?e a kg:Threaten ; kg:evidenceCount ?n ; kg:articleCount ?a ; kg:sourceCount ?s ; kg:begins ?d")
    assert [row[1:] if row[0].startswith("http") else row for row in rows] and len(rows) == 1
    assert {"3", "2", "2022-10-12"} <= set(rows[0])
    assert ask("?copy kg:copyOf ?first . ?first schema:identifier ?id")[0].count("a-2022") == 1


def test_contradictions_are_linked_both_ways() -> None:
    rows = ask("?a kg:contradicts ?b . ?a a ?class . ?class kg:directProperty ?p")
    named = (value.rpartition("#")[2] for row in rows for value in row)
    classes = sorted(name for name in named if name in ("Assault", "Mobilize"))
    assert classes == ["Assault", "Assault", "Mobilize", "Mobilize"]


def test_only_what_is_done_becomes_an_edge() -> None:
    assert ask("actor:Q57665 kg:threatens actor:Q159") == [[]]
    assert ask("actor:Q159 kg:sanctions ?x")
    assert not ask("?x kg:assaults ?y")  # on Kiev's word only, or negated
    assert not ask("?x kg:mobilizes ?y")
    assert not ask("?x kg:aids ?y")  # only possible


def test_own_word_makes_an_edge_and_an_inference_does_not() -> None:
    actors = READINGS[0].actors
    base = READINGS[0].events[0]

    def edges(event: Event) -> bool:
        quads = graph.quads([Reading(READINGS[0].article, actors, (event,))])
        return any(q.predicate == KG.threatens for q in quads)

    from dataclasses import replace
    assert edges(replace(base, attributed_to="stoltenberg"))
    assert not edges(replace(base, attributed_to="rusia"))
    assert not edges(replace(base, inferred=True))
    assert not edges(replace(base, target="stoltenberg"))


def test_events_and_actors_have_names_in_two_languages() -> None:
    labels = {str(q.object) for q in QUADS if q.predicate == RDFS.label and q.graph_name == MERGED_GRAPH}
    assert '"Jens Stoltenberg amenaza a Rusia"@es' in labels
    assert '"Jens Stoltenberg threatens Russia"@en' in labels
    assert '"Rusia no ataca a Ucrania"@es' in labels
    unlabelled = ask("?e kg:source|kg:target ?a FILTER NOT EXISTS { ?a rdfs:label ?l FILTER (lang(?l) = 'es') }")
    assert not unlabelled


def test_signals_and_scores() -> None:
    rows = ask("?e a kg:Sanction ; kg:signal kg:Sanction ; kg:score ?s")
    assert rows and "-5.5" in rows[0]  # mode expel
    assert ask("?e a kg:Mobilize ; kg:polarity 'negated' ; kg:signal ?s") == []  # Peskov is not Russia


@pytest.mark.parametrize(("cls", "polarity", "modality", "own", "expected"), [
    ("CONSULT", "affirmed", "future", False, "AGREE"), ("SUPPORT", "negated", "actual", False, "REJECT"),
    ("RETREAT", "affirmed", "future", False, "CONCEDE"), ("AID", "negated", "actual", False, None),
    ("AID", "negated", "future", False, "REJECT"), ("THREATEN", "affirmed", "future", False, "THREATEN"),
    ("ACCUSE", "negated", "actual", False, None), ("SANCTION", "affirmed", "future", False, None),
    ("SANCTION", "affirmed", "future", True, "THREATEN"), ("ASSAULT", "negated", "future", True, "AGREE"),
    ("ASSAULT", "affirmed", "possible", True, None), ("SAY", "affirmed", "actual", False, "SAY"),
])
def test_the_signal_table(cls: str, polarity: str, modality: str, own: bool, expected: str | None) -> None:
    assert graph.signal(cls, polarity, modality, own) == expected


def test_untrusted_names_do_not_break_iris_or_literals() -> None:
    nasty = Actor("x", 'a> <b" {}\\ \x00 \ud800 \u202e', "group")
    made = Reading(reading("../x y<>", "2022-13-45", "=1+1", ()).article, (nasty,), ())
    data = ox.serialize(graph.quads([made]), format=ox.RdfFormat.N_QUADS)
    assert set(ox.parse(data, format=ox.RdfFormat.N_QUADS))
    assert article_iri("../x y<>").value.endswith("article/..%2Fx%20y%3C%3E")


def test_unknown_class_is_refused_with_its_name() -> None:
    from dataclasses import replace
    wrong = replace(READINGS[3].events[0], cls="EXPLODE")
    with pytest.raises(GraphError, match="EXPLODE"):
        list(graph.quads([Reading(READINGS[3].article, READINGS[3].actors, (wrong,))]))
    with pytest.raises(GraphError, match="two articles"):
        list(graph.quads([READINGS[0], READINGS[0]]))


# ── merging ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def dated(day: str, dating: str) -> merging.Dated:
    return merging.Dated(day, day, dating)  # type: ignore[arg-type]


def test_stated_days_stay_apart_and_reports_join_them() -> None:
    said12, said13, told13, told20, told21, told22 = (
        dated("2022-10-12", "stated"), dated("2022-10-13", "stated"), dated("2022-10-13", "publication"),
        dated("2022-10-20", "publication"), dated("2022-10-21", "publication"), dated("2022-10-22", "publication"))
    found = merging.anchors({said12, said13, told13, told20, told21, told22})
    assert found[said12] != found[said13]
    assert found[told13] == found[said13]
    assert found[told20] == found[told21] != found[told22]


@given(st.sets(st.tuples(st.integers(1, 28), st.sampled_from(["stated", "publication"])), max_size=12))
def test_no_report_is_filed_later_or_further_back_than_the_tolerance(days: set[tuple[int, str]]) -> None:
    given_dates = {dated(f"2024-02-{day:02d}", dating) for day, dating in days}
    for before, after in merging.anchors(given_dates).items():
        assert 0 <= int(before.begins[-2:]) - int(after.begins[-2:]) <= merging.TOLERANCE


def test_undated_claims_of_two_articles_are_two_events() -> None:
    twice = [READINGS[3], reading("e", None, None, READINGS[3].events, "otro texto")]
    events = {q.subject for q in graph.quads(twice) if q.object == KG.Consult and "graph" not in q.graph_name.value}
    assert len(events) == 2


def test_a_copy_is_found_though_cut_and_other_texts_are_not_copies() -> None:
    text = " ".join(f"palabra{n} de la crónica" for n in range(400))
    other = " ".join(f"cosa{n} de la crónica" for n in range(400))
    sketches = {"a": merging.sketch(text), "b": merging.sketch(text[: len(text) // 3]), "c": merging.sketch(other)}
    assert list(merging.copies(sketches)) == [("a", "b")]


# ── the ontology ─────────────────────────────────────────────────────────────────────────────────────────────────────


def defined(*names: str) -> dict[str, set[str]]:
    result: dict[str, set[str]] = {}
    for name in names:
        path = ontology_dir() / name
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE) if path.is_file() else ():
            result.setdefault(str(quad.subject.value), set()).add(quad.predicate.value)
    return result


def test_the_closed_namespace_mirrors_the_ontology() -> None:
    kg, actors = defined("kg.ttl"), defined("actors-schema.ttl")
    own = {iri.removeprefix(KG.iri) for iri in kg if iri.startswith(KG.iri) and "signal-" not in iri}
    assert own <= set(KG)
    if actors:
        assert {KG.iri + name for name in KG} <= kg.keys() | actors.keys()


def test_every_term_has_label_and_comment() -> None:
    for iri, predicates in defined("kg.ttl").items():
        if iri.startswith(KG.iri) and "signal-" not in iri:
            assert RDFS.label.value in predicates, iri


def test_the_ontology_mirrors_the_table_of_classes() -> None:
    triples = {(t.subject, t.predicate, getattr(t.object, "value", None)) for t in graph.ontology_triples()}
    for cls in event_classes().values():
        node = KG[cls.name.capitalize()]
        assert (node, SKOS.notation, cls.name) in triples
        assert (node, KG.directProperty, KG[cls.property].value) in triples
        assert (node, KG.score, f"{cls.intensity:g}") in triples
        assert (KG[cls.property], RDFS.label, cls.phrase_es) in triples
        quadrant = "".join(word.capitalize() for word in cls.quadrant.split("_"))
        assert (node, RDFS.subClassOf, KG[quadrant].value) in triples


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_iris_and_literals_of_any_text_are_read_back(label: str, topic: str) -> None:
    triple = ox.Triple(actor_iri(f"group/{terms.slug(label)}"), KG.topic, terms.text_literal(topic, "es"))
    for rdf in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.TURTLE):
        assert [q.triple for q in ox.parse(ox.serialize([triple], format=rdf), format=rdf)] == [triple]
