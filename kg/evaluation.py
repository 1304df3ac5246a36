"""Readings against gold annotations: precision, recall and F1 of events, actors and offices.

The measures are those of the project's annotation guidelines. Predicted actors are aligned to gold ones by label, then
by shared strings, then by shared words. Events are matched one to one, greedily from the strictest level:

    full   class, polarity, modality and attribution agree
    class  source, class and target (or topic)
    quad   the quadrant of the class instead of the class
    pair   source and target (or topic) alone

Optional gold events count neither for nor against. `no-SAY` leaves the two speech classes out on both sides. Figures
are rounded to three digits.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.classes import event_classes
from kg.errors import EvaluationError

__all__ = ["LEVELS", "Figures", "Scores", "digest", "evaluate", "load_gold", "load_predictions", "matched", "texts_of"]

LEVELS = ("full", "class", "quad", "pair")
SCOPES = ("all", "no-SAY")
SYMMETRIC = frozenset({"AGREE", "CONSULT", "COOPERATE"})
SPEECH = frozenset({"SAY", "DENY"})
TOPIC_WORDS = 12
"""Words of a predicted topic that count."""

_STOP = frozenset(re.findall(r"\w+", """
    el la los las lo un una unos unas de del a al en y o que con por para su sus se no ni es son como sobre
    entre ante tras hasta desde muy mas este esta estos estas ese esa"""))
"""Words that say nothing about a topic: part of the measure, so kept here."""
Document = Mapping[str, Any]
Mapped = Mapping[str | None, str | None]


@dataclass(slots=True)
class Figures:
    """Counts of hits, surplus and misses, with what follows from them (0–1)."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    @property
    def precision(self) -> float:
        """Share of predictions that are right."""
        return round(self._precision, 3)

    @property
    def recall(self) -> float:
        """Share of the gold that was found."""
        return round(self._recall, 3)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self._precision + self._recall
        return round(2 * self._precision * self._recall / both, 3) if both else 0.0

    @property
    def _precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def _recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    def as_dict(self) -> dict[str, float | int]:
        """Plain data: P, R, F1, tp, fp, fn."""
        return {"P": self.precision, "R": self.recall, "F1": self.f1, "tp": self.tp, "fp": self.fp, "fn": self.fn}


@dataclass(slots=True)
class Scores:
    """What `evaluate` measured."""

    events: dict[tuple[str, str], Figures] = field(
        default_factory=lambda: {(scope, level): Figures() for scope in SCOPES for level in LEVELS})
    actors: Figures = field(default_factory=Figures)
    offices: Figures = field(default_factory=Figures)
    agreements: Counter[str] = field(default_factory=Counter)
    """On matched events: `matched`, and how many agree in class, polarity, modality, attribution."""
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Gold class, predicted class."""
    details: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, in the layout of the reference scorer's `--json`."""
        matched = self.agreements["matched"] or 1
        names = ("class", "polarity", "modality", "attribution")
        return {
            **{f"events {scope} {level}": f.as_dict() for (scope, level), f in self.events.items()},
            "actors": self.actors.as_dict(),
            "offices": self.offices.as_dict(),
            "on matched events": {name: round(self.agreements[name] / matched, 3) for name in names},
            "confusions": [f"{gold}→{pred} {n}" for (gold, pred), n in self.confusions.most_common(12)],
        }

    def table(self) -> str:
        """The figures as lines of text."""
        return "\n".join(f"{name:24} {figures}" for name, figures in self.as_dict().items())


def load_gold(folder: Path) -> list[dict[str, Any]]:
    """The annotations of a folder, one JSON file an article, sorted by file name.

    Raises:
        EvaluationError: no such files, or one that is not JSON.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise EvaluationError("no gold annotations (*.json) here", where=str(folder))
    return [_json(path.read_text("utf-8"), str(path)) for path in files]


def texts_of(gold: Path) -> Path:
    """The folder of the annotated articles: `texts` beside the annotations.

    Raises:
        EvaluationError: there is none.
    """
    folder = gold.parent / "texts"
    if not folder.is_dir():
        raise EvaluationError("no folder «texts» beside it", where=str(gold), remedy="name one with --texts")
    return folder


def load_predictions(path: Path) -> dict[str, Document]:
    """Readings of a JSON-lines file by article."""
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    documents = [_json(line, f"{path}:{number}") for number, line in lines if line.strip()]
    return {document["article"]: document for document in documents}


def digest(gold: Iterable[Document]) -> str:
    """SHA-256 (hex) of the annotations: pinned figures belong to these and no others."""
    text = json.dumps(list(gold), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def evaluate(gold: Sequence[Document], predictions: Mapping[str, Document]) -> Scores:
    """Compare predictions (by article) with gold; an article without prediction counts as empty."""
    scores = Scores()
    for annotated in gold:
        predicted = predictions.get(annotated["article"], {"actors": [], "events": [], "offices": []})
        _Comparison(annotated, predicted).add_to(scores)
    return scores


def matched(gold: Document, predicted: Document) -> dict[int, str]:
    """Level that each predicted event of an article reaches, by its position; surplus events are left out."""
    comparison = _Comparison(gold, predicted)
    pairs = _match(gold["events"], predicted.get("events", []), comparison._grade)
    return {p: level for (_, p), level in pairs.items()}


class _Comparison:
    """One article: its gold, its prediction and the alignment of their actors."""

    def __init__(self, gold: Document, predicted: Document) -> None:
        self.gold, self.predicted = gold, predicted
        self.mapping = _align(gold["actors"], predicted.get("actors", []))
        self.gold_names = {a["id"]: " ".join([a["label"], *a.get("aliases", [])]) for a in gold["actors"]}
        self.names = {a["id"]: a["label"] for a in predicted.get("actors", [])}

    def add_to(self, scores: Scores) -> None:
        self._actors(scores.actors)
        for scope in SCOPES:
            self._events(scope, scores)
        self._offices(scores.offices)

    def _actors(self, figures: Figures) -> None:
        required = [e for e in self.gold["events"] if e.get("required", True)]
        needed = {e[k] for e in required for k in ("source", "target") if e.get(k)}
        found = {gold for gold in self.mapping.values() if gold in needed}
        acting = {e.get(k) for e in self.predicted.get("events", []) for k in ("source", "target")} - {None}
        figures.tp += len(found)
        figures.fn += len(needed - found)
        figures.fp += sum(1 for actor in acting if self.mapping.get(actor) is None)

    def _events(self, scope: str, scores: Scores) -> None:
        golds = [e for e in self.gold["events"] if scope == "all" or e.get("class") not in SPEECH]
        preds = [e for e in self.predicted.get("events", []) if scope == "all" or e.get("class") not in SPEECH]
        pairs = _match(golds, preds, self._grade)
        required = sum(1 for e in golds if e.get("required", True))
        for level in LEVELS:
            good = {pair for pair, reached in pairs.items() if LEVELS.index(reached) <= LEVELS.index(level)}
            hits = sum(1 for g, _ in good if golds[g].get("required", True))
            figures = scores.events[scope, level]
            figures.tp += hits
            figures.fp += len(preds) - len(good)
            figures.fn += required - hits
        if scope == "all":
            self._agreements(golds, preds, pairs, scores)
            scores.details += self._details(golds, preds, pairs)

    def _agreements(self, golds: Sequence[Document], preds: Sequence[Document],
                    pairs: Mapping[tuple[int, int], str], scores: Scores) -> None:
        for g, p in pairs:
            gold, pred = golds[g], preds[p]
            scores.agreements["matched"] += 1
            scores.agreements["class"] += gold["class"] == pred.get("class")
            scores.agreements["polarity"] += _same(gold, pred, "polarity", "affirmed")
            scores.agreements["modality"] += _same(gold, pred, "modality", "actual")
            scores.agreements["attribution"] += gold.get("attributed_to") == self._speaker(pred)
            if gold["class"] != pred.get("class"):
                scores.confusions[gold["class"], str(pred.get("class"))] += 1

    def _offices(self, figures: Figures) -> None:
        left = [(o["person"], _norm(o["office"]).split()[:1], o.get("of")) for o in self.gold.get("offices", [])]
        for office in self.predicted.get("offices", []):
            person, of = self.mapping.get(office.get("person")), self.mapping.get(office.get("of"))
            key = (person, _norm(office.get("office")).split()[:1], of)
            if key in left:
                left.remove(key)
                figures.tp += 1
            else:
                figures.fp += 1
        figures.fn += len(left)

    def _speaker(self, pred: Document) -> str | None:
        return self.mapping.get(pred["attributed_to"]) if pred.get("attributed_to") else None

    def _end(self, pred: Document) -> tuple[str | None, set[str]]:
        """Aligned target, and the words of the topic; an unaligned target's name counts as topic."""
        topic = _stems(" ".join((pred.get("topic") or "").split()[:TOPIC_WORDS]))
        target = pred.get("target")
        aligned = self.mapping.get(target) if target is not None else None
        if target is not None and aligned is None:
            topic |= _stems(self.names.get(target, target))
        return aligned, topic

    def _grade(self, gold: Document, pred: Document) -> str | None:
        """The strictest level at which the two events match."""
        source = self.mapping.get(pred.get("source"))
        target, topic = self._end(pred)
        if not (self._meets(gold, source, target, topic) or _swapped(gold, source, target)):
            return None
        if gold["class"] == pred.get("class"):
            same = _same(gold, pred, "polarity", "affirmed") and _same(gold, pred, "modality", "actual")
            return "full" if same and gold.get("attributed_to") == self._speaker(pred) else "class"
        return "quad" if _quadrant(gold["class"]) == _quadrant(pred.get("class")) else "pair"

    def _meets(self, gold: Document, source: str | None, target: str | None, topic: set[str]) -> bool:
        if source is None or source != gold["source"]:
            return False
        if gold.get("target") is not None:
            return bool(target == gold["target"])
        wanted = _stems(" ".join((gold.get("topic") or "").split()[:TOPIC_WORDS]))
        return bool(topic & wanted) or bool(target is not None and _stems(self.gold_names.get(target, "")) & wanted)

    def _details(self, golds: Sequence[Document], preds: Sequence[Document],
                 pairs: Mapping[tuple[int, int], str]) -> Iterable[str]:
        levels, hit = {g: level for (g, _), level in pairs.items()}, {p for _, p in pairs}
        name = self.gold["article"]
        for g, e in enumerate(golds):
            mark = levels.get(g) or ("MISS" if e.get("required", True) else "-")
            yield (f"{name} gold {mark:5} {e['source']} --{e['class']}--> {e.get('target')} [{e.get('topic') or ''}] "
                   f"«{e.get('sentence', '')[:60]}»")
        for p, e in enumerate(preds):
            if p not in hit:
                yield (f"{name} pred EXTRA {self.names.get(e.get('source'))} --{e.get('class')}--> "
                       f"{self.names.get(e.get('target'))} [{e.get('topic') or ''}]")


def _same(gold: Document, pred: Document, name: str, default: str) -> bool:
    return bool(gold.get(name, default) == pred.get(name, default))


def _swapped(gold: Document, source: str | None, target: str | None) -> bool:
    """A symmetric event told from the other side."""
    return bool(gold["class"] in SYMMETRIC and gold.get("target") is not None
                and target == gold["source"] and source == gold["target"])


def _quadrant(name: str | None) -> str | None:
    found = event_classes().get(name or "")
    return found.quadrant if found else None


def _match(golds: Sequence[Document], preds: Sequence[Document],
           grade: Callable[[Document, Document], str | None]) -> dict[tuple[int, int], str]:
    """One to one, from the strictest level; required gold first; then in order of the two lists."""
    graded = [(LEVELS.index(level), not gold.get("required", True), g, p)
              for g, gold in enumerate(golds) for p, pred in enumerate(preds) if (level := grade(gold, pred))]
    used_gold, used_pred, pairs = set(), set(), {}
    for level_index, _, g, p in sorted(graded):
        if g not in used_gold and p not in used_pred:
            used_gold.add(g)
            used_pred.add(p)
            pairs[g, p] = LEVELS[level_index]
    return pairs


def _align(golds: Sequence[Document], predicted: Sequence[Document]) -> dict[str | None, str | None]:
    """Predicted actor id → gold actor id, or None where nothing fits."""
    names = {g["id"]: {_norm(g["label"]), *map(_norm, g.get("aliases", []))} - {""} for g in golds}
    labels = {g["id"]: _norm(g["label"]) for g in golds}
    result: dict[str | None, str | None] = {}
    for actor in predicted:
        strings = Counter([_norm(actor["label"]), *map(_norm, actor.get("aliases") or [])])
        scored = [(_likeness(actor["label"], strings, labels[gid], known), gid) for gid, known in names.items()]
        best = max((score for score, _ in scored), default=0.0)
        result[actor["id"]] = next(gid for score, gid in scored if score == best) if best > 0 else None
    return result


def _likeness(label: str, strings: Mapping[str, int], gold_label: str, known: Iterable[str]) -> float:
    """Label counts three, each shared string one; shared words («Kallas» for «Kaja Kallas») only a half."""
    known = set(known)
    score = 3.0 * (_norm(label) == gold_label) + sum(n for text, n in strings.items() if text in known)
    if score:
        return score
    words = _stems(label)
    return 0.5 if words and any(_covers(words, _stems(text)) for text in known) else 0.0


def _covers(words: set[str], known: set[str]) -> bool:
    return words <= known or (bool(known) and known <= words and len(words - known) <= 2)


def _norm(text: str | None) -> str:
    """Case folded; no accents, punctuation or leading article."""
    folded = unicodedata.normalize("NFD", (text or "").casefold())
    folded = "".join(c for c in folded if unicodedata.category(c) != "Mn")
    return re.sub(r"^(el|la|los|las|un|una) ", "", " ".join(re.findall(r"[a-z0-9]+", folded)))


def _stems(text: str | None) -> set[str]:
    return {word[:5] for word in _norm(text).split() if word not in _STOP and len(word) > 2}


def _json(text: str, where: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise EvaluationError(f"not JSON ({error.msg}, line {error.lineno})", where=where) from error
    if not isinstance(data, dict) or "article" not in data:
        raise EvaluationError("holds no reading", where=where, remedy="each needs a key «article»")
    return data
