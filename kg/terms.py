"""The vocabulary of the graph as Python names, and the only place where IRIs are made.

The namespaces are closed: a mistyped term is an AttributeError, and a test compares them with `ontology/*.ttl`.
Names from articles are untrusted: whatever ends up in an IRI is folded or percent-encoded here (RFC 3987).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

__all__ = [
    "ACTORS_GRAPH", "BASE", "DCTERMS", "KG", "MERGED_GRAPH", "NIF", "ONTOLOGY_GRAPH", "ORG", "PREFIXES", "PROV", "RDF",
    "RDFS", "SCHEMA", "SEM", "SKOS", "WD", "XSD", "Namespace", "actor_iri", "article_iri", "event_iri", "evidence_iri",
    "fold", "hashed", "slug", "text_literal",
]

BASE: Final = "https://geopolitical-kg.example/"


class Namespace:
    """A vocabulary with a closed list of terms.

    >>> Namespace("http://example.org/", "meets").meets
    <NamedNode value=http://example.org/meets>
    >>> Namespace("http://example.org/", "meets").meest
    Traceback (most recent call last):
    AttributeError: http://example.org/ has no term 'meest'
    """

    def __init__(self, iri: str, terms: str) -> None:
        self.iri = iri
        self._terms = {name: NamedNode(iri + name) for name in terms.split()}

    def __getattr__(self, name: str) -> NamedNode:
        try:
            return self.__dict__["_terms"][name]  # type: ignore[no-any-return]  # __dict__ is untyped
        except KeyError:
            raise AttributeError(f"{self.__dict__.get('iri')} has no term {name!r}") from None

    def __getitem__(self, name: str) -> NamedNode:
        return self.__getattr__(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __contains__(self, name: object) -> bool:
        return name in self._terms


KG: Final = Namespace(BASE + "ontology#", """
    Event Evidence Article OfficeStatement Identification SignalRule
    VerbalCooperation MaterialCooperation VerbalConflict MaterialConflict Speech
    Agree Consult Support Concede Cooperate Aid Retreat Request Accuse Reject Threaten Protest Sanction Mobilize Coerce
    Assault Say Deny
    agrees meets supports concedes cooperates aids retreats requests accuses rejects threatens protests sanctions
    mobilizes coerces assaults says denies
    source target topic polarity modality attributedTo asserted predicate mode time begins ends dating actsOn
    evidence article trigger triggerBegin triggerEnd rule confidence inferred
    reason sourceReason targetReason classReason polarityReason modalityReason attributionReason
    mentions outlet digest copyOf identityNote actor surface mentionCount linkScore linkReason alternative former note
    evidenceCount articleCount sourceCount contradicts signal score
    directProperty forClass selfAnnounced
    Actor Person State Organisation ArmedGroup Party Media Company Group Place Tenure Membership
    holder office of role from until member country iso3 kind partOf acronym
""")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#", "label comment subClassOf subPropertyOf seeAlso")
SKOS: Final = Namespace(
    "http://www.w3.org/2004/02/skos/core#", "prefLabel altLabel notation exactMatch closeMatch hiddenLabel")
DCTERMS: Final = Namespace("http://purl.org/dc/terms/", "source title publisher identifier")
PROV: Final = Namespace("http://www.w3.org/ns/prov#", "wasDerivedFrom wasAttributedTo Entity")
SEM: Final = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/", "Event Actor Place")
SCHEMA: Final = Namespace(
    "https://schema.org/", "NewsArticle headline datePublished url inLanguage identifier mentions Event")
ORG: Final = Namespace("http://www.w3.org/ns/org#", "Membership member organization")
NIF: Final = Namespace(
    "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#", "String Context beginIndex endIndex anchorOf")
XSD: Final = Namespace(
    "http://www.w3.org/2001/XMLSchema#", "string boolean integer decimal date gYear gYearMonth anyURI")
WD: Final = "http://www.wikidata.org/entity/"

ACTORS_GRAPH: Final = NamedNode(BASE + "graph/actors")
"""What the knowledge base knows of the actors used."""
MERGED_GRAPH: Final = NamedNode(BASE + "graph/merged")
"""What follows from all articles together: counts, labels, contradictions, signals."""
ONTOLOGY_GRAPH: Final = NamedNode(BASE + "graph/ontology")

PREFIXES: Final[dict[str, str]] = {
    "kg": KG.iri, "actor": BASE + "actor/", "article": BASE + "article/", "event": BASE + "event/",
    "evidence": BASE + "evidence/", "graph": BASE + "graph/", "role": BASE + "role/", "dcterms": DCTERMS.iri,
    "nif": NIF.iri, "org": ORG.iri, "owl": "http://www.w3.org/2002/07/owl#", "prov": PROV.iri, "rdf": RDF.iri,
    "rdfs": RDFS.iri, "schema": SCHEMA.iri, "sem": SEM.iri, "skos": SKOS.iri, "time": "http://www.w3.org/2006/time#",
    "wd": WD, "xsd": XSD.iri,
}
"""Prefixes of every Turtle we write and of every query we run."""

_ARTICLES = re.compile(r"^(el|la|los|las|un|una|unos|unas) (?=\S)")
_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case, without accents, punctuation or leading article, single spaces: what two spellings share.

    >>> fold("La Organización  «Médicos» del Mundo")
    'organizacion medicos del mundo'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return _ARTICLES.sub("", _NOT_WORD.sub(" ", plain).strip())


def slug(text: str) -> str:
    """A path segment from a name; a digest where nothing readable is left, or as the tail of a very long name.

    >>> slug("los manifestantes serbios"), slug("¿?")
    ('manifestantes-serbios', '049e42f7fbdeac29')
    """
    words = fold(text).replace(" ", "-")
    if not words:
        return hashed(text)
    return words if len(words) <= 80 else f"{words[:60]}-{hashed(words)}"


def hashed(*parts: str | None) -> str:
    """Sixteen hex digits that stand for `parts`; 2^32 different events would make one collision likely."""
    return hashlib.sha256("\x1f".join(part or "" for part in parts).encode("utf-8", "replace")).hexdigest()[:16]


def actor_iri(path: str) -> NamedNode:
    """The actor with this knowledge base key, or `TYPE/name` when it has none.

    >>> actor_iri("Q159").value, actor_iri("person/peña <x>").value
    ('https://geopolitical-kg.example/actor/Q159', 'https://geopolitical-kg.example/actor/person/pe%C3%B1a%20%3Cx%3E')
    """
    return NamedNode(f"{BASE}actor/{_quoted(path, safe='/')}")


def article_iri(identifier: str) -> NamedNode:
    """The article, which is also its named graph.

    >>> article_iri("EE.UU.").value
    'https://geopolitical-kg.example/article/EE.UU%2E'
    """
    return NamedNode(f"{BASE}article/{_quoted(identifier)}")


def event_iri(*parts: str | None) -> NamedNode:
    """What is said: see `kg.merging`."""
    return NamedNode(f"{BASE}event/{hashed(*parts)}")


def evidence_iri(*parts: str | None) -> NamedNode:
    """Where it is said: article digest and offsets."""
    return NamedNode(f"{BASE}evidence/{hashed(*parts)}")


def text_literal(text: str, language: str | None = None) -> Literal:
    """A literal from untrusted text: unpaired surrogates, which no RDF syntax can hold, become `?`."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return Literal(clean, language=language) if language else Literal(clean)


def _quoted(text: str, safe: str = "") -> str:
    """Percent-encoded; so is a full stop at the end («EE.UU.»), which some readers of Turtle take for the end of a statement."""
    quoted = quote(text.encode("utf-8", "replace"), safe=safe)
    return f"{quoted[:-1]}%2E" if quoted.endswith(".") else quoted
