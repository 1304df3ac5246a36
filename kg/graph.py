"""Readings → RDF: a pure function of the set of readings, whatever their order.

| named graph | what is in it |
|---|---|
| `article/ID` | the article, how it names its actors, its events and offices with evidence, the direct edges |
| `graph/merged` | of each event, over all articles: label, topic, counts, signal, contradictions |
| `graph/actors` | what the knowledge base knows of the actors used; name and type of the others |
| `graph/ontology` | `ontology/kg.ttl` and `actors-schema.ttl` |

The direct edge `A kg:threatens B` stands only for what is affirmed and actual, read from the lexicon (not inferred),
and asserted by the article or said by the actor of itself. *Said is not done.*
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg import facts as actor_facts
from kg import merging
from kg.classes import event_classes
from kg.errors import GraphError, OntologyError
from kg.identity import ActorIdentity, Decision, actor_paths, display_label, merge_actors
from kg.merging import Claim, Dated, Identity
from kg.model import Actor, Article, Event, Evidence, Office, Reading
from kg.resources import ontology_dir
from kg.terms import (
    ACTORS_GRAPH,
    BASE,
    KG,
    MERGED_GRAPH,
    NIF,
    ONTOLOGY_GRAPH,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    WD,
    XSD,
    actor_iri,
    article_iri,
    event_iri,
    evidence_iri,
    fold,
    hashed,
    text_literal,
)

__all__ = [
    "Described", "Labels", "Name", "Placed", "actor_triples", "article_triples", "check", "check_type", "contradiction",
    "copy_triples", "described", "event_of", "event_triples", "is_edge", "label_of", "merged_triples", "name",
    "name_triples", "ontology_triples", "opposite", "place", "quads", "signal", "usual",
]

Labels = Callable[[str], tuple[str, str]]
"""Path of an actor → its names in Spanish and English."""

TYPES = {
    "person": KG.Person, "state": KG.State, "organisation": KG.Organisation, "armed_group": KG.ArmedGroup,
    "party": KG.Party, "media": KG.Media, "company": KG.Company, "group": KG.Group, "place": KG.Place,
}
_REASONS = {
    "source": KG.sourceReason, "target": KG.targetReason, "class": KG.classReason, "polarity": KG.polarityReason,
    "modality": KG.modalityReason, "attribution": KG.attributionReason,
}
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")
_CONTRADICTABLE = ("actual", "future")
_POLARITIES = {"affirmed": "negated", "negated": "affirmed"}
_QUALIFIED = {"future": ("previsto", "planned"), "possible": ("posible", "possible"), "desired": ("deseado", "wished")}


class Placed(NamedTuple):
    """A claim with the event it belongs to."""

    claim: Claim
    event: NamedNode
    date: Dated


class Described(NamedTuple):
    """An actor as one article describes it."""

    label: str
    type: str
    label_en: str
    wikidata: str
    country: str


Name = tuple[str, str]


def place(claimed: Sequence[Claim]) -> list[Placed]:
    """The events that claims of one key belong to."""
    dates = merging.anchors({claim.dated for claim in claimed})
    return [Placed(c, event_of(c, dates[c.dated]), dates[c.dated]) for c in claimed]


def event_of(claim: Claim, date: Dated) -> NamedNode:
    """The event of a claim that is filed under a date (`kg.merging.anchors`)."""
    return event_iri(*claim.variant(date))


# ── one article ──────────────────────────────────────────────────────────────────────────────────────────────────────


def article_triples(reading: Reading, identity: Identity, placed: Sequence[Placed]) -> Iterator[Triple]:
    """The named graph of one article; `placed` holds its events in their order (`Reading.events`)."""
    article = reading.article
    node = article_iri(article.id)
    yield from _article(node, article)
    for actor in reading.actors:
        yield from _identification(node, article, actor, identity[article.id, actor.id])
    taken: Counter[str] = Counter()
    for event, where in zip(reading.events, placed, strict=True):
        yield from _event(node, article, event, where, taken)
    for office in reading.offices:
        yield from _office(node, article, office, identity, taken)


def _article(node: NamedNode, article: Article) -> Iterator[Triple]:
    yield Triple(node, RDF.type, KG.Article)
    yield Triple(node, RDF.type, SCHEMA.NewsArticle)
    yield Triple(node, SCHEMA.identifier, text_literal(article.id))
    yield Triple(node, KG.digest, Literal(article.digest))
    language = article.language if _LANGUAGE.fullmatch(article.language) else "und"
    yield Triple(node, SCHEMA.inLanguage, Literal(language))
    if article.title:
        yield Triple(node, SCHEMA.headline, text_literal(article.title, language))
    if article.date:
        yield Triple(node, SCHEMA.datePublished, _time(article.date))
    if article.source:
        yield Triple(node, KG.outlet, text_literal(article.source))
    if article.url:
        yield Triple(node, SCHEMA.url, Literal(text_literal(article.url).value, datatype=XSD.anyURI))


def _identification(article: NamedNode, source: Article, actor: Actor, path: str) -> Iterator[Triple]:
    node = NamedNode(f"{BASE}identification/{hashed(source.digest, actor.id)}")
    iri = actor_iri(path)
    yield Triple(article, KG.mentions, iri)
    yield Triple(node, RDF.type, KG.Identification)
    yield Triple(node, KG.article, article)
    yield Triple(node, KG.actor, iri)
    yield Triple(node, KG.linkScore, _decimal(actor.link.score))
    yield Triple(node, KG.linkReason, text_literal(actor.link.reason))
    yield Triple(node, KG.mentionCount, _integer(len(actor.mentions)))
    for surface in actor.aliases:
        yield Triple(node, KG.surface, text_literal(surface))
    for alternative in actor.link.alternatives:
        yield Triple(node, KG.alternative, text_literal(alternative))


def _event(node: NamedNode, article: Article, event: Event, where: Placed, taken: Counter[str]) -> Iterator[Triple]:
    claim = where.claim
    source, target = actor_iri(claim.source), claim.target and actor_iri(claim.target)
    yield Triple(where.event, RDF.type, KG.Event)
    yield Triple(where.event, RDF.type, _class(event.cls))
    yield Triple(where.event, KG.source, source)
    if target:
        yield Triple(where.event, KG.target, target)
    yield Triple(where.event, KG.polarity, Literal(event.polarity))
    yield Triple(where.event, KG.modality, Literal(event.modality))
    yield from _dates(where)
    evidence = _evidence_iri(article, event.evidence, taken, claim.key, event.polarity, event.modality, event.topic)
    yield Triple(where.event, KG.evidence, evidence)
    yield from _evidence(evidence, node, event.evidence)
    yield from _told(evidence, event, claim)
    if target and is_edge(claim):
        yield Triple(source, KG[event_classes()[event.cls].property], target)


def is_edge(claim: Claim) -> bool:
    """True when the claim has a direct edge in the graph (see the module docstring)."""
    return (claim.target not in (None, claim.source) and (claim.polarity, claim.modality) == ("affirmed", "actual")
            and not claim.inferred and claim.attributed_to in (None, claim.source))


def _dates(where: Placed) -> Iterator[Triple]:
    yield Triple(where.event, KG.dating, Literal(where.date.dating))
    if where.date.dating != "none":
        yield Triple(where.event, KG.begins, Literal(where.date.begins, datatype=XSD.date))
        yield Triple(where.event, KG.ends, Literal(where.date.ends, datatype=XSD.date))


def _told(evidence: NamedNode, event: Event, claim: Claim) -> Iterator[Triple]:
    """What this sentence says and another of the same event may say otherwise."""
    yield Triple(evidence, KG.predicate, text_literal(event.predicate))
    yield Triple(evidence, KG.inferred, Literal(event.inferred))
    if event.topic:
        yield Triple(evidence, KG.topic, text_literal(event.topic, "es"))
    if event.mode:
        yield Triple(evidence, KG.mode, text_literal(event.mode))
    if event.time:
        yield Triple(evidence, KG.time, _time(event.time))
    if claim.attributed_to:
        yield Triple(evidence, KG.attributedTo, actor_iri(claim.attributed_to))


def _evidence_iri(article: Article, evidence: Evidence, taken: Counter[str], *said: str | None) -> NamedNode:
    """From where it is said, and what: one word may be evidence of several events (one for each target)."""
    parts = (article.digest, str(evidence.trigger.start), str(evidence.trigger.end), *said)
    place = hashed(*parts)
    taken[place] += 1
    return evidence_iri(*parts, str(taken[place]) if taken[place] > 1 else None)


def _evidence(node: NamedNode, article: NamedNode, evidence: Evidence) -> Iterator[Triple]:
    yield Triple(node, RDF.type, KG.Evidence)
    yield Triple(node, KG.article, article)
    yield Triple(node, NIF.beginIndex, _integer(evidence.sentence.start))
    yield Triple(node, NIF.endIndex, _integer(evidence.sentence.end))
    yield Triple(node, NIF.anchorOf, text_literal(evidence.sentence.text))
    yield Triple(node, KG.trigger, text_literal(evidence.trigger.text))
    yield Triple(node, KG.triggerBegin, _integer(evidence.trigger.start))
    yield Triple(node, KG.triggerEnd, _integer(evidence.trigger.end))
    yield Triple(node, KG.rule, text_literal(evidence.rule))
    yield Triple(node, KG.confidence, _decimal(evidence.confidence))
    for name, reason in evidence.reasons.items():
        known = _REASONS.get(name)
        yield Triple(node, known or KG.reason, text_literal(reason if known else f"{name}: {reason}"))


def _office(
    node: NamedNode, article: Article, office: Office, identity: Identity, taken: Counter[str]
) -> Iterator[Triple]:
    person = identity[article.id, office.person]
    body = identity[article.id, office.of] if office.of is not None else None
    held = NamedNode(f"{BASE}office/{hashed(person, fold(office.office), body, str(office.former))}")
    evidence = _evidence_iri(article, office.evidence, taken, held.value)
    yield Triple(held, RDF.type, KG.OfficeStatement)
    yield Triple(held, KG.holder, actor_iri(person))
    yield Triple(held, KG.office, text_literal(office.office, "es"))
    if body:
        yield Triple(held, KG.of, actor_iri(body))
    yield Triple(held, KG.former, Literal(office.former))
    if office.note:
        yield Triple(held, KG.note, text_literal(office.note))
    yield Triple(held, KG.evidence, evidence)
    yield from _evidence(evidence, node, office.evidence)


# ── all articles ─────────────────────────────────────────────────────────────────────────────────────────────────────


def merged_triples(
    claimed: Sequence[Claim], groups: Mapping[str, str], outlets: Mapping[str, str | None], labels: Labels
) -> Iterator[Triple]:
    """What all claims of one key say together, for each of its events."""
    events: dict[NamedNode, list[Placed]] = {}
    for placed in place(claimed):
        events.setdefault(placed.event, []).append(placed)
    for event, told in events.items():
        yield from event_triples(event, [p.claim for p in told], groups, outlets, labels)
        yield from contradiction(event, opposite(told[0].claim, told[0].date), events)


def event_triples(
    event: NamedNode, told: Sequence[Claim], groups: Mapping[str, str], outlets: Mapping[str, str | None], labels: Labels
) -> Iterator[Triple]:
    """What all claims of one event say together."""
    yield from _summary(event, told, labels)
    yield from _counts(event, told, groups, outlets)


def opposite(claim: Claim, date: Dated) -> NamedNode | None:
    """The event that differs from the claim's in polarity alone; what may or should happen contradicts nothing."""
    polarity = _POLARITIES.get(claim.polarity)
    if polarity is None or claim.modality not in _CONTRADICTABLE:
        return None
    return event_of(replace(claim, polarity=polarity), date)


def contradiction(event: NamedNode, other: NamedNode | None, there: Container[NamedNode]) -> Iterator[Triple]:
    """The link of an event to its opposite, where that is among the events told."""
    if other is not None and other in there:
        yield Triple(event, KG.contradicts, other)


def _summary(event: NamedNode, told: Sequence[Claim], labels: Labels) -> Iterator[Triple]:
    best, topic = _telling(told)
    yield from name_triples(event, told, labels)
    if topic:
        yield Triple(event, KG.topic, text_literal(topic, "es"))
    mode = _best(told, lambda c: c.mode)
    if mode:
        yield Triple(event, KG.mode, text_literal(mode))
    yield Triple(event, KG.predicate, text_literal(best.predicate))
    yield Triple(event, KG.confidence, _decimal(best.confidence))
    yield Triple(event, KG.asserted, Literal(any(c.attributed_to is None for c in told)))
    yield Triple(event, KG.inferred, Literal(all(c.inferred for c in told)))
    for actor in sorted({c.attributed_to for c in told if c.attributed_to}):
        yield Triple(event, KG.attributedTo, actor_iri(actor))
    counted = signal(best.cls, best.polarity, best.modality, any(c.attributed_to == c.source for c in told))
    if counted:
        yield Triple(event, KG.signal, _class(counted))
        yield Triple(event, KG.score, _decimal(event_classes()[counted].score(mode if counted == best.cls else None)))


def name_triples(event: NamedNode, told: Sequence[Claim], labels: Labels) -> Iterator[Triple]:
    """The labels of an event, which follow those of its actors."""
    for text, language in zip(name(*_telling(told), labels), ("es", "en"), strict=True):
        yield Triple(event, RDFS.label, text_literal(text, language))


def _telling(told: Sequence[Claim]) -> tuple[Claim, str | None]:
    """The most confident claim, and the most confident topic."""
    return min(told, key=lambda c: (-c.confidence, c.article, c.number)), _best(told, lambda c: c.topic)


def _best(told: Sequence[Claim], value: Callable[[Claim], str | None]) -> str | None:
    """The value that the most confident claim gives."""
    given = [(-c.confidence, text) for c in told if (text := value(c))]
    return min(given)[1] if given else None


def _counts(
    event: NamedNode, told: Sequence[Claim], groups: Mapping[str, str], outlets: Mapping[str, str | None]
) -> Iterator[Triple]:
    articles = sorted({c.article for c in told})
    sources = merging.independent((a, groups.get(a, a), outlets.get(a)) for a in articles)
    yield Triple(event, KG.evidenceCount, _integer(len(told)))
    yield Triple(event, KG.articleCount, _integer(len(articles)))
    yield Triple(event, KG.sourceCount, _integer(sources))


def name(claim: Claim, topic: str | None, labels: Labels) -> Name:
    """Spanish and English label of an event.

    >>> date = Dated("2022-10-12", "2022-10-12", "stated")
    >>> claim = Claim("a", 0, "Q1", "THREATEN", "Q2", None, date, "negated", "future", None, "advertir", None, 1, False)
    >>> name(claim, None, {"Q1": ("Stoltenberg",) * 2, "Q2": ("Rusia", "Russia")}.__getitem__)
    ('Stoltenberg no amenaza a Rusia (previsto)', 'Stoltenberg threatens Russia: not so (planned)')
    """
    cls = event_classes()[claim.cls]
    (es, en), negated = labels(claim.source), claim.polarity == "negated"
    if claim.target:
        target_es, target_en = labels(claim.target)
        es = f"{es} {'no ' if negated else ''}{cls.phrase_es} {target_es}"
        en = f"{en} {cls.phrase_en} {target_en}{': not so' if negated else ''}"
    else:
        es = f"{es}: {'no hay ' if negated else ''}{cls.label_es} ({topic or '…'})"
        en = f"{en}: {'no ' if negated else ''}{cls.label_en} ({topic or '…'})"
    if claim.modality in _QUALIFIED:
        qualified = _QUALIFIED[claim.modality]
        return f"{es} ({qualified[0]})", f"{en} ({qualified[1]})"
    return es, en


def described(actor: Actor, article: Article) -> Described:
    """What an article says an actor is."""
    return Described(display_label(actor, article), actor.type, actor.label_en or "", actor.wikidata or "", actor.country or "")


def actor_triples(
    path: str, given: Counter[Described], known: actor_facts.ActorFacts, joined: Mapping[str, str]
) -> Iterator[Triple]:
    """The actor as the knowledge base has it, otherwise as most articles describe it (ties: first in the alphabet).

    `given` are the descriptions with their number, `joined` are the paths that were found to be the same actor, with the reason.
    """
    node = actor_iri(path)
    yield Triple(node, RDF.type, KG.Actor)
    for own in sorted(joined):
        yield Triple(node, KG.identityNote, Literal(f"{own}: {joined[own]}"))
    if known.label(path):
        yield from known.triples(path)
        return
    best = usual(given)
    check_type(best.type, path)
    yield Triple(node, RDF.type, TYPES[best.type])
    yield Triple(node, RDFS.label, text_literal(best.label, "es"))
    yield Triple(node, RDFS.label, text_literal(best.label_en or best.label, "en"))
    if re.fullmatch(r"Q\d+", best.wikidata):
        yield Triple(node, SKOS.exactMatch, NamedNode(WD + best.wikidata))
    if best.country and (state := known.state(best.country)):
        yield Triple(node, KG.country, state)


def check(reading: Reading) -> None:
    """Refuse a reading that no graph can be made of.

    Raises:
        GraphError: an unknown class or type, or an actor that the reading does not list.
    """
    where = reading.article.id
    there = {actor.id for actor in reading.actors}
    for actor in reading.actors:
        check_type(actor.type, where)
    for event in reading.events:
        _class(event.cls)
    named = {a for e in reading.events for a in (e.source, e.target, e.attributed_to) if a is not None}
    named |= {a for o in reading.offices for a in (o.person, o.of) if a is not None}
    if missing := sorted(named - there):
        raise GraphError(f"no actor {missing[0]!r} in the reading", where=where, remedy="list every actor it names")


def check_type(name: str, where: str) -> None:
    """GraphError when no actor can be of this type."""
    if name not in TYPES:
        raise GraphError(f"unknown type of actor {name!r}", where=where, remedy="use a type of kg.model.ActorType")


def usual(given: Counter[Described]) -> Described:
    """The most frequent description."""
    return min(given, key=lambda d: (-given[d], d))


# ── the scheme ───────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def ontology_triples() -> tuple[Triple, ...]:
    """`ontology/kg.ttl` and `actors-schema.ttl`; OntologyError names the line that is not Turtle."""
    return tuple(triple for name in ("kg.ttl", "actors-schema.ttl") for triple in _scheme(ontology_dir() / name))


def _scheme(path: Path) -> Iterator[Triple]:
    try:
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            # a blank node would have another name at each parse, and the graph other bytes
            if not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode):
                yield _canonical(quad.triple)
    except SyntaxError as error:
        place = f"{path}:{error.lineno}"
        raise OntologyError(f"not Turtle: {error.msg}", where=place, remedy="mend the line") from error


def _canonical(triple: Triple) -> Triple:
    value = triple.object
    if isinstance(value, Literal) and value.datatype == XSD.decimal:
        return Triple(triple.subject, triple.predicate, _decimal(float(value.value)))
    return triple


@cache
def _signals() -> Mapping[tuple[str, str, str], tuple[bool, str]]:
    """(class, polarity, modality) → (the actor itself must say so, class as which it counts)."""
    rules: dict[str, dict[str, list[str]]] = {}
    for triple in ontology_triples():
        if isinstance(triple.object, NamedNode | Literal):
            values = rules.setdefault(str(triple.subject), {}).setdefault(triple.predicate.value, [])
            values.append(triple.object.value)
    codes = {KG.iri + code.capitalize(): code for code in event_classes()}
    result = {}
    for rule in rules.values():
        for key in _conditions(rule, codes):
            result[key] = (KG.selfAnnounced.value in rule, codes[rule[KG.signal.value][0]])
    return result


def _conditions(rule: Mapping[str, Sequence[str]], codes: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    if KG.SignalRule.value in rule[RDF.type.value]:
        for cls in rule[KG.forClass.value]:
            for modality in rule[KG.modality.value]:
                yield codes[cls], rule[KG.polarity.value][0], modality


def signal(cls: str, polarity: str, modality: str, self_announced: bool) -> str | None:
    """The class as which an event counts in measures of cooperation and conflict; None when it does not count.

    The rules are data (`kg:SignalRule` in `ontology/kg.ttl`), after Hu et al. 2024.

    >>> signal("ASSAULT", "affirmed", "future", True), signal("ASSAULT", "affirmed", "future", False)
    ('THREATEN', None)
    >>> signal("CONSULT", "negated", "actual", False), signal("AID", "affirmed", "actual", False)
    ('REJECT', 'AID')
    """
    if (polarity, modality) == ("affirmed", "actual"):
        return cls
    needs_self, counted = _signals().get((cls, polarity, modality), (False, None))
    return None if needs_self and not self_announced else counted


# ── everything ───────────────────────────────────────────────────────────────────────────────────────────────────────


def quads(
    readings: Iterable[Reading], decisions: Sequence[Decision] = (), known: actor_facts.ActorFacts | None = None
) -> Iterator[Quad]:
    """The whole dataset, graph by graph, for readings that fit in memory (`kg.store` does the same for any number).

    Args:
        readings: at most one for each article.
        decisions: of a person, on who is who across articles (`kg.identity`).
        known: facts about actors; by default the bundled knowledge base.

    Raises:
        GraphError: two readings of one article, or a class or type that the ontology lacks.
    """
    ordered = _unique(readings)
    for reading in ordered:
        check(reading)
    found = merge_actors(ordered, decisions)
    identity = {key: who.path for key, who in found.items()}
    known = known or actor_facts.load()
    claimed = {r.article.id: merging.claims(r, identity) for r in ordered}
    placed = {
        (p.claim.article, p.claim.number): p
        for _, told in merging.by_key(c for cs in claimed.values() for c in cs) for p in place(told)
    }
    for reading in ordered:
        graph = article_iri(reading.article.id)
        here = [placed[c.article, c.number] for c in claimed[reading.article.id]]
        yield from (_quad(triple, graph) for triple in article_triples(reading, identity, here))
    yield from _shared(ordered, found, known, [c for cs in claimed.values() for c in cs])


def _shared(
    ordered: Sequence[Reading], identity: Mapping[tuple[str, str], ActorIdentity], known: actor_facts.ActorFacts,
    claimed: Sequence[Claim],
) -> Iterator[Quad]:
    given: defaultdict[str, Counter[Described]] = defaultdict(Counter)
    joined: dict[str, dict[str, str]] = {}
    for reading in ordered:
        paths = actor_paths(reading)
        for actor in reading.actors:
            who, own = identity[reading.article.id, actor.id], paths[actor.id]
            given[who.path][described(actor, reading.article)] += 1
            if who.path != own:
                joined.setdefault(who.path, {})[own] = who.reason
    labels = labeller(given, known)
    groups = merging.components(merging.copies({r.article.id: merging.sketch(r.article.text) for r in ordered}))
    outlets = {r.article.id: r.article.source for r in ordered}
    for _, told in merging.by_key(claimed):
        yield from (_quad(t, MERGED_GRAPH) for t in merged_triples(told, groups, outlets, labels))
    yield from (_quad(t, MERGED_GRAPH) for t in copy_triples(groups))
    for path in sorted(given):
        yield from (_quad(t, ACTORS_GRAPH) for t in actor_triples(path, given[path], known, joined.get(path, {})))
    yield from (_quad(t, ONTOLOGY_GRAPH) for t in ontology_triples())


def copy_triples(groups: Mapping[str, str]) -> Iterator[Triple]:
    """Articles that are copies, each linked to the first of its group."""
    for article, first in groups.items():
        if article != first:
            yield Triple(article_iri(article), KG.copyOf, article_iri(first))


def labeller(given: Mapping[str, Counter[Described]], known: actor_facts.ActorFacts) -> Labels:
    """Names of actors: of the knowledge base, otherwise the usual one."""

    @cache
    def label(path: str) -> Name:
        return label_of(given[path], known.label(path))

    return label


def label_of(given: Counter[Described], known: Name | None) -> Name:
    """Spanish and English name of an actor, as `actor_triples` writes them."""
    if known:
        return known
    best = usual(given)
    return best.label, best.label_en or best.label


def _unique(readings: Iterable[Reading]) -> list[Reading]:
    ordered = sorted(readings, key=lambda r: r.article.id)
    for one, other in pairwise(ordered):
        if one.article.id == other.article.id:
            raise GraphError("two articles with one name", where=one.article.id, remedy="rename one of the files")
    return ordered


def _class(code: str) -> NamedNode:
    if code not in event_classes():
        raise GraphError(f"unknown event class {code!r}", remedy="use a class of ontology/classes.tsv")
    return KG[code.capitalize()]


def _quad(triple: Triple, graph: NamedNode) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _time(text: str) -> Literal:
    """A date typed by its precision; an interval, which XSD has no type for, stays a string.

    >>> _time("2022-10").datatype.value, _time("2022-10-03/2022-10-09").datatype.value
    ('http://www.w3.org/2001/XMLSchema#gYearMonth', 'http://www.w3.org/2001/XMLSchema#string')
    """
    types = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    if len(text) in types and merging.days(text):
        return Literal(text, datatype=types[len(text)])
    return text_literal(text)


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)


def _decimal(number: float) -> Literal:
    """In canonical form (XSD 1.1), which is what the store gives back.

    >>> [_decimal(n).value for n in (1.0, 0.5, -0.00001)]
    ['1', '0.5', '0']
    """
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return Literal("0" if text in ("-0", "") else text, datatype=XSD.decimal)
