"""The graph store beside plain rdflib: loading made-up events and six typical questions.

    python tests/benchmark_store.py [TRIPLES]      # 1,000,000 by default; some minutes, most of them rdflib's

Each engine runs in a process of its own, so that the peak of its memory (`ru_maxrss`) is its own. Both get the same
triples from one N-Triples file; ours keeps them twice on disk, in named graphs and in their union, as `kg.store` does,
and is asked through a read-only snapshot, as `kg query` does; rdflib keeps them once, in memory. Loading includes reading
the file. A query's time is the better of two runs, with the result consumed.
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
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def ours(source: Path, folder: Path) -> tuple[float, Callable[[str], int]]:
    import pyoxigraph as ox

    def load() -> ox.Store:
        store = ox.Store(str(folder))
        store.bulk_load(path=str(source), format=ox.RdfFormat.N_TRIPLES)
        with source.open("rb") as file:
            number = 0
            while part := file.readlines(4_000_000):
                graph = ox.NamedNode(f"{BASE}article/{number}")
                store.bulk_load(b"".join(part), format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
                number += 1
        store.flush()
        return store

    seconds, store = timed(load)
    del store
    snapshot = ox.Store.read_only(str(folder))
    return seconds, lambda query: sum(1 for _ in snapshot.query(query, prefixes=PREFIXES))


def theirs(source: Path, folder: Path) -> tuple[float, Callable[[str], int]]:
    import rdflib

    graph = rdflib.Graph()
    seconds, _ = timed(lambda: graph.parse(source, format="nt"))
    return seconds, lambda query: sum(1 for _ in graph.query(PROLOGUE + query))


def measure(engine: str, source: Path) -> dict[str, Any]:
    """Seconds and memory of one engine, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        load, ask = (ours if engine == "ours" else theirs)(source, Path(folder) / "store")
        loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        times, rows = {}, {}
        for name, query in QUERIES.items():
            runs = [timed(lambda query=query: ask(query)) for _ in range(2)]  # type: ignore[misc]
            times[name], rows[name] = min(seconds for seconds, _ in runs), runs[0][1]
        return {"load": load, "memory": loaded, "times": times, "rows": rows, "size": _size(Path(folder))}


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def main() -> None:
    """Run both and print a table."""
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
        return
    triples = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "events.nt"
        with source.open("w", encoding="utf-8") as file:
            file.writelines(lines(triples))
        found = {}
        for engine in ("ours", "rdflib"):
            done = subprocess.run([sys.executable, __file__, engine, str(source)], capture_output=True, check=True)
            found[engine] = json.loads(done.stdout)
    mine, other = found["ours"], found["rdflib"]
    assert mine["rows"] == other["rows"]
    print(f"{triples:,} triples               ours    rdflib   rdflib/ours")
    for name, one, two in [("load, s", mine["load"], other["load"]), ("peak memory, MB", mine["memory"], other["memory"]),
                           *((f"{name}, s", mine["times"][name], other["times"][name]) for name in QUERIES),
                           ("six queries, s", sum(mine["times"].values()), sum(other["times"].values()))]:
        print(f"{name:24} {one:10.3f} {two:9.3f} {two / one:9.1f}×")
    print(f"on disk {mine['size']:.0f} MB")


if __name__ == "__main__":
    main()
