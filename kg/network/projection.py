"""From readings to rows that can be counted: claims between actors, and the graphs made of them.

**Projection.** A *claim* is one event as one article tells it, with its actors identified across articles. Its
*standing* says what it is worth as a fact:

| standing | meaning |
|---|---|
| `done` | affirmed and actual, and asserted by the article itself or by the actor of itself |
| `attributed` | affirmed and actual, but only on the word of somebody else |
| `hypothetical` | affirmed, but future, possible or desired |
| `negated` | the text says that it did not, does not or will not happen |

Every analysis counts `done` claims unless it is told otherwise: said is not done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from kg.classes import EventClass, Quadrant, event_classes
from kg.errors import GraphError
from kg.identity import actor_paths, display_label
from kg.model import Actor, ActorType, Article, Event, Evidence, Reading

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["STANDINGS", "Claim", "Claims", "Identity", "Node", "Standing", "Tie", "gather", "standing", "tie"]

Standing = Literal["done", "attributed", "hypothetical", "negated"]
"""What a claim is worth as a fact (see the module docstring)."""

STANDINGS: tuple[Standing, ...] = get_args(Standing)

Identity = Mapping[tuple[str, str], str]
"""(article id, actor id) → key of the actor across articles."""


@dataclass(frozen=True, slots=True)
class Node:
    """An actor across articles."""

    key: str
    label: str
    type: ActorType
    label_en: str | None = None
    wikidata: str | None = None
    country: str | None = None

    def name(self, language: str = "es") -> str:
        """Its name in `language` (`es` or `en`); the Spanish one when there is no other."""
        return self.label_en if language == "en" and self.label_en else self.label


@dataclass(frozen=True, slots=True)
class Claim:
    """One event as one article tells it; `source`, `target` and `attributed_to` are keys of nodes."""

    source: str
    target: str | None
    cls: str
    quadrant: Quadrant
    score: float
    """Cooperation (+) or conflict (-), -10 to +10, by class and mode."""
    standing: Standing
    predicate: str
    article: str
    date: str | None
    """First day of when it happened, otherwise the day the article appeared; as precise as it is known."""
    evidence: Evidence
    topic: str | None = None
    polarity: str = "affirmed"
    modality: str = "actual"
    attributed_to: str | None = None
    time: str | None = None
    inferred: bool = False
    weight: float = 1
    """What it counts for in every sum (see `kg.network.counting`); 1 = each piece of evidence once."""


@dataclass(frozen=True, slots=True)
class Tie:
    """All claims of one direction between two actors, summed."""

    source: str
    target: str
    claims: int
    """Number of pieces of evidence."""
    articles: int
    cooperation: float
    """Sum of the positive scores."""
    conflict: float
    """Sum of the negative scores, as a positive number."""
    weight: float = 0
    """Sum of the claims' weights; `claims` unless others were chosen."""

    @property
    def net(self) -> float:
        """Cooperation minus conflict."""
        return self.cooperation - self.conflict

    @property
    def mean(self) -> float:
        """Mean score, -10 to +10."""
        return self.net / self.weight if self.weight else 0.0


@dataclass(frozen=True, slots=True)
class Claims:
    """The rows that all analyses count: claims, the actors and articles they name, and who appears in which article."""

    nodes: Mapping[str, Node]
    """By key, in order of key."""
    claims: tuple[Claim, ...]
    articles: Mapping[str, Article]
    present: Mapping[str, frozenset[str]]
    """Article id → keys of the actors it mentions."""

    def where(self, keep: Callable[[Claim], bool]) -> Claims:
        """The same actors and articles with the claims for which `keep` is true."""
        return replace(self, claims=tuple(c for c in self.claims if keep(c)))

    def standing(self, *standings: Standing) -> Claims:
        """Only claims of these standings."""
        return self.where(lambda c: c.standing in standings)

    def between(self, start: str | None = None, end: str | None = None) -> Claims:
        """Claims dated from `start` to `end` (ISO, both inclusive, any precision) and the articles of that time.

        An undated claim belongs to no period.
        """
        inside = _inside(start, end)
        articles = {k: a for k, a in self.articles.items() if inside(a.date)}
        present = {k: v for k, v in self.present.items() if k in articles}
        return replace(self.where(lambda c: inside(c.date)), articles=articles, present=present)

    def from_articles(self, ids: Collection[str]) -> Claims:
        """Only what these articles say."""
        wanted = frozenset(ids)
        return replace(
            self.where(lambda c: c.article in wanted),
            articles={k: a for k, a in self.articles.items() if k in wanted},
            present={k: v for k, v in self.present.items() if k in wanted},
        )

    def from_sources(self, *sources: str) -> Claims:
        """Only what articles of these outlets say (`Article.source`)."""
        return self.from_articles([k for k, a in self.articles.items() if a.source in sources])

    def ties(self) -> tuple[Tie, ...]:
        """Directed sums over all claims between two different actors, in order of source and target."""
        rows: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in self.claims:
            if claim.target is not None and claim.target != claim.source:
                rows[claim.source, claim.target].append(claim)
        return tuple(tie(*pair, rows[pair]) for pair in sorted(rows))

    def pairs(self) -> tuple[Tie, ...]:
        """Undirected sums: as `ties`, with source < target."""
        rows: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in self.claims:
            if claim.target is not None and claim.target != claim.source:
                rows[min(claim.source, claim.target), max(claim.source, claim.target)].append(claim)
        return tuple(tie(*pair, rows[pair]) for pair in sorted(rows))

    def digraph(self) -> nx.DiGraph[str]:
        """Directed graph: one edge a tie; `weight` of its claims, with `articles`, `cooperation`, `conflict`, `net`.

        Actors without a tie are not in it.
        """
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        _fill(graph, self.ties(), self.nodes)
        return graph

    def graph(self) -> nx.Graph[str]:
        """Undirected graph: one edge a pair, with the same attributes as `digraph`."""
        import networkx as nx

        graph: nx.Graph[str] = nx.Graph()
        _fill(graph, self.pairs(), self.nodes)
        return graph

    def multigraph(self) -> nx.MultiDiGraph[str]:
        """Every claim an edge (key = its number), with all its attributes: for analyses of one's own."""
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for key, node in self.nodes.items():
            graph.add_node(key, label=node.label, type=node.type)
        for number, claim in enumerate(self.claims):
            if claim.target is not None:
                graph.add_edge(claim.source, claim.target, key=number, weight=1, **_attributes(claim))
        return graph


def standing(event: Event) -> Standing:
    """What an event is worth as a fact.

    >>> from kg.model import Event, Evidence, Span
    >>> evidence = Evidence(Span(0, 1, "."), Span(0, 1, "."), "verb.active", 1.0)
    >>> standing(Event("russia", "ASSAULT", "atacar", evidence, attributed_to="ukraine"))
    'attributed'
    >>> standing(Event("russia", "THREATEN", "amenazar", evidence, attributed_to="russia"))
    'done'
    """
    if event.polarity == "negated":
        return "negated"
    if event.modality != "actual":
        return "hypothetical"
    return "done" if event.attributed_to in (None, event.source) else "attributed"


def gather(
    readings: Iterable[Reading],
    identity: Identity | None = None,
    classes: Mapping[str, EventClass] | None = None,
) -> Claims:
    """Claims of all `readings`; the result does not depend on their order.

    `identity` says which actors of different articles are one; without it actors with the same knowledge-base key,
    or the same type and normalised label, are. GraphError when an event names a class or an actor that does not exist.
    """
    table = event_classes() if classes is None else classes
    ordered = sorted(readings, key=lambda r: (r.article.id, r.article.digest))
    described: defaultdict[str, list[Actor]] = defaultdict(list)
    claims: list[Claim] = []
    present: dict[str, frozenset[str]] = {}
    for reading in ordered:
        paths = actor_paths(reading)
        keys = {a.id: (identity or {}).get((reading.article.id, a.id)) or paths[a.id] for a in reading.actors}
        for actor in reading.actors:
            described[keys[actor.id]].append(replace(actor, label=display_label(actor, reading.article)))
        present[reading.article.id] = frozenset(keys.values())
        claims += [_claim(e, reading.article, keys, table) for e in reading.events]
    return Claims(
        nodes={key: _node(key, described[key]) for key in sorted(described)},
        claims=tuple(claims),
        articles={r.article.id: r.article for r in ordered},
        present=present,
    )


def _node(key: str, actors: list[Actor]) -> Node:
    """The commonest label and type (ties: the first in the alphabet), those of the knowledge base before all others."""
    actors = [a for a in actors if a.key] or actors
    label, label_en, kind, wikidata, country = (
        _commonest(getattr(a, name) for a in actors) for name in ("label", "label_en", "type", "wikidata", "country")
    )
    return Node(key, label or key, kind or "group", label_en, wikidata, country)


def _commonest(values: Iterable[Any]) -> Any:
    counts: defaultdict[Any, int] = defaultdict(int)
    for value in values:
        if value is not None:
            counts[value] += 1
    return min(counts, key=lambda v: (-counts[v], v), default=None)


def _claim(event: Event, article: Article, keys: Mapping[str, str], classes: Mapping[str, EventClass]) -> Claim:
    cls = classes.get(event.cls)
    missing = [a for a in (event.source, event.target, event.attributed_to) if a is not None and a not in keys]
    if cls is None or missing:
        what = f"unknown actor {missing[0]!r}" if missing else f"unknown event class {event.cls!r}"
        raise GraphError(f"a reading has an event with {what}", where=article.id, remedy="read the article again")
    return Claim(
        source=keys[event.source], target=keys[event.target] if event.target is not None else None, cls=event.cls,
        quadrant=cls.quadrant, score=cls.score(event.mode), standing=standing(event), predicate=event.predicate,
        article=article.id, date=_first_day(event.time) or article.date, evidence=event.evidence, topic=event.topic,
        polarity=event.polarity, modality=event.modality, time=event.time, inferred=event.inferred,
        attributed_to=keys[event.attributed_to] if event.attributed_to is not None else None,
    )


def _first_day(time: str | None) -> str | None:
    return time.split("/", 1)[0] if time else None


def _inside(start: str | None, end: str | None) -> Callable[[str | None], bool]:
    """A date counts by its first day (2022 = 2022-01-01); an end such as 2022-10 means to the end of October."""
    first = _padded(start) if start else ""

    def test(date: str | None) -> bool:
        return date is not None and _padded(date) >= first and (end is None or _padded(date)[:len(end)] <= end)
    return test


def _padded(date: str) -> str:
    return date + "0000-01-01"[len(date):]


def tie(source: str, target: str, claims: list[Claim]) -> Tie:
    """The sums over these claims."""
    weight: float = 0
    cooperation = conflict = 0.0
    for claim in claims:
        weight += claim.weight
        if claim.score > 0:
            cooperation += claim.score * claim.weight
        else:
            conflict -= claim.score * claim.weight
    return Tie(source, target, len(claims), len({c.article for c in claims}), cooperation, conflict, round(weight, 6))


def _fill(graph: Any, ties: Iterable[Tie], nodes: Mapping[str, Node]) -> None:
    """Nodes first and in order of key: networkx's algorithms follow the order of insertion."""
    rows = list(ties)
    for key in sorted({end for t in rows for end in (t.source, t.target)}):
        graph.add_node(key, label=nodes[key].label, type=nodes[key].type)
    for t in rows:
        graph.add_edge(t.source, t.target, weight=t.weight, articles=t.articles, cooperation=t.cooperation,
                       conflict=t.conflict, net=t.net)


def _attributes(claim: Claim) -> dict[str, Any]:
    names = ("cls", "quadrant", "score", "standing", "predicate", "article", "date", "attributed_to", "topic")
    return {name: getattr(claim, name) for name in names}


