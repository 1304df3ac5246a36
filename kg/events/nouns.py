"""Nominal events: «la entrega de misiles de Alemania a Kiev», «los ataques rusos contra Ucrania», «su apoyo a Kiev»."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.events import roles
from kg.events.arguments import actors, arguments_of
from kg.events.draft import NOBODY, Draft, Found
from kg.events.frames import Sense, carrier_of
from kg.events.subjects import owner
from kg.events.tree import children, members, participle, preposition, verbal
from kg.tokens import Token

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["doer", "draft"]

ANSWERED = frozenset(("AGREE", "REQUEST", "THREATEN", "ACCUSE", "AID"))
"""Classes of events that somebody can accept or turn down."""


def draft(scene: Scene, sense: Sense) -> Draft:
    """Fill the roles of a noun's frame from its complements, its light verb, and what governs it."""
    own = doer(scene, sense)
    guest = _attending(scene, sense) if len(own.ids) < 2 else NOBODY  # who comes to «la cumbre hispano-francesa» is of it
    source = guest or own
    taken = {source.token.i} if source.token is not None and source.token.i != sense.head.i else set()
    target = _partner(scene, sense, source) or _receiver(scene, sense, source)
    slots = (*sense.frame.target, *sense.frame.source) if guest else sense.frame.target
    target = target or roles.fill(scene, sense.arguments, slots, taken, source.ids)
    if not source:
        source = _lent(scene, sense, target)
    if not target and sense.frame.target:
        target = _inside(scene, sense, source) or _answered(scene, sense, source)
    source, target = roles.paired(sense.frame.cls, source, roles.acting(scene, sense.frame.cls, target))
    span = roles.span_of(sense.head) if source else None
    return Draft(sense, _rule(source, target, sense), source, target, span, roles.content(sense), sense.frame.cls)


def doer(scene: Scene, sense: Sense) -> Found:
    """Who does what the noun names, from its own complements, its light verb or its relative clause."""
    for slot in sense.frame.source:
        found = _between(scene, sense) if slot == "entre" else roles.fill(scene, sense.arguments, (slot,))
        if found:
            return found
    return _carrier_subject(scene, sense.head) or _of_relative(scene, sense)


def _attending(scene: Scene, sense: Sense) -> Found:
    """«*Kuleba* participó en la reunión de la Comisión», «a *su* llegada a la cumbre»: who comes to a meeting of others."""
    governor = sense.head.head
    if sense.frame.cls not in ("CONSULT", "ASSAULT", "SUPPORT") or preposition(sense.head) not in ("a", "en"):
        return NOBODY
    if governor.lemma not in scene.lexicon.words("participation"):
        return NOBODY
    found = scene.subject(governor) if verbal(governor) else owner(scene, governor)
    return Found(found.ids, f"takes part («{governor.text}»): {found.why}", found.token) if found else NOBODY


def _between(scene: Scene, sense: Sense) -> Found:
    """First member of «entre A y B»; a single group («entre los aliados») is the source alone."""
    for token in sense.arguments.fillers("entre"):
        for member in members(token):
            ids = scene.cast.denoted(member)
            if ids:
                return Found(ids[:1], f"first-named in «entre {member.text}…»", token)
    return NOBODY


def _partner(scene: Scene, sense: Sense, source: Found) -> Found:
    """The others of «entre A y B»."""
    if source.token is None or preposition(source.token) != "entre":
        return NOBODY
    ids = tuple(n for n in actors(scene.cast, source.token) if n not in source.ids)
    return Found(ids, f"named with it in «entre {source.token.text}…»", source.token) if ids else NOBODY


def _carrier_subject(scene: Scene, noun: Token) -> Found:
    """The subject of the light verb: «*Chirac* mantuvo conversaciones»."""
    carrier = carrier_of(noun, scene.lexicon)
    below = carrier is not None and carrier.head.i == noun.i
    if carrier is None or (noun.dep_ != "obj" and noun.i < carrier.i and not below):
        return NOBODY
    found = scene.subject(carrier) if noun.dep_ == "obj" or below else scene.patient(carrier)
    return Found(found.ids, f"does it with the light verb «{carrier.text}»: {found.why}", found.token) if found else found


def _receiver(scene: Scene, sense: Sense, source: Found) -> Found:
    """«*Ucrania* sufrió un ataque de Rusia»: the subject of some verbs is whom it is done to."""
    verb = sense.head.head
    if sense.head.dep_ == "nsubj" and verb.lemma in scene.lexicon.words("including_verbs"):
        return roles.fill(scene, arguments_of(verb), ("a", "obj"), (), source.ids)
    if verb.lemma in scene.lexicon.words("receiving_adjectives") and preposition(sense.head) in ("a", "de"):
        return _exposed(scene, verb, source)
    if sense.head.dep_ != "obj" or verb.lemma not in scene.lexicon.words("receiving_verbs"):
        return NOBODY
    found = scene.subject(verb)
    ids = tuple(n for n in found.ids if n not in source.ids)
    return Found(ids, f"receives it («{verb.text}»): {found.why}", found.token) if ids else NOBODY


def _exposed(scene: Scene, word: Token, source: Found) -> Found:
    """«*Yugoslavia* sigue expuesta a sanciones», «es objeto de ataques»: of whom the adjective or noun is said."""
    if word.dep_ in ("amod", "acl", "appos"):
        ids, why = actors(scene.cast, word.head), word.head.text
    else:
        clause = word if children(word, "cop", "nsubj") else word.head
        found = scene.subject(clause)
        ids, why = found.ids, clause.text
    ids = tuple(n for n in ids if n not in source.ids)
    return Found(ids, f"«{word.text}» is said of it («{why}»)", word) if ids else NOBODY


def _of_relative(scene: Scene, sense: Sense) -> Found:
    """«la reunión que *los ministros* celebrarán», «la ofensiva lanzada *por los tamiles*»."""
    for clause in children(sense.head, "acl", "amod"):
        if not (verbal(clause) or participle(clause)):
            continue
        found = scene.subject(clause)
        own = found.token is not None and found.token.i != sense.head.i and found.token.i > sense.head.i
        if found and own:
            return Found(found.ids, f"does what «{clause.text}» says of it: {found.why}", found.token)
    return NOBODY


def _lent(scene: Scene, sense: Sense, target: Found) -> Found:
    """Who is to do what is asked for or promised: «pidió ayuda *a la OTAN*», «*Alemania* prometió ayuda»."""
    governor = sense.head.head
    if governor.i == sense.head.i:
        return NOBODY
    announced = _announced(scene, sense.head, target)
    if announced:
        return announced
    draft_above = scene.draft(governor)
    if draft_above is None or sense.head not in draft_above.content:
        return NOBODY
    control = draft_above.sense.frame.control
    lender = {"source": draft_above.source, "target": draft_above.target}.get(control, NOBODY)
    ids = tuple(n for n in lender.ids if n not in target.ids)
    return Found(ids, f"participant of «{governor.text}», which governs it", lender.token) if ids else NOBODY


def _announced(scene: Scene, noun: Token, target: Found) -> Found:
    """«el anuncio *de Alemania* respecto a la entrega», also where the parse hangs the event on the verb."""
    before = (c for c in children(noun.head, "obj") if c.i < noun.i)
    for word in (noun.head, *before):
        if word.lemma in scene.lexicon.words("announcements"):
            found = owner(scene, word)
            ids = tuple(n for n in found.ids if n not in target.ids)
            if ids:
                return Found(ids, f"whose «{word.text}» it is: {found.why}", found.token)
    return NOBODY


def _inside(scene: Scene, sense: Sense, source: Found) -> Found:
    for slot in sense.frame.target:
        for token in sense.arguments.fillers(slot):
            if slot not in ("poss", "adj", "que", "inf", "ger") and token != source.token:
                found = roles.inside(scene, sense.frame.cls, token, source.ids)
                if found:
                    return found
    return _with_whom(scene, sense, source)


def _with_whom(scene: Scene, sense: Sense, source: Found) -> Found:
    """«un acuerdo para la creación de grupos *con la OTAN*»: «con» somewhere inside the phrase of a mutual act."""
    if not source or sense.frame.cls not in roles.MUTUAL:
        return NOBODY
    for token in sense.head.subtree:
        if preposition(token) == "con" and not verbal(token):
            ids = tuple(n for n in actors(scene.cast, token) if n not in source.ids)
            if ids:
                return Found(ids, f"«{sense.head.text} … con {token.text}»", token)
    return NOBODY


def _answered(scene: Scene, sense: Sense, source: Found) -> Found:
    """«*Sri Lanka* rechazó su oferta»: who answers a proposal, a demand or a threat is whom it was made to."""
    governor = scene.draft(sense.head.head) if sense.head.head.i != sense.head.i else None
    if governor is None or sense.head.dep_ not in ("obj", "obl") or sense.frame.cls not in ANSWERED:
        return NOBODY
    frame = governor.sense.frame
    if frame.pos != "verb" or frame.cls in ("SAY", "DENY") or not source or set(governor.source.ids) & set(source.ids):
        return NOBODY
    why = f"answers it («{governor.trigger.text}»): {governor.source.why}"
    return Found(governor.source.ids, why, governor.source.token) if governor.source else NOBODY


def _rule(source: Found, target: Found, sense: Sense) -> str:
    return f"noun.{_role(source, sense)}-{_role(target, sense)}"


def _role(found: Found, sense: Sense) -> str:
    """How a participant is attached, for the rule's name."""
    if found.token is None:
        return "none"
    for slot in ("poss", "adj", *sorted(sense.arguments.slots)):
        if found.token in sense.arguments.fillers(slot):
            return slot
    return "verb"
