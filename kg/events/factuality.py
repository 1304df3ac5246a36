"""Whether an event is so, will be, may be or should be, and whose word it is.

Polarity and modality of a predicate come from its own form and from everything it hangs on, from the inside outwards:
auxiliaries and mood, negators, conjunctions, and the *content* of the frames that govern it (`kg.lexicon.Frame.content`).
After Saurí & Pustejovsky (2009), "FactBank: a corpus annotated with event factuality", Language Resources and
Evaluation 43: each governing predicate sets or passes on the factuality of what it embeds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spacy.tokens import Token

from kg.events.draft import Draft, Facts
from kg.events.tree import chain, children, finite, infinitive, lemma, morph, preposition, relative, verbal

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["facts_of"]

_MODALITY = {"desired": "desired", "future": "future", "possible": "possible"}


@dataclass(slots=True)
class _State:
    """What is known so far on the way outwards."""

    negated: bool = False
    modality: str = ""
    speaker: str | None = None
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
    below = draft.trigger
    for above in chain(draft.trigger):
        _step(scene, state, draft, below, above)
        below = above
    _from_scope(scene, state, draft)
    return Facts(
        polarity="negated" if state.negated else "affirmed",
        modality=state.modality or "actual",
        speaker=state.speaker if scene.options.attribution else None,
        why_polarity="; ".join(state.why_negated) or Facts.why_polarity,
        why_modality=state.why_modality or Facts.why_modality,
        why_speaker=state.why_speaker or Facts.why_speaker,
    )


# ---------------------------------------------------------------- the predicate itself


def _own_negation(scene: Scene, state: _State, word: Token) -> None:
    negators = scene.lexicon.words("negators")
    for child in word.children:
        if child.lower_ in negators and child.dep_ in ("advmod", "det", "cc", "nsubj", "obj", "mark", "case", "obl"):
            if child.lower_ == "no" and _no_solo(child):
                continue
            state.negate(f"«{child.text}»")
            return
    for child in children(word, "nsubj", "obj"):
        if any(c.lower_ in negators and c.dep_ in ("det", "cc", "advmod") for c in child.children):
            state.negate(f"«{' '.join(c.text for c in child.children if c.lower_ in negators)} {child.text}»")
            return


def _no_solo(negator: Token) -> bool:
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
    helpers = list(children(token, "aux", "cop"))
    for helper in helpers:
        modality = _modal(scene, helper)
        if modality and not (lemma(helper) == "ir" and morph(helper, "Tense") not in ("Pres", "Imp", "")):
            state.become(modality, f"auxiliary «{helper.text}»")
    for verb in (*helpers, token):
        _tense(state, verb)


def _tense(state: _State, verb: Token) -> None:
    if morph(verb, "Mood") == "Cnd":
        state.become("possible", f"conditional «{verb.text}»")
    elif morph(verb, "Tense") == "Fut":
        state.become("future", f"future tense «{verb.text}»")


def _modal(scene: Scene, token: Token) -> str:
    """What a modal word makes of what hangs on it, "" for other words."""
    name = lemma(token)
    for modality in ("possible", "desired", "future"):
        if name in scene.lexicon.words(f"modals_{modality}"):
            return modality
    return ""


def _noun_form(scene: Scene, state: _State, noun: Token) -> None:
    for child in children(noun, "amod", "acl"):
        if child.pos_ == "ADJ" or morph(child, "VerbForm") == "Part":
            modality = _modal(scene, child)
            if modality:
                state.become(modality, f"«{noun.text} {child.text}»")
        elif relative(child):
            _verb_form(scene, state, child)
    if preposition(noun) == "sin":
        state.negate(f"«sin {noun.text}»")


# ---------------------------------------------------------------- what it hangs on


def _step(scene: Scene, state: _State, draft: Draft, below: Token, above: Token) -> None:
    """One step outwards, from `below` to its governor `above`."""
    if not state.settled:
        _marker(scene, state, below)
    governor = scene.draft(above)
    if governor is not None and _embeds(governor, below):
        _embedded(scene, state, draft, governor)
    elif not state.settled:
        _plain(scene, state, below, above)


def _embeds(governor: Draft, below: Token) -> bool:
    """Whether `below` is content of the governing predicate; complements of its phrase's words count as its own."""
    return any(token.i == below.i for token in governor.content)


def _marker(scene: Scene, state: _State, below: Token) -> None:
    """Conjunctions: conditions, purposes, «sin que»."""
    if not verbal(below) and below.dep_ not in ("advcl", "acl", "ccomp"):
        return
    marker = preposition(below)
    if marker in ("sin", "sin_que"):
        state.negate(f"«sin {below.text}»")
    elif marker in scene.lexicon.words("hypothetical") and below.dep_ not in ("ccomp",):
        state.become("possible", f"condition «{marker.replace('_', ' ')}»")
    elif marker == "si":
        state.become("possible", "open question «si»")
    elif marker in ("cuando", "hasta_que", "en_cuanto", "una_vez_que") and morph(below, "Mood") == "Sub":
        state.become("future", f"«{marker.replace('_', ' ')}» with the subjunctive")


def _embedded(scene: Scene, state: _State, draft: Draft, governor: Draft) -> None:
    """The frame of the governing predicate decides."""
    frame, verb = governor.sense.frame, governor.trigger.text
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
        if lemma(governor.trigger) in scene.lexicon.words("neg_raising"):
            state.negate(f"«no {verb}»")
        else:
            state.become("possible", f"«{verb}» is negated: not said to be so")
    elif negated and frame.content == "fact" and frame.implies == "affirmed" and infinitive_content(governor):
        state.negate(f"«no {verb}»")


def infinitive_content(governor: Draft) -> bool:
    """Whether the governor embeds an infinitive («no logró retirar»)."""
    return any(infinitive(t) for t in governor.content)


def _negated(scene: Scene, verb: Token) -> bool:
    negators = scene.lexicon.words("negators")
    return any(c.lower_ in negators and not _no_solo(c) and c.dep_ in ("advmod", "cc", "mark") for c in verb.children)


def _attribute(state: _State, draft: Draft, governor: Draft) -> None:
    """Claims are their speaker's word; wishes and plans of others too, one's own are not."""
    frame, source = governor.sense.frame, governor.source
    if state.speaker or not source or frame.content in ("none", "fact"):
        return
    own = set(source.ids) & set(draft.source.ids)
    if frame.content in ("claim", "denied") or not own:
        state.speaker = source.ids[0]
        state.why_speaker = f"content of «{governor.trigger.text}» ({source.why})"


def _plain(scene: Scene, state: _State, below: Token, above: Token) -> None:
    """Governors without a frame of their own, or of which this is no content."""
    relation = below.dep_.partition(":")[0]
    if relation == "conj":
        if above.dep_ in ("xcomp", "ccomp", "csubj", "obj", "advcl") or not verbal(above):
            return  # shares what its first member hangs on
        state.settled = state.settled or below.dep_ == "root"
        return
    word = lemma(above)
    if relation in ("xcomp", "ccomp", "csubj", "obj", "nsubj", "nmod", "acl", "obl"):
        modality = _modal(scene, above) if relation in ("xcomp", "ccomp", "csubj") or not verbal(above) else ""
        if (modality and relation != "acl") or (modality and not finite(below)):
            state.become(modality, f"hangs on «{above.text}»")
    if (verbal(below) and relation in ("xcomp", "ccomp", "csubj")) or word in scene.lexicon.words("aspectual"):
        _inherit(scene, state, above)
    elif word in scene.lexicon.words("discontinuing") and relation in ("xcomp", "ccomp"):
        state.negate(f"«{above.text}» says that it stops or does not come about")
        _inherit(scene, state, above)
    elif morph(below, "Mood") == "Sub" and relation in ("ccomp", "csubj"):
        state.become("possible", f"subjunctive «{below.text}»")
    elif verbal(below) and finite(below) and relation in ("advcl", "acl", "parataxis"):
        state.settled = relation != "advcl"


def _inherit(scene: Scene, state: _State, above: Token) -> None:
    """What only says how far an action has gone passes on its own negation, tense and modality."""
    if _negated(scene, above):
        state.negate(f"«no {above.text}»")
    if verbal(above):
        _verb_form(scene, state, above)


# ---------------------------------------------------------------- quotes and parentheses


def _from_scope(scene: Scene, state: _State, draft: Draft) -> None:
    """The speaker of a quote or of «según X», when no governing verb is nearer."""
    if state.speaker:
        return
    scope = scene.scope(draft.trigger)
    if scope is not None and scope.speaker:
        state.speaker, state.why_speaker = scope.speaker[0], scope.why
