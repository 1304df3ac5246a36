"""What a statement does to whom: «X debe retirarse» asks something of X, «la agresión de X es ilegal» accuses X.

Annotation takes the most specific class: a statement whose content asks or blames is a REQUEST or an ACCUSE.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.events.arguments import actors
from kg.events.draft import NOBODY, Draft, Found
from kg.events.roles import LONGEST_TOPIC, inside
from kg.events.subjects import owner
from kg.events.tree import children, finite, has, is_passive, members, morph, verbal, words
from kg.tokens import Token

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["reclassify"]

_HOSTILE = frozenset(("ASSAULT", "COERCE", "SANCTION"))
_SIDES = frozenset(("state", "organisation", "armed_group"))
_WITH_QUE = frozenset(("tener", "haber"))


def reclassify(scene: Scene, draft: Draft) -> None:
    """Give a plain statement the class that its content says, where it is clear: a refusal, a demand, a reproach."""
    if draft.cls == "SAY":
        _quoted(scene, draft)
    if draft.cls != "SAY" or draft.target or not draft.source or draft.facts.polarity == "negated":
        return
    for clause in _content(scene, draft):
        if _refused(scene, draft, clause):
            draft.cls, draft.rule = "REJECT", "speech.refusal"
            draft.why_class = f"REJECT: says that they will not («{clause.text}»)"
            return
        if _threatened(scene, draft, clause):
            return
        for cls, rule, found in (("REQUEST", "speech.duty", _asked), ("ACCUSE", "speech.blame", _blamed)):
            target = found(scene, clause)
            ids = tuple(n for n in target.ids if n not in draft.source.ids)
            if ids:
                draft.cls, draft.rule = cls, rule
                draft.target = Found(ids, target.why, target.token)
                draft.why_class = f"{cls}: {target.why}"
                return


def _quoted(scene: Scene, draft: Draft) -> None:
    """What a verb of speech says that governs nothing in the tree: the quote, or the sentence before it."""
    if draft.rule.startswith("speech."):
        return
    for scope in scene.scopes:
        if scope.verb == draft.trigger.i:
            draft.rule = "speech.quote" if scope.quote else "speech.parenthesis"
            draft.topic = (scope.start, min(scope.end, scope.start + LONGEST_TOPIC))
            return


def _content(scene: Scene, draft: Draft) -> Iterator[Token]:
    """Heads of the clauses that are said, in the tree or in a quote."""
    seen: set[int] = set()
    heads = [m for token in draft.content for m in members(token)]
    for scope in scene.scopes:
        if scope.verb == draft.trigger.i:
            heads += [t for t in words(scene.doc, scope.start, scope.end) if t.dep_ in ("root", "ROOT", "ccomp", "conj")]
    for head in heads:
        if head.i not in seen and (verbal(head) or has(head, "cop")):
            seen.add(head.i)
            yield head


def _refused(scene: Scene, draft: Draft, clause: Token) -> bool:
    """«“La OTAN no va a subcontratar…”, insistió»: the speaker, or the body that the speaker is of, will not."""
    helpers = [clause, *children(clause, "aux")]
    will = any(morph(h, "Tense") == "Fut" or (h.lemma == "ir" and h.i != clause.i) for h in helpers)
    if not will or not any(c.lower_ in scene.lexicon.words("negators") for c in clause.children):
        return False
    doers = scene.subject(clause).ids
    speaker = draft.source.ids[0]
    body = scene.kind(speaker) == "person" and any(scene.kind(n) in ("state", "organisation") for n in doers)
    return speaker in doers or body


def _threatened(scene: Scene, draft: Draft, clause: Token) -> bool:
    """«dijo que Washington *responderá* a cualquier provocación»: the speaker's side will do something against somebody."""
    helpers = [clause, *children(clause, "aux")]
    coming = any(morph(h, "Tense") == "Fut" or morph(h, "Mood") == "Cnd" for h in helpers)
    act = scene.draft(clause) if coming else None
    hostile = act is not None and act.cls in _HOSTILE and bool(act.target)
    if not coming or not (hostile or clause.lemma in scene.lexicon.words("retaliation")):
        return False
    doers, speaker = scene.subject(clause), draft.source.ids[0]
    if speaker not in doers.ids and not (scene.kind(speaker) == "person" and any(scene.kind(n) in _SIDES for n in doers.ids)):
        return False
    target = act.target if act is not None and hostile else NOBODY
    for phrase in children(clause, "obj", "obl", "iobj") if not target else ():
        target = target or inside(scene, "THREATEN", phrase, doers.ids)  # «responderá a cualquier provocación de X»
    ids = tuple(n for n in target.ids if n not in (*draft.source.ids, *doers.ids))
    draft.cls, draft.rule = "THREATEN", "speech.threat"
    draft.target = Found(ids, target.why, target.token)
    draft.why_class = f"THREATEN: says what they will do («{clause.text}»)"
    return True


# ---------------------------------------------------------------- asking


def _asked(scene: Scene, clause: Token) -> Found:
    """Who ought to do it."""
    duties = scene.lexicon.words("obligations")
    helper = next((c for c in children(clause, "aux") if c.lemma in duties and c.lemma not in _WITH_QUE), None)
    if helper is not None:
        return _doer(scene, clause, helper.text)
    if clause.lemma not in duties:
        return NOBODY
    for child in children(clause, "csubj", "ccomp", "xcomp", "acl", "advcl"):
        if clause.lemma in ("tener", "deber", "necesitar") and not finite(child):
            return _doer(scene, clause, clause.text)
        if verbal(child) and finite(child):
            return _doer(scene, child, clause.text)
    return NOBODY


def _doer(scene: Scene, clause: Token, word: str) -> Found:
    found = scene.subject(clause)
    if not found and is_passive(clause):
        return NOBODY
    return Found(found.ids, f"«{word}»: {found.why}", found.token) if found else NOBODY


# ---------------------------------------------------------------- blaming


def _blamed(scene: Scene, clause: Token) -> Found:
    """Whose act or nature is called bad: «las amenazas *de Rusia* son peligrosas»."""
    insults = scene.lexicon.words("insults")
    if clause.lemma in scene.lexicon.words("misdeeds") and finite(clause) and not is_passive(clause):
        found = scene.subject(clause)
        return Found(found.ids, f"does wrong («{clause.text}»): {found.why}", found.token) if found else NOBODY
    if not has(clause, "cop"):
        return NOBODY
    words = [*members(clause), *children(clause, "amod")]
    word = next((w for w in words if w.lemma in insults), None)
    if word is None:
        return NOBODY
    for subject in children(clause, "nsubj"):
        ids = actors(scene.cast, subject)
        found = Found(ids, f"«{subject.text}»", subject) if ids else owner(scene, subject)
        if found:
            return Found(found.ids, f"called «{word.text}»: {found.why}", found.token)
    return NOBODY
