"""The web application over a real graph: pages, content negotiation, JSON API, SPARQL Protocol, hostile text."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import rdflib
from graph_readings import READINGS
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serving import running
from SPARQLWrapper import JSON, SPARQLWrapper

from kg.identity import Decision
from kg.pages import segments
from kg.pipeline import _write_page
from kg.serve import _preferred
from kg.settings import load
from kg.store import Store

ASK = "SELECT ?a ?b { ?a kg:threatens ?b }"
KG = "PREFIX kg: <https://geopolitical-kg.example/ontology#> "


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running server."""
    output = tmp_path_factory.mktemp("site")
    with Store.open(output, write=True) as store:
        store.update(READINGS)
        _write_page(store, load())
    with running(output) as address:
        yield address


def key_of(site: str) -> str:
    """Key of the busiest actor."""
    events = httpx.get(f"{site}/api/events").json()
    return str(events[0]["source"])


def test_health_counts_what_is_served(site: str) -> None:
    health = httpx.get(f"{site}/health").json()
    assert health["status"] == "ok"
    assert health["articles"] == len(READINGS)


def test_pages_answer(site: str) -> None:
    key = key_of(site)
    for path in ("/", "/?q=a", "/graph", "/sparql", "/docs", f"/actor/{key}"):
        answer = httpx.get(site + path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, path
        assert "default-src 'none'" in answer.headers.get("content-security-policy", "") or path == "/graph"


def test_an_actor_shows_whom_it_was_joined_with_and_why(site: str, tmp_path: Path) -> None:
    with Store.open(tmp_path, write=True) as store:
        store.update(READINGS)
        store.decide(Decision("same", "person/dmitri-peskov", "Q57665", "a <b>test</b>"))
        assert store.joined() == {"Q57665": {"person/dmitri-peskov": "a person decided so: a <b>test</b>"}}
    with running(tmp_path) as address:
        page = httpx.get(f"{address}/actor/Q57665", headers={"Accept": "text/html"}).text
    assert "<li>person/dmitri-peskov <small>a person decided so: a &lt;b&gt;test&lt;/b&gt;</small></li>" in page
    assert "full name" in page and "Joined with" not in httpx.get(f"{site}/actor/Q57665").text


def test_what_is_not_there_is_404(site: str) -> None:
    for kind in ("actor", "event", "article"):
        answer = httpx.get(f"{site}/{kind}/nobody", headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert "Not found" in answer.text


@pytest.mark.parametrize(("media", "format"), [("text/turtle", "turtle"), ("application/ld+json", "json-ld")])
def test_an_actor_dereferences_to_rdf(site: str, media: str, format: str) -> None:  # noqa: A002
    answer = httpx.get(f"{site}/actor/{key_of(site)}", headers={"Accept": media})
    assert answer.headers["content-type"].startswith(media)
    graph = rdflib.Graph().parse(data=answer.text, format=format)
    assert rdflib.URIRef(f"https://geopolitical-kg.example/actor/{key_of(site)}") in set(graph.subjects())


@pytest.mark.parametrize("media", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"])
def test_sparql_by_get_and_post(site: str, media: str) -> None:
    get = httpx.get(f"{site}/sparql", params={"query": ASK}, headers={"Accept": media})
    form = httpx.post(f"{site}/sparql", data={"query": ASK}, headers={"Accept": media})
    body = httpx.post(f"{site}/sparql", content=ASK, headers={"Accept": media, "Content-Type": "application/sparql-query"})
    assert get.status_code == 200
    assert get.headers["content-type"].startswith(media)
    assert get.text == form.text == body.text


def test_two_independent_clients(site: str) -> None:
    wrapper = SPARQLWrapper(f"{site}/sparql", returnFormat=JSON)
    wrapper.setQuery(KG + "SELECT (COUNT(*) AS ?n) { ?e a kg:Event }")
    counted = wrapper.queryAndConvert()["results"]["bindings"][0]["n"]["value"]
    store = rdflib.Graph(SPARQLStore(f"{site}/sparql"))
    rows = list(store.query(KG + "SELECT (COUNT(*) AS ?n) { ?e a kg:Event }"))
    assert int(counted) == int(rows[0][0])


def test_updates_and_the_outside_are_refused(site: str) -> None:
    update = "DELETE WHERE { ?s ?p ?o }"
    assert httpx.post(f"{site}/sparql", data={"update": update}).status_code == 403
    typed = {"Content-Type": "application/sparql-update"}
    assert httpx.post(f"{site}/sparql", content=update, headers=typed).status_code == 403
    outside = ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }")
    for query in (update, *outside):
        assert httpx.get(f"{site}/sparql", params={"query": query}).status_code == 400


def test_fifty_clients_at_once(site: str) -> None:
    def ask(_: int) -> int:
        return httpx.get(f"{site}/sparql", params={"query": ASK}, timeout=120).status_code

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(ask, range(50))) == {200}


def test_the_best_liked_media_type_is_chosen() -> None:
    offered = ("text/html", "text/turtle")
    assert _preferred("*/*", offered) == "text/html"
    assert _preferred("text/turtle, */*;q=0.1", offered) == "text/turtle"
    assert _preferred("image/png", offered) == "text/html"


def test_segments_are_the_text() -> None:
    for reading in READINGS:
        keys = {actor.id: actor.id for actor in reading.actors}
        assert "".join(s.text for s in segments(reading, keys)) == reading.article.text


def test_no_text_of_an_article_becomes_markup(site: str, tmp_path: Path) -> None:
    hostile = httpx.get(f"{site}/", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert(1)" not in hostile
