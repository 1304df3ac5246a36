"""Whether an event is so, will be, may be or should be, and whose word it is.

Polarity and modality of a predicate come from its own form and from everything it hangs on, from the inside outwards:
auxiliaries and mood, negators, conjunctions, and the *content* of the frames that govern it (`kg.lexicon.Frame.content`).
After Saurí & Pustejovsky (2009), "FactBank: a corpus annotated with event factuality", Language Resources and
Evaluation 43: each governing predicate sets or passes on the factuality of what it embeds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.events.draft import Draft, Facts
from kg.events.tree import agent_of, chain, children, finite, infinitive, morph, preposition, relative, verbal
from kg.tokens import Token

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["facts_of"]

_DEEDS = frozenset(("AID", "ASSAULT", "COERCE", "COOPERATE", "MOBILIZE", "PROTEST", "RETREAT", "SANCTION"))
_COMPLEMENTS = ("xcomp", "ccomp", "csubj")
_MODALITY = {"desired": "desired", "future": "future", "possible": "possible"}


@dataclass(slots=True)
class _State:
    """What is known so far on the way outwards."""

    negated: bool = False
    modality: str = ""
    speaker: str | None = None
    concord: bool = False
    """A negative word («ningún acuerdo») that needs a «no» on the verb and is one negation with it."""
    known: bool = False
    """True when it only dates another event."""
    told: bool = False
    """True once the article itself vouches for it."""
    settled: bool = False
    """True once nothing further out can change polarity and modality."""
    why_negated: list[str] = field(default_factory=list)
    why_modality: str = ""
    why_speaker: str = ""

    def negate(self, why: str) -> None:
        self.negated = not self.negated
        self.why_negated.append(why)

    def become(self, modality: str, why: str) -> None:
        """Set the modality unless something nearer did."""
        if not self.modality:
            self.modality, self.why_modality = modality, why


def facts_of(scene: Scene, draft: Draft) -> Facts:
    """Polarity, modality and attribution of a drafted event."""
    state = _State()
    for word in (draft.trigger, *draft.sense.words):
        _own_negation(scene, state, word)
    _own_form(scene, state, draft.trigger)
    _opening(scene, state, draft.trigger)
    below = draft.trigger
    for above in chain(draft.trigger):
        if _presupposed(scene, below):
            state.known = True
            break
        _step(scene, state, draft, below, above)
        below = above
    if morph(draft.trigger, "Mood") == "Sub" and not (state.settled or state.known):
        state.become("possible", f"subjunctive «{draft.trigger.text}»")
    _from_scope(scene, state, draft)
    return Facts(
        polarity="negated" if state.negated else "affirmed",
        modality=state.modality or "actual",
        speaker=state.speaker if scene.options.attribution else None,
        why_polarity="; ".join(state.why_negated) or "nothing negates it",
        why_modality=state.why_modality or "stated as fact",
        why_speaker=state.why_speaker or "the article says it itself",
    )


# ---------------------------------------------------------------- the predicate itself


def _own_negation(scene: Scene, state: _State, word: Token) -> None:
    found = _clause_negator(scene, word)
    if found is not None:
        state.negate(f"«{found.text}»")
        state.concord = not verbal(word) and found.lower_ not in ("no", "sin")


def _clause_negator(scene: Scene, word: Token) -> Token | None:
    """The negative word on a predicate, its subject or its object."""
    found = _negator(scene, word)
    if found is not None:
        return found
    parts = [child for child in children(word, "nsubj", "obj") if not verbal(child)]
    hits = ((child, _negator(scene, child)) for child in parts)
    return next((hit for child, hit in hits if hit is not None and _whole(child, hit)), None)


def _whole(phrase: Token, negator: Token) -> bool:
    """Whether the negative word negates the clause: «*ni* Rusia…», «*ningún* acuerdo», not «no… ni de hoy»."""
    return negator.lower_ != "no" and negator.i < phrase.i and (negator.lower_ != "ni" or phrase.dep_ == "nsubj")


def _negator(scene: Scene, word: Token) -> Token | None:
    """The negative word that hangs on `word`, unless it only says «not only»."""
    negators, negative_words = scene.lexicon.words("negators"), scene.lexicon.words("negative_words")
    for child in word.children:
        negative = child.lower_ in negators or child.lower_ in negative_words
        if negative and child.dep_ not in ("conj", "root") and not _not_only(child):
            return child
    return word if word.lower_ in negative_words and word.pos_ == "PRON" else None


def _not_only(negator: Token) -> bool:
    """«no sólo atacó, sino…» affirms."""
    doc = negator.doc
    return negator.i + 1 < len(doc) and doc[negator.i + 1].lower_ in ("sólo", "solo", "solamente", "únicamente")


def _own_form(scene: Scene, state: _State, token: Token) -> None:
    """Mood, tense and auxiliaries of a verb; adjectives and relative clauses of a noun."""
    if verbal(token) or morph(token, "VerbForm"):
        _verb_form(scene, state, token)
    else:
        _noun_form(scene, state, token)


def _verb_form(scene: Scene, state: _State, token: Token) -> None:
    hedge = next((c for c in children(token, "advmod") if c.lower_ in scene.lexicon.words("hedges")), None)
    if hedge is not None:
        state.become("possible", f"«{hedge.text}»")
    helpers = children(token, "aux", "cop")
    for helper in helpers:
        modality = _modal(scene, helper)
        if modality and not (helper.lemma == "ir" and morph(helper, "Tense") not in ("Pres", "Imp", "")):
            state.become(modality, f"auxiliary «{helper.text}»")
    for verb in (*helpers, token):
        _tense(state, verb)


def _tense(state: _State, verb: Token) -> None:
    if morph(verb, "Mood") == "Cnd":
        state.become("possible", f"conditional «{verb.text}»")
    elif morph(verb, "Tense") == "Fut":
        state.become("future", f"future tense «{verb.text}»")


def _modal(scene: Scene, token: Token) -> str:
    """What a modal verb, adjective or noun makes of what hangs on it, "" for other words."""
    name, words = token.lemma, scene.lexicon.words
    kinds = {"VERB": "modals", "AUX": "modals", "NOUN": "nouns"}
    kind = kinds.get(token.pos_, "adjectives")
    for modality in ("possible", "desired", "future"):
        hedge = "hedge" if modality == "possible" and kind == "adjectives" else modality
        if name in words(f"modals_{modality}" if kind == "modals" else f"{hedge}_{kind}"):
            return modality
    return ""


def _noun_form(scene: Scene, state: _State, noun: Token) -> None:
    for child in children(noun, "amod", "acl"):
        if child.pos_ == "ADJ" or morph(child, "VerbForm") == "Part":
            modality = "" if agent_of(child) is not None else _modal(scene, child) or _planned(scene, child)
            if modality:
                state.become(modality, f"«{noun.text} {child.text}»")
            elif child.lemma in scene.lexicon.words("denied_adjectives"):
                state.negate(f"«{noun.text} {child.text}»")
        elif relative(child):
            _verb_form(scene, state, child)
    if preposition(noun) == "sin":
        state.negate(f"«sin {noun.text}»")


def _planned(scene: Scene, participle: Token) -> str:
    """«la cumbre *prevista* para mayo»: a participle that some lemmatisers call a verb."""
    names = (participle.lower_.rstrip("as") + "o", participle.lemma)
    return "future" if any(n in scene.lexicon.words("future_adjectives") for n in names) else ""


# ---------------------------------------------------------------- what it hangs on


def _step(scene: Scene, state: _State, draft: Draft, below: Token, above: Token) -> None:
    """One step outwards, from `below` to its governor `above`."""
    if not state.settled:
        _marker(scene, state, below)
        _purpose(scene, state, draft, below)
    governor = scene.draft(above)
    if governor is not None and (_embeds(governor, below) or _misplaced(governor, below)):
        _embedded(scene, state, draft, governor)
    elif not state.settled:
        _plain(scene, state, below, above)


def _presupposed(scene: Scene, clause: Token) -> bool:
    """«… después de que Putin decretara…»: what only dates another event is told as known."""
    if clause.dep_ != "advcl" or morph(clause, "Tense") == "Fut":
        return False
    marker = preposition(clause).replace("_", " ")
    if marker == "al":
        return infinitive(clause)
    words = (marker, *(c.lower_ for c in children(clause, "advmod") if c.i < clause.i))
    return any(w in scene.lexicon.words("temporal") for w in words) and (finite(clause) or marker != "antes")


def _embeds(governor: Draft, below: Token) -> bool:
    """Whether `below` is content of the governing predicate; complements of its phrase's words count as its own."""
    return any(token.i == below.i for token in governor.content)


def _purpose(scene: Scene, state: _State, draft: Draft, below: Token) -> None:
    """«envió inspectores *para destruir* las armas»: a deed that is only meant; what one goes to say is said."""
    purposes = scene.lexicon.words("purpose")
    meant = draft.cls in _DEEDS or draft.cls == "CONSULT"
    if meant and infinitive(below) and preposition(below).replace("_", " ") in purposes:
        state.become("future", f"purpose «{preposition(below).replace('_', ' ')} {below.text}»")


def _misplaced(governor: Draft, below: Token) -> bool:
    """«ha negado su implicación y *que* Ucrania *bombardeara*…»: a clause with «que» or in the subjunctive
    is not coordinated with the verb that governs it."""
    if below.dep_ != "conj" or governor.sense.frame.content == "none":
        return False
    subjunctive = morph(below, "Mood") == "Sub" and morph(governor.trigger, "Mood") != "Sub"
    return finite(governor.trigger) and (subjunctive or preposition(below) == "que")


def _marker(scene: Scene, state: _State, below: Token) -> None:
    """Conjunctions: conditions, purposes, «sin que»."""
    if not verbal(below) and below.dep_ not in ("advcl", "acl", "ccomp"):
        return
    marker = preposition(below)
    _opening(scene, state, below)
    if marker in ("sin", "sin_que"):
        state.negate(f"«sin {below.text}»")
    elif marker.replace("_", " ") in scene.lexicon.words("conditionals") and below.dep_ != "ccomp":
        state.become("possible", f"condition «{marker.replace('_', ' ')}»")
    elif marker == "si":
        state.become("possible", "open question «si»")
    elif marker in ("cuando", "hasta_que", "en_cuanto", "una_vez_que") and morph(below, "Mood") == "Sub":
        state.become("future", f"«{marker.replace('_', ' ')}» with the subjunctive")


def _opening(scene: Scene, state: _State, verb: Token) -> None:
    opening = _condition(scene, verb)
    if opening:
        state.become("possible", f"condition «{opening}»")


def _condition(scene: Scene, verb: Token) -> str:
    """The conjunction of a condition that opens the verb's clause in the text, whatever the parse makes of it."""
    if not finite(verb):
        return ""
    doc, start, first = verb.doc, verb.i, verb.sentence[0]
    while start > first and not doc[start - 1].is_punct:
        start -= 1
    if start < verb.i and doc[start].lower_ in ("y", "e", "o", "pero", "que"):
        start += 1
    conditionals = scene.lexicon.words("conditionals")
    if start == verb.i or doc[start].lower_ not in _first_words(conditionals):
        return ""
    words = [token.lower_ for token in doc[start : verb.i]]
    texts = (" ".join(words[:size]) for size in (len(words), *range(1, len(words))))
    return next((text for text in texts if text in conditionals), "")


@lru_cache(maxsize=4)
def _first_words(phrases: frozenset[str]) -> frozenset[str]:
    """The words that phrases begin with."""
    return frozenset(phrase.split()[0] for phrase in phrases)


def _embedded(scene: Scene, state: _State, draft: Draft, governor: Draft) -> None:
    """The frame of the governing predicate decides."""
    frame, verb = governor.sense.frame, governor.trigger.text
    if _answered(draft, governor):
        state.settled, state.told = True, True
        return
    if not state.settled:
        negated = _negated(scene, governor.trigger)
        _content(scene, state, governor, negated)
        if frame.implies == "negated" and not negated:
            state.negate(f"«{verb}» says that it does not happen")
        if frame.content in ("claim", "denied", "desired", "future", "possible"):
            state.settled = frame.content != "future" or bool(governor.source)
        else:
            _own_form(scene, state, governor.trigger)
    _attribute(state, draft, governor)


def _answered(draft: Draft, governor: Draft) -> bool:
    """«rechazó su *oferta*»: the offer was made, whatever becomes of it."""
    spoken = draft.sense.frame.pos == "noun" and draft.cls in ("AGREE", "REQUEST", "THREATEN", "ACCUSE")
    return spoken and governor.cls in ("REJECT", "CONCEDE", "ACCUSE", "AGREE") and draft.trigger in governor.content


def _content(scene: Scene, state: _State, governor: Draft, negated: bool) -> None:
    frame, verb = governor.sense.frame, governor.trigger.text
    if frame.content == "denied":
        if negated:
            state.become("possible", f"«{verb}» is negated: it is not ruled out")
        else:
            state.negate(f"denied or ruled out by «{verb}»")
            if frame.cls == "REJECT":
                state.become("future", f"what «{verb}» rules out would be to come")
    elif frame.content in _MODALITY:
        state.become(_MODALITY[frame.content], f"content of «{verb}»")
        if negated and frame.content == "future":
            state.negate(f"«{verb}» is negated")
    elif negated and frame.content == "claim":
        if governor.trigger.lemma in scene.lexicon.words("neg_raising"):
            state.negate(f"«no {verb}»")
        else:
            state.become("possible", f"«{verb}» is negated: not said to be so")
    elif negated and frame.content == "fact" and frame.implies == "affirmed":
        if infinitive_content(governor):
            state.negate(f"«no {verb}»")
        else:
            state.become("possible", f"«{verb}» is negated: not known to be so")


def infinitive_content(governor: Draft) -> bool:
    """Whether the governor embeds an infinitive («no logró retirar»)."""
    return any(infinitive(t) for t in governor.content)


def _negated(scene: Scene, verb: Token) -> bool:
    return _clause_negator(scene, verb) is not None


def _attribute(state: _State, draft: Draft, governor: Draft) -> None:
    """Claims are their speaker's word; wishes and plans of others too, one's own are not."""
    frame, source = governor.sense.frame, governor.source
    if state.speaker or state.told or not source or frame.content in ("none", "fact"):
        return
    own = set(source.ids) & set(draft.source.ids)
    noun = draft.sense.frame.pos == "noun" and draft.trigger in governor.content
    if (frame.content in ("claim", "denied") and not (own and noun)) or not own:
        state.speaker = source.ids[0]
        state.why_speaker = f"content of «{governor.trigger.text}» ({source.why})"


def _plain(scene: Scene, state: _State, below: Token, above: Token) -> None:
    """Governors without a frame of their own, or of which this is no content."""
    relation = below.relation
    if relation == "conj":
        if above.dep_ in ("xcomp", "ccomp", "csubj", "obj", "advcl") or not verbal(above):
            return  # shares what its first member hangs on
        state.settled = state.settled or below.dep_ == "root"
        return
    if not verbal(below) and relation == "obl":
        state.settled = True  # «los daños causados *con los bombardeos*»: what only goes with it is told as known
        return
    word = above.lemma
    if relation in ("xcomp", "ccomp", "csubj", "obj", "nsubj", "nmod", "acl", "obl"):
        modality = _modal(scene, above) if relation in ("xcomp", "ccomp", "csubj") or not verbal(above) else ""
        if (modality and relation != "acl") or (modality and not finite(below)):
            state.become(modality, f"hangs on «{above.text}»")
    if verbal(below) and word in scene.lexicon.words("implicative_negative") and relation in _COMPLEMENTS:
        if not _negated(scene, above):
            state.negate(f"«{above.text}» says that it stops or does not come about")
        _verb_form(scene, state, above)
    elif (verbal(below) and relation in _COMPLEMENTS) or _carries(scene, below, above):
        _inherit(scene, state, above)
    elif morph(below, "Mood") == "Sub" and relation in ("ccomp", "csubj"):
        state.become("possible", f"subjunctive «{below.text}»")
    elif verbal(below) and finite(below) and relation in ("advcl", "acl", "parataxis"):
        state.settled = relation != "advcl"


def _carries(scene: Scene, below: Token, above: Token) -> bool:
    """A light verb or one of phase with its event noun: «no *mantuvo* conversaciones»."""
    name, words = above.lemma, scene.lexicon.words
    carried = below.relation in ("obj", "nsubj", "xcomp")
    return carried and any(name in words(w) for w in ("support_verbs", "phase_continue", "implicative_positive", "being"))


def _inherit(scene: Scene, state: _State, above: Token) -> None:
    """What only says how far an action has gone passes on its own negation, tense and modality."""
    if _negated(scene, above) and not state.concord:
        state.negate(f"«no {above.text}»")
    if verbal(above):
        _verb_form(scene, state, above)


# ---------------------------------------------------------------- quotes and parentheses


def _from_scope(scene: Scene, state: _State, draft: Draft) -> None:
    """The speaker of a quote or of «según X», when no governing verb is nearer."""
    if state.speaker or state.told:
        return
    scope = scene.scope(draft.trigger)
    if scope is not None and scope.speaker:
        state.speaker, state.why_speaker = scope.speaker[0], scope.why
