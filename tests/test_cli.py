"""The command line as its users meet it: the whole way over small articles, exit codes, messages, documentation."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib

ROOT = Path(__file__).parent.parent
ARTICLE = """---
title: Moscú responde
date: 2022-10-12
source: Prueba
---
El secretario general de la OTAN, Jens Stoltenberg, advirtió este miércoles a Rusia de graves consecuencias.

El portavoz del Kremlin, Dmitri Peskov, negó una nueva movilización. Rusia condenó la entrega de misiles de Alemania a Kiev.
"""


def kg(*words: str | Path, code: int = 0, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run `kg` and check its exit code."""
    command = [sys.executable, "-m", "kg", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, input=stdin, encoding="utf-8", check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built output folder over three articles, one of them empty."""
    folder = tmp_path_factory.mktemp("cli") / "articles"
    folder.mkdir()
    (folder / "moscu.md").write_text(ARTICLE, "utf-8")
    paris = "París, 23 may (EFE).- Francia pidió hoy a Israel la retirada de sus tropas del Líbano."
    (folder / "paris.txt").write_text(paris, "utf-8")
    (folder / "vacio.txt").write_text("\n", "utf-8")
    target = folder.parent / "out"
    done = kg("build", folder, "--output", target, code=1)
    assert "vacio.txt: the article has no text" in done.stderr
    assert "2 added" in done.stderr
    return target


def test_build_writes_a_graph_that_rdflib_reads(output: Path) -> None:
    graph = rdflib.Graph().parse(output / "graph.ttl", format="turtle")
    assert len(graph) > 100
    kg("validate", output)


def test_said_is_not_done(output: Path) -> None:
    ask = "ASK {{ ?a rdfs:label '{}'@es ; {} ?b }}"
    assert kg("query", output, ask.format("Jens Stoltenberg", "kg:threatens")).stdout == "true\n"
    assert kg("query", output, ask.format("Rusia", "kg:mobilizes"), code=1).stdout == "false\n"


def test_a_second_build_changes_no_byte(output: Path, tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in output.iterdir() if p.is_file()}
    done = kg("build", output.parent / "articles", "--output", output, code=1)
    assert "2 unchanged" in done.stderr
    assert {p.name: p.read_bytes() for p in output.iterdir() if p.is_file()} == before
    kg("build", output.parent / "articles", "--output", tmp_path / "anew", code=1)
    assert {n: (tmp_path / "anew" / n).read_bytes() for n in before} == before


def test_read_prints_json_in_the_vocabulary_of_the_guidelines() -> None:
    done = kg("read", "-", "--json", "--date", "2022-10-12", stdin="Francia condenó los ataques rusos contra Ucrania.")
    reading = json.loads(done.stdout)
    names = {a["id"]: a["label"] for a in reading["actors"]}
    edges = {(names[e["source"]], e["class"], names.get(e["target"])) for e in reading["events"]}
    assert ("Rusia", "ASSAULT", "Ucrania") in edges
    assert all(reading["meta"]["text"][e["evidence"]["trigger"]["start"]:e["evidence"]["trigger"]["end"]]
               == e["evidence"]["trigger"]["text"] for e in reading["events"])


def test_read_explains() -> None:
    text = kg("read", "-", stdin="Francia condenó los ataques rusos contra Ucrania.").stdout
    assert "Francia —ACCUSE→ Rusia" in text
    assert "rule " in text


@pytest.mark.parametrize(("words", "message"), [
    (("build", "nowhere", "--output", "x"), "nowhere: no such file or folder"),
    (("query", "nowhere", "actors"), "nowhere"),
    (("read", "pyproject.toml", "--date", "ayer"), "YYYY-MM-DD"),
    (("evaluate", "kg"), "no gold annotations"),
    (("read", "README.md", "--model", "no_such_model"), "no_such_model: no such language pipeline"),
])
def test_a_users_mistake_is_one_line(words: tuple[str, ...], message: str) -> None:
    done = subprocess.run([sys.executable, "-m", "kg", *words], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (ROOT / "x").exists()


def test_forbidden_queries_are_refused(output: Path) -> None:
    for query in ("DELETE WHERE { ?s ?p ?o }", "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"):
        assert "kg: " in kg("query", output, query, code=2).stderr


def test_named_queries_and_formats(output: Path) -> None:
    assert "timeline" in kg("query", "--list").stdout
    rows = json.loads(kg("query", output, "requests", "--actor", "Francia", "--format", "json").stdout)
    assert rows
    assert kg("query", output, "actors", "--format", "csv").stdout.count("\n") > 3


def test_analyze_writes_tables(output: Path) -> None:
    kg("analyze", output)
    assert {p.name for p in (output / "analysis").iterdir()} >= {"actors.csv", "dyads.csv", "summary.json"}


def test_actors_are_listed_with_their_mentions(output: Path) -> None:
    rows = json.loads(kg("actors", output, "--format", "json").stdout)
    assert {"Jens Stoltenberg", "Rusia"} <= {row["name"] for row in rows}
    assert next(row for row in rows if row["name"] == "Rusia")["wikidata"].endswith("/Q159")
    mentions = json.loads(kg("actors", output, "--actor", "Peskov", "--format", "json").stdout)
    assert "El portavoz del Kremlin" in [m["called"] for m in mentions]
    assert all(m["called"] in m["sentence"] for m in mentions)
    assert "did you mean" in kg("actors", output, "--actor", "Stoltenberk", code=2).stderr


def test_a_decision_on_two_actors_is_kept(tmp_path: Path) -> None:
    source, out = tmp_path / "src", tmp_path / "out"
    source.mkdir()
    for name, who in (("a", "Ramón Ferreiro"), ("b", "Romualdo Ferreira")):
        (source / f"{name}.txt").write_text(f"El diputado {who} acusó ayer a Rusia de mentir.", "utf-8")
    kg("build", source, "--output", out)
    one, other = "person/ramon-ferreiro", "person/romualdo-ferreira"
    assert "same" in kg("actors", out, "--same", one, "Romualdo Ferreira", "--why", "one man").stdout
    notes = json.loads(kg("query", out, "identities", "--format", "json").stdout)
    assert [n["note"] for n in notes] == [f"{one}: a person decided so: one man"]
    before = (out / "graph.ttl").read_bytes()
    kg("build", source, "--output", out)
    assert (out / "graph.ttl").read_bytes() == before and b"romualdo-ferreira" in before
    kg("actors", out, "--different", one, other)
    assert kg("query", out, "identities", "--format", "json").stdout == "[]\n"
    assert "already" in kg("actors", out, "--same", "Rusia", "Q159", code=2).stderr


def test_analyze_looks_at_what_is_asked_for(output: Path, tmp_path: Path) -> None:
    done = kg("analyze", output, "--actor", "Rusia", "--weight", "sources", "--signals", "--to", tmp_path / "a", "--json")
    assert json.loads(done.stdout)["ego"]
    assert "Rusia" in (tmp_path / "a" / "report.html").read_text("utf-8")
    done = kg("analyze", output, "--compare-periods", ":2022-10", "2022-11:", "--to", tmp_path / "b")
    assert "first = … 2022-10" in done.stdout
    assert (tmp_path / "b" / "comparison.csv").read_text("utf-8").startswith("a,b,a_label")
    assert "outlets are Prueba" in kg("analyze", output, "--compare-sources", "Prueba", "Otro", code=2).stderr


def test_export_and_remove(output: Path, tmp_path: Path) -> None:
    kg("build", output.parent / "articles", "--output", tmp_path / "o", code=1)
    assert "@prefix" in kg("export", tmp_path / "o", "--format", "turtle").stdout
    kg("remove", tmp_path / "o", "paris")
    assert "moscu" in (tmp_path / "o" / "readings.jsonl").read_text("utf-8")
    assert "paris" not in (tmp_path / "o" / "graph.trig").read_text("utf-8")


def test_every_command_has_an_example_and_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    listed = kg("--help").stdout
    commands = re.findall(r"^│ ([a-z]+) ", listed, re.MULTILINE)
    assert len(commands) >= 8
    for command in commands:
        assert "kg " + command in kg(command, "--help").stdout, command
        assert f"kg {command}" in readme, command
