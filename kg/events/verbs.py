"""Verbal events: active, passive, reflexive; infinitives, gerunds, participles; phrases headed by a verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.events import roles
from kg.events.arguments import actors, own_arguments
from kg.events.draft import NOBODY, Draft, Found
from kg.events.frames import Sense
from kg.events.pronouns import event_meant
from kg.events.tree import antecedent, gerund, infinitive, participle, preposition, sentence, verbal, words
from kg.tokens import Token

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["draft"]

_SPOKEN = ("que", "quote", "inf")


def draft(scene: Scene, sense: Sense) -> Draft:
    """Fill the roles of a verb's frame."""
    source = _source(scene, sense)
    meant = event_meant(scene, sense)
    if meant is not None and not _contradicted(scene, sense, source):
        return _of_event(scene, sense, source, meant)
    taken = _tokens(source)
    target = roles.fill(scene, sense.arguments, sense.frame.target, taken, source.ids)
    target = target or _patient(scene, sense, source) or _contradicted(scene, sense, source) or _raised(scene, sense, source)
    if not source:
        source, target = _from_phrase(scene, sense, target)
    source, target = roles.paired(sense.frame.cls, source, target)
    if not target and _mutual(scene, sense):
        source, target = roles.split(source)
    if not target and sense.frame.cls not in ("SAY", "DENY"):
        inside = _target_inside(scene, sense, source) if sense.frame.cls not in roles.MUTUAL else NOBODY
        target = inside or roles.beside(scene, sense.arguments, source.ids)
    source, target = roles.paired(sense.frame.cls, source, roles.acting(scene, sense.frame.cls, target))
    span = roles.topic(scene, sense, taken | _whole(target)) if source else None
    return Draft(sense, rule_of(sense), source, target, span, roles.content(sense), sense.frame.cls)


def _mutual(scene: Scene, sense: Sense) -> bool:
    """«Etiopía y Eritrea se acusaron *mutuamente*», «*entre sí*»."""
    reciprocal = scene.lexicon.words("reciprocals")
    return bool(sense.arguments.fillers("se")) and any(
        t.lower_ in reciprocal or (t.lower_ == "sí" and preposition(t) == "entre") for t in sense.head.children
    )


def _of_event(scene: Scene, sense: Sense, source: Found, meant: Token) -> Draft:
    """«*los* calificó de agresión»: topic and target are those of the event that the pronoun takes up."""
    found = roles.inside(scene, sense.frame.cls, meant, source.ids) or _proposer(scene, meant, source)
    target = Found(found.ids, f"the pronoun takes up «{meant.text}»; {found.why}", found.token) if found else NOBODY
    content = (meant,) if sense.frame.content != "none" else ()
    called = [t for slot in ("de", "como") if slot in sense.frame.topic for t in sense.arguments.fillers(slot)]
    topic = roles.span_of(called[0] if called else meant)  # «los calificó de *agresión abierta*»
    return Draft(sense, "verb.pronoun", source, target, topic, content, sense.frame.cls)


def _proposer(scene: Scene, meant: Token, source: Found) -> Found:
    """«*Zelenski* propuso un canje. El Kremlin lo rechazó»: who asked for it."""
    above = scene.draft(meant.head) if meant.head.i != meant.i else None
    if above is None or above.cls not in ("REQUEST", "THREATEN", "AGREE") or meant not in above.sense.arguments.fillers("obj"):
        return NOBODY
    ids = tuple(n for n in above.source.ids if n not in source.ids)
    return Found(ids, f"«{above.trigger.text}»: {above.source.why}", above.source.token) if ids else NOBODY


def _source(scene: Scene, sense: Sense) -> Found:
    for slot in sense.frame.source:
        found = scene.subject(sense.head) if slot == "subj" else roles.fill(scene, sense.arguments, (slot,))
        if found:
            return found
    return NOBODY


def _tokens(found: Found) -> set[int]:
    return {found.token.i} if found.token is not None else set()


def _whole(target: Found) -> set[int]:
    """The target's phrase is no topic, unless it is named inside a phrase that is."""
    return set() if target.why.startswith("named inside") else _tokens(target)


def _from_phrase(scene: Scene, sense: Sense, target: Found) -> tuple[Found, Found]:
    """«se interrumpieron las relaciones entre la OTAN y Rusia»: the participants of what it is done to."""
    for token in (*sense.arguments.fillers("obj"), *sense.words):
        for child in token.children:
            pair = _pair(scene, child)
            if len(pair) > 1:
                why = f"named in «{token.text} entre {child.text}…»"
                return Found(pair[:1], why, child), Found(pair[1:], why, child)
    return NOBODY, target


def _pair(scene: Scene, child: Token) -> tuple[str, ...]:
    """Actors of «entre A y B»."""
    return actors(scene.cast, child) if preposition(child) == "entre" else ()


def _patient(scene: Scene, sense: Sense, source: Found) -> Found:
    """Of a passive whose subject is understood."""
    if not (sense.arguments.passive and "obj" in sense.frame.target) or sense.arguments.fillers("obj"):
        return NOBODY
    found = scene.patient(sense.head)
    ids = tuple(n for n in found.ids if n not in source.ids)
    return Found(ids, found.why, found.token) if ids else NOBODY


def _raised(scene: Scene, sense: Sense, source: Found) -> Found:
    """«se ofreció a mediar *entre Rusia y Ucrania*»: a complement of the infinitive that the parse hangs on its governor."""
    head = sense.head
    if head.dep_ != "xcomp" or not infinitive(head):
        return NOBODY
    slots = [slot for slot in sense.frame.target if slot in ("entre", "con", "contra")]
    return roles.fill(scene, own_arguments(head.head), slots, (), source.ids)


def _contradicted(scene: Scene, sense: Sense, source: Found) -> Found:
    """«Golubev afirmó que… Peskov *lo* ha negado»: who said what is denied."""
    objects = [t for t in sense.arguments.fillers("obj") if t.lower_ == "lo" or antecedent(t) is not t]
    if sense.frame.cls != "DENY" or not objects:
        return NOBODY
    outside = objects[0].lower_ == "lo"  # «…, cosa *que* el Gobierno niega» answers its own sentence
    for token in reversed(words(scene.doc, sense.head.i - 60, sense.head.i)):
        near = outside and sentence(token) == sentence(sense.head)
        draft_before = scene.draft(token) if verbal(token) and not near else None
        if draft_before is not None and draft_before.sense.frame.content == "claim" and draft_before.source:
            ids = tuple(n for n in draft_before.source.ids if n not in source.ids)
            return Found(ids, f"said it before («{token.text}»)", draft_before.source.token)
    return NOBODY


def _target_inside(scene: Scene, sense: Sense, source: Found) -> Found:
    """Named inside the object, the topic or the clause."""
    slots = dict.fromkeys((*sense.frame.target, *sense.frame.topic))
    for slot in sorted(slots, key=lambda name: name not in sense.arguments.slots):  # a neighbour's complement comes last
        for token in sense.arguments.fillers(slot):
            if slot in ("que", "inf"):
                found = roles.addressee(scene, sense.frame.cls, token, source.ids)
            elif slot in ("ger", "quote", "poss", "adj") or token == source.token:
                continue
            else:
                found = roles.inside(scene, sense.frame.cls, token, source.ids)
            if found:
                return found
    return NOBODY


def rule_of(sense: Sense) -> str:
    """Name of the rule: how the verb stands in its sentence."""
    if sense.inferred:
        return "verb.similar"
    if sense.words:
        return "verb.phrase"
    if sense.frame.content in ("claim", "denied") and any(sense.arguments.fillers(s) for s in _SPOKEN):
        return "speech.clause"
    head = sense.head
    if participle(head) and head.dep_ in ("acl", "amod"):
        return "verb.participle"
    if sense.arguments.passive:
        return "verb.passive"
    if any(t.dep_ == "expl:pass" for t in sense.arguments.fillers("se")):
        return "verb.reflexive"
    if infinitive(head):
        return "verb.infinitive"
    return "verb.gerund" if gerund(head) else "verb.active"
