"""What each article contributes to the graph, in SQLite: claims by key and event, actors, names, sketches, copies.

`Indexer` takes the index from one set of readings to the next and notes which parts of the graph become stale. What it
looks at grows with the change, not with the number of articles: the dates of the keys that are touched, the actors whose
names sound like those of the change, the articles that share words with it.

The result is that of the pure functions of `kg.identity`, `kg.merging` and `kg.graph` over all readings.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from kg import facts, graph, identity, merging, truth
from kg.identity import Decision, Profile
from kg.merging import Claim, Dated
from kg.model import Reading
from kg.truth import Places

__all__ = ["SCHEMA", "TABLES", "Indexer", "claim_of", "descriptions", "places", "profiles"]

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE place (article TEXT PRIMARY KEY, start INT, size INT) WITHOUT ROWID;
CREATE TABLE article (id TEXT PRIMARY KEY, line BLOB, digest TEXT, outlet TEXT, first TEXT) WITHOUT ROWID;
CREATE INDEX article_copy ON article (id, first) WHERE id <> first;
CREATE TABLE actor (article TEXT, id TEXT, path TEXT, own TEXT, described TEXT, PRIMARY KEY (article, id)) WITHOUT ROWID;
CREATE INDEX actor_path ON actor (path);
CREATE INDEX actor_own ON actor (own);
CREATE TABLE description (path TEXT, described TEXT, count INT, PRIMARY KEY (path, described)) WITHOUT ROWID;
CREATE TABLE profile (article TEXT, path TEXT, data TEXT, PRIMARY KEY (article, path)) WITHOUT ROWID;
CREATE TABLE whole (path TEXT PRIMARY KEY, data TEXT) WITHOUT ROWID;
CREATE TABLE block (path TEXT, name TEXT, known INT, PRIMARY KEY (path, name)) WITHOUT ROWID;
CREATE INDEX block_name ON block (name, known);
CREATE TABLE head (path TEXT PRIMARY KEY, head TEXT, reason TEXT) WITHOUT ROWID;
CREATE INDEX head_head ON head (head);
CREATE TABLE label (path TEXT PRIMARY KEY, es TEXT, en TEXT, described TEXT) WITHOUT ROWID;
CREATE TABLE claim (article TEXT, number INT, key TEXT, begins TEXT, ends TEXT, dating TEXT, source TEXT, class TEXT, target TEXT,
                    confidence REAL, edge INT, anchor TEXT, event TEXT, data TEXT, PRIMARY KEY (article, number)) WITHOUT ROWID;
CREATE INDEX claim_key ON claim (key, begins, ends, dating, anchor);
CREATE INDEX claim_event ON claim (event);
CREATE INDEX claim_source ON claim (source);
CREATE INDEX claim_target ON claim (target);
CREATE INDEX claim_edge ON claim (source, class, target, article, confidence) WHERE edge;
CREATE TABLE edge (source TEXT, class TEXT, target TEXT, articles INT, best REAL,
                   PRIMARY KEY (source, class, target)) WITHOUT ROWID;
CREATE INDEX edge_strength ON edge (articles DESC, best DESC, source, class, target);
CREATE TABLE sketch (article TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID;
CREATE TABLE shingle (hash INT, article TEXT, PRIMARY KEY (hash, article)) WITHOUT ROWID;
CREATE INDEX shingle_article ON shingle (article);
CREATE TABLE copy (one TEXT, other TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE seen (path TEXT PRIMARY KEY, article TEXT, digest TEXT, stamp TEXT) WITHOUT ROWID;
CREATE TABLE stale (kind TEXT, name TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID;
"""
TABLES = ("meta", "place", "article", "actor", "description", "profile", "whole", "block", "head", "label", "claim", "edge",
          "sketch", "shingle", "copy", "seen", "stale")


@dataclass
class Indexer:
    """One transaction; `stale` then tells of articles (`graph`), events, names of events, actors and `copies` to renew."""

    db: sqlite3.Connection
    known: facts.ActorFacts
    decisions: Sequence[Decision]
    find: Callable[[Iterable[str]], Iterable[tuple[str, bytes]]]
    """The lines of articles in readings.jsonl."""
    owns: set[str] = field(default_factory=set)
    """Paths before joining, of which it is to be decided anew who they are."""
    _keys: set[str] = field(default_factory=set)
    _paths: set[str] = field(default_factory=set)
    _edges: set[tuple[str, str, str | None]] = field(default_factory=set)
    _wholes: dict[str, _Whole] = field(default_factory=dict)
    """What all articles say of the paths before joining that the change is about."""

    def run(self, changed: Mapping[str, bytes], removed: Iterable[str]) -> None:
        """Follow a change of readings.jsonl: lines of articles that are new or changed, ids of those that are gone."""
        self.owns.update(path for d in self.decisions for path in (d.one, d.other))
        for name in (*removed, *changed):
            self._forget(name)
        for name, line in changed.items():
            self._describe(name, truth.parse(line))
        for path in sorted(self._wholes):
            self._keep(path, self._wholes[path])
        moved = self._identify() - changed.keys()
        for name, line in changed.items():
            self._learn(name, truth.parse(line), line)
        for name, line in self.find(sorted(moved)) if moved else ():
            self._untell(name)
            self._tell(name, truth.parse(line))
        self._note("graph", (*removed, *changed, *moved))
        for path in sorted(self._paths):
            self._relabel(path)
        self._regroup()
        for key in sorted(self._keys):
            self._place(key)
        for edge in self._edges:
            self._count(edge)
        self.db.execute("INSERT OR IGNORE INTO stale SELECT 'event', name FROM stale WHERE kind = 'opposite' "
                        "AND EXISTS (SELECT 1 FROM claim WHERE event = name)")
        self.db.execute("DELETE FROM stale WHERE kind = 'opposite'")

    def _note(self, kind: str, names: Iterable[str]) -> None:
        self.db.executemany("INSERT OR IGNORE INTO stale VALUES (?, ?)", ((kind, name) for name in names))

    # ── one article ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _forget(self, name: str) -> None:
        for path, data in self.db.execute("SELECT path, data FROM profile WHERE article = ?", (name,)):
            self._whole(path).count(_unpacked(path, data), -1)
        self._untell(name)
        self.db.execute("DELETE FROM copy WHERE one = ? OR other = ?", (name, name))
        for table in ("profile", "sketch", "shingle"):
            self.db.execute(f"DELETE FROM {table} WHERE article = ?", (name,))
        self.db.execute("DELETE FROM article WHERE id = ?", (name,))

    def _untell(self, name: str) -> None:
        """Forget its actors and claims."""
        rows = self.db.execute("SELECT key, anchor, data FROM claim WHERE article = ?", (name,)).fetchall()
        for key, anchor, data in rows:
            claim = claim_of(data)
            self._keys.add(key)
            self._note_edge(claim)
            self._touch(claim, anchor)
        told = self.db.execute("SELECT path, described FROM actor WHERE article = ?", (name,)).fetchall()
        self._paths.update(path for path, _ in told)
        self.db.executemany("UPDATE description SET count = count - 1 WHERE path = ? AND described = ?", told)
        self.db.executemany("DELETE FROM description WHERE path = ? AND described = ? AND count = 0", told)
        for table in ("claim", "actor"):
            self.db.execute(f"DELETE FROM {table} WHERE article = ?", (name,))

    def _note_edge(self, claim: Claim) -> None:
        if graph.is_edge(claim):
            self._edges.add((claim.source, claim.cls, claim.target))

    def _count(self, edge: tuple[str, str, str | None]) -> None:
        """Keep how many articles tell the edge, and its greatest confidence."""
        query = ("SELECT count(DISTINCT article), max(confidence) FROM claim WHERE edge AND source = ? AND class = ? "
                 "AND target = ?")
        articles, best = self.db.execute(query, edge).fetchone()
        self.db.execute("DELETE FROM edge WHERE source = ? AND class = ? AND target = ?", edge)
        if articles:
            self.db.execute("INSERT INTO edge VALUES (?, ?, ?, ?, ?)", (*edge, articles, best))

    def _touch(self, claim: Claim, anchor: str | None) -> None:
        """The event that the claim was or is filed under is stale, and its opposite, which may begin or cease to be one."""
        if anchor is not None:
            date = Dated(*json.loads(anchor))
            self._note("event", [graph.event_of(claim, date).value])
            if opposite := graph.opposite(claim, date):
                self._note("opposite", [opposite.value])

    def _learn(self, name: str, reading: Reading, line: bytes) -> None:
        article = reading.article
        self.db.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?)",
                        (name, truth.digest(line), article.digest, article.source, name))
        self._tell(name, reading)
        self._find_copies(name, merging.sketch(article.text))

    def _tell(self, name: str, reading: Reading) -> None:
        """Keep its actors and claims; the claims' events are found later."""
        who: dict[tuple[str, str], str] = {}
        paths = identity.actor_paths(reading)
        for actor in reading.actors:
            own = paths[actor.id]
            row = self.db.execute("SELECT head FROM head WHERE path = ?", (own,)).fetchone()
            path = who[name, actor.id] = row[0] if row else own
            self._paths.add(path)
            about = json.dumps(graph.described(actor, reading.article))
            self.db.execute("INSERT INTO actor VALUES (?, ?, ?, ?, ?)", (name, actor.id, path, own, about))
            self.db.execute("INSERT INTO description VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1", (path, about))
        for claim in merging.claims(reading, who):
            self._keys.add(claim.key)
            self._note_edge(claim)
            row = (name, claim.number, claim.key, *claim.dated, claim.source, claim.cls, claim.target, claim.confidence,
                   graph.is_edge(claim), json.dumps([getattr(claim, name) for name in _FIELDS]))
            self.db.execute("INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?)", row)

    # ── who is who ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _describe(self, name: str, reading: Reading) -> None:
        """Keep what the article says of its actors."""
        for path, profile in identity.profiles([reading]).items():
            self.db.execute("INSERT INTO profile VALUES (?, ?, ?)", (name, path, _packed(profile)))
            self._whole(path).count(profile, 1)

    def _whole(self, path: str) -> _Whole:
        if path not in self._wholes:
            row = self.db.execute("SELECT data FROM whole WHERE path = ?", (path,)).fetchone()
            self._wholes[path] = _Whole.read(row[0]) if row else _Whole()
        return self._wholes[path]

    def _keep(self, path: str, whole: _Whole) -> None:
        """Let this be what all articles say of the path."""
        self.owns.add(path)
        self.db.execute("DELETE FROM block WHERE path = ?", (path,))
        if not whole.articles:
            self.db.execute("DELETE FROM whole WHERE path = ?", (path,))
            return
        self.db.execute("INSERT OR REPLACE INTO whole VALUES (?, ?)", (path, whole.written()))
        profile = whole.profile(path)
        rows = ((path, block, profile.known) for block in identity.blocks(profile))
        self.db.executemany("INSERT INTO block VALUES (?, ?, ?)", rows)

    def _identify(self) -> set[str]:
        """Decide who is who anew; returns the articles with actors that are now somebody else."""
        near = self._near()
        now = {path: (who.path, who.reason) for path, who in identity.heads(near, self.decisions).items()}
        before = {
            path: (head, reason) for path in (self.owns | near.keys())
            for head, reason in self.db.execute("SELECT head, reason FROM head WHERE path = ?", (path,))
        }
        changed = sorted(path for path in now.keys() | before.keys() if now.get(path) != before.get(path))
        self.db.executemany("DELETE FROM head WHERE path = ?", ((path,) for path in changed))
        self.db.executemany("INSERT INTO head VALUES (?, ?, ?)", ((p, *now[p]) for p in changed if p in now))
        heads = {head for path in changed for head, _ in filter(None, (before.get(path), now.get(path)))}
        self._paths |= heads
        self._note("actor", heads)
        query = "SELECT DISTINCT article FROM actor WHERE own = ?"
        moved = (p for p in changed if now.get(p, (p, ""))[0] != before.get(p, (p, ""))[0])
        return {article for path in moved for article, in self.db.execute(query, (path,))}

    def _near(self) -> dict[str, Profile]:
        """Profiles of the paths to decide on and of all that are joined with them, in any number of steps.

        Those without any partner are left out: most actors of the knowledge base.
        """
        if not self.db.execute("SELECT 1 FROM article LIMIT 1").fetchone():
            return profiles(self.db)  # a first build: nothing to be gained from looking around
        pairs: defaultdict[str, set[str]] = defaultdict(set)
        for d in self.decisions:
            pairs[d.one].add(d.other)
            pairs[d.other].add(d.one)
        found: dict[str, Profile] = {}
        seen, waiting = set(self.owns), sorted(self.owns)
        while waiting:
            path = waiting.pop()
            partners = (self._alike(path, found) | self._joined(path) | pairs[path]) - {path}
            if partners:
                found |= profiles(self.db, [path])
            waiting += sorted(partners - seen)
            seen |= partners
        return {path: found[path] for path in sorted(found) if path in seen}

    def _joined(self, path: str) -> set[str]:
        query = "SELECT path FROM head WHERE head = (SELECT head FROM head WHERE path = ?)"
        return {other for other, in self.db.execute(query, (path,))}

    def _alike(self, path: str, loaded: dict[str, Profile]) -> set[str]:
        """Those of the same blocks that the evidence would join with it; what is looked at is added to `loaded`."""
        query = ("SELECT path FROM block WHERE name IN (SELECT name FROM block WHERE path = ?1) AND path <> ?1 "
                 "AND NOT (known AND (SELECT max(known) FROM block WHERE path = ?1))")
        others = {other for other, in self.db.execute(query, (path,))}
        loaded |= profiles(self.db, ({path} | others) - loaded.keys()) if others else {}
        return {other for other in others if identity.joinable(loaded[path], loaded[other])}

    # ── copies ───────────────────────────────────────────────────────────────────────────────────────────────────────

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

    def _regroup(self) -> None:
        """Let each article know the first of its copies; the counts of events that moved ones tell are stale."""
        groups = merging.components(self.db.execute("SELECT one, other FROM copy"))
        before = dict(self.db.execute("SELECT id, first FROM article WHERE id <> first"))
        moved = {a for a in groups.keys() | before.keys() if groups.get(a, a) != before.get(a, a)}
        for name in sorted(moved):
            self.db.execute("UPDATE article SET first = ? WHERE id = ?", (groups.get(name, name), name))
            self.db.execute("INSERT OR IGNORE INTO stale SELECT 'event', event FROM claim "
                            "WHERE article = ? AND event IS NOT NULL", (name,))
        self._note("copies", ["all"])

    # ── names and events ─────────────────────────────────────────────────────────────────────────────────────────────

    def _relabel(self, path: str) -> None:
        """Keep how the actor is called and described; stale is what was written with other words."""
        known = self.known.label(path)
        given = descriptions(self.db, path)
        before = self.db.execute("SELECT es, en, described FROM label WHERE path = ?", (path,)).fetchone()
        if not given:
            self.db.execute("DELETE FROM label WHERE path = ?", (path,))
            self._note("actor", [path])
            return
        now = (*graph.label_of(given, known), "" if known else json.dumps(graph.usual(given)))
        if before != now:
            self.db.execute("INSERT OR REPLACE INTO label VALUES (?, ?, ?, ?)", (path, *now))
            self._note("actor", [path])
        if before and before[:2] != now[:2]:
            self.db.execute("INSERT OR IGNORE INTO stale SELECT 'name', event FROM claim WHERE event IS NOT NULL "
                            "AND (source = ?1 OR target = ?1)", (path,))

    def _place(self, key: str) -> None:
        """Find the dates that the claims of a key are filed under, and the events of those that are new or move."""
        rows = self.db.execute("SELECT DISTINCT begins, ends, dating, anchor FROM claim WHERE key = ? "
                               "AND (dating <> 'none' OR anchor IS NULL)", (key,)).fetchall()
        now = merging.anchors({Dated(*dated) for *dated, _ in rows})
        for *dated, before in rows:
            date = now[Dated(*dated)]
            if before != (after := json.dumps(date)):
                self._file(key, dated, before, date, after)

    def _file(self, key: str, dated: Sequence[str], before: str | None, date: Dated, after: str) -> None:
        query = ("SELECT article, number, data FROM claim WHERE key = ? AND begins = ? AND ends = ? AND dating = ? "
                 "AND anchor IS ?")
        for article, number, data in self.db.execute(query, (key, *dated, before)).fetchall():
            claim = claim_of(data)
            event = graph.event_of(claim, date).value
            self.db.execute("UPDATE claim SET anchor = ?, event = ? WHERE article = ? AND number = ?",
                            (after, event, article, number))
            self._touch(claim, before)
            self._touch(claim, after)
            self._note("graph", [article])


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_FIELDS = tuple(field.name for field in fields(Claim))


def claim_of(data: str) -> Claim:
    """The claim of a row."""
    values = json.loads(data)
    values[6] = Dated(*values[6])  # a list in JSON
    return Claim(*values)


def places(db: sqlite3.Connection, names: Iterable[str] | None = None) -> Places:
    """Where in readings.jsonl these articles are, with None all, in order of their ids."""
    if names is None:
        rows = db.execute("SELECT article, start, size FROM place ORDER BY article").fetchall()
    else:
        query = "SELECT article, start, size FROM place WHERE article = ?"
        rows = [row for name in names for row in db.execute(query, (name,))]
    return {name: (start, size) for name, start, size in rows}


def descriptions(db: sqlite3.Connection, path: str) -> Counter[graph.Described]:
    """What articles say of an actor, and how many."""
    rows = db.execute("SELECT described, count FROM description WHERE path = ?", (path,))
    return Counter({graph.Described(*json.loads(described)): count for described, count in rows})


def profiles(db: sqlite3.Connection, paths: Iterable[str] | None = None) -> dict[str, Profile]:
    """What all articles say of these paths, of every one with None."""
    if paths is None:
        rows = db.execute("SELECT path, data FROM whole ORDER BY path").fetchall()
    else:
        query = "SELECT path, data FROM whole WHERE path = ?"
        rows = [row for path in sorted(paths) for row in db.execute(query, (path,))]
    return {path: _Whole.read(data).profile(path) for path, data in rows}


_PARTS = ("names", "countries", "offices", "company")


@dataclass(slots=True)
class _Whole:
    """What all articles say of one path, each thing with their number; what none says any longer is gone."""

    type: Any = None
    known: bool = False
    articles: int = 0
    said: dict[str, Counter[Any]] = field(default_factory=lambda: {part: Counter() for part in _PARTS})

    def count(self, profile: Profile, sign: int) -> None:
        """Count what an article says (1), or no longer says (-1)."""
        self.type, self.known, self.articles = profile.type, profile.known, self.articles + sign
        for part, counts in self.said.items():
            for value in getattr(profile, part):
                counts[value] += sign
                if not counts[value]:
                    del counts[value]

    def profile(self, path: str) -> Profile:
        return Profile(path, self.type, self.known, **{part: set(counts) for part, counts in self.said.items()})

    def written(self) -> str:
        said = ([[*counts], [*counts.values()]] for counts in self.said.values())
        return json.dumps([self.type, self.known, self.articles, *said], ensure_ascii=False)

    @classmethod
    def read(cls, data: str) -> _Whole:
        kind, known, articles, *said = json.loads(data)
        return cls(kind, known, articles, {part: Counter(dict(zip(_hashable(part, values), counts, strict=True)))
                                           for part, (values, counts) in zip(_PARTS, said, strict=True)})


def _packed(profile: Profile) -> str:
    said = (sorted(getattr(profile, part)) for part in _PARTS)
    return json.dumps([profile.type, profile.known, *said], ensure_ascii=False)


def _unpacked(path: str, data: str) -> Profile:
    kind, known, *said = json.loads(data)
    parts = {part: set(_hashable(part, values)) for part, values in zip(_PARTS, said, strict=True)}
    return Profile(path, kind, known, **parts)


def _hashable(part: str, values: Iterable[Any]) -> Iterable[Any]:
    """Offices are pairs, which JSON makes lists of."""
    return map(tuple, values) if part == "offices" else values
