"""The output folder: readings as the truth, and the graph that is derived from them, kept in step.

    OUTPUT/readings.jsonl     one reading a line: the truth, a log of changes (`kg.truth`)
    OUTPUT/store/graph/       embedded Oxigraph: the named graphs of `kg.graph`; its default graph is their union (a
                              true one: Oxigraph's own union does not drop doubles)
    OUTPUT/decisions.jsonl    what persons decided on who is who (`kg actors`), only ever added to
    OUTPUT/store/index.sqlite what each article contributes: claims by key, actors, sketches, copies; what is stale
    OUTPUT/graph.ttl, .trig   exports (`kg.export.write_exports`), and OUTPUT/graph.html (`kg.view`); removed by a change

For a pipeline:

    with Store.open(output, write=True) as store:
        known = store.digests(ids)                  # article id → Article.digest, to see what is new or changed
        changes = store.update(readings, removed)   # appended to readings.jsonl, then the graph follows
        export.write_exports(store)                 # puts readings.jsonl in order, too

**Crash safety.** `update` first appends to readings.jsonl, then brings the index into step in one SQLite transaction that
also notes which parts of the graph are stale, then renews these and strikes them off. Renewing is idempotent. Whatever is
left behind by a kill is done by the next `open(write=True)`; a changed readings.jsonl is recognised by its fingerprint and
compared line by line.

**Increment.** A changed article touches its own graph and the events that share a key with its claims, in whichever
articles they are; nothing else is read. Who is who across articles (`kg.identity`) is decided anew for the actors whose
names sound like those of the change; an article whose actors join others is derived again. No table or file but the
list of copies is read or written as a whole. The result equals a build from scratch (`kg.graph.quads`, tested).

Oxigraph's lock on its folder admits one writer. Readers open a snapshot.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from kg import facts, graph, identity, truth
from kg import index as indexing
from kg.errors import StoreError
from kg.identity import Decision, Profile
from kg.index import Indexer
from kg.merging import Dated
from kg.model import Evidence, Reading
from kg.resources import ontology_dir
from kg.terms import ACTORS_GRAPH, KG, MERGED_GRAPH, ONTOLOGY_GRAPH, RDFS, actor_iri, article_iri
from kg.truth import READINGS, Places

if TYPE_CHECKING:
    from rdflib import Dataset

__all__ = ["Changes", "Edge", "Store"]

DECISIONS = "decisions.jsonl"
SHOWN = ("graph.ttl", "graph.trig", "graph.html")
"""Files for people, made of the whole graph; with every change they go, so that none is ever mistaken for it."""
CHUNK = 200
"""Articles whose graphs are renewed together."""
SUBJECTS = 5_000
"""Events or actors that are renewed together."""

BULK = 5_000
"""From so many quads on they are loaded in bulk, which is quicker; up to a million are loaded whole or not at all."""

@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of articles that an update added, changed, removed or found as they were."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


class Edge(NamedTuple):
    """A direct edge of the graph with its best evidence."""

    source: str
    """Its usual Spanish name, as that of the target."""
    cls: str
    target: str
    articles: int
    evidence: Evidence


class Store:
    """An output folder, opened by `Store.open`; close it or use it in a `with` statement."""

    def __init__(self, output: Path, quads: ox.Store, index: sqlite3.Connection, write: bool) -> None:
        self.output = output
        self.quads = quads
        """The Oxigraph store; its default graph is the union of the named ones."""
        self._index = index
        self._write = write
        self._known = facts.load()
        self._kept: Sequence[Reading] | None = None
        """The readings of a graph in memory."""

    @classmethod
    def open(cls, output: Path | str, *, write: bool = False, create: bool = True) -> Self:
        """Open an output folder; with `write`, create it when missing and finish what an interrupted build left.

        Without `write`, a folder that a killed build left half done is first repaired.

        Raises:
            StoreError: no graph there, another process writes to it, or it is damaged.
        """
        output = Path(output)
        if not (write and create):
            _require(output)
        if not write:
            if not _is_current(output):
                cls.open(output, write=True).close()
            return cls(output, _snapshot(output), _connect(output), False)
        _prepare(output)
        store = cls(output, _lock(output), _connect(output), True)
        store._synchronise()
        return store

    @classmethod
    def in_memory(cls, readings: Iterable[Reading]) -> Self:
        """The graph of some readings without a folder; it cannot be updated.

        Raises:
            GraphError: see `kg.graph.quads`.
        """
        kept = sorted(readings, key=lambda reading: reading.article.id)
        quads = ox.Store()
        for quad in graph.quads(kept):
            quads.add(quad)
            quads.add(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
        store = cls(Path(), quads, sqlite3.connect(":memory:"), False)
        store._kept = kept
        return store

    def close(self) -> None:
        """Release the folder."""
        self._index.close()
        del self.quads

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ── what is in it ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def path(self) -> Path:
        """The folder of the Oxigraph store, for a graph `on_disk`."""
        return self.output / "store" / "graph"

    @property
    def on_disk(self) -> bool:
        """False for a graph in memory."""
        return self._kept is None

    @property
    def count(self) -> int:
        """Number of articles."""
        if self._kept is not None:
            return len(self._kept)
        return int(self._index.execute("SELECT count(*) FROM place").fetchone()[0])

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        """`Article.digest` of those of the articles that are here, by id."""
        query = "SELECT id, digest FROM article WHERE id = ?"
        return dict(row for name in names for row in self._index.execute(query, (name,)))

    def seen(self, paths: Iterable[str]) -> dict[str, tuple[str, str, str]]:
        """Those of the files whose articles are here, by their paths: id and digest of the article, stamp of the file."""
        query = ("SELECT seen.path, article.id, seen.digest, stamp FROM json_each(?) JOIN seen ON seen.path = value "
                 "JOIN article ON article.id = article AND article.digest = seen.digest")
        return {path: (name, digest, stamp) for path, name, digest, stamp in self._index.execute(query, (json.dumps([*paths]),))}

    def note_seen(self, files: Mapping[str, tuple[str, str, str]]) -> None:
        """Remember files for `seen`."""
        with self._index:
            self._index.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)",
                                    ((path, *file) for path, file in files.items()))

    def readings(self) -> Iterator[Reading]:
        """All readings, in order of the articles' ids; one at a time, whatever their number."""
        yield from self._kept if self._kept is not None else map(truth.parse, self.lines())

    def lines(self) -> Iterator[bytes]:
        """The line of each of these readings in `readings.jsonl`."""
        if self._kept is not None:
            yield from map(truth.line, self._kept)
        elif self.count:
            yield from (line for _, line in truth.find(self.output / READINGS, indexing.places(self._index)))

    def find(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The lines of these articles; only they are read."""
        return truth.find(self.output / READINGS, indexing.places(self._index, names))

    def decisions(self) -> tuple[Decision, ...]:
        """What persons decided on who is who, the oldest first.

        Raises:
            StoreError: a line of the file is not a decision.
        """
        return identity.read_decisions(self.output / DECISIONS) if self.on_disk else ()

    def decide(self, decision: Decision) -> None:
        """Add a decision of a person and let the graph follow.

        Raises:
            StoreError: opened for reading only, or a broken line in the file.
        """
        self._writable()
        self.decisions()
        identity.decide(self.output / DECISIONS, decision)
        self._follow({}, (), {})

    def profiles(self) -> dict[str, Profile]:
        """What the articles say of each actor, by the path that it has before any joining."""
        if self._kept is not None:
            return identity.profiles(self._kept)
        return indexing.profiles(self._index)

    def identity(self) -> dict[tuple[str, str], str]:
        """(article id, actor id) → path of the actor across articles."""
        if self._kept is not None:
            return {key: who.path for key, who in identity.merge_actors(self._kept).items()}
        rows = self._index.execute("SELECT article, id, path FROM actor ORDER BY article, id")
        return {(article, actor): path for article, actor, path in rows}

    def head(self, path: str) -> str:
        """The path of the actor that an actor with this path was joined to; the path itself when to none."""
        row = self._index.execute("SELECT head FROM head WHERE path = ?", (path,)).fetchone() if self.on_disk else None
        return row[0] if row else path

    def joined(self) -> dict[str, dict[str, str]]:
        """Of each actor that others were joined to: their paths, and in words why they are the same."""
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        rows = "SELECT head, path, reason FROM head WHERE path <> head ORDER BY head, path"
        for head, path, reason in self._index.execute(rows) if self.on_disk else ():
            found[head][path] = reason
        return dict(found)

    def strongest(self, most: int = 15) -> list[Edge]:
        """The direct edges that most articles tell; among these, those told with the most confidence first."""
        query = ("SELECT source, class, target, articles, best FROM edge "
                 "ORDER BY articles DESC, best DESC, source, class, target LIMIT ?")
        return [self._edge(*row) for row in self._index.execute(query, (most,)).fetchall()]

    def _edge(self, source: str, cls: str, target: str, articles: int, best: float) -> Edge:
        query = ("SELECT article, number FROM claim WHERE edge AND source = ? AND class = ? AND target = ? AND confidence = ? "
                 "ORDER BY article, number LIMIT 1")
        article, number = self._index.execute(query, (source, cls, target, best)).fetchone()
        [(_, line)] = self.find([article])
        label = "SELECT es FROM label WHERE path = ?"
        one, other = (self._index.execute(label, (path,)).fetchone()[0] for path in (source, target))
        return Edge(one, cls, other, articles, truth.parse(line).events[number].evidence)

    def graphs(self) -> list[NamedNode]:
        """The named graphs, sorted: of the articles, then of what is shared."""
        return sorted((g for g in self.quads.named_graphs() if isinstance(g, NamedNode)), key=lambda g: g.value)

    def dataset(self) -> Dataset:
        """The store as an rdflib `Dataset`, whose default graph is the union of the named ones."""
        import rdflib
        from oxrdflib import OxigraphStore

        return rdflib.Dataset(store=OxigraphStore(store=self.quads))

    # ── changing it ──────────────────────────────────────────────────────────────────────────────────────────────────

    def update(self, added: Iterable[Reading], removed: Collection[str] = ()) -> Changes:
        """Add or replace the readings of some articles and withdraw others; the graph follows.

        `removed` may name articles that are not there. Nothing is written when nothing changes.

        Raises:
            StoreError: opened for reading only.
            GraphError: a reading uses a class or type that the ontology lacks.
        """
        self._writable()
        lines = {}
        for reading in added:
            graph.check(reading)
            lines[reading.article.id] = truth.line(reading)
        changes = self._compare(lines, removed)
        changed = {name: lines[name] for name in (*changes.added, *changes.changed)}
        if changed or changes.removed:
            places = truth.append(self.output / READINGS, changed, changes.removed)
            self._follow(changed, changes.removed, places)
        return changes

    def tidy(self) -> None:
        """Put the lines of readings.jsonl in order of the articles' ids, and leave out what no longer counts."""
        self._writable()
        path, places, end = self.output / READINGS, dict[str, tuple[int, int]](), 0
        there = indexing.places(self._index)
        for name, (_, size) in there.items():
            places[name], end = (end, size), end + size
        if places != there or (path.is_file() and path.stat().st_size != end):
            truth.write_whole(path, lambda file: file.writelines(line for _, line in truth.find(path, there)))
            with self._index:
                self._place(places)

    def _place(self, places: Places, gone: Iterable[str] = ()) -> None:
        """Keep where in readings.jsonl lines are that have come or moved; to be called in a transaction."""
        self._index.executemany("DELETE FROM place WHERE article = ?", ((name,) for name in gone))
        self._index.executemany("INSERT OR REPLACE INTO place VALUES (?, ?, ?)", ((name, *at) for name, at in places.items()))
        self._keep("truth", truth.fingerprint(self.output / READINGS))

    def _writable(self) -> None:
        if not self._write:
            raise StoreError("opened for reading", where=str(self.output), remedy="open it with write=True")

    def withdraw(self, article: str) -> None:
        """Remove one article.

        Raises:
            StoreError: there is no such article.
        """
        if not self.digests([article]):
            raise StoreError(f"no article {article!r}", where=str(self.output),
                             remedy="`kg query OUTPUT articles` lists them")
        self.update((), [article])

    def _compare(self, lines: Mapping[str, bytes], removed: Collection[str]) -> Changes:
        gone = sorted(name for name in set(removed) - set(lines) if self._digest(name))
        before = {name: self._digest(name) for name in sorted(lines)}
        same = [name for name, old in before.items() if old == truth.digest(lines[name])]
        new = [name for name, old in before.items() if old is None]
        other = [name for name in before if name not in {*same, *new}]
        return Changes(tuple(new), tuple(other), tuple(gone), tuple(same))

    def _digest(self, name: str) -> bytes | None:
        row = self._index.execute("SELECT line FROM article WHERE id = ?", (name,)).fetchone()
        return row[0] if row else None

    def _synchronise(self) -> None:
        """Bring index and graph into step with readings.jsonl, whatever happened before."""
        self._index.execute("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        if self.meta("format") != _format(self._known):
            self._clear()
        path = self.output / READINGS
        if self.meta("truth") != truth.fingerprint(path):
            truth.mend(path)
            self._compared(truth.scan(path))
        elif self.meta("decisions") != _decided(self.output):
            self._follow({}, (), {})
        elif self._index.execute("SELECT 1 FROM stale LIMIT 1").fetchone():
            self._renew({})

    def _compared(self, found: Mapping[str, truth.Line]) -> None:
        """Follow what is in readings.jsonl; a mere copy of the folder changes nothing."""
        there = dict(self._index.execute("SELECT id, line FROM article"))
        places = {name: (line.start, line.size) for name, line in found.items()}
        other = {name: places[name] for name, line in found.items() if there.get(name) != line.digest}
        gone = sorted(there.keys() - found.keys())
        changed = dict(truth.find(self.output / READINGS, other)) if other else {}
        if changed or gone or self.meta("decisions") != _decided(self.output):
            self._follow(changed, gone, places)
            return
        with self._index:
            self._place(places)
        self._renew({})

    def _clear(self) -> None:
        """Begin the index anew, whatever columns another version gave it: all of it or nothing."""
        drop = "".join(f"DROP TABLE IF EXISTS {table};" for table in indexing.TABLES)
        self._index.executescript(f"BEGIN;{drop}{indexing.SCHEMA}INSERT INTO stale VALUES ('all', '');"
                                  f"INSERT INTO meta VALUES ('format', '{_format(self._known)}');COMMIT;")

    def _follow(self, changed: Mapping[str, bytes], removed: Collection[str], places: Places) -> None:
        for name in SHOWN:
            (self.output / name).unlink(missing_ok=True)
        with self._index:
            self._place(places, removed)
            decisions = self.decisions()
            owns = set(json.loads(self.meta("decided") or "[]"))
            Indexer(self._index, self._known, decisions, self.find, owns).run(changed, removed)
            self._keep("decisions", _decided(self.output))
            self._keep("decided", json.dumps(sorted({path for d in decisions for path in (d.one, d.other)})))
            self._keep("revision", str(int(self.meta("revision") or 0) + 1))
        self._renew(changed)

    def _renew(self, lines: Mapping[str, bytes]) -> None:
        _Renewer(self, lines).run()

    def meta(self, name: str) -> str | None:
        """A value kept in the index: `revision` grows with every change of the readings."""
        row = self._index.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def note(self, name: str, value: str | None) -> None:
        """Keep a value in the index."""
        with self._index:
            self._keep(name, value)

    def _keep(self, name: str, value: str | None) -> None:
        self._index.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    # ── for the parts below ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def index(self) -> sqlite3.Connection:
        """The SQLite index (see `kg.index`)."""
        return self._index

    @property
    def known(self) -> facts.ActorFacts:
        """What the knowledge base says of actors."""
        return self._known


# ── the graph ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Renewer:
    """Renews what is stale in the graph; may be interrupted anywhere and run again."""

    def __init__(self, store: Store, lines: Mapping[str, bytes]) -> None:
        self.db = store.index
        self.quads = store.quads
        self.known = store.known
        self.find = store.find
        self.lines = lines
        self.renewed: list[tuple[str, str]] = []
        """Kind and name of what is renewed and not yet struck off."""

    def run(self) -> None:
        if self._stale("all"):
            self.quads.clear()
            self._become((ONTOLOGY_GRAPH, (), graph.ontology_triples()))
            self._done("all", [""])
        self._articles(self._stale("graph"))
        self._merged()
        self._actors(self._stale("actor"))
        self._strike()

    def _stale(self, kind: str) -> list[str]:
        return [name for name, in self.db.execute("SELECT name FROM stale WHERE kind = ? ORDER BY name", (kind,))]

    def _done(self, kind: str, names: Iterable[str]) -> None:
        self.renewed += ((kind, name) for name in names)

    def _strike(self) -> None:
        """Strike off what was renewed, once it is on disk; a flush takes a tenth of a second."""
        self.quads.flush()
        with self.db:
            self.db.executemany("DELETE FROM stale WHERE kind = ? AND name = ?", self.renewed)
        self.renewed = []

    def _become(self, *parts: tuple[NamedNode, Iterable[Triple], Iterable[Triple]]) -> None:
        """Let each graph (or the part of it that is given first) consist of the triples given last; the union follows.

        The order keeps a second run right after a kill at any point: a triple leaves the union before its own graph, and
        enters both at once.
        """
        added: list[Quad] = []
        for node, old, new in parts:
            before, after = set(old), set(new)
            for triple in before - after:
                if not self._elsewhere(triple, node):
                    self.quads.remove(Quad(*_parts(triple), DefaultGraph()))
                self.quads.remove(Quad(*_parts(triple), node))
            added += (Quad(*_parts(t), g) for t in after - before for g in (DefaultGraph(), node))
        (self.quads.bulk_extend if len(added) > BULK else self.quads.extend)(added)

    def _elsewhere(self, triple: Triple, node: NamedNode) -> bool:
        found = self.quads.quads_for_pattern(*_parts(triple), None)
        return any(quad.graph_name != node and isinstance(quad.graph_name, NamedNode) for quad in found)

    def _now(self, node: NamedNode, subject: NamedNode | None = None, predicate: NamedNode | None = None) -> list[Triple]:
        return [quad.triple for quad in self.quads.quads_for_pattern(subject, predicate, None, node)]

    def _articles(self, names: list[str]) -> None:
        for chunk in _chunks(names, CHUNK):
            readings = {name: truth.parse(line) for name, line in self._find(chunk).items()}
            nodes = {name: article_iri(name) for name in chunk}
            self._become(*((node, self._now(node), self._triples(readings[name]) if name in readings else ())
                           for name, node in nodes.items()))
            for name in nodes.keys() - readings.keys():
                self.quads.remove_graph(nodes[name])
            self._done("graph", chunk)
            if len(names) > CHUNK:
                self._strike()

    def _find(self, names: Sequence[str]) -> dict[str, bytes]:
        """Lines of these articles; the file is read only for what the caller did not bring."""
        found = {name: self.lines[name] for name in names if name in self.lines}
        there = {name for name in names if self.db.execute("SELECT 1 FROM article WHERE id = ?", (name,)).fetchone()}
        return found | dict(self.find(sorted(there - found.keys())))

    def _triples(self, reading: Reading) -> Iterator[Triple]:
        name = reading.article.id
        identity = {(name, actor): path
                    for actor, path in self.db.execute("SELECT id, path FROM actor WHERE article = ?", (name,))}
        rows = self.db.execute("SELECT event, anchor, data FROM claim WHERE article = ? ORDER BY number", (name,))
        placed = [graph.Placed(indexing.claim_of(data), NamedNode(event), Dated(*json.loads(anchor)))
                  for event, anchor, data in rows]
        return graph.article_triples(reading, identity, placed)

    def _merged(self) -> None:
        for events in _chunks(self._stale("event"), SUBJECTS):
            nodes = [NamedNode(event) for event in events]
            self._become((MERGED_GRAPH, (t for node in nodes for t in self._now(MERGED_GRAPH, node)),
                          (t for node in nodes for t in self._event(node))))
            self._done("event", events)
        for events in _chunks(self._stale("name"), SUBJECTS):
            nodes = [NamedNode(event) for event in events]
            self._become((MERGED_GRAPH, (t for node in nodes for t in self._now(MERGED_GRAPH, node, RDFS.label)),
                          (t for node in nodes for t in self._names(node))))
            self._done("name", events)
        if copies := self._stale("copies"):
            groups = dict(self.db.execute("SELECT id, first FROM article WHERE id <> first"))
            old = self.quads.quads_for_pattern(None, KG.copyOf, None, MERGED_GRAPH)
            self._become((MERGED_GRAPH, (quad.triple for quad in old), graph.copy_triples(groups)))
            self._done("copies", copies)

    def _event(self, event: NamedNode) -> Iterator[Triple]:
        """What all articles say of an event, nothing when none does."""
        query = ("SELECT data, anchor, first, outlet FROM claim JOIN article ON article = id WHERE event = ? "
                 "ORDER BY article, number")
        rows = self.db.execute(query, (event.value,)).fetchall()
        if not rows:
            return
        told = [indexing.claim_of(data) for data, *_ in rows]
        groups = {claim.article: first for claim, (*_, first, _) in zip(told, rows, strict=True)}
        outlets = {claim.article: outlet for claim, (*_, outlet) in zip(told, rows, strict=True)}
        yield from graph.event_triples(event, told, groups, outlets, self._label)
        other = graph.opposite(told[0], Dated(*json.loads(rows[0][1])))
        if other and self.db.execute("SELECT 1 FROM claim WHERE event = ?", (other.value,)).fetchone():
            yield Triple(event, KG.contradicts, other)

    def _names(self, event: NamedNode) -> Iterator[Triple]:
        told = [indexing.claim_of(data) for data, in self.db.execute("SELECT data FROM claim WHERE event = ?", (event.value,))]
        return graph.name_triples(event, told, self._label) if told else iter(())

    def _label(self, path: str) -> tuple[str, str]:
        row = self.db.execute("SELECT es, en FROM label WHERE path = ?", (path,)).fetchone()
        return row[0], row[1]

    def _actors(self, paths: list[str]) -> None:
        if any(self.known.label(path) and not indexing.descriptions(self.db, path) for path in paths):
            # what the knowledge base says of it and of others (names of states…) must stay: make the graph anew
            every = [path for path, in self.db.execute("SELECT path FROM label ORDER BY path")]
            self._become((ACTORS_GRAPH, self._now(ACTORS_GRAPH), (t for path in every for t in self._actor(path))))
        else:
            for chunk in _chunks(paths, SUBJECTS):
                old = (t for path in chunk for t in self._now(ACTORS_GRAPH, actor_iri(path))
                       if not self.known.label(path) or t.predicate == KG.identityNote)
                self._become((ACTORS_GRAPH, old, (t for path in chunk for t in self._actor(path))))
        self._done("actor", paths)

    def _actor(self, path: str) -> Iterator[Triple]:
        """What is known of an actor, nothing when no article has it."""
        query = "SELECT path, reason FROM head WHERE head = ? AND path <> head"
        given = indexing.descriptions(self.db, path)
        joined = dict(self.db.execute(query, (path,)))
        return graph.actor_triples(path, given, self.known, joined) if given else iter(())


def _chunks(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (names[start : start + size] for start in range(0, len(names), size))


def _parts(triple: Triple) -> tuple[Any, NamedNode, Any]:
    return triple.subject, triple.predicate, triple.object


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _decided(output: Path) -> str:
    """Digest of the decisions."""
    path = output / DECISIONS
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "none"


@cache
def _code() -> str:
    """Digest of the code and of the tables that the graph is made with."""
    names = ("facts", "graph", "identity", "index", "merging", "model", "names", "store", "terms", "truth")
    files = [Path(__file__).with_name(f"{name}.py") for name in names]
    files += [ontology_dir() / name for name in ("kg.ttl", "actors-schema.ttl", "classes.tsv", "modes.tsv")]
    return hashlib.sha256(b"\x1f".join(file.read_bytes() for file in files)).hexdigest()


def _format(known: facts.ActorFacts) -> str:
    """What the derived files depend on besides the readings."""
    return f"{_code()}:{known.digest}"


def _require(output: Path) -> None:
    if not (output / READINGS).is_file():
        remedy = "build one with `kg build ARTICLES --output FOLDER`"
        raise StoreError("no graph here", where=str(output), remedy=remedy)


def _prepare(output: Path) -> None:
    try:
        (output / "store").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"cannot write here ({error.strerror})"
        raise StoreError(what, where=str(output), remedy="choose another folder") from error
    for left in output.glob("*.tmp"):
        left.unlink(missing_ok=True)


def _lock(output: Path) -> ox.Store:
    path = output / "store" / "graph"
    try:
        return ox.Store(str(path))
    except OSError as error:
        if "lock" in str(error).lower():
            raise StoreError("another process is writing to this folder", where=str(output),
                             remedy="wait until it has ended") from error
        raise StoreError(f"the graph store is damaged ({error})", where=str(path),
                         remedy="delete OUTPUT/store; the next build makes it again from readings.jsonl") from error


def _snapshot(output: Path) -> ox.Store:
    path = output / "store" / "graph"
    try:
        return ox.Store.read_only(str(path))
    except OSError as error:
        raise StoreError(f"the graph store cannot be read ({error})", where=str(path),
                         remedy="delete OUTPUT/store and build again") from error


def _connect(output: Path) -> sqlite3.Connection:
    return sqlite3.connect(output / "store" / "index.sqlite", timeout=30)


def _is_current(output: Path) -> bool:
    """False when derived files lag behind readings.jsonl or were made by another version."""
    if not (output / "store" / "index.sqlite").is_file():
        return False
    index = _connect(output)
    try:
        meta = dict(index.execute("SELECT name, value FROM meta"))
        stale = index.execute("SELECT 1 FROM stale LIMIT 1").fetchone()
    except sqlite3.DatabaseError:  # killed before the tables were made
        return False
    finally:
        index.close()
    now = (_format(facts.load()), truth.fingerprint(output / READINGS), _decided(output))
    current = (meta.get("format"), meta.get("truth"), meta.get("decisions")) == now
    return current and stale is None
