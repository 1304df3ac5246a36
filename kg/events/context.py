"""The other side of an event that its own phrases do not name, from the words around it.

Three sources, the surest first: the ground that somebody withdraws from, an earlier mention of the same event, and the one
other party of the sentence. Each was kept because it is right more often than wrong on gold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.events.draft import NOBODY, Draft, Found
from kg.events.tree import children, finite, sentence, words
from kg.tokens import Token

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["complete"]

_PARTIES = frozenset(("state", "organisation", "armed_group", "party", "group"))
_NEARBY = {"noun": frozenset(("AGREE", "AID", "COOPERATE")), "verb": frozenset(("AID",))}
"""Classes whose other side may be the other party of the sentence, by part of speech of the predicate."""
_TOWARDS = frozenset(("REJECT", "THREATEN", "ACCUSE", "COERCE", "ASSAULT", "SUPPORT", "AID", "SANCTION"))
"""Classes done to somebody."""
_ANSWERS = frozenset(("ACCUSE", "REQUEST", "SUPPORT"))
"""Classes that speak of what somebody does."""
_MATERIAL = frozenset(("ASSAULT", "COERCE", "SANCTION", "MOBILIZE", "PROTEST", "THREATEN"))
_BROUGHT_ABOUT = frozenset(("AGREE", "CONSULT", "COOPERATE", "RETREAT"))
"""Classes of what a mediator brings about."""
_PREVIOUS = 40
"""Words before the sentence of a mediation in which the parties are looked for."""
_REACH = 25
"""Words after the trigger in which the ground is looked for."""


def complete(scene: Scene, drafts: list[Draft]) -> None:
    """Give a target to drafts that have a source and no target, where the context names it."""
    for draft in drafts:
        if draft.source and not draft.target and draft.cls not in ("SAY", "DENY"):
            found = _ground(scene, draft) or _same_event(draft, drafts) or _coordinated(draft, drafts)
            found = found or _mediated(scene, draft, drafts) or _struck(scene, draft)
            draft.target = found or _doer_before(scene, draft, drafts) or _nearby(scene, draft)


def _ground(scene: Scene, draft: Draft) -> Found:
    """«la retirada de los militares israelíes del sur *del Líbano*», «del sur *libanés*»."""
    if draft.cls != "RETREAT":
        return NOBODY
    return _place_behind(scene, draft, "the ground: «{}» in the same sentence", adjectives=True)


def _struck(scene: Scene, draft: Draft) -> Found:
    """«bombardeó centrales eléctricas *cerca de Beirut*»: the place in the clause of an attack."""
    if draft.cls != "ASSAULT" or draft.sense.frame.pos != "verb":
        return NOBODY
    return _place_behind(scene, draft, "where it happens: «{}» in the same clause")


def _place_behind(scene: Scene, draft: Draft, why: str, *, adjectives: bool = False) -> Found:
    """The first state or place behind the trigger, in its clause; where it is told so, also as an adjective."""
    trigger = draft.trigger
    for token in words(scene.doc, trigger.i + 1, min(sentence(trigger)[1], trigger.i + _REACH)):
        if token.is_punct or finite(token):
            break
        name = scene.cast.adjective(token) if adjectives else None
        for actor in (*scene.cast.denoted(token), *((name,) if name else ())):
            if actor not in draft.source.ids and scene.kind(actor) in ("state", "place"):
                return Found((actor,), why.format(token.text), token)
    return NOBODY


def _same_event(draft: Draft, drafts: Iterable[Draft]) -> Found:
    """A noun («la retirada israelí») takes up an event of the same class and source that is told with its other side."""
    if draft.sense.frame.pos != "noun":
        return NOBODY
    for other in drafts:
        if other.cls == draft.cls and other.target and set(other.source.ids) & set(draft.source.ids):
            why = f"the same event is told with its other side («{other.trigger.text}»): {other.target.why}"
            return Found(other.target.ids, why, other.target.token)
    return NOBODY


def _mediated(scene: Scene, draft: Draft, drafts: Iterable[Draft]) -> Found:
    """«Israel y Hamás acordaron una tregua *mediada por Catar*»: between whom, from what was brought about."""
    if draft.sense.frame.mode != "third-party":
        return NOBODY
    first, last = sentence(draft.trigger)
    near = [d for d in drafts if first - _PREVIOUS <= d.trigger.i < last and d.cls in _BROUGHT_ABOUT and d.target]
    for other in reversed(near):
        parties = tuple(n for n in (*other.source.ids, *other.target.ids) if n not in draft.source.ids)
        if len(parties) > 1:
            return Found(parties, f"between the parties of «{other.trigger.text}»", other.target.token)
    return NOBODY


def _doer_before(scene: Scene, draft: Draft, drafts: list[Draft]) -> Found:
    """«Rusia condenó *los bombardeos*»: who did what the object takes up, told before."""
    if draft.sense.frame.pos != "verb" or draft.cls not in _ANSWERS:
        return NOBODY
    for noun in _event_nouns(scene, draft):
        for other in reversed([d for d in drafts if d.trigger.i < draft.trigger.i and d.cls == noun.cls]):
            ids = tuple(n for n in other.source.ids if n not in draft.source.ids)
            if ids and other.facts.polarity == "affirmed":
                return Found(ids, f"does what «{noun.trigger.text}» takes up («{other.trigger.text}»)", other.source.token)
    return NOBODY


def _event_nouns(scene: Scene, draft: Draft) -> Iterator[Draft]:
    """Event nouns without participants in the object: «los ataques», «el fin de los ataques»."""
    for slot in (*draft.sense.frame.topic, "obj"):
        for token in draft.sense.arguments.fillers(slot):
            for part in (token, *children(token, "nmod")):
                found = scene.draft(part) if part.pos_ == "NOUN" else None
                if found is not None and found.sense.frame.pos == "noun" and found.cls in _MATERIAL:
                    yield found


def _coordinated(draft: Draft, drafts: Iterable[Draft]) -> Found:
    """«La OTAN se opuso y finalmente convenció *a Rusia*»: the other side of the verb that it is coordinated with."""
    if draft.sense.frame.pos != "verb" or draft.cls not in _TOWARDS:
        return NOBODY
    for other in drafts:
        if not other.target or other.source.ids != draft.source.ids:
            continue
        joined = other.trigger.head.i == draft.trigger.i or draft.trigger.head.i == other.trigger.i
        if joined and "conj" in (other.trigger.dep_, draft.trigger.dep_) and other.cls not in ("SAY", "DENY"):
            return Found(other.target.ids, f"that of the coordinated «{other.trigger.text}»", other.target.token)
    return NOBODY


def _nearby(scene: Scene, draft: Draft) -> Found:
    """The only other party in the sentence."""
    if draft.cls not in _NEARBY[draft.sense.frame.pos] or scene.kind(draft.source.ids[0]) not in _PARTIES:
        return NOBODY
    others = {actor: token for token in words(scene.doc, *sentence(draft.trigger)) for actor in _parties(scene, token, draft)}
    if len(others) != 1:
        return NOBODY
    ((actor, token),) = others.items()
    return Found((actor,), f"the only other party in the sentence: «{token.text}»", token)


def _parties(scene: Scene, token: Token, draft: Draft) -> Iterator[str]:
    if not scene.cast.place(token):
        for actor in scene.cast.denoted(token):
            if actor not in draft.source.ids and scene.kind(actor) in _PARTIES:
                yield actor
