"""The output folder: readings as the truth, and the graph that is derived from them, kept in step.

    OUTPUT/readings.jsonl     one reading a line, sorted by article: the truth
    OUTPUT/store/graph/       embedded Oxigraph: the named graphs of `kg.graph`; its default graph is their union (a
                              true one: Oxigraph's own union does not drop doubles)
    OUTPUT/decisions.jsonl    what persons decided on who is who (`kg actors`), only ever added to
    OUTPUT/store/index.sqlite what each article contributes: claims by key, actors, sketches, copies; what is stale
    OUTPUT/graph.ttl, .trig   exports, kept up to date while there are few articles (`kg.export.write_exports`)

For a pipeline:

    with Store.open(output, write=True) as store:
        known = store.digests()                     # article id → Article.digest, to see what is new or changed
        changes = store.update(readings, removed)   # one replacement of readings.jsonl, then the graph follows
        export.write_exports(store)

**Crash safety.** `update` first replaces readings.jsonl as a whole (`os.replace`), then brings the index into step in
one SQLite transaction that also notes which parts of the graph are stale, then renews these and strikes them off.
Renewing is idempotent. Whatever is left behind by a kill is done by the next `open(write=True)`; a changed
readings.jsonl is recognised by its fingerprint and compared line by line.

**Increment.** A changed article touches its own graph and the events that share a key with its claims, in whichever
articles they are; nothing else is read. Who is who across articles (`kg.identity`) is decided anew for the actors whose
names sound like those of the change; an article whose actors join others is derived again. The result equals a build
from scratch (`kg.graph.quads`, tested).

Oxigraph's lock on its folder admits one writer. Readers open a snapshot.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from kg import facts, graph, identity, merging
from kg.errors import StoreError
from kg.identity import Decision, Profile
from kg.merging import Claim, Dated
from kg.model import Reading
from kg.resources import ontology_dir
from kg.terms import ACTORS_GRAPH, BASE, KG, MERGED_GRAPH, ONTOLOGY_GRAPH, actor_iri, article_iri

if TYPE_CHECKING:
    from rdflib import Dataset

__all__ = ["Changes", "Store"]

READINGS = "readings.jsonl"
Places = Mapping[str, tuple[int, int]]
"""Article id → where its line is in readings.jsonl: first byte and number of bytes."""

DECISIONS = "decisions.jsonl"
CHUNK = 200
"""Articles whose graphs are renewed together."""

BULK = 50_000
"""From so many triples on they are loaded in bulk: quicker, and whole or not at all only in parts."""

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE article (id TEXT PRIMARY KEY, line BLOB, digest TEXT, outlet TEXT, first TEXT, size INT)
  WITHOUT ROWID;
CREATE TABLE actor (article TEXT, id TEXT, path TEXT, own TEXT, described TEXT,
                                  PRIMARY KEY (article, id)) WITHOUT ROWID;
CREATE INDEX actor_path ON actor (path);
CREATE INDEX actor_own ON actor (own);
CREATE TABLE profile (article TEXT, path TEXT, data TEXT, PRIMARY KEY (article, path)) WITHOUT ROWID;
CREATE INDEX profile_path ON profile (path);
CREATE TABLE block (path TEXT, name TEXT, known INT, PRIMARY KEY (path, name)) WITHOUT ROWID;
CREATE INDEX block_name ON block (name);
CREATE TABLE head (path TEXT PRIMARY KEY, head TEXT, reason TEXT) WITHOUT ROWID;
CREATE INDEX head_head ON head (head);
CREATE TABLE label (path TEXT PRIMARY KEY, es TEXT, en TEXT) WITHOUT ROWID;
CREATE TABLE claim (article TEXT, number INT, key TEXT, source TEXT, target TEXT, event TEXT, data TEXT,
                                  PRIMARY KEY (article, number)) WITHOUT ROWID;
CREATE INDEX claim_key ON claim (key);
CREATE INDEX claim_source ON claim (source);
CREATE INDEX claim_target ON claim (target);
CREATE TABLE sketch (article TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID;
CREATE TABLE shingle (hash INT, article TEXT, PRIMARY KEY (hash, article)) WITHOUT ROWID;
CREATE INDEX shingle_article ON shingle (article);
CREATE TABLE copy (one TEXT, other TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE stale (kind TEXT, name TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID;
"""
_TABLES = ("meta", "article", "actor", "profile", "block", "head", "label", "claim", "sketch", "shingle", "copy", "stale")


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of articles that an update added, changed, removed or found as they were."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


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

    def digests(self) -> dict[str, str]:
        """`Article.digest` of every article, by id."""
        return dict(self._index.execute("SELECT id, digest FROM article ORDER BY id"))

    def readings(self) -> Iterator[Reading]:
        """All readings, in order of the articles' ids; one at a time, whatever their number."""
        if self._kept is not None:
            yield from self._kept
            return
        for _, line in _lines(self.output / READINGS):
            yield _parse(line)

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
        self._follow({}, ())

    def profiles(self) -> dict[str, Profile]:
        """What the articles say of each actor, by the path that it has before any joining."""
        if self._kept is not None:
            return identity.profiles(self._kept)
        return _profiles(self._index, None)

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
            lines[reading.article.id] = _line(reading)
        changes = self._compare(lines, removed)
        changed = {name: lines[name] for name in (*changes.added, *changes.changed)}
        if changed or changes.removed:
            self._replace(changed, changes.removed)
            self._follow(changed, changes.removed)
        return changes

    def _writable(self) -> None:
        if not self._write:
            raise StoreError("opened for reading", where=str(self.output), remedy="open it with write=True")

    def withdraw(self, article: str) -> None:
        """Remove one article.

        Raises:
            StoreError: there is no such article.
        """
        if article not in self.digests():
            raise StoreError(f"no article {article!r}", where=str(self.output),
                             remedy="`kg query OUTPUT articles` lists them")
        self.update((), [article])

    def _compare(self, lines: Mapping[str, bytes], removed: Collection[str]) -> Changes:
        there = dict(self._index.execute("SELECT id, line FROM article"))
        gone = sorted(name for name in set(removed) - set(lines) if name in there)
        same = {name for name, line in lines.items() if there.get(name) == _digest(line)}
        new = sorted(set(lines) - set(there))
        other = sorted(set(lines) - same - set(new))
        return Changes(tuple(new), tuple(other), tuple(gone), tuple(sorted(same)))

    def _replace(self, changed: Mapping[str, bytes], removed: Collection[str]) -> None:
        """Write readings.jsonl anew beside the old one and put it in its place."""
        path = self.output / READINGS
        temporary = path.with_suffix(".jsonl.tmp")
        with temporary.open("wb") as file:
            # no fsync: it takes seconds for a large file, and after a power failure the articles can be read again
            if path.is_file():
                with path.open("rb") as old:
                    _splice(file, old, _places(self._index), changed, frozenset(removed) | changed.keys())
            else:
                file.writelines(changed[name] for name in sorted(changed))
        temporary.replace(path)

    def _synchronise(self) -> None:
        """Bring index and graph into step with readings.jsonl, whatever happened before."""
        self._index.execute("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        if self.meta("format") != _format(self._known):
            self._clear()
        there: dict[str, bytes] = {}
        changed: dict[str, bytes] = {}
        if self.meta("truth") != _fingerprint(self.output):
            _tidy(self.output / READINGS)
            there = dict(self._index.execute("SELECT id, line FROM article"))
            changed = {name: line for name, line in _lines(self.output / READINGS)
                       if there.pop(name, None) != _digest(line)}
        if (self.meta("truth"), self.meta("decisions")) != (_fingerprint(self.output), _decided(self.output)):
            self._follow(changed, list(there))
        elif self._index.execute("SELECT 1 FROM stale LIMIT 1").fetchone():
            self._renew({})

    def _clear(self) -> None:
        """Begin the index anew, whatever columns another version gave it: all of it or nothing."""
        drop = "".join(f"DROP TABLE IF EXISTS {table};" for table in _TABLES)
        self._index.executescript(f"BEGIN;{drop}{_SCHEMA}INSERT INTO stale VALUES ('all', '');"
                                  f"INSERT INTO meta VALUES ('format', '{_format(self._known)}');COMMIT;")

    def _follow(self, changed: Mapping[str, bytes], removed: Collection[str]) -> None:
        with self._index:
            decisions = self.decisions()
            indexer = _Indexer(self._index, self._known, decisions, self.output / READINGS)
            indexer.owns.update(json.loads(self.meta("decided") or "[]"))
            indexer.run(changed, removed)
            revision = int(self.meta("revision") or 0) + 1
            decided = sorted({path for d in decisions for path in (d.one, d.other)})
            pairs = [("truth", _fingerprint(self.output)), ("decisions", _decided(self.output)),
                     ("decided", json.dumps(decided)), ("revision", str(revision))]
            self._index.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", pairs)
        self._renew(changed)

    def _renew(self, lines: Mapping[str, bytes]) -> None:
        _Renewer(self, lines).run()

    def meta(self, name: str) -> str | None:
        """A value kept in the index: `revision` grows with every change of the readings."""
        row = self._index.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    # ── for the parts below ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def index(self) -> sqlite3.Connection:
        """The SQLite index (see `_SCHEMA`)."""
        return self._index

    @property
    def known(self) -> facts.ActorFacts:
        """What the knowledge base says of actors."""
        return self._known


# ── the index ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Indexer:
    """One transaction that takes the index from one set of readings to the next and notes what becomes stale."""

    def __init__(
        self, db: sqlite3.Connection, known: facts.ActorFacts, decisions: Sequence[Decision], truth: Path
    ) -> None:
        self.db = db
        self.known = known
        self.decisions = decisions
        self.truth = truth
        self.keys: set[str] = set()
        self.paths: set[str] = set()
        self.owns: set[str] = {path for d in decisions for path in (d.one, d.other)}
        """Paths before joining, of which it is to be decided anew who they are."""
        self.less: set[str] = set()
        """Those of which an article says no more what it said."""

    def run(self, changed: Mapping[str, bytes], removed: Collection[str]) -> None:
        for name in (*removed, *changed):
            self._forget(name)
        readings = {name: _parse(line) for name, line in changed.items()}
        for name, reading in readings.items():
            self._describe(name, reading)
        moved = self._identify() - readings.keys()
        for name, line in _lines(self.truth) if moved else ():
            if name in moved:
                self._forget(name)
                readings[name], changed = _parse(line), {**changed, name: line}
                self._describe(name, readings[name])
        for name, reading in readings.items():
            self._learn(name, reading, changed[name])
        self._note("graph", (*removed, *changed))
        for path in sorted(self.paths):
            self._relabel(path)
        self._regroup()
        for key in sorted(self.keys):
            self._place(key)
        self._note("key", self.keys)
        self._note("actor", self.paths)

    def _note(self, kind: str, names: Iterable[str]) -> None:
        self.db.executemany("INSERT OR IGNORE INTO stale VALUES (?, ?)", ((kind, name) for name in names))

    def _forget(self, name: str) -> None:
        rows = self.db.execute("SELECT key, event FROM claim WHERE article = ?", (name,)).fetchall()
        self.keys.update(key for key, _ in rows)
        self._note("event", {event for _, event in rows if event})
        for path, own in self.db.execute("SELECT path, own FROM actor WHERE article = ?", (name,)):
            self.paths.add(path)
            self.owns.add(own)
            self.less.add(own)
        self.db.execute("DELETE FROM copy WHERE one = ? OR other = ?", (name, name))
        for table in ("claim", "actor", "profile", "sketch", "shingle"):
            self.db.execute(f"DELETE FROM {table} WHERE article = ?", (name,))
        self.db.execute("DELETE FROM article WHERE id = ?", (name,))

    def _describe(self, name: str, reading: Reading) -> None:
        """Keep what the article says of each of its actors."""
        for path, profile in identity.profiles([reading]).items():
            self.owns.add(path)
            self.db.execute("INSERT INTO profile VALUES (?, ?, ?)", (name, path, _packed(profile)))
            self._block(profile)

    def _identify(self) -> set[str]:
        """Decide who is who anew; returns the articles with actors that are now somebody else."""
        near, alone = self._near()
        found = _profiles(self.db, near - alone)
        now = {path: (who.path, who.reason) for path, who in identity.heads(found, self.decisions).items()}
        before = {
            path: (head, reason) for path in near
            for head, reason in self.db.execute("SELECT head, reason FROM head WHERE path = ?", (path,))
        }
        changed = sorted(path for path in near if now.get(path) != before.get(path))
        self.db.executemany("DELETE FROM head WHERE path = ?", ((path,) for path in changed))
        self.db.executemany("INSERT INTO head VALUES (?, ?, ?)", ((p, *now[p]) for p in changed if p in now))
        for path in changed:
            self.paths.update(head for head, _ in filter(None, (before.get(path), now.get(path))))
        query = "SELECT DISTINCT article FROM actor WHERE own = ?"
        moved = (p for p in changed if now.get(p, (p, ""))[0] != before.get(p, (p, ""))[0])
        return {article for path in moved for article, in self.db.execute(query, (path,))}

    def _near(self) -> tuple[set[str], set[str]]:
        """The paths to decide on and all that could be joined with them, in any number of steps; those among them that
        could be joined with none, for which nothing need be read (most actors of the knowledge base)."""
        pairs: defaultdict[str, set[str]] = defaultdict(set)
        for d in self.decisions:
            pairs[d.one].add(d.other)
            pairs[d.other].add(d.one)
        self._reblock()
        near, alone, waiting = set(self.owns), set(), sorted(self.owns)
        while waiting:
            path = waiting.pop()
            partners = (self._alike(path) | pairs[path]) - {path}
            if not partners:
                alone.add(path)
            waiting += sorted(partners - near)
            near |= partners
        return near, alone

    def _reblock(self) -> None:
        """Find the blocks anew for actors of which less is known than before."""
        for path in sorted(self.less):
            self.db.execute("DELETE FROM block WHERE path = ?", (path,))
            for profile in _profiles(self.db, [path]).values():
                self._block(profile)

    def _block(self, profile: Profile) -> None:
        path = profile.path
        rows = ((path, block, profile.known) for block in sorted(identity.blocks(profile)))
        self.db.executemany("INSERT INTO block VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET known = max(known, excluded.known)",
                            rows)
        self.db.execute("UPDATE block SET known = 1 WHERE path = ? AND EXISTS (SELECT 1 FROM block WHERE path = ? AND known)",
                        (path, path))

    def _alike(self, path: str) -> set[str]:
        """Those of the same blocks, where one of a block is not in the knowledge base, and those joined before."""
        found: set[str] = set()
        for block, in self.db.execute("SELECT name FROM block WHERE path = ?", (path,)).fetchall():
            rows = self.db.execute("SELECT path, known FROM block WHERE name = ?", (block,)).fetchall()
            if not all(known for _, known in rows):
                found.update(other for other, _ in rows)
        joined = "SELECT path FROM head WHERE head = (SELECT head FROM head WHERE path = ?)"
        return found | {other for other, in self.db.execute(joined, (path,))}

    def _learn(self, name: str, reading: Reading, line: bytes) -> None:
        article = reading.article
        self.db.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?)",
                        (name, _digest(line), article.digest, article.source, name, len(line)))
        who: dict[tuple[str, str], str] = {}
        paths = identity.actor_paths(reading)
        for actor in reading.actors:
            own = paths[actor.id]
            row = self.db.execute("SELECT head FROM head WHERE path = ?", (own,)).fetchone()
            path = who[name, actor.id] = row[0] if row else own
            self.paths.add(path)
            about = json.dumps(graph.described(actor, article))
            self.db.execute("INSERT INTO actor VALUES (?, ?, ?, ?, ?)", (name, actor.id, path, own, about))
        for claim in merging.claims(reading, who):
            key = claim.key
            self.keys.add(key)
            row = (name, claim.number, key, claim.source, claim.target, None, json.dumps(_values(claim)))
            self.db.execute("INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self._find_copies(name, merging.sketch(article.text))

    def _find_copies(self, name: str, sketch: tuple[int, ...]) -> None:
        marks = ", ".join("?" * len(sketch))
        shared = self.db.execute(
            f"SELECT article, count(*), length(data) / 8 FROM shingle JOIN sketch USING (article) "
            f"WHERE hash IN ({marks}) GROUP BY article", sketch).fetchall() if sketch else []
        for other, count, size in sorted(shared):
            if count >= merging.COPY * min(len(sketch), size) and merging.are_copies(sketch, self._sketch(other)):
                self.db.execute("INSERT INTO copy VALUES (?, ?)", (min(name, other), max(name, other)))
        self.db.execute("INSERT INTO sketch VALUES (?, ?)", (name, struct.pack(f"<{len(sketch)}q", *sketch)))
        self.db.executemany("INSERT INTO shingle VALUES (?, ?)", ((value, name) for value in sketch))

    def _sketch(self, name: str) -> tuple[int, ...]:
        data = self.db.execute("SELECT data FROM sketch WHERE article = ?", (name,)).fetchone()[0]
        return struct.unpack(f"<{len(data) // 8}q", data)

    def _relabel(self, path: str) -> None:
        """Keep the actor's name; the events of an actor that is now called otherwise are stale."""
        known = self.known.label(path)
        given = _descriptions(self.db, path, 1 if known else None)
        before = self.db.execute("SELECT es, en FROM label WHERE path = ?", (path,)).fetchone()
        if not given:
            self.db.execute("DELETE FROM label WHERE path = ?", (path,))
            return
        now = graph.label_of(given, known)
        if before != now:
            self.db.execute("INSERT OR REPLACE INTO label VALUES (?, ?, ?)", (path, *now))
            if before:
                query = "SELECT key FROM claim WHERE source = ? UNION SELECT key FROM claim WHERE target = ?"
                self.keys.update(key for key, in self.db.execute(query, (path, path)))

    def _regroup(self) -> None:
        groups = merging.components(self.db.execute("SELECT one, other FROM copy"))
        before = dict(self.db.execute("SELECT id, first FROM article WHERE id <> first"))
        moved = {a for a in groups.keys() | before.keys() if groups.get(a, a) != before.get(a, a)}
        for name in sorted(moved):
            self.db.execute("UPDATE article SET first = ? WHERE id = ?", (groups.get(name, name), name))
            self.keys.update(key for key, in self.db.execute("SELECT key FROM claim WHERE article = ?", (name,)))
        self._note("copies", ["all"])

    def _place(self, key: str) -> None:
        """Find the events of a key anew; the articles whose claims move to another event become stale."""
        rows = self.db.execute("SELECT article, number, event, data FROM claim WHERE key = ?", (key,)).fetchall()
        before = {(article, number): event for article, number, event, _ in rows}
        for placed in graph.place([_claim(data) for *_, data in rows]):
            at = (placed.claim.article, placed.claim.number)
            now = json.dumps([placed.event.value, *placed.date])
            if before[at] != now:
                self.db.execute("UPDATE claim SET event = ? WHERE article = ? AND number = ?", (now, *at))
                self._note("graph", [placed.claim.article])
            self._note("event", [e for e in (before[at], now) if e])


# ── the graph ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Renewer:
    """Renews what is stale in the graph; may be interrupted anywhere and run again."""

    def __init__(self, store: Store, lines: Mapping[str, bytes]) -> None:
        self.db = store.index
        self.quads = store.quads
        self.known = store.known
        self.truth = store.output / READINGS
        self.lines = lines
        self.renewed: list[tuple[str, str]] = []
        """Kind and name of what is renewed and not yet struck off."""

    def run(self) -> None:
        if self._stale("all"):
            self.quads.clear()
            self._become(ONTOLOGY_GRAPH, (), graph.ontology_triples())
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

    def _become(self, node: NamedNode, old: Iterable[Triple], new: Iterable[Triple]) -> None:
        """Let the graph (or the part of it that `old` is) consist of `new`; the union follows.

        The order keeps a second run right after a kill at any point: a triple leaves the union before its own graph.
        """
        before, after = set(old), set(new)
        for triple in before - after:
            if not self._elsewhere(triple, node):
                self.quads.remove(Quad(*_parts(triple), DefaultGraph()))
            self.quads.remove(Quad(*_parts(triple), node))
        fresh = after - before
        added = (Quad(*_parts(t), g) for t in fresh for g in (DefaultGraph(), node))
        (self.quads.bulk_extend if len(fresh) > BULK else self.quads.extend)(added)

    def _elsewhere(self, triple: Triple, node: NamedNode) -> bool:
        found = self.quads.quads_for_pattern(*_parts(triple), None)
        return any(quad.graph_name != node and isinstance(quad.graph_name, NamedNode) for quad in found)

    def _now(self, node: NamedNode, subject: NamedNode | None = None) -> list[Triple]:
        return [quad.triple for quad in self.quads.quads_for_pattern(subject, None, None, node)]

    def _articles(self, names: list[str]) -> None:
        fresh = not any(True for g in self.quads.named_graphs() if g.value.startswith(BASE + "article/"))
        for start in range(0, len(names), CHUNK):
            chunk = names[start : start + CHUNK]
            readings = {name: _parse(line) for name, line in self._find(chunk).items()}
            if fresh:
                self.quads.bulk_extend(self._whole(readings))
            for name in chunk:
                new = self._triples(readings[name]) if name in readings and not fresh else ()
                if name not in readings or not fresh:
                    self._article(article_iri(name), new)
            self._done("graph", chunk)
            if len(names) > CHUNK:
                self._strike()

    def _article(self, node: NamedNode, new: Iterable[Triple]) -> None:
        self._become(node, self._now(node), new)
        if not any(self.quads.quads_for_pattern(None, None, None, node)):
            self.quads.remove_graph(node)

    def _whole(self, readings: Mapping[str, Reading]) -> Iterator[Quad]:
        for name, reading in readings.items():
            node = article_iri(name)
            for triple in self._triples(reading):
                yield Quad(*_parts(triple), node)
                yield Quad(*_parts(triple), DefaultGraph())

    def _find(self, names: list[str]) -> dict[str, bytes]:
        """Lines of these articles; the file is read only for what the caller did not bring."""
        found = {name: self.lines[name] for name in names if name in self.lines}
        there = {name for name in names if self.db.execute("SELECT 1 FROM article WHERE id = ?", (name,)).fetchone()}
        if missing := there - found.keys():
            places = _places(self.db)
            with self.truth.open("rb") as file:
                found |= {name: _at(file, *places[name]) for name in sorted(missing)}
        return found

    def _triples(self, reading: Reading) -> Iterator[Triple]:
        name = reading.article.id
        identity = {(name, actor): path
                    for actor, path in self.db.execute("SELECT id, path FROM actor WHERE article = ?", (name,))}
        rows = self.db.execute("SELECT event, data FROM claim WHERE article = ? ORDER BY number", (name,))
        placed = []
        for event, data in rows:
            iri, *date = json.loads(event)
            placed.append(graph.Placed(_claim(data), NamedNode(iri), Dated(*date)))
        return graph.article_triples(reading, identity, placed)

    def _merged(self) -> None:
        events, keys = self._stale("event"), self._stale("key")
        old = [t for event in events for t in self._now(MERGED_GRAPH, NamedNode(json.loads(event)[0]))]
        new = [t for key in keys for t in self._key(key)]
        if copies := self._stale("copies"):
            groups = dict(self.db.execute("SELECT id, first FROM article WHERE id <> first"))
            old += [q.triple for q in self.quads.quads_for_pattern(None, KG.copyOf, None, MERGED_GRAPH)]
            new += graph.copy_triples(groups)
        self._become(MERGED_GRAPH, old, new)
        for kind, names in (("event", events), ("key", keys), ("copies", copies)):
            self._done(kind, names)

    def _key(self, key: str) -> Iterator[Triple]:
        rows = self.db.execute("SELECT data FROM claim WHERE key = ? ORDER BY article, number", (key,)).fetchall()
        claimed = [_claim(data) for data, in rows]
        articles = {claim.article for claim in claimed}
        query = "SELECT first, outlet FROM article WHERE id = ?"
        about = {article: self.db.execute(query, (article,)).fetchone() for article in articles}
        groups = {article: first for article, (first, _) in about.items()}
        outlets = {article: outlet for article, (_, outlet) in about.items()}
        return graph.merged_triples(claimed, groups, outlets, self._label)

    def _label(self, path: str) -> tuple[str, str]:
        row = self.db.execute("SELECT es, en FROM label WHERE path = ?", (path,)).fetchone()
        return row[0], row[1]

    def _actors(self, paths: list[str]) -> None:
        gone = [path for path in paths if not _descriptions(self.db, path, 1)]
        if gone:  # what it shares with others (names of states…) must stay: make the graph anew
            every = [path for path, in self.db.execute("SELECT DISTINCT path FROM actor ORDER BY path")]
            self._become(ACTORS_GRAPH, self._now(ACTORS_GRAPH), (t for path in every for t in self._actor(path)))
        else:
            old = [t for path in paths for t in self._now(ACTORS_GRAPH, actor_iri(path))
                   if not self.known.label(path) or t.predicate == KG.identityNote]
            self._become(ACTORS_GRAPH, old, (t for path in paths for t in self._actor(path)))
        self._done("actor", paths)

    def _actor(self, path: str) -> Iterator[Triple]:
        query = "SELECT path, reason FROM head WHERE head = ? AND path <> head"
        given = _descriptions(self.db, path, 1 if self.known.label(path) else None)
        return graph.actor_triples(path, given, self.known, dict(self.db.execute(query, (path,))))


def _parts(triple: Triple) -> tuple[Any, NamedNode, Any]:
    return triple.subject, triple.predicate, triple.object


def _descriptions(db: sqlite3.Connection, path: str, most: int | None = None) -> list[graph.Described]:
    """What articles say of an actor, at most so many: one will do for an actor of the knowledge base, which says more."""
    rows = db.execute("SELECT described FROM actor WHERE path = ? LIMIT ?", (path, -1 if most is None else most))
    return [graph.Described(*json.loads(row)) for row, in rows]


def _packed(profile: Profile) -> str:
    sets: tuple[set[Any], ...] = (profile.names, profile.countries, profile.offices, profile.company)
    return json.dumps([profile.type, profile.known, *([*sorted(part)] for part in sets)], ensure_ascii=False)


def _profiles(db: sqlite3.Connection, paths: Iterable[str] | None) -> dict[str, Profile]:
    """What all articles say of these paths, of every one with None."""
    if paths is None:
        rows = db.execute("SELECT path, data FROM profile ORDER BY path, article").fetchall()
    else:
        query = "SELECT path, data FROM profile WHERE path = ? ORDER BY article"
        rows = [row for path in sorted(paths) for row in db.execute(query, (path,))]
    found: dict[str, Profile] = {}
    for path, data in rows:
        kind, known, names, countries, offices, company = json.loads(data)
        profile = found.setdefault(path, Profile(path, kind, known))
        profile.known |= known
        profile.names.update(names)
        profile.countries.update(countries)
        profile.offices.update((title, body) for title, body in offices)
        profile.company.update(company)
    return found


_FIELDS = tuple(field.name for field in fields(Claim))


def _values(claim: Claim) -> list[Any]:
    return [getattr(claim, name) for name in _FIELDS]


def _claim(data: str) -> Claim:
    values = json.loads(data)
    values[6] = Dated(*values[6])  # a list in JSON
    return Claim(*values)


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _line(reading: Reading) -> bytes:
    """One line of readings.jsonl; unpaired surrogates, which UTF-8 cannot hold, become `?`."""
    text = json.dumps(reading.to_json(), ensure_ascii=False, separators=(", ", ": "))
    return text.encode("utf-8", "replace") + b"\n"


def _parse(line: bytes) -> Reading:
    try:
        return Reading.from_json(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{READINGS} holds a line that is not a reading ({line[:60]!r}…)",
                         remedy="restore the file or build again in a new folder") from error


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """Article id and line, without parsing the whole line."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            yield _name(line), line


def _name(line: bytes) -> str:
    """The article's id, with which every line begins; cheap for long lines."""
    head = b'{"article": '
    if not line.startswith(head):
        return _parse(line).article.id
    text = line[len(head) : len(head) + 1000].decode("utf-8", "ignore")
    return str(json.JSONDecoder().raw_decode(text)[0])


def _tidy(path: Path) -> None:
    """Put lines that somebody has edited in order, the last of an article being the one that counts."""
    names, last = [], b"\n"
    for name, last in _lines(path):  # noqa: B007 - the last line is looked at below
        names.append(name)
    if names == sorted(set(names)) and last.endswith(b"\n"):
        return
    kept = dict(_lines(path))
    temporary = path.with_suffix(".jsonl.tmp")
    with temporary.open("wb") as file:
        file.writelines(kept[name].rstrip(b"\n") + b"\n" for name in sorted(kept))
    temporary.replace(path)


def _places(db: sqlite3.Connection) -> Places:
    sizes = db.execute("SELECT id, size FROM article ORDER BY id").fetchall()
    starts = accumulate((size for _, size in sizes), initial=0)
    return {name: (start, size) for (name, size), start in zip(sizes, starts, strict=False)}


def _at(file: IO[bytes], start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)


def _splice(
    file: IO[bytes], old: IO[bytes], places: Places, changed: Mapping[str, bytes], dropped: Collection[str]
) -> None:
    """Copy the old lines but `dropped`, with the changed ones put in, in order of article ids.

    What lies between two changes is copied in one piece, unread.
    """
    begin = end = 0
    for name in sorted(places.keys() | changed.keys()):
        start, size = places.get(name, (end, 0))
        if name in changed or name in dropped:
            _copy(old, file, begin, start)
            file.write(changed.get(name, b""))
            begin = start + size
        end = start + size
    _copy(old, file, begin, end)


def _copy(old: IO[bytes], file: IO[bytes], begin: int, end: int) -> None:
    old.seek(begin)
    while begin < end:
        part = old.read(min(end - begin, 1 << 20))
        if not part:
            raise StoreError(f"{READINGS} is shorter than it was", remedy="build again")
        file.write(part)
        begin += len(part)


def _digest(line: bytes) -> bytes:
    return hashlib.sha256(line).digest()


def _fingerprint(output: Path) -> str:
    """Changes with every replacement of readings.jsonl."""
    try:
        stat = (output / READINGS).stat()
    except FileNotFoundError:
        return "none"
    return f"{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ino}"


def _decided(output: Path) -> str:
    """Digest of the decisions."""
    path = output / DECISIONS
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "none"


@cache
def _code() -> str:
    """Digest of the code and of the tables that the graph is made with."""
    names = ("facts", "graph", "identity", "merging", "model", "names", "store", "terms")
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
    now = (_format(facts.load()), _fingerprint(output), _decided(output))
    current = (meta.get("format"), meta.get("truth"), meta.get("decisions")) == now
    return current and stale is None
