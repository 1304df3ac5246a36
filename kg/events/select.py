"""From drafts to events: one for each pair of participants, told once, and only what an analyst would record."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.calibration import confidence
from kg.events.draft import Draft
from kg.events.times import Times
from kg.model import Event, Evidence, Span
from kg.tokens import Token

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["events_of", "select", "worth_telling"]

_MOST_PAIRS = 6
_SPEECH = frozenset(("SAY", "DENY"))
_VERBAL = frozenset(("REQUEST", "ACCUSE", "REJECT", "THREATEN", "AGREE", "SUPPORT"))
"""Classes of which one actor may do several to another: each with its own topic is an event."""
_DATELINE_END = string.whitespace + "-–—\xa0"
"""What the parser leaves of «Madrid, 29 jun (EFE).- » at the head of a sentence."""
SYMMETRIC = frozenset(("CONSULT", "COOPERATE", "AGREE"))


def events_of(scene: Scene, draft: Draft, times: Times) -> Iterator[Event]:
    """Events of one draft: every source with every target, at most six."""
    targets: tuple[str | None, ...] = draft.target.ids or (None,)
    about = _text(scene, draft.topic)
    evidence = _evidence(draft)
    sense = draft.sense
    pairs = [(s, t) for s in draft.source.ids for t in targets if s != t]
    for source, target in pairs[:_MOST_PAIRS]:
        if target is None and about is None:
            continue
        yield Event(
            source=source, cls=draft.cls, predicate=sense.lemma, evidence=evidence, target=target, topic=about,
            polarity=draft.facts.polarity, modality=draft.facts.modality,  # type: ignore[arg-type]
            attributed_to=draft.facts.speaker, time=times.of(draft.trigger), mode=sense.frame.mode,
            inferred=sense.inferred,
        )


ALONE = {
    "verb": frozenset(
        ("AGREE", "REQUEST", "REJECT", "MOBILIZE", "RETREAT", "PROTEST", "CONCEDE", "SANCTION", "ACCUSE", "SAY", "DENY")
    ),
    "noun": frozenset(("MOBILIZE", "PROTEST", "THREATEN", "RETREAT")),
}
"""Classes that say enough without another side («ordenó la movilización»), by the part of speech of the predicate."""


def _empty(scene: Scene, draft: Draft) -> bool:
    """A topic that is only a pronoun says nothing («lo», «que»)."""
    return draft.topic is None or all(scene.doc[i].pos_ in ("PRON", "PUNCT", "DET") for i in range(*draft.topic))


def _of_event(scene: Scene, draft: Draft) -> bool:
    """Whether the object is itself an event («saludaron *el acuerdo*»)."""
    objects = draft.sense.arguments.fillers("obj")
    return draft.sense.frame.pos == "verb" and any(t.pos_ == "NOUN" and scene.sense(t) is not None for t in objects)


def worth_telling(scene: Scene, draft: Draft) -> bool:
    """Whether an analyst would record it: an event has another side, or is of a class that needs none."""
    if not draft.target and _empty(scene, draft):
        return False
    if draft.cls == "SAY":
        return draft.rule.startswith("speech.") or bool(draft.target)
    if not draft.target and draft.cls in ("SUPPORT", "ACCUSE", "THREATEN") and draft.sense.frame.pos == "verb":
        return draft.rule.startswith(("speech.", "verb.pronoun")) or _of_event(scene, draft)
    return bool(draft.target) or draft.cls in ALONE[draft.sense.frame.pos]


def _text(scene: Scene, span: tuple[int, int] | None) -> str | None:
    if span is None or span[1] <= span[0]:
        return None
    return scene.doc.span(*span).text.strip() or None


def _evidence(draft: Draft) -> Evidence:
    facts = draft.facts
    reasons = {
        "source": draft.source.why, "target": draft.target.why or "no actor is named as target",
        "class": draft.why_class or f"{draft.sense.frame.cls}: lexicon {draft.sense.frame.origin}",
        "polarity": facts.why_polarity, "modality": facts.why_modality, "attribution": facts.why_speaker,
    }
    sentence = _sentence(draft.trigger)
    return Evidence(sentence, _trigger(draft), draft.rule, confidence(draft.rule), reasons)


def _sentence(token: Token) -> Span:
    span = token.doc.span(*token.sentence)
    text = span.text
    start = span.start + len(text) - len(text.lstrip(_DATELINE_END))
    return Span(start, span.start + len(text.rstrip()), text.lstrip(_DATELINE_END).rstrip())


def _trigger(draft: Draft) -> Span:
    """The predicate's word, or the stretch over the words of a phrase."""
    words = sorted((draft.trigger, *draft.sense.words), key=lambda t: t.i)
    first, last = words[0], words[-1]
    return first.doc.span(first.i, last.i + 1)


# ---------------------------------------------------------------- choosing


def select(events: Iterable[Event]) -> tuple[Event, ...]:
    """Merge repeats and keep one statement for each speaker and subject-matter; order of the text."""
    kept: list[Event] = []
    alike: dict[tuple[str, str, str], list[int]] = {}
    for event in sorted(events, key=_clearest):
        places = alike.setdefault((event.cls, event.polarity, event.modality), [])
        same = next((i for i in places if _repeats(event, kept[i])), None)
        if same is None:
            places.append(len(kept))
            kept.append(event)
        else:
            kept[same] = _joined(kept[same], event)
    return tuple(sorted(_statements(kept), key=_place))


def _clearest(event: Event) -> tuple[bool, float, int]:
    """What the article says itself comes before what it reports, the surer rule before the others."""
    return event.attributed_to is not None, -event.evidence.confidence, event.evidence.trigger.start


def _place(event: Event) -> tuple[int, str, str, str]:
    return event.evidence.trigger.start, event.source, event.target or "", event.cls


def _repeats(one: Event, other: Event) -> bool:
    """Whether two of one class and factuality have the same participants; without target, about the same."""
    if one.cls in SYMMETRIC and one.target and (one.source, one.target) == (other.target, other.source):
        return True
    if (one.source, one.target) != (other.source, other.target):
        return False
    if one.cls in _SPEECH:
        return one.evidence.sentence == other.evidence.sentence
    mine, others = _stems(one.topic), _stems(other.topic)
    if one.target is not None and one.cls not in _VERBAL:
        return True
    return bool(mine & others) or (one.target is not None and not (mine and others))


def _stems(text: str | None) -> frozenset[str]:
    """First five letters of the longer words."""
    return frozenset(w[:5].lower() for w in (text or "").split() if len(w) > 3)


def _joined(kept: Event, repeat: Event) -> Event:
    """The clearer of two, with the time that either states."""
    return replace(kept, time=kept.time or repeat.time)


def _statements(events: list[Event]) -> Iterator[Event]:
    """Leave out a SAY whose content stands as an event of its own in the same sentence."""
    acted = {(e.source, e.evidence.trigger) for e in events if e.cls not in _SPEECH}
    for event in events:
        empty = (event.source, event.evidence.trigger) in acted or event.topic is None
        if not (event.cls == "SAY" and empty):
            yield event
