"""The actor knowledge base from Turtle to index, and its validation.

`actor_index` gives `kg.knowledge` its tables: compiled from `ontology/actors/*.ttl` with pyoxigraph, kept in the cache
folder under the digest of the files and of this format, so that an edit is seen at once and two processes may compile
at
the same time (each writes its own file and renames it).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import srsly

from kg import resources
from kg.errors import OntologyError
from kg.names import ARTICLES, PARTICLES, TWO_SURNAMES, fold, neighbours, sound, surnames
from kg.shapes import Facts, Violation, check, read_shapes

__all__ = [
    "BASE", "KG", "Problem", "actor_files", "actor_index", "compile_index", "digest", "problems", "read_facts",
    "validate",
]

BASE = "https://geopolitical-kg.example/"
KG = BASE + "ontology#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
WIKIDATA = "http://www.wikidata.org/entity/"
FORMAT = tuple(Path(__file__).with_name(name) for name in ("ontology.py", "names.py"))
"""The modules that make the index; a change of theirs makes every cached one stale."""
TYPES = {
    "Person": "person", "State": "state", "Organisation": "organisation", "ArmedGroup": "armed_group", "Party": "party",
    "Media": "media", "Company": "company", "Group": "group", "Place": "place",
}
"""Classes of actors and their names in `kg.model`."""
WEIGHT = {
    "head_of_state": 8, "head_of_government": 8, "supreme_leader": 8, "foreign_minister": 6, "head_of_organisation": 6,
    "defence_minister": 4, "spokesperson": 4, "group_leader": 5, "party_leader": 5, "envoy": 4, "commissioner": 4,
    "vice_president": 3, "national_security_adviser": 3, "military_commander": 3,
}
"""What an office adds to prominence; every other one adds 1."""
BARE_SURNAME = 20
"""What it adds that newspapers call a person by the surname alone."""


def actor_files(folder: Path | None = None) -> list[Path]:
    """The Turtle files of the knowledge base, sorted."""
    return sorted((folder or resources.ontology_dir() / "actors").glob("*.ttl"))


def read_facts(files: Iterable[Path]) -> Facts:
    """The triples of all files.

    Raises:
        OntologyError: a file is not Turtle; `where` is file and line.
    """
    facts = Facts()
    for file in files:
        for subject, predicate, value, tag in _triples(file):
            facts.add(subject, predicate, value, tag)
    return facts


def _triples(file: Path) -> Iterator[tuple[str, str, str, str | None]]:
    import pyoxigraph as ox

    try:
        for s, p, o, _ in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE):
            tag = (o.language or o.datatype.value) if isinstance(o, ox.Literal) else None
            yield str(s.value), p.value, str(o.value), tag
    except SyntaxError as error:
        raise OntologyError(f"not Turtle: {error.msg}", where=f"{file}:{error.lineno}",
                            remedy="mend the line; the Turtle grammar wants `subject predicate object .`") from error


def digest(files: Iterable[Path]) -> str:
    """SHA-256 of the files' names and bytes and of the code that makes the index."""
    result = hashlib.sha256()
    for file in (*FORMAT, *files):
        result.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return result.hexdigest()


def actor_index(folder: Path | None = None) -> tuple[Mapping[str, Any], str]:
    """The index and its digest, from the cache when the files have not changed.

    Raises:
        OntologyError: a file is broken, or the folder holds none.
    """
    files = actor_files(folder)
    if not files:
        raise OntologyError("no knowledge base of actors", where=str(folder or resources.ontology_dir() / "actors"),
                            remedy="reinstall the package or restore the folder")
    key = digest(files)
    cached = resources.cache_dir() / f"actors-{key[:24]}.msgpack"
    if cached.is_file():
        return srsly.read_msgpack(cached), key
    index = compile_index(read_facts(files))
    _write_whole(cached, srsly.msgpack_dumps(index))
    return index, key


def _write_whole(path: Path, data: bytes) -> None:
    """Write `path` so that no other process ever sees part of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(path)


def compile_index(facts: Facts) -> dict[str, Any]:
    """The tables that `Knowledge` reads; see there for what each one answers."""
    return _Compiler(facts).run()


FormRow = tuple[str, str, str | None, str | None, str | None, bool]
"""Of an index: the fields of `Sense`, and whether the form is always written with a capital."""


class _Compiler:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.classes: dict[str, list[str]] = defaultdict(list)
        for subject, cls in facts.types():
            self.classes[cls.removeprefix(KG)].append(subject)
        self.types = {s: TYPES[name] for name in TYPES for s in self.classes[name]}
        self.codes = {s: facts.one(s, KG + "iso3") for s in self.types}
        self.forms: dict[str, list[FormRow]] = defaultdict(list)
        self.surnames: dict[str, set[str]] = defaultdict(set)
        self.given = {fold(facts.one(s, SKOS + "prefLabel", "es") or "").partition(" ")[0] for s in self.classes["Person"]}
        self.prominence: dict[str, int] = {}

    def run(self) -> dict[str, Any]:
        entries = {key(s): self.entry(s) for s in sorted(self.types, key=key)}
        tenures = self.tenures()
        for subject in self.types:
            self.weigh(subject)
        for holder, _, role, *_ in tenures:
            self.prominence[holder or ""] = self.prominence.get(holder or "", 0) + WEIGHT.get(role or "", 1)
        for subject, kind in self.types.items():
            self.names(subject, kind)
        self.metonyms()
        return {
            "entries": entries,
            "forms": {form: self.distinct(rows) for form, rows in sorted(self.forms.items())},
            "surnames": {name: sorted(keys, key=self.by_prominence) for name, keys in sorted(self.surnames.items())},
            "sounds": self.sounds(),
            "tenures": tenures,
            "by_person": _positions(row[0] for row in tenures),
            "by_body": _positions(row[3] for row in tenures),
            "members": self.members(),
            "states": {code: key(s) for s, code in sorted(self.codes.items()) if code},
            "demonyms": {key(s): self.facts.values(s, KG + "demonym") for s, code in self.codes.items() if code},
            "prominence": {k: v for k, v in sorted(self.prominence.items()) if v},
        }

    def entry(self, subject: str) -> list[str | None]:
        one = self.facts.one
        label = one(subject, SKOS + "prefLabel", "es")
        matches = [m for m in self.facts.values(subject, SKOS + "exactMatch") if m.startswith(WIKIDATA)]
        country = self.codes[subject] or self.codes.get(one(subject, KG + "country") or "")
        part_of = one(subject, KG + "partOf")
        return [
            self.types[subject], label, one(subject, SKOS + "prefLabel", "en"), matches[0][len(WIKIDATA):] if matches
            else None,
            country, one(subject, KG + "kind"), key(part_of) if part_of else None,
        ]

    def weigh(self, subject: str) -> None:
        """Names attested in Spanish count as prominence."""
        aliases = self.facts.values(subject, SKOS + "altLabel")
        bare = self.types[subject] == "person" and any(" " not in a for a in aliases)
        self.prominence[key(subject)] = len(aliases) + BARE_SURNAME * bare

    def names(self, subject: str, kind: str) -> None:
        facts, ambiguous = self.facts, set(self.facts.values(subject, KG + "ambiguous"))
        note = dict.fromkeys(ambiguous, "ambiguous")
        for label in facts.values(subject, SKOS + "prefLabel"):
            self.form(label, subject, "name", note.get(label))
            self.person_surnames(label, subject, kind)
        for alias in facts.values(subject, SKOS + "altLabel"):
            bare = kind == "person" and " " not in alias
            self.form(alias, subject, "surname" if bare else "alias", note.get(alias))
            self.person_surnames(alias, subject, kind)
        for acronym in facts.values(subject, KG + "acronym"):
            self.form(acronym, subject, "acronym", note.get(acronym))
        for demonym in facts.values(subject, KG + "demonym"):
            self.form(demonym, subject, "demonym", note.get(demonym))
        for capital in facts.values(subject, KG + "capital"):
            self.capital(capital, subject)

    def capital(self, place: str, state: str) -> None:
        span = self.facts.one(state, KG + "from"), self.facts.one(state, KG + "until")
        names = (*self.facts.values(place, SKOS + "prefLabel"), *self.facts.values(place, SKOS + "altLabel"))
        ambiguous = set(self.facts.values(place, KG + "ambiguous"))
        for name in names:
            self.form(name, state, "capital", "ambiguous" if name in ambiguous else None, *span)

    def person_surnames(self, name: str, subject: str, kind: str) -> None:
        if kind == "person":
            country = self.codes.get(self.facts.one(subject, KG + "country") or "")
            for surname in surnames(name, country) or (fold(name),):
                self.surnames[surname].add(key(subject))
            words = name.split()
            if country in TWO_SURNAMES and len(words) > 2 and fold(words[-2]) not in self.given | PARTICLES:
                self.form(" ".join(words[:-1]), subject, "alias", None)  # «Manuel Chaves González» is «Manuel Chaves»

    def metonyms(self) -> None:
        one = self.facts.one
        for node in self.classes["Metonym"]:
            comment = one(node, RDFS_COMMENT)
            note = "; ".join(part for part in (one(node, KG + "kind"), comment) if part) or None
            for form in self.facts.values(node, KG + "form"):
                for denoted in self.facts.values(node, KG + "denotes"):
                    self.form(form, denoted, "metonym", note, one(node, KG + "from"), one(node, KG + "until"))

    def form(self, written: str, subject: str, how: str, note: str | None, start: str | None = None,
             end: str | None = None) -> None:
        """Index a form, without its article unless that is part of the name («La Paz», not «la Alianza»)."""
        article, _, rest = written.partition(" ")
        if article in ARTICLES and rest:
            written = rest
        capital = written != written.lower() and self.types.get(subject) != "group"
        self.forms[fold(written)].append((key(subject), how, note, start, end, capital))

    def distinct(self, rows: list[FormRow]) -> list[FormRow]:
        """One sense for each actor, time and kind of denoting: a name that is its own acronym is a name."""
        found: dict[tuple[str, bool, str | None], FormRow] = {}
        for row in sorted(set(rows), key=self.rank):
            kept = found.setdefault((row[0], row[1] in ("demonym", "capital"), row[3]), row)
            if not row[5]:  # «Talibanes», «talibanes»: one small form is enough
                found[row[0], row[1] in ("demonym", "capital"), row[3]] = (*kept[:5], False)
        return list(found.values())

    def rank(self, row: FormRow) -> tuple[int, int, str, str]:
        order = ("name", "acronym", "alias", "surname", "metonym", "demonym", "capital")
        return -self.prominence.get(row[0], 0), order.index(row[1]), row[0], row[3] or ""

    def by_prominence(self, actor: str) -> tuple[int, str]:
        return -self.prominence.get(actor, 0), actor

    def sounds(self) -> dict[str, list[str]]:
        """Consonant skeletons of first and last words, and each with one consonant left out, → forms of names."""
        result: dict[str, list[str]] = defaultdict(list)
        for form, rows in sorted(self.forms.items()):
            if all(how == "demonym" for _, how, *_ in rows):
                continue
            words = form.split()
            skeletons = (k for word in dict.fromkeys((words[-1], words[0])) if word for k in neighbours(sound(word)))
            for skeleton in dict.fromkeys(skeletons):
                if len(skeleton) > 1:
                    result[skeleton].append(form)
        return dict(sorted(result.items()))

    def tenures(self) -> list[list[str | None]]:
        """Rows of `Tenure`, the latest first."""
        one = self.facts.one
        rows = [
            [key(one(s, KG + "holder") or ""), one(s, KG + "office", "es"),
             (one(s, KG + "role") or "").rsplit("/", 1)[-1],
             key(one(s, KG + "of") or ""), one(s, KG + "from"), one(s, KG + "until"), one(s, KG + "lastSeen")]
            for s in self.classes["Tenure"]
        ]
        return sorted(rows, key=lambda r: ([-ord(c) for c in (r[4] or "")], r[0] or "", r[2] or "", r[3] or ""))

    def members(self) -> dict[str, list[list[str | None]]]:
        result: dict[str, list[list[str | None]]] = defaultdict(list)
        one = self.facts.one
        for s in self.classes["Membership"]:
            row = [key(one(s, KG + "member") or ""), one(s, KG + "from"), one(s, KG + "until")]
            result[key(one(s, KG + "of") or "")].append(row)
        return {body: sorted(rows, key=lambda r: [c or "" for c in r]) for body, rows in sorted(result.items())}


def key(iri: str) -> str:
    """The key of an actor's IRI.

    >>> key("https://geopolitical-kg.example/actor/person/dmitri-peskov")
    'person/dmitri-peskov'
    """
    return iri.removeprefix(BASE + "actor/")


def _positions(keys: Iterable[str | None]) -> dict[str, list[int]]:
    result: dict[str, list[int]] = defaultdict(list)
    for n, name in enumerate(keys):
        result[name or ""].append(n)
    return dict(result)


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken line of the knowledge base: where, which shape, what, and the remedy."""

    file: Path
    line: int
    shape: str
    what: str
    remedy: str

    def error(self) -> OntologyError:
        """The problem as the error that stops a build."""
        return OntologyError(f"{self.what} ({self.shape})", where=f"{self.file}:{self.line}", remedy=self.remedy)


def validate(folder: Path | None = None) -> None:
    """Check the knowledge base.

    Raises:
        OntologyError: the first problem, and how many more there are.
    """
    found = problems(folder)
    if found:
        error = found[0].error()
        more = f" ({len(found) - 1} more problems)" if len(found) > 1 else ""
        raise OntologyError(error.what + more, where=error.where, remedy=error.remedy)


def problems(folder: Path | None = None) -> list[Problem]:
    """Everything wrong with the files under `folder` (`ontology/actors`), in the order of files and lines.

    Shapes come from `actors-shapes.ttl`, classes and roles from `actors-schema.ttl`, both beside the folder or, where
    they are not, of the ontology itself.

    Raises:
        OntologyError: a file is not Turtle.
    """
    files = actor_files(folder)
    shapes, schema = (_beside(folder, name) for name in ("actors-shapes.ttl", "actors-schema.ttl"))
    facts = read_facts(files)
    violations = list(check(facts, read_facts([schema]), read_shapes(read_facts([shapes]), shapes)))
    violations += (*_undeclared(facts), *_other_items(facts))
    finder = _Finder(files)
    twice = dict(finder.twice())
    found = [finder.problem(v) for v in violations if v.node.removeprefix(BASE) not in twice]
    found += twice.values()
    return sorted(dict.fromkeys(found), key=lambda p: (p.file.name, p.line, p.shape, p.what))


def _beside(folder: Path | None, name: str) -> Path:
    beside = folder.parent / name if folder else resources.ontology_dir() / name
    return beside if beside.is_file() else resources.ontology_dir() / name


def _undeclared(facts: Facts) -> Iterator[Violation]:
    """Subjects that no shape speaks of: without a class, or of one that the schema does not have."""
    known = {KG + name for name in (*TYPES, "Tenure", "Membership", "Metonym")}
    for subject, predicates in facts.subjects.items():
        classes = [value for value, _ in predicates.get(RDF_TYPE, ())]
        if len(classes) != 1 or classes[0] not in known:
            yield Violation("ClassShape", subject, RDF_TYPE, classes[0] if classes else None,
                            "a node needs exactly one class of the knowledge base",
                            "begin it with `a kg:Person`, `a kg:Tenure`… (actors-schema.ttl)")


def _other_items(facts: Facts) -> Iterator[Violation]:
    """Actors whose IRI has one Wikidata item and whose match is another."""
    for subject, predicates in facts.subjects.items():
        item = subject.removeprefix(BASE + "actor/")
        for value, _ in predicates.get(SKOS + "exactMatch", ()):
            if item[:1] == "Q" and item[1:].isdigit() and value.startswith(WIKIDATA + "Q") and value != WIKIDATA + item:
                yield Violation("WikidataShape", subject, SKOS + "exactMatch", value, "its IRI has another Wikidata item",
                                f"write wd:{item}, or give the actor the IRI of the right item")


class _Finder:
    """Finds where the files state a triple: they are written with one subject at the start of a line."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.lines = {file: file.read_text(encoding="utf-8").splitlines() for file in files}

    def problem(self, violation: Violation) -> Problem:
        file, line = self.place(violation)
        parts = [f"<{violation.node.removeprefix(BASE)}>"]
        if violation.predicate:
            parts.append(_short(violation.predicate))
        if violation.value:
            parts.append(f"«{_short(violation.value)}»")
        return Problem(file, line, violation.shape, f"{' '.join(parts)}: {violation.message}", violation.remedy)

    def twice(self) -> Iterator[tuple[str, Problem]]:
        """Nodes that begin in two places, as the files write them; what is wrong with the later one follows from that."""
        seen: dict[str, str] = {}
        for file, lines in self.lines.items():
            for n, line in enumerate(lines, 1):
                if line.startswith("<") and (node := line.partition(">")[0][1:]) in seen:
                    what = f"<{node}>: described already at {seen[node]}"
                    remedy = "put all that is said of it in one place, or give one of the two another IRI"
                    yield node, Problem(file, n, "OnceShape", what, remedy)
                elif line.startswith("<"):
                    seen[node] = f"{file.name}:{n}"

    def blocks(self, node: str) -> list[tuple[Path, int]]:
        """Files and lines where a node is described."""
        begins = (f"<{node.removeprefix(BASE)}>", f"<{node}>")
        return [(file, n) for file, lines in self.lines.items() for n, line in enumerate(lines, 1) if line.startswith(begins)]

    def place(self, violation: Violation) -> tuple[Path, int]:
        best = (next(iter(self.lines)), 1, -1)
        wanted = [_short(violation.predicate or ""), _short(violation.value or "").removeprefix(BASE)]
        for file, start in self.blocks(violation.node):
            number, score = self.within(self.lines[file], start - 1, wanted)
            best = max(best, (file, number + 1, score), key=lambda b: b[2])
        return best[0], best[1]

    @staticmethod
    def within(lines: list[str], start: int, wanted: list[str]) -> tuple[int, int]:
        """Of a subject's block, the line that agrees best with the predicate and the value."""
        end = next((n for n in range(start, len(lines)) if not lines[n].strip()), len(lines))
        scores = [sum(bool(w) and w in lines[n] for w in wanted) for n in range(start, end)]
        best = max(scores, default=0)
        return (start + scores.index(best) if scores else start), best


PREFIXES = {
    KG: "kg:", SKOS: "skos:", WIKIDATA: "wd:", BASE + "role/": "role:", "http://purl.org/dc/terms/": "dcterms:",
    RDF_TYPE: "a",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs:",
}


def _short(iri: str) -> str:
    """An IRI as the files write it."""
    for namespace, prefix in PREFIXES.items():
        if iri.startswith(namespace):
            return prefix + iri[len(namespace):]
    return f"<{iri.removeprefix(BASE)}>" if iri.startswith(BASE) else iri
