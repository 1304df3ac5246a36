"""The graph store beside plain rdflib: loading made-up events and six typical questions.

    python tests/benchmark_store.py [TRIPLES]      # 1,000,000 by default; some minutes, most of them rdflib's

Both get the same triples from one N-Triples file; ours keeps them twice on disk, in named graphs and in their union, as
`kg.store` does, and is asked through a read-only snapshot in a process of its own, as `kg query` does; rdflib keeps them
once, in memory, and is asked where it loaded. Loading includes reading the file. Times are those that the processor works
for it, in all threads, which other programs on the machine disturb little; a query's is the better of two runs, with the
result consumed. Memory is the peak (`ru_maxrss`) of a process with everything in it, Python and libraries
too, and what is resident (`VmRSS`, Linux only) at the end of loading and of asking.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kg.terms import BASE, KG, PREFIXES, RDF, RDFS, XSD

PER_EVENT = 9
PART = 16_000_000
"""Bytes of N-Triples that are loaded together, some 120,000 triples; that many are in memory."""
CLASSES = ("Threaten", "Accuse", "Consult", "Support", "Assault", "Aid", "Request", "Sanction")
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
QUERIES = {
    "count": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "top pairs": "SELECT ?a ?b (COUNT(?e) AS ?n) WHERE { ?e kg:source ?a ; kg:target ?b } GROUP BY ?a ?b "
                 "ORDER BY DESC(?n) LIMIT 10",
    "since a date": 'SELECT (COUNT(?e) AS ?n) WHERE { ?e kg:begins ?d FILTER (?d >= "2024-06-01"^^xsd:date) }',
    "words in names": 'SELECT (COUNT(?e) AS ?n) WHERE { ?e rdfs:label ?l FILTER (REGEX(?l, "actor 77 ")) }',
    "who threatens whom": "SELECT ?who ?whom WHERE { ?e a kg:Threaten ; kg:source ?a ; kg:target ?b ; "
                          "kg:polarity \"affirmed\" . ?a rdfs:label ?who . ?b rdfs:label ?whom } LIMIT 10000",
    "two steps": f"SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE {{ <{BASE}actor/7> kg:threatens/kg:threatens ?c }}",
}


def lines(triples: int) -> Iterator[str]:
    """N-Triples of events between actors, a few of which do most."""
    rng = random.Random(1)
    actors = max(triples // 500, 20)
    for number in range(actors):
        yield f'<{BASE}actor/{number}> {RDFS.label} "actor {number} "@es .\n'
    for number in range((triples - actors) // PER_EVENT):
        event, cls = f"<{BASE}event/{number}>", rng.choice(CLASSES)
        one, other = (f"<{BASE}actor/{min(int(rng.expovariate(12 / actors)), actors - 1)}>" for _ in range(2))
        polarity = "negated" if rng.random() < 0.1 else "affirmed"
        yield f"{event} {RDF.type} {KG.Event} .\n"
        yield f"{event} {RDF.type} {KG[cls]} .\n"
        yield f"{event} {KG.source} {one} .\n"
        yield f"{event} {KG.target} {other} .\n"
        yield f'{event} {KG.polarity} "{polarity}" .\n'
        yield f'{event} {KG.begins} "20{rng.randint(11, 25)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"' \
              f"^^{XSD.date} .\n"
        yield f'{event} {RDFS.label} "event {number} of actor {rng.randint(0, actors)} "@es .\n'
        yield f"{event} {KG.evidence} <{BASE}evidence/{number}> .\n"
        yield f"{one} {KG.threatens} {other} .\n"


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def load_ours(source: Path, folder: Path) -> Any:
    import pyoxigraph as ox

    store = ox.Store(str(folder))
    with source.open("rb") as file:
        number = 0
        while part := b"".join(file.readlines(PART)):
            for graph in (ox.DefaultGraph(), ox.NamedNode(f"{BASE}article/{number}")):
                store.bulk_load(part, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
            number += 1
    store.flush()
    store.optimize()
    return store


def load_rdflib(source: Path, folder: Path) -> Any:
    import rdflib

    return rdflib.Graph().parse(source, format="nt")


def ask(query: Callable[[str], Any]) -> dict[str, Any]:
    times, rows = {}, {}
    for name, text in QUERIES.items():
        runs = [timed(lambda text=text: sum(1 for _ in query(text))) for _ in range(2)]  # type: ignore[misc]
        times[name], rows[name] = min(seconds for seconds, _ in runs), runs[0][1]
    return {"times": times, "rows": rows, **_memory("asking")}


def load(loader: Callable[[Path, Path], Any], source: Path, folder: Path) -> tuple[Any, dict[str, Any]]:
    seconds, store = timed(lambda: loader(source, folder))
    return store, {"load": seconds, **_memory("loading")}


def step(name: str, source: Path, folder: Path) -> dict[str, Any]:
    """What one process measures: our loading, our answers, or both of rdflib."""
    if name == "load":
        return load(load_ours, source, folder)[1]
    if name == "ask":
        import pyoxigraph as ox

        snapshot = ox.Store.read_only(str(folder))
        return ask(lambda query: snapshot.query(query, prefixes=PREFIXES))
    graph, measured = load(load_rdflib, source, folder)
    return measured | ask(lambda query: graph.query(PROLOGUE + query))


def _memory(when: str) -> dict[str, float]:
    """Megabytes of this process: peak until now and resident now."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    resident = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {f"peak {when}": peak, f"resident after {when}": resident}


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def main() -> None:
    """Run both and print a table."""
    if len(sys.argv) == 4:
        print(json.dumps(step(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
        return
    triples = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        source, store = Path(folder) / "events.nt", Path(folder) / "store"
        with source.open("w", encoding="utf-8") as file:
            file.writelines(lines(triples))
        done = {}
        for name in ("load", "ask", "rdflib"):
            command = [sys.executable, __file__, name, str(source), str(store)]
            done[name] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        size = _size(store)
    mine, other = done["load"] | done["ask"], done["rdflib"]
    assert mine["rows"] == other["rows"]
    memory = [f"{what} {when}" for when in ("loading", "asking") for what in ("peak", "resident after")]
    print(f"{triples:,} triples                ours    rdflib   rdflib/ours")
    for name, one, two in [("load, s", mine["load"], other["load"]),
                           *((f"{name}, MB", mine[name], other[name]) for name in memory),
                           *((f"{name}, s", mine["times"][name], other["times"][name]) for name in QUERIES),
                           ("six queries, s", sum(mine["times"].values()), sum(other["times"].values()))]:
        print(f"{name:28} {one:10.3f} {two:9.3f} {two / one if one else 0:9.1f}×")
    print(f"on disk {size:.0f} MB")


if __name__ == "__main__":
    main()
