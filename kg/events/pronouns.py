"""What an object pronoun takes up: «Los ataques siguen. Yeltsin *los* calificó de agresión», «el Kremlin *lo* rechazó»."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.events.frames import Sense
from kg.events.tree import antecedent, children, morph, words
from kg.tokens import Token

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["event_meant"]

_REACH = 45
"""Words before the pronoun in which its antecedent stands."""
_GENDERS = {"lo": "Masc", "los": "Masc", "la": "Fem", "las": "Fem"}


def event_meant(scene: Scene, sense: Sense) -> Token | None:
    """The event noun that the object of a verb of judgement refers to, None when the object is no pronoun or names a person.

    Only for the verbs of `words/judgements.tsv`, whose object is a thing done: «lo acusó» is of a person.
    """
    if sense.head.lemma not in scene.lexicon.words("judgements"):
        return None
    for token in sense.arguments.fillers("obj"):
        if token.lower_ in _GENDERS:
            return _before(scene, sense.head, token)
        if token.pos_ == "PRON" and antecedent(token) is not token:
            return antecedent(token)
    return None


def _before(scene: Scene, verb: Token, pronoun: Token) -> Token | None:
    """The nearest noun that agrees: an event noun, or the subject or object of its clause."""
    gender, number = _GENDERS[pronoun.lower_], "Plur" if pronoun.lower_.endswith("s") else "Sing"
    subject = {t.i for t in children(verb, "nsubj")}
    for token in reversed(words(scene.doc, pronoun.i - _REACH, pronoun.i)):
        agrees = token.pos_ == "NOUN" and morph(token, "Number") == number and morph(token, "Gender") in ("", gender)
        if not agrees or token.i in subject or scene.cast.denoted(token):
            continue
        sense = scene.sense(token)
        if sense is not None and sense.frame.pos == "noun":
            return token
    return None
