"""Who is who for a person to check: finding, mentions, decisions, and one identity in everything that is shown."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from graph_readings import READINGS
from test_store import PEOPLE, build

from kg import api, network, pipeline, roster
from kg.errors import QueryError, StoreError
from kg.serve import application
from kg.settings import load
from kg.store import Store

JOINED = "person/ramon-ferreiro"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A folder where «Ramon Ferreyro» has been joined to «Ramón Ferreiro», and nothing else to anything."""
    build(tmp_path, [*READINGS, *PEOPLE])
    return tmp_path


@pytest.fixture
def store(output: Path) -> Iterator[Store]:
    with Store.open(output) as opened:
        yield opened


@pytest.mark.parametrize(("text", "path"), [
    ("Q159", "Q159"), ("wd:Q159", "Q159"), ("https://geopolitical-kg.example/actor/Q159", "Q159"), ("rusia", "Q159"),
    ("Russia", "Q159"), ("Stoltenberg", "Q57665"), ("actor:person/ana-ruiz", "person/ana-ruiz"), ("Ruiz", "person/ana-ruiz"),
    ("Ramon Ferreyro", JOINED), ("person/ramon-ferreyro", "person/ramon-ferreyro"),
])  # fmt: skip
def test_an_actor_is_found_by_iri_path_qid_and_name(store: Store, text: str, path: str) -> None:
    assert roster.find(store, text) == path


@pytest.mark.parametrize(("text", "told"), [
    ("Ferreiro", f"may be person/iker-ferreiro, {JOINED}; write one of these"), ("Stoltenberk", "did you mean .*stoltenberg"),
    ("", "no actor"), ("http://example.org/x", "no actor"),
])  # fmt: skip
def test_nobody_or_several_is_told_with_a_way_out(store: Store, text: str, told: str) -> None:
    with pytest.raises(QueryError, match=told):
        roster.find(store, text)


def test_mentions_of_joined_actors_are_one_list_with_sentences(store: Store) -> None:
    found = list(roster.mentions(store, roster.find(store, "Ramon Ferreyro")))
    assert [m.article for m in found] == ["a", "b"]
    assert found[0].sentence.startswith("El secretario general de la OTAN, Jens Stoltenberg, advirtió")
    assert found[0].sentence.endswith("armas nucleares en Ucrania.")


def test_a_decision_needs_two_actors_that_earlier_ones_leave_free(output: Path) -> None:
    with Store.open(output, write=True) as store:
        for verdict, one, other, told in (
            ("same", "Rusia", "Q159", "already"), ("same", "Rusia", "Ucrania", "two actors of the knowledge base"),
            ("same", "Rusia", "Nadie", "no actor"), ("different", "Ferreiro", "Rusia", "may be"),
        ):
            with pytest.raises(QueryError, match=told):
                roster.rule(store, verdict, one, other)  # type: ignore[arg-type]
        assert not (output / "decisions.jsonl").exists()
        roster.rule(store, "same", JOINED, "Ana Ruiz")
        roster.rule(store, "same", "person/ana-ruiz", "Iker Ferreiro")
        with pytest.raises(QueryError, match=r"the same by earlier decisions on .*ana-ruiz.*; decide on those first"):
            roster.rule(store, "different", JOINED, "person/iker-ferreiro")
        roster.rule(store, "different", JOINED, "person/ana-ruiz", "a change of mind")
        assert store.head(JOINED) != store.head("person/ana-ruiz") == store.head("person/iker-ferreiro")
    assert len((output / "decisions.jsonl").read_text("utf-8").splitlines()) == 3


def test_a_decision_is_replayed_after_removal_and_return_of_an_article(output: Path) -> None:
    pipeline.decide(output, "same", "Ana Ruiz", JOINED, "one lady")
    before = build(output, [])
    pipeline.remove(output, "d")
    assert "one lady" not in (output / "graph.ttl").read_text("utf-8")
    assert "one lady" in (output / "decisions.jsonl").read_text("utf-8")
    assert build(output, PEOPLE) == before


async def served_actors(output: Path) -> list[dict[str, str]]:
    transport = httpx.ASGITransport(application(output, load().query))
    async with httpx.AsyncClient(transport=transport, base_url="http://site") as site:
        return list((await site.get("/api/actors")).json())


def elsewhere(asked: Coroutine[Any, Any, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What a coroutine gives, run in another thread: the browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asked).result()


def test_everything_that_is_shown_has_the_same_actors(output: Path) -> None:
    pipeline.decide(output, "same", "Ana Ruiz", JOINED, "one lady")
    gone = ("person/ramon-ferreyro", "person/ana-ruiz")
    page = (output / "graph.html").read_text("utf-8")
    with Store.open(output) as store:
        analysed = network.analyze(store.readings(), identity=store.identity())
    with api.open(output) as graph:
        rows = graph.query("who").records()
        tables = [row.iri for row in graph.actors()]
    served = [row["key"] for row in elsewhere(served_actors(output))]
    for shown in (page, json.dumps([row["actor"] for row in rows]), json.dumps(tables), json.dumps(served),
                  str([row for table in analysed.tables() for row in table.rows])):
        assert JOINED in shown
        assert not any(path in shown for path in gone)
    assert "one lady" in (output / "graph.ttl").read_text("utf-8")


def test_the_page_follows_decisions_edited_by_hand(output: Path) -> None:
    pipeline.remove(output, "c")  # writes the page
    line = {"verdict": "same", "actors": ["person/ana-ruiz", JOINED], "why": "by hand"}
    (output / "decisions.jsonl").write_text(json.dumps(line), "utf-8")
    pipeline.remove(output, "d-sin-fecha")
    assert "person/ana-ruiz" not in (output / "graph.html").read_text("utf-8")
    (output / "decisions.jsonl").write_text("nonsense\n", "utf-8")
    with pytest.raises(StoreError, match=r"decisions\.jsonl:1: not a decision"):
        pipeline.remove(output, "a")


def test_rows_about_actors_show_type_names_item_and_mentions(output: Path) -> None:
    with api.open(output) as graph:
        rows = {row["name"]: row for row in graph.query("who").records()}
        support = graph.query("mentions", actor="Ramon Ferreyro").records()
    russia = rows["Rusia"]
    assert (russia["name_en"], russia["type"], russia["wikidata"]) == ("Russia", "state", "http://www.wikidata.org/entity/Q159")
    assert russia["articles"] == 8 and russia["mentions"] == 8 and russia["events"] > 4 and russia["called"] == "Rusia"
    assert [(row["article"], row["called"]) for row in support] == [("a", "Ramón Ferreiro"), ("b", "Ramon Ferreyro")]
    assert all(row["reason"] for row in support)
