"""Who is the subject of a verb: overt, of the coordinated verb, of the governing verb (control), or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.events.arguments import actors, own_arguments
from kg.events.draft import NOBODY, Found
from kg.events.tree import (
    chain,
    children,
    finite,
    gerund,
    has,
    infinitive,
    is_passive,
    morph,
    participle,
    preposition,
    sentence,
    verbal,
    words,
)
from kg.tokens import Token

if TYPE_CHECKING:
    from kg.events.scene import Scene

_MOST_DROPPED = 2
"""Actors that a dropped subject may stand for; more are a guess."""
_MEMORY = 80
"""Words over which the last speaker is remembered."""

__all__ = ["owner", "patient", "subject"]


def subject(scene: Scene, verb: Token) -> Found:
    """Actors that do what `verb` says; for a passive the agent."""
    found = own_arguments(verb)
    overt = found.slots.get("subj", [])
    if _according(verb):
        overt = [t for t in overt if t.i > verb.i]
    if overt:
        return _overt(scene, verb, overt)
    if found.passive:
        return Found(why="passive without agent")
    return _inverted(scene, verb) or _before(scene, verb) or understood(scene, verb)


def _according(verb: Token) -> bool:
    """«Turquía, *según dijo* Asad, atacó…»: the subject stands behind."""
    return any(t.lower_ == "según" for t in words(verb.doc, verb.i - 2, verb.i))


def _before(scene: Scene, verb: Token) -> Found:
    """«*Peskov* lo ha negado»: an actor right before a finite verb, whatever the parse makes of it."""
    if not finite(verb) or sentence(verb)[0] == verb.i or _according(verb):
        return NOBODY
    index = verb.i - 1
    while index > sentence(verb)[0] and (verb.doc[index].pos_ in ("AUX", "ADV") or _clitic(verb.doc[index])):
        index -= 1
    token = verb.doc[index]
    if token.pos_ not in ("PROPN", "NOUN", "ADJ") or token.head.i == token.i:
        return NOBODY
    token = _phrase_head(token)
    if verbal(token) or (preposition(token) and not _within_name(token)):
        return NOBODY
    ids = actors(scene.cast, token)
    return Found(ids, f"«{token.text}» stands right before «{verb.text}»", token) if ids else NOBODY


def _clitic(token: Token) -> bool:
    return token.pos_ == "PRON" and token.lower_ in ("lo", "la", "los", "las", "le", "les", "se", "nos", "me")


def _within_name(token: Token) -> bool:
    """«*De* la Calle»: the preposition is part of the name."""
    return token.doc[token.left_edge.i].ent_type_ == "PER" and token.ent_type_ == "PER"


def _phrase_head(token: Token) -> Token:
    """Head of the whole phrase that a word ends."""
    while token.dep_ in ("flat", "appos", "nmod", "amod", "conj") and token.head.i < token.i and not verbal(token.head):
        token = token.head
    return token


def patient(scene: Scene, verb: Token) -> Found:
    """Whom a passive without overt subject is done to: «…, donde *fueron recibidos* por el alcalde»."""
    return understood(scene, verb)


def understood(scene: Scene, verb: Token) -> Found:
    """A subject that is not there: of the coordinated verb, by control, or dropped."""
    inherited = _first_person(scene, verb) or _inherited(scene, verb)
    if inherited:
        return inherited
    controlled = _controlled(scene, verb)
    if controlled is not None:
        return controlled
    found = _addressed(scene, verb) or _last_speaker(scene, verb) or _of_main_clause(scene, verb)
    return found or _dropped(scene, verb)


def _first_person(scene: Scene, verb: Token) -> Found:
    """«“*Confiamos* en la ONU”, dijo Zelenski»: who speaks; in the plural the body or state that he speaks for."""
    helper = next(iter(children(verb, "aux")), verb)
    if morph(helper, "Person") != "1" or not finite(verb) or not scene.options.dropped_subjects:
        return NOBODY
    scope = scene.scope(verb)
    if scope is None or not scope.quote or len(scope.speaker) != 1:
        return NOBODY
    speaker = scope.speaker[0]
    meant = speaker if morph(helper, "Number") != "Plur" else scene.cast.side(speaker) or speaker
    return Found((meant,), f"first person of «{verb.text}» in a quote: {scope.why}")


def _of_main_clause(scene: Scene, verb: Token) -> Found:
    """«Aznar y Chirac viajaron a la villa, donde *fueron recibidos*…»: the subject of the clause that it depends on."""
    main = next((t for t in chain(verb) if verbal(t) and finite(t)), None)
    if main is None or verb.dep_ not in ("acl", "advcl") or not finite(verb) or not scene.options.dropped_subjects:
        return NOBODY
    number = _number(verb)
    found = scene.subject(main)
    plural = len(found.ids) > 1
    if not found or (number and plural != (number == "Plur")):
        return NOBODY
    return Found(found.ids, f"understood subject: that of the main clause, «{main.text}»", found.token)


def _number(verb: Token) -> str:
    helper = next(iter(children(verb, "aux")), verb)
    return morph(helper, "Number")


def _addressed(scene: Scene, verb: Token) -> Found:
    """«pidió a Israel que *libere*…»: who is asked is the subject of the clause, when it has no other."""
    draft = scene.draft(verb.head) if verb.head.i != verb.i else None
    if draft is None or verb not in draft.content or draft.sense.frame.control != "target" or not draft.target:
        return NOBODY
    if draft.target.why.startswith("named inside"):
        return NOBODY
    return Found(draft.target.ids, f"understood subject: whom «{verb.head.text}» addresses", draft.target.token)


def _last_speaker(scene: Scene, verb: Token) -> Found:
    """«*Añadió* que…»: without a subject, the last who spoke goes on."""
    if not scene.options.dropped_subjects or not _statement(scene, verb) or morph(verb, "Number") == "Plur":
        return NOBODY
    for token in reversed(words(scene.doc, verb.i - _MEMORY, verb.i)):
        if verbal(token) and _statement(scene, token) and not token.is_ancestor(verb):
            draft = scene.draft(token)
            if draft is not None and len(draft.source.ids) == 1:
                why = f"understood subject of «{verb.text}»: who spoke last («{token.text}»)"
                return Found(draft.source.ids, why, draft.source.token)
    return NOBODY


def _statement(scene: Scene, verb: Token) -> bool:
    sense = scene.sense(verb)
    return sense is not None and sense.frame.cls == "SAY" and sense.frame.content == "claim" and finite(verb)


def _overt(scene: Scene, verb: Token, overt: list[Token]) -> Found:
    if own_arguments(verb).passive:
        every = dict.fromkeys(n for token in overt for n in actors(scene.cast, token))
        return Found(tuple(every), f"agent «{overt[0].text}» of «{verb.text}»", overt[0])
    for token in overt:
        ids = actors(scene.cast, token)
        if ids:
            kind = "agent" if preposition(token) else "subject"
            return Found(ids, f"{kind} «{token.text}» of «{verb.text}»", token)
        if token.pos_ == "PRON" and token.lower_ in ("que", "quien", "quienes") and verb.dep_.startswith("acl"):
            ids = actors(scene.cast, verb.head)
            return Found(ids, f"«{verb.head.text}», to which «{token.text}» refers", verb.head)
    return Found(why=f"the subject «{overt[0].text}» is no actor", token=overt[0])


def _inverted(scene: Scene, verb: Token) -> Found:
    """«…, ha zanjado Peskov»: a subject after its verb, taken for something else by the parse."""
    sense = scene.sense(verb)
    if sense is None or sense.frame.pos != "verb" or not finite(verb):
        return NOBODY
    if sense.frame.content not in ("claim", "denied"):
        return _behind_object(scene, verb)
    for child in children(verb, "obj", "obl", "appos", "dep", "nmod", "flat"):
        if child.i > verb.i and not preposition(child) and not verbal(child) and child.i - verb.i < 12:
            ids = actors(scene.cast, child)
            if ids:
                return Found(ids, f"«{child.text}» stands after the verb of speech «{verb.text}»", child)
    return NOBODY


def _behind_object(scene: Scene, verb: Token) -> Found:
    """«Respaldan el comunicado *los países asociados, así como Chipre y Malta*»: bare phrases behind the object."""
    objects = [t for t in children(verb, "obj") if t.i > verb.i and not preposition(t)]
    if not objects:
        return NOBODY
    bare = [t for t in children(objects[0], "appos") if t.doc[t.left_edge.i - 1].text != ","]
    bare += children(verb, "obl", "dep", "appos")
    bare = [t for t in bare if t.i > objects[0].i and not preposition(t) and not verbal(t)]
    found = dict.fromkeys(n for t in bare for n in actors(scene.cast, t) if scene.kind(n) != "place")
    if not found or (len(found) > 1) != (_number(verb) == "Plur"):
        return NOBODY
    return Found(tuple(found), f"«{bare[0].text}» stands bare behind the object of «{verb.text}»", bare[0])


def _inherited(scene: Scene, verb: Token) -> Found:
    """A verb coordinated with another shares its subject, when both are active."""
    head = verb.head
    if verb.dep_ == "conj" and morph(verb, "Mood") == "Ind" and morph(head, "Mood") == "Sub":
        head = head.head  # «desea que Israel se abstenga y pide…»: an indicative is not coordinated with a subjunctive
    if verb.dep_ != "conj" or not verbal(head) or head.i == verb.i:
        return NOBODY
    if infinitive(verb) and finite(head):
        return _with_infinitive(scene, head)
    if is_passive(head):
        for surface in children(head, "nsubj"):
            return Found(actors(scene.cast, surface), f"subject «{surface.text}» of the coordinated «{head.text}»", surface)
    found = scene.subject(head)
    return Found(found.ids, f"shared with «{head.text}»: {found.why}", found.token) if found else NOBODY


def _with_infinitive(scene: Scene, head: Token) -> Found:
    """«obligó a Belgrado a retirar… y *aceptar*…»: an infinitive is coordinated with the one before it, not with the verb."""
    draft = scene.draft(head)
    for token in draft.content if draft is not None else ():
        if infinitive(token):
            return scene.subject(token)
    return NOBODY


def _controlled(scene: Scene, verb: Token) -> Found | None:
    """Infinitives and gerunds take a participant of what governs them; None for other forms."""
    head = next((t for t in chain(verb) if t.pos_ != "ADV"), verb)
    if head.i == verb.i or not (infinitive(verb) or gerund(verb) or participle(verb)):
        return None
    if verbal(head) or has(head, "cop"):
        return _by_verb(scene, verb, head)
    return _by_noun(scene, verb, head)


def _by_verb(scene: Scene, verb: Token, head: Token) -> Found:
    draft = scene.draft(head)
    if draft is not None and verb in draft.content:
        control = draft.sense.frame.control
        if control == "target":
            why = f"understood subject: whom «{head.text}» addresses"
            return Found(draft.target.ids, why, draft.target.token)
        if draft.sense.frame.cls == "REQUEST" and control != "source":
            return Found(why="asked of somebody who is not named")
        if control == "source" or draft.source:
            return Found(draft.source.ids, f"understood subject: that of «{head.text}»", draft.source.token)
    if is_passive(head):
        return NOBODY
    found = scene.subject(head)
    return Found(found.ids, f"understood subject: that of «{head.text}»", found.token)


def _by_noun(scene: Scene, verb: Token, noun: Token) -> Found:
    """«la pretensión *del Kremlin* de invitar», «*su* disposición a reanudar»."""
    draft = scene.draft(noun)
    if draft is not None and draft.source:
        return Found(draft.source.ids, f"understood subject: that of «{noun.text}»", draft.source.token)
    found = owner(scene, noun)
    if found or preposition(verb) != "para" or not verbal(noun.head):
        return found
    found = scene.subject(noun.head)  # «*Rusia* envió tropas para atacar…»
    return Found(found.ids, f"purpose of what «{noun.head.text}» says: {found.why}", found.token) if found else found


def owner(scene: Scene, noun: Token) -> Found:
    """Whose `noun` is: «su», a demonym adjective, or «de X»."""
    for child in noun.children:
        if child.dep_ == "det" or child.lower_ in ("su", "sus"):
            ids = scene.cast.possessor(child) if child.lower_ in ("su", "sus") else ()
            if ids:
                return Found(ids, f"«{child.text} {noun.text}»", child)
    for child in children(noun, "amod"):
        name = scene.cast.adjective(child)
        if name is not None:
            return Found((name,), f"«{noun.text} {child.text}»", child)
    for child in children(noun, "nmod"):
        if preposition(child) in ("de", "por_parte_de") and not scene.cast.place(child):
            ids = actors(scene.cast, child)
            if ids:
                return Found(ids, f"«{noun.text} de {child.text}»", child)
    return NOBODY


def _dropped(scene: Scene, verb: Token) -> Found:
    if not scene.options.dropped_subjects:
        return NOBODY
    ids = tuple(n for n in scene.cast.subject(verb) if scene.kind(n) != "media")
    span = scene.quote(verb)
    if span is not None and morph(verb, "Person") != "1" and not _statement(scene, verb):
        inside = {n for t in words(scene.doc, span[0], verb.i) for n in scene.cast.denoted(t)}
        ids = tuple(n for n in ids if n in inside)  # whom a quote means stands in it
    if len(ids) > _MOST_DROPPED:
        return Found(why="too many could be the understood subject")
    return Found(ids, f"understood subject of «{verb.text}» from the text before") if ids else NOBODY
