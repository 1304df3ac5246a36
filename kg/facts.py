"""What the knowledge base says of an actor, as triples for the graph.

The files under `ontology/actors/` are loaded once into a store in the cache folder, under the digest of their bytes,
and read from there: looking up an actor takes microseconds, opening the store some milliseconds.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple

from kg import ontology, resources
from kg.errors import OntologyError
from kg.terms import DCTERMS, KG, RDF, RDFS, SKOS, actor_iri

__all__ = ["ActorFacts", "load"]

FORMAT = "1"
_FORMS = frozenset(KG.iri + name for name in ("ambiguous", "demonym", "form", "verifiedBy", "denotes"))
"""Properties that serve to find actors in a text and say nothing of them."""
MEMBERS = 60
"""Memberships are given for bodies up to this size: that a state is one of 193 in the United Nations says nothing."""


class ActorFacts:
    """Triples of the actor knowledge base, by actor."""

    def __init__(self, store: Store, digest: str) -> None:
        self._store = store
        self.digest = digest

    def label(self, path: str) -> tuple[str, str] | None:
        """Names in Spanish and English (Spanish where there is none); None for an actor that is not there."""
        return self._label(actor_iri(path))

    def _label(self, actor: NamedNode) -> tuple[str, str] | None:
        names = self._names(actor)
        if not names:
            return None
        spanish = names.get("es") or min(names.values())
        return spanish, names.get("en", spanish)

    def triples(self, path: str) -> Iterator[Triple]:
        """What is known of the actor: names, type, codes, offices held, members; names of what these refer to."""
        actor = actor_iri(path)
        linked = set()
        for subject in (actor, *self._about(actor)):
            for triple in self._described(subject):
                yield triple
                if isinstance(triple.object, NamedNode):
                    linked.add(triple.object)
        for other in linked | {actor}:
            names = self._names(other)
            spanish = names.get("es") or min(names.values(), default="")
            for language, name in ({"es": spanish, "en": spanish} | names if spanish else names).items():
                yield Triple(other, RDFS.label, Literal(name, language=language))

    def state(self, iso3: str) -> NamedNode | None:
        """The state with this ISO 3166 code."""
        return next((q.subject for q in self._store.quads_for_pattern(None, KG.iso3, Literal(iso3))
                     if isinstance(q.subject, NamedNode)), None)

    def _about(self, actor: NamedNode) -> Iterator[NamedNode]:
        """Offices that a person held, memberships of a body."""
        for quad in self._store.quads_for_pattern(None, KG.holder, actor):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject
        found = [quad.subject for quad in self._store.quads_for_pattern(None, KG.of, actor)]
        members = [s for s in found if isinstance(s, NamedNode) and self._is(s, KG.Membership)]
        if len(members) <= MEMBERS:
            yield from members

    def _is(self, subject: NamedNode, cls: NamedNode) -> bool:
        return any(self._store.quads_for_pattern(subject, RDF.type, cls))

    def _described(self, subject: NamedNode) -> Iterator[Triple]:
        for quad in self._store.quads_for_pattern(subject, None, None):
            if quad.predicate.value in _FORMS or isinstance(quad.object, BlankNode):
                continue
            predicate = DCTERMS.source if quad.predicate == KG.source else quad.predicate
            yield Triple(subject, predicate, quad.object)

    def _names(self, subject: NamedNode) -> dict[str, str]:
        found = [q.object for q in self._store.quads_for_pattern(subject, SKOS.prefLabel, None)]
        labels = [name for name in found if isinstance(name, Literal)]
        return {name.language or "es": name.value for name in sorted(labels, key=str, reverse=True)}


@cache
def load() -> ActorFacts:
    """The bundled knowledge base; an empty one where `ontology/actors` holds no files.

    Raises:
        OntologyError: a file is not Turtle.
    """
    files = ontology.actor_files()
    digest = ontology.digest(files)[:24]
    if not files:
        return ActorFacts(Store(), digest)
    folder = resources.cache_dir() / f"facts-{FORMAT}-{digest}"
    if not folder.is_dir():
        _compile(files, folder)
    return ActorFacts(Store.read_only(str(folder)), digest)


def _compile(files: list[Path], folder: Path) -> None:
    """Write the store beside its place and rename it, so that no process ever opens half of it."""
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=folder.name + "."))
    store = Store(str(made))
    for file in files:
        try:
            store.bulk_load(path=str(file), format=RdfFormat.TURTLE)
        except SyntaxError as error:
            raise OntologyError(f"not Turtle: {error.msg}", where=f"{file}:{error.lineno}",
                                remedy="mend the line") from error
    store.flush()
    del store  # releases the lock
    try:
        made.rename(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(made)
