"""The interactive picture: one self-contained HTML file that opens anywhere, asks the network for nothing, runs no
text as code.

pyvis is the model of nodes and edges and the source of vis-network (its bundled file); the page around it is ours,
because pyvis's own template loads scripts from elsewhere and lets labels and headings through unescaped. Data travel as
JSON in a block that no browser runs, every text reaches the page as text, only http(s) addresses become links, and a
content security policy allows exactly the two scripts in the file, by their digests.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from kg.classes import QUADRANTS, event_classes
from kg.model import ActorType, Evidence, Reading
from kg.network.centrality import betweenness, pagerank
from kg.network.communities import communities
from kg.network.layout import layout
from kg.network.projection import STANDINGS, Claim, Claims, Identity, gather
from kg.truth import write_whole

if TYPE_CHECKING:
    from pyvis.network import Network

__all__ = ["SHAPES", "Centrality", "html", "page", "to_pyvis", "write_view"]

Centrality = Literal["degree", "pagerank", "betweenness"]
"""What the size of a node means at first; the page can change it."""

SHAPES: Mapping[ActorType, tuple[str, str]] = {
    "state": ("square", "#34495e"), "organisation": ("diamond", "#6a5d8f"), "person": ("dot", "#8a6f5a"),
    "armed_group": ("triangleDown", "#6b3f3f"), "party": ("triangle", "#7a7f3f"), "media": ("star", "#4f7f82"),
    "company": ("hexagon", "#9a7b3c"), "group": ("dot", "#9299a3"), "place": ("dot", "#b9b09f"),
}
"""vis-network shape and colour of each actor type."""

_MODALITIES = ("actual", "future", "possible", "desired")
_TYPES: tuple[ActorType, ...] = get_args(ActorType)
_LONGEST_SENTENCE = 1200
"""Longer sentences (tables, lists, hostile input) are cut around their trigger."""
_LONGEST_TEXT = 300
_CAREFUL = 1000
"""Up to so many actors the best of several divisions into communities is taken."""
_REASONED = 4000
"""Up to so many claims the page carries the reasons of each."""


def write_view(readings: Iterable[Reading], path: Path, **options: Any) -> Path:
    """Write `html(readings, **options)` to `path` (UTF-8; parent folders are made) and return it."""
    data = html(readings, **options).encode()
    return write_whole(path, lambda file: file.write(data))


def html(
    readings: Iterable[Reading],
    *,
    title: str = "Grafo de actores",
    language: Literal["es", "en"] = "es",
    identity: Identity | None = None,
    size_by: Centrality = "degree",
    core: int = 180,
) -> str:
    """The page for these readings: see `page`."""
    return page(gather(readings, identity), title=title, language=language, size_by=size_by, core=core)


def page(
    claims: Claims, *, title: str = "Grafo de actores", language: Literal["es", "en"] = "es",
    size_by: Centrality = "degree", core: int = 180,
) -> str:
    """A whole HTML document.

    `language` is that of its labels at first, `size_by` what sizes mean at first. With more than `core` actors it opens
    on the strongest `core` of them and expands on demand. The same claims give the same bytes.
    """
    import jinja2
    from markupsafe import Markup

    names = ("vis-network", "view")
    sources = dict(zip(names, (_vis_network(), _template("view.js")), strict=True))
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    settings = {"title": _clean(title), "language": language, "sizeBy": size_by, "core": core}
    style = _template("view.css")
    return environment.from_string(_template("view.html.j2")).render(
        title=_clean(title), language=language, style=Markup(style), style_digest=_digest(style),
        scripts=[Markup(sources[name]) for name in names], script_digests=[_digest(sources[name]) for name in names],
        data=Markup(_json_block(_payload(claims, settings))),
    )


def to_pyvis(claims: Claims) -> Network:
    """Actors and gathered relations as a pyvis `Network`: node ids number the actors from the strongest.

    One edge for each source, target, quadrant and standing, with `claims` (its pieces of evidence) and `width`. Nodes
    have fixed positions, a shape and a colour by type, and `size` by degree. Actors that no claim names are
    left out.
    """
    from pyvis.network import Network

    net = Network(directed=True, cdn_resources="local")
    order = _strongest(claims)
    positions = layout(claims, order)
    number = {key: n for n, key in enumerate(order)}
    strength = Counter(dict(claims.graph().degree(weight="weight")))
    for key in order:
        node = claims.nodes[key]
        shape, colour = SHAPES[node.type]
        x, y = positions[key]
        net.add_node(number[key], label=node.label, shape=shape, color=colour, x=x, y=y, physics=False,
                     size=round(10 + 4 * math.sqrt(strength[key]), 1))
    for (source, target, quadrant, status), count in _gathered(claims, number).items():
        net.add_edge(source, target, quadrant=quadrant, standing=status, claims=count,
                     width=round(1 + math.log2(count), 2))
    return net


def _strongest(claims: Claims) -> list[str]:
    """Actors of any claim: those with most `done` evidence first, then by all evidence, then by key.

    Those on whose word a claim rests are there even when they do nothing themselves.
    """
    done: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for claim in claims.claims:
        ends = [key for key in (claim.source, claim.target) if key is not None]
        every.update(ends)
        every[claim.attributed_to or claim.source] += 0
        if claim.standing == "done" and claim.target is not None:
            done.update(ends)
    return sorted(every, key=lambda k: (-done[k], -every[k], k))


def _gathered(claims: Claims, number: Mapping[str, int]) -> dict[tuple[int, int, int, int], int]:
    counts: dict[tuple[int, int, int, int], int] = {}
    for claim in claims.claims:
        edge = _edge_of(claim, number)
        if edge is not None:
            counts[edge] = counts.get(edge, 0) + 1
    return dict(sorted(counts.items()))


def _edge_of(claim: Claim, number: Mapping[str, int]) -> tuple[int, int, int, int] | None:
    if claim.target is None:
        return None
    places = QUADRANTS.index(claim.quadrant), STANDINGS.index(claim.standing)
    return number[claim.source], number[claim.target], *places


class _Strings:
    """A table of distinct texts; columns hold their numbers (-1 = none)."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, text: str | None) -> int:
        return -1 if text is None else self.numbers.setdefault(_clean(text), len(self.numbers))


def _payload(claims: Claims, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Columns instead of objects: a third of the size, and quick to read."""
    net = to_pyvis(claims)
    strings = _Strings()
    order = _strongest(claims)
    number = {key: n for n, key in enumerate(order)}
    edges = {(e["from"], e["to"], e["quadrant"], e["standing"]): n for n, e in enumerate(net.edges)}
    return {
        "settings": settings,
        "quadrants": QUADRANTS, "standings": STANDINGS, "types": _TYPES, "modalities": _MODALITIES,
        "shapes": [SHAPES[t] for t in _TYPES],
        "classes": [[c.name, QUADRANTS.index(c.quadrant), c.label_es, c.label_en, c.phrase_es, c.phrase_en, c.intensity]
                    for c in event_classes().values()],
        "nodes": _node_columns(claims, order, net),
        "edges": {name: [e[name] for e in net.edges] for name in ("from", "to", "quadrant", "standing")},
        "articles": _article_columns(claims),
        "claims": _claim_columns(claims, number, edges, strings),
        "strings": list(strings.numbers),
    }


def _node_columns(claims: Claims, order: Sequence[str], net: Network) -> dict[str, list[Any]]:
    done = claims.standing("done")
    rank, between = pagerank(done.digraph()), betweenness(done.graph())
    group = {m.key: m.community for m in communities(done, seeds=5 if len(order) <= _CAREFUL else 1).members}
    nodes = [claims.nodes[key] for key in order]
    mentioned = Counter(key for keys in claims.present.values() for key in keys)
    return {
        "key": list(order),
        "label": [_clean(n.label, _LONGEST_TEXT) for n in nodes],
        "en": [_clean(n.label_en or "", _LONGEST_TEXT) for n in nodes],
        "type": [_TYPES.index(n.type) for n in nodes],
        "x": [n["x"] for n in net.nodes], "y": [n["y"] for n in net.nodes],
        "pagerank": [round(rank.get(key, 0.0), 5) for key in order],
        "betweenness": [round(between.get(key, 0.0), 5) for key in order],
        "community": [group.get(key, 0) for key in order],
        "articles": [mentioned[key] for key in order],
        "wikidata": [n.wikidata or "" for n in nodes], "country": [n.country or "" for n in nodes],
    }


def _article_columns(claims: Claims) -> dict[str, list[str]]:
    articles = claims.articles.values()
    return {name: [_clean(getattr(a, name) or "", _LONGEST_TEXT) for a in articles]
            for name in ("id", "title", "date", "source", "url")}


def _claim_columns(
    claims: Claims, number: Mapping[str, int], edges: Mapping[tuple[int, int, int, int], int], strings: _Strings,
) -> dict[str, list[Any]]:
    articles = {key: n for n, key in enumerate(claims.articles)}
    classes = {name: n for n, name in enumerate(event_classes())}
    reasoned = len(claims.claims) <= _REASONED
    names = ("edge", "class", "standing", "negated", "modality", "by", "date", "time", "article", "predicate", "topic",
             "sentence", "start", "length", "confidence", "rule", "reasons")
    rows = []
    for claim in claims.claims:
        edge = _edge_of(claim, number)
        sentence, start, length = _excerpt(claim.evidence)
        rows.append((
            # a claim about a topic hangs on its source: -1 - number of the source
            edges[edge] if edge else -1 - number[claim.source], classes[claim.cls], STANDINGS.index(claim.standing),
            int(claim.polarity == "negated"), _MODALITIES.index(claim.modality),
            -1 if claim.attributed_to is None else number[claim.attributed_to],
            strings(claim.date), strings(claim.time), articles[claim.article],
            strings(claim.predicate[:_LONGEST_TEXT]), strings(claim.topic and claim.topic[:_LONGEST_TEXT]),
            strings(sentence), start, length, round(claim.evidence.confidence * 100), strings(claim.evidence.rule),
            [[strings(k), strings(v)] for k, v in claim.evidence.reasons.items()] if reasoned else 0,
        ))
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


def _excerpt(evidence: Evidence) -> tuple[str, int, int]:
    """The sentence (cut around the trigger when very long), and where in it the trigger stands.

    Offsets count UTF-16 units, as JavaScript does.
    """
    text = evidence.sentence.text
    start = min(max(evidence.trigger.start - evidence.sentence.start, 0), len(text))
    end = min(max(evidence.trigger.end - evidence.sentence.start, start), start + _LONGEST_TEXT, len(text))
    first, last = 0, len(text)
    if len(text) > _LONGEST_SENTENCE:
        first, last = max(0, start - _LONGEST_SENTENCE // 2), min(len(text), end + _LONGEST_SENTENCE // 2)
    before = ("… " if first else "") + text[first:start]
    after = text[end:last] + (" …" if last < len(text) else "")
    return before + text[start:end] + after, _units(before), _units(text[start:end])


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _clean(text: str, longest: int | None = None) -> str:
    """Without what UTF-8 cannot hold; cut to `longest` characters."""
    kept = text if longest is None or len(text) <= longest else text[:longest - 1] + "…"
    return kept.encode("utf-8", "replace").decode("utf-8")


def _json_block(data: object) -> str:
    """JSON that cannot end its script block: <, > and & are written as escapes."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _digest(text: str) -> str:
    """Source expression of a content security policy for an inline block."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _template(name: str) -> str:
    return files("kg").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _vis_network() -> str:
    """vis-network 9.1.2 as pyvis bundles it (Apache-2.0 or MIT; its notice stays in)."""
    bundled = files("pyvis").joinpath("templates", "lib", "vis-9.1.2", "vis-network.min.js")
    return bundled.read_text(encoding="utf-8").replace("\r\n", "\n").replace("</script", "<\\/script")
