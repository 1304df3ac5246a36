"""The output folder: increments equal a build from scratch, kills lose nothing, one writer."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from graph_readings import READINGS
from synthetic import synthetic

from kg import export, graph, pipeline, truth
from kg.errors import StoreError
from kg.identity import Decision
from kg.model import Actor, Mention, Reading, Span
from kg.settings import load as load_settings
from kg.store import Store
from kg.terms import slug

FILES = ("readings.jsonl", "graph.ttl", "graph.trig")


def build(output: Path, *batches: list[Reading], removed: tuple[str, ...] = ()) -> dict[str, bytes]:
    for batch in batches:
        with Store.open(output, write=True) as store:
            store.update(batch, removed if batch is batches[-1] else ())
            export.write_exports(store)
    return {name: (output / name).read_bytes() for name in FILES}


def named(store: ox.Store) -> set[ox.Quad]:
    return {quad for quad in store if not isinstance(quad.graph_name, ox.DefaultGraph)}


def consistent(output: Path, readings: list[Reading], decisions: tuple[Decision, ...] = ()) -> None:
    """The store holds what the pure function says, and its default graph is the union."""
    with Store.open(output) as store:
        quads = set(store.quads)
    expected = set(graph.quads(readings, decisions))
    assert {q for q in quads if isinstance(q.graph_name, ox.NamedNode)} == expected
    union = {q.triple for q in quads if isinstance(q.graph_name, ox.DefaultGraph)}
    assert union == {q.triple for q in expected}


def test_store_equals_the_pure_function(tmp_path: Path) -> None:
    build(tmp_path, list(READINGS))
    consistent(tmp_path, list(READINGS))


def test_any_order_and_any_batches_give_the_same_bytes(tmp_path: Path) -> None:
    readings = [*READINGS, *synthetic(claims=60)]
    once = build(tmp_path / "once", readings)
    shuffled = list(readings)
    random.Random(3).shuffle(shuffled)
    batches = [shuffled[:2], shuffled[2:3], shuffled[3:]]
    assert build(tmp_path / "many", *batches) == once


def test_changed_and_withdrawn_articles_leave_no_trace(tmp_path: Path) -> None:
    first, *rest = READINGS
    changed = replace(rest[0], events=(replace(rest[0].events[0], cls="ACCUSE"),))
    build(tmp_path / "a", [*READINGS], [changed], [], removed=(first.article.id,))
    assert build(tmp_path / "a", []) == build(tmp_path / "b", [changed, *rest[1:]])
    consistent(tmp_path / "a", [changed, *rest[1:]])


def test_random_histories_end_like_a_fresh_build(tmp_path: Path) -> None:
    rng = random.Random(7)
    pool = [*READINGS, *synthetic(actors=6, claims=40, per_article=5)]
    there: dict[str, Reading] = {}
    for _ in range(8):
        added = rng.sample(pool, 3)
        if rng.random() < 0.5:
            added = [replace(r, events=r.events[: rng.randint(0, len(r.events))]) for r in added]
        gone = rng.sample(sorted(there), min(len(there), 2))
        with Store.open(tmp_path, write=True) as store:
            store.update(added, gone)
        there = {name: r for name, r in there.items() if name not in gone} | {r.article.id: r for r in added}
        consistent(tmp_path, list(there.values()))


NAMELESS = (
    Actor("g", "Rebeldes", "group", described="Rebeldes"), Actor("o", "Su oposición", "group", described="Oposición", of="p"),
)


def person(name: str, label: str, country: str = "ESP") -> Reading:
    """An article with one unknown person who holds an office and warns a state."""
    first = READINGS[0]
    actor = Actor("p", label, "person", (Mention(Span(34, 50, label), "name"),), country=country)
    event = replace(first.events[0], source="p")
    office = replace(first.offices[0], person="p", of="rusia")
    actors = (actor, *NAMELESS, *first.actors[1:])
    events = (event, replace(event, source="g", target="o"), replace(event, source="o", target="rusia"))
    return replace(first, article=replace(first.article, id=name), actors=actors, events=events, offices=(office,))


PEOPLE = [
    person("a", "Ramón Ferreiro"), person("b", "Ramon Ferreyro"), person("c", "Iker Ferreiro", "FRA"),
    person("d", "Ana Ruiz"),
]  # fmt: skip


def test_joined_actors_are_one_whatever_the_order(tmp_path: Path) -> None:
    once = build(tmp_path / "once", PEOPLE)
    assert b"another spelling of the name" in once["graph.ttl"]
    assert build(tmp_path / "many", PEOPLE[3:], PEOPLE[:1], PEOPLE[1:3]) == once
    consistent(tmp_path / "many", PEOPLE)
    build(tmp_path / "many", [], removed=("a",))  # what joined them is gone
    consistent(tmp_path / "many", PEOPLE[1:])


def test_decisions_are_replayed_by_every_build(tmp_path: Path) -> None:
    apart = Decision("different", "person/ramon-ferreiro", "person/ramon-ferreyro")
    same = Decision("same", "person/ana-ruiz", "person/ramon-ferreyro", "her married name")
    build(tmp_path / "a", PEOPLE)
    with Store.open(tmp_path / "a", write=True) as store:
        store.decide(apart)
        store.decide(same)
    consistent(tmp_path / "a", PEOPLE, (apart, same))
    (tmp_path / "b").mkdir()
    (tmp_path / "b/decisions.jsonl").write_bytes((tmp_path / "a/decisions.jsonl").read_bytes())
    assert build(tmp_path / "b", PEOPLE[2:], PEOPLE[:2]) == build(tmp_path / "a", [])
    assert b"her married name" in (tmp_path / "b/graph.ttl").read_bytes()
    (tmp_path / "b/decisions.jsonl").unlink()  # edited by hand
    build(tmp_path / "b", [])
    consistent(tmp_path / "b", PEOPLE)


def test_random_histories_with_joins_and_decisions_end_like_a_fresh_build(tmp_path: Path) -> None:
    """Each step adds, changes and withdraws articles of people with alike names, and decides on two of them."""
    rng = random.Random(11)
    labels = ["Ramón Ferreiro", "Ramon Ferreyro", "Ramón Ferreira", "Ferreiro", "Iker Ferreiro"]
    there: dict[str, Reading] = {}
    decisions: list[Decision] = []
    for step in range(12):
        added = [person(rng.choice("abcdefg"), rng.choice(labels), rng.choice(["ESP", "FRA"])) for _ in range(2)]
        gone = rng.sample(sorted(there), min(len(there), 1))
        with Store.open(tmp_path / "grown", write=True) as store:
            store.update(added, gone)
            if step % 3 == 2:
                one, other = rng.sample([f"person/{slug(label)}" for label in labels], 2)
                decisions.append(Decision(rng.choice(["same", "different"]), one, other, f"step {step}"))
                store.decide(decisions[-1])
        there = {name: r for name, r in there.items() if name not in gone} | {r.article.id: r for r in added}
        consistent(tmp_path / "grown", list(there.values()), tuple(decisions))
    (tmp_path / "fresh").mkdir()
    shutil.copy(tmp_path / "grown/decisions.jsonl", tmp_path / "fresh")
    shuffled = rng.sample(sorted(there.values(), key=lambda r: r.article.id), len(there))
    assert build(tmp_path / "fresh", shuffled) == build(tmp_path / "grown", [])


def test_a_joining_reads_again_only_the_articles_that_it_concerns(tmp_path: Path) -> None:
    build(tmp_path, [*READINGS, *PEOPLE[1:]])
    with Store.open(tmp_path, write=True) as store:
        statements: list[str] = []
        store.index.set_trace_callback(statements.append)
        store.update(PEOPLE[:1])
    told = {s.split("'")[1] for s in statements if s.startswith("INSERT INTO actor")}
    assert told == {"a", "b"}


def test_updates_report_what_changed_and_write_nothing_otherwise(tmp_path: Path) -> None:
    with Store.open(tmp_path, write=True) as store:
        changes = store.update(READINGS)
        assert len(changes.added) == 4
        before = (tmp_path / "readings.jsonl").stat().st_mtime_ns
        changes = store.update(READINGS, ["nobody"])
        assert len(changes.unchanged) == 4 and not changes.removed
        assert (tmp_path / "readings.jsonl").stat().st_mtime_ns == before
        written = [path.stat().st_mtime_ns for path in export.write_exports(store)]
        assert [path.stat().st_mtime_ns for path in export.write_exports(store)] == written
        assert [r.to_json() for r in store.readings()] == [r.to_json() for r in READINGS]
        assert store.digests(["a-2022"])["a-2022"] == READINGS[0].article.digest


@pytest.mark.parametrize("together", [500, 1])
def test_kept_exports_are_what_export_writes(tmp_path: Path, together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "TOGETHER", together)
    before = build(tmp_path, list(READINGS))
    with Store.open(tmp_path) as store:
        assert export.rdf_bytes(store, "turtle") == before["graph.ttl"]
        assert export.rdf_bytes(store, "trig") == before["graph.trig"]


def test_a_change_leaves_no_stale_export(tmp_path: Path) -> None:
    build(tmp_path, list(READINGS[:3]))
    with Store.open(tmp_path, write=True) as store:
        store.update(READINGS)
        assert not any((tmp_path / name).exists() for name in FILES[1:])
        export.write_exports(store)
    build(tmp_path, [])
    assert all((tmp_path / name).exists() for name in FILES)


def test_a_small_change_of_a_large_folder_leaves_the_exports_to_other_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "FEW", 1)
    build(tmp_path, list(READINGS))
    pipeline.remove(tmp_path, READINGS[0].article.id)  # one in four: no small change
    assert (tmp_path / "graph.ttl").exists() and (tmp_path / "graph.html").exists()
    monkeypatch.setattr(pipeline, "SHARE", 1)
    pipeline.remove(tmp_path, READINGS[1].article.id)
    assert not any((tmp_path / name).exists() for name in (*FILES[1:], "graph.html"))
    settings = load_settings()
    always = settings.model_copy(update={"build": settings.build.model_copy(update={"files": "always"})})
    pipeline.remove(tmp_path, READINGS[2].article.id, always)
    assert (tmp_path / "graph.ttl").exists() and (tmp_path / "graph.html").exists()


def test_an_edited_truth_is_followed(tmp_path: Path) -> None:
    build(tmp_path, list(READINGS))
    lines = (tmp_path / "readings.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "readings.jsonl").write_bytes(b"".join(lines[1:]))
    consistent(tmp_path, list(READINGS[1:]))


def test_an_edited_truth_out_of_order_is_put_in_order(tmp_path: Path) -> None:
    once = build(tmp_path / "once", list(READINGS))
    build(tmp_path / "edited", list(READINGS[:3]))
    file = tmp_path / "edited/readings.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([lines[2], lines[0], lines[2], lines[1]]).rstrip(b"\n"))
    assert build(tmp_path / "edited", [READINGS[3]]) == once


def test_half_a_line_that_a_kill_left_is_dropped(tmp_path: Path) -> None:
    once = build(tmp_path / "once", list(READINGS[:3]))
    build(tmp_path / "killed", list(READINGS[:3]))
    with (tmp_path / "killed/readings.jsonl").open("ab") as file:
        file.write(truth.line(READINGS[3])[:100])
    consistent(tmp_path / "killed", list(READINGS[:3]))
    assert build(tmp_path / "killed", []) == once


def test_changes_are_appended_until_the_exports_put_the_lines_in_order(tmp_path: Path) -> None:
    changed = replace(READINGS[1], events=())
    now = [READINGS[0], changed, READINGS[3]]
    once = build(tmp_path / "once", now)
    output = tmp_path / "grown"
    file = output / "readings.jsonl"
    before = build(output, list(READINGS[1:3]))["readings.jsonl"]
    with Store.open(output, write=True) as store:
        store.update([READINGS[0], changed])
        store.update([READINGS[3]], [READINGS[2].article.id])
        assert file.read_bytes().startswith(before) and b'{"withdrawn": ' in file.read_bytes()
        assert list(store.readings()) == now
        export.export(store, tmp_path / "sorted.jsonl")
    assert (tmp_path / "sorted.jsonl").read_bytes() == once["readings.jsonl"]
    shutil.rmtree(output / "store")  # the log alone says the same
    consistent(output, now)
    assert build(output, []) == once


def test_the_lines_may_be_put_in_order_before_the_index_knows(tmp_path: Path) -> None:
    build(tmp_path / "once", list(READINGS))
    with Store.open(tmp_path / "killed", write=True) as store:
        store.update(READINGS[2:])
        store.update(READINGS[:2])
    shutil.copy(tmp_path / "once/readings.jsonl", tmp_path / "killed")  # as `tidy` leaves it when it is killed
    with Store.open(tmp_path / "killed", write=True) as store:
        assert list(store.readings()) == list(READINGS)
        assert [reading.article.id for _, line in store.find(["a-2022"]) for reading in [truth.parse(line)]] == ["a-2022"]


def test_a_copy_of_a_folder_keeps_its_exports(tmp_path: Path) -> None:
    before = build(tmp_path / "one", list(READINGS))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with Store.open(tmp_path / "two") as store:
        assert store.count == len(READINGS)
    assert {name: (tmp_path / "two" / name).read_bytes() for name in FILES} == before


def test_nothing_is_read_or_written_as_a_whole(tmp_path: Path) -> None:
    """The statements of an update look up what they need: none goes through a table that grows with the articles."""
    build(tmp_path, [*READINGS, *synthetic(claims=60)])
    statements: list[str] = []
    with Store.open(tmp_path, write=True) as store:
        store.index.set_trace_callback(statements.append)
        store.update([replace(READINGS[1], events=())], [READINGS[0].article.id])
        store.update(READINGS[:2])
        store.index.set_trace_callback(None)
        asked = {re.sub(r"'[^']*'|[0-9.]+", "?", s): s for s in statements if s.startswith(("SELECT", "UPDATE", "DELETE"))}
        plans = {s: [row[3] for row in store.index.execute(f"EXPLAIN QUERY PLAN {s}")] for s in asked.values()}
    whole = {s for s, plan in plans.items() if any(re.match(r"SCAN (?!copy|stale|article USING.*article_copy)", p) for p in plan)}
    assert not {s for s in whole if "LIMIT 1" not in s}


def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    before = build(tmp_path, list(READINGS))
    with sqlite3.connect(tmp_path / "store/index.sqlite") as index:
        index.execute("DROP TABLE actor")
        index.execute("CREATE TABLE actor (article TEXT, id TEXT)")
        index.execute("UPDATE meta SET value = 'older' WHERE name = 'format'")
    index.close()
    consistent(tmp_path, list(READINGS))
    assert build(tmp_path, []) == before


def test_a_deleted_store_is_made_again(tmp_path: Path) -> None:
    before = build(tmp_path, list(READINGS))
    shutil.rmtree(tmp_path / "store")
    consistent(tmp_path, list(READINGS))
    assert build(tmp_path, []) == before


def test_second_writer_is_refused_and_readers_are_not(tmp_path: Path) -> None:
    build(tmp_path, list(READINGS))
    with Store.open(tmp_path, write=True):
        with pytest.raises(StoreError, match="another process"):
            Store.open(tmp_path, write=True)
        with Store.open(tmp_path) as reader:
            assert reader.graphs()
            with pytest.raises(StoreError, match="opened for reading"):
                reader.update(READINGS)


def test_errors_name_the_place_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kg build"):
        Store.open(tmp_path / "nothing")
    with pytest.raises(StoreError, match="no graph here"):
        Store.open(tmp_path, write=True, create=False)
    build(tmp_path, list(READINGS))
    with Store.open(tmp_path, write=True) as store:
        with pytest.raises(StoreError, match="no article 'x'"):
            store.withdraw("x")
        store.withdraw("b copia/2022")
    consistent(tmp_path, [READINGS[0], *READINGS[2:]])


def test_unknown_class_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    from kg.errors import GraphError
    wrong = replace(READINGS[0], events=(replace(READINGS[0].events[0], cls="NO"),))
    with Store.open(tmp_path, write=True) as store, pytest.raises(GraphError):
        store.update([wrong])
    assert not (tmp_path / "readings.jsonl").exists()


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # rdflib 7.6 calls what it deprecates
def test_dataset_is_rdflib_with_the_union_as_default(tmp_path: Path) -> None:
    build(tmp_path, list(READINGS))
    with Store.open(tmp_path) as store:
        query = "SELECT ?e WHERE { ?e a <https://geopolitical-kg.example/ontology#Threaten> }"
        rows = list(store.dataset().query(query))
        assert len(rows) == 1


WRITER = """
import json, sys
from pathlib import Path
from kg.model import Reading
from kg.store import Store
from kg import export
batches = [[Reading.from_json(r) for r in batch] for batch in json.loads(Path(sys.argv[2]).read_text())]
print("ready", flush=True)
for batch in batches:
    with Store.open(sys.argv[1], write=True) as store:
        store.update(batch)
        store.update((), [batch[0].article.id])
        store.update(batch[:1])
        export.write_exports(store)
print("done", flush=True)
"""


def kill_runs(tmp_path: Path, kills: int) -> None:
    """Kill a writer at random moments, again and again in the same folder, then let it finish."""
    readings = [*READINGS, *synthetic(claims=60)]
    batches = [readings[:3], readings[3:6], readings[6:]]
    expected = build(tmp_path / "whole", readings)
    task = tmp_path / "task.json"
    task.write_text(json.dumps([[r.to_json() for r in batch] for batch in batches]))
    rng = random.Random(kills)
    run, output = 0, tmp_path / "out-0"
    while run < kills:
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(output), str(task)], stdout=subprocess.PIPE)
        assert writer.stdout and writer.stdout.readline() == b"ready\n"
        time.sleep(rng.uniform(0, 0.5))
        if writer.poll() is None:
            os.kill(writer.pid, signal.SIGKILL)
            run += 1
        writer.communicate()
        if rng.random() < 0.4:  # a folder that was killed several times is finished, compared, and a new one begun
            assert build(output, *batches) == expected
            consistent(output, readings)
            output = tmp_path / f"out-{run}"


def test_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    kill_runs(tmp_path, 6)


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("KG_SLOW"), reason="200 kills take minutes: set KG_SLOW=1")
def test_two_hundred_kills(tmp_path: Path) -> None:
    kill_runs(tmp_path, 200)
