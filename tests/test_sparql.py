"""Questions: the gate, the killable process, the named queries and their parameters."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from graph_readings import READINGS
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import sparql
from kg.errors import QueryError
from kg.store import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    output = tmp_path_factory.mktemp("graph")
    with Store.open(output, write=True) as writer:
        writer.update(READINGS)
    return Store.open(output)


def answer(store: Store, name: str, **given: str | int) -> sparql.Answer:
    return sparql.ask_store(store.quads, sparql.named_queries()[name].bind(store.quads, given))


REFUSED = (
    "SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }",
    "SELECT * WHERE { SERVICE SILENT ?x { ?s ?p ?o } }",
    "SELECT * WHERE { ?s ?p ?o FILTER EXISTS { SERVICE <http://e/> { ?s ?p ?o } } }",
    "SELECT * WHERE { ?s ?p ?o MINUS { SERVICE <http://e/> { ?s ?p ?o } } }",
    "SELECT * WHERE { { SELECT * WHERE { SERVICE <http://e/> { ?s ?p ?o } } } }",
    "SELECT ?s WHERE { ?s ?p ?o } GROUP BY ?s HAVING (EXISTS { SERVICE <http://e/> { ?s ?p ?o } })",
    "SELECT * WHERE { ?s ?p ?o } ORDER BY (EXISTS { SERVICE <http://e/> { ?s ?p ?o } })",
    "SELECT (EXISTS { SERVICE <http://e/> { ?s ?p ?o } } AS ?x) WHERE { }",
    "SELECT * WHERE { \\u0053ERVICE <http://e/> { ?s ?p ?o } }",
    "ASK { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://e/> { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }",
    "SELECT * FROM NAMED <http://example.org/> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "ASK FROM <secret.ttl> { ?s ?p ?o }",
    "DESCRIBE ?s FROM <http://e/> WHERE { ?s ?p ?o }",
    "LOAD <file:///etc/passwd>", "INSERT DATA { <a:a> <a:b> <a:c> }", "DELETE WHERE { ?s ?p ?o }", "DROP ALL",
    "PREFIX x: <http://x/> CLEAR ALL", "WITH <http://g> DELETE { ?s ?p ?o } USING <http://e/> WHERE { ?s ?p ?o }",
    "not a query", "", "SELECT * WHERE { ?s ?p ?o }; DROP ALL", "SELECT * WHERE { << ?s ?p ?o >> ?q ?r }",
)
ALLOWED = (
    "SELECT * WHERE { ?s ?p ?o } LIMIT 1", "SELECT ('SERVICE <http://e/> { }' AS ?x) WHERE { }",
    "# FROM <http://e/>\nASK { ?s ?p ?o }", "SELECT ?service WHERE { ?service kg:source ?from }",
    "PREFIX kg: <https://geopolitical-kg.example/ontology#> SELECT * WHERE { GRAPH ?g { ?s kg:source ?o } }",
    "DESCRIBE actor:Q159",
)


@pytest.mark.parametrize("query", REFUSED)
def test_the_gate_refuses(query: str) -> None:
    with pytest.raises(QueryError):
        sparql.check(query)


@pytest.mark.parametrize("query", ALLOWED)
def test_the_gate_lets_pass(query: str, store: Store) -> None:
    sparql.ask_store(store.quads, query)


def test_errors_name_the_place() -> None:
    with pytest.raises(QueryError, match="line 2"):
        sparql.check("SELECT *\nWHRE { ?s ?p ?o }")
    with pytest.raises(QueryError, match="update"):
        sparql.check("DELETE WHERE { ?s ?p ?o }")
    deep = "SELECT * WHERE " + "{" * 3000 + "}" * 3000
    with pytest.raises(QueryError):
        sparql.check(deep)


def test_a_runaway_query_is_killed_and_a_long_result_cut(store: Store) -> None:
    start = time.monotonic()
    with pytest.raises(QueryError, match="not finished after 2 s"):
        sparql.run(store.path, "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout=2)
    assert time.monotonic() - start < 6
    found = sparql.run(store.path, "SELECT * WHERE { ?s ?p ?o }", max_rows=10)
    assert len(found.rows) == 10 and found.truncated


def test_answers_are_typed(store: Store) -> None:
    found = sparql.run(store.path, "SELECT ?e ?n ?l ?none WHERE { ?e a kg:Threaten ; kg:evidenceCount ?n ; rdfs:label ?l "
                                   "FILTER (lang(?l) = 'es') }")
    assert found.records() == [{"e": found.rows[0][0].value, "n": 3, "l": "Jens Stoltenberg amenaza a Rusia",
                                "none": None}]
    assert found.rows[0][2].language == "es"
    assert sparql.run(store.path, "ASK { ?x a kg:Event }").truth is True
    turtle = sparql.run(store.path, "CONSTRUCT { ?s kg:threatens ?o } WHERE { ?s kg:threatens ?o }").turtle
    assert turtle and "kg:threatens actor:Q159" in turtle


def test_formats(store: Store) -> None:
    found = answer(store, "threats")
    assert sparql.format_answer(found, "csv").startswith("day,claim,topic,sources,event\n2022-10-12,Jens Stoltenberg")
    assert "\t" in sparql.format_answer(found, "tsv")
    assert json.loads(sparql.format_answer(found, "json"))[0]["sources"] == 2
    assert sparql.format_answer(answer(store, "is-there", **{"class": "THREATEN"})) == "true\n"
    evil = sparql.Answer("select", ("x",), ((sparql.Term("=cmd|' /C calc'!A0", "literal"),),))
    assert "\n'=cmd" in sparql.format_answer(evil, "csv")


EMPTY = {"accusations", "requests", "mutual", "common-adversaries", "confirmed", "aid", "identities"}
"""Questions that the four articles answer with nothing."""


def test_there_are_many_questions_and_all_run(store: Store) -> None:
    queries = sparql.named_queries()
    assert len(queries) >= 20
    for name, query in queries.items():
        sample = {"actor": "Rusia", "date": "2022", "class": "threaten", "text": "movil", "number": 3}
        assert answer(store, name) or name in EMPTY, name
        answer(store, name, **{p.name: sample[p.kind] for p in query.parameters})


def test_no_question_repeats_a_row(store: Store) -> None:
    for name in sparql.named_queries():
        rows = answer(store, name).rows
        assert len(set(rows)) == len(rows), name


def test_what_the_questions_answer(store: Store) -> None:
    assert len(answer(store, "contradictions").rows) == 2
    assert not answer(store, "threats", since="2022-10-13").rows
    assert answer(store, "threats", actor="Stoltenberg").rows
    assert [row["article"] for row in answer(store, "copies").records()] == ["b copia/2022"]
    hearsay = answer(store, "hearsay").records()
    assert {row["according"] for row in hearsay} == {"Ucrania", "Dmitri Peskov"}
    assert len(answer(store, "evidence", source="Q159", target="Ucrania", **{"class": "ASSAULT"}).rows) == 2
    assert answer(store, "is-there", source="Rusia", target="Ucrania", **{"class": "AID"}).truth is False
    names = {row["name"] for row in answer(store, "offices-on", on="2022-10-12", actor="Stoltenberg").records()}
    assert names == {"Jens Stoltenberg"}


def test_parameters_are_checked_and_escaped(store: Store) -> None:
    with pytest.raises(QueryError, match="no parameter 'x'"):
        answer(store, "threats", x="1")
    with pytest.raises(QueryError, match="not a date"):
        answer(store, "threats", since="ayer")
    with pytest.raises(QueryError, match="no class"):
        answer(store, "events", **{"class": "NOTHING"})
    with pytest.raises(QueryError, match=r"did you mean.*stoltenberg"):
        answer(store, "threats", actor="Stoltemberg")
    assert not answer(store, "search", words='") } DROP ALL #').rows


@settings(max_examples=40, deadline=None)
@given(words=st.text(max_size=40))
def test_any_text_is_only_a_literal(words: str) -> None:
    query = sparql.named_queries()["search"]
    import pyoxigraph as ox
    sparql.ask_store(ox.Store(), query.bind(ox.Store(), {"words": words.encode("utf-8", "replace").decode()}))


def test_faulty_query_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x.rq"
    path.write_text("# title: T\n# description: D\nSELECT * WHERE { VALUES ?a { %a% } }\n")
    with pytest.raises(QueryError, match=r"x\.rq"):
        sparql._named(path)
