"""Who says what: quotes, inverted and parenthetical speech, «según X».

A **scope** is a stretch of words that is somebody's word although no verb governs it in the tree: a quote, the sentence
before «…, dijo X», the sentence around «según X». What a verb of speech governs in the tree is found there
(`kg.events.factuality`), and is nearer than any scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.events.arguments import actors
from kg.events.draft import NOBODY, Found
from kg.events.tree import children, sentence, verbal, words
from kg.tokens import Text, Token

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["Scope", "find_scopes", "quotes"]

_PAIRS = {"«": "»", "“": "”", "„": "“", "‘": "’", '"': '"'}
_CLOSERS = frozenset(_PAIRS.values())
_MARKS = _CLOSERS | _PAIRS.keys()
_SHORTEST = 4
"""Words of a quote that can hold a statement; shorter ones are names and ironies."""
_NEAR = 6
"""Words between a quote and its verb of speech («", según dijo hoy el ministro»)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Words `start`–`end` (half open) are the word of `speaker`."""

    start: int
    end: int
    speaker: tuple[str, ...]
    why: str
    verb: int = -1
    """Index of the verb of speech, -1 without one."""
    quote: bool = False


def find_scopes(scene: Scene) -> list[Scope]:
    """All scopes of a document, the shortest first."""
    spans = scene.quotes
    inside = {i for start, end in spans for i in range(start, end)}
    found = [*_quoted(scene, spans, inside), *_parenthetical(scene, inside), *_according(scene)]
    return sorted(found, key=lambda s: (s.end - s.start, s.start))


# ---------------------------------------------------------------- quotes


def quotes(doc: Text) -> Iterator[tuple[int, int]]:
    """Word indices (half open, marks left out) of quoted stretches; one that is never closed ends with its paragraph.

    Nested quotes give a stretch each. A straight mark opens where none is open, and closes otherwise.
    """
    open_marks: list[tuple[str, int]] = []
    for token in [token for token in doc if token.text in _MARKS or token.is_space]:
        text = token.text
        if token.is_space and text.count("\n") > 1:
            yield from ((start, token.i) for _, start in open_marks)
            open_marks.clear()
        elif open_marks and text == _PAIRS[open_marks[-1][0]]:
            yield open_marks.pop()[1], token.i
        elif text in _PAIRS:
            open_marks.append((text, token.i + 1))
        elif text in _CLOSERS and len(open_marks) > 1:
            open_marks.pop()
    yield from ((start, len(doc)) for _, start in open_marks if start < len(doc))


def _quoted(scene: Scene, spans: list[tuple[int, int]], inside: set[int]) -> Iterator[Scope]:
    last: Scope | None = None
    for start, end in spans:
        if end - start < _SHORTEST and not _statement(scene.doc, start, end):
            continue
        scope = _after(scene, start, end, inside) or _before(scene, start, end, inside)
        scope = scope or _within_sentence(scene, start, end, inside) or _continued(scene, start, end, last)
        if scope is not None:
            last = scope
            yield scope


def _statement(doc: Text, start: int, end: int) -> bool:
    return any(verbal(t) for t in words(doc, start, end))


def _after(scene: Scene, start: int, end: int, inside: set[int]) -> Scope | None:
    """«"…", dijo X»."""
    for token in words(scene.doc, end + 1, end + 1 + _NEAR):
        if token.text in (".", ":", ";") or token.is_space:
            break
        if token.i not in inside and speaks(scene, token):
            return _scope(scene, start, end, token)
    return None


def _before(scene: Scene, start: int, end: int, inside: set[int]) -> Scope | None:
    """«dijo: "…"», «subrayó que "…"»."""
    for token in reversed(words(scene.doc, start - 1 - _NEAR, start - 1)):
        if token.text == "." or token.is_space:
            break
        if token.i not in inside and speaks(scene, token):
            return _scope(scene, start, end, token)
    return None


def _within_sentence(scene: Scene, start: int, end: int, inside: set[int]) -> Scope | None:
    """The verb of speech nearest to the quote in its sentence."""
    first, last = sentence(scene.doc[start])[0], sentence(scene.doc[end - 1])[1]
    verbs = [t for t in words(scene.doc, first, last) if t.i not in inside and speaks(scene, t)]
    if not verbs:
        return None
    return _scope(scene, start, end, min(verbs, key=lambda t: (abs(t.i - start), t.i)))


def _continued(scene: Scene, start: int, end: int, last: Scope | None) -> Scope | None:
    """A quote that stands alone goes on with the one before it, when that is near."""
    if last is None or start - last.end > 60 or end - start < 2 * _SHORTEST:
        return None
    return Scope(start, end, last.speaker, "goes on with the quote before it", quote=True)


def _scope(scene: Scene, start: int, end: int, verb: Token) -> Scope | None:
    found = speaker(scene, verb)
    why = f"quoted, «{verb.text}»: {found.why}"
    return Scope(start, end, found.ids, why, verb.i, quote=True) if found else None


# ---------------------------------------------------------------- verbs of speech


def speaks(scene: Scene, token: Token) -> bool:
    """Whether a word is a verb that can introduce somebody's words."""
    if token.lemma not in scene.lexicon.speakers or not verbal(token):
        return False
    sense = scene.sense(token)
    frames = (*scene.lexicon.verb(token.lemma), *((sense.frame,) if sense is not None else ()))
    return any(frame.says for frame in frames)


def speaker(scene: Scene, verb: Token) -> Found:
    """Who speaks: the subject of the verb, else the actor named right after it."""
    draft = scene.draft(verb)
    if draft is not None and draft.source:
        return draft.source
    if draft is None:
        found = scene.subject(verb)
        if found:
            return found
    for token in words(scene.doc, verb.i + 1, verb.i + 10):
        if token.is_punct or token.text in ("que", "de"):
            break
        ids = actors(scene.cast, token)
        if ids:
            return Found(ids, f"«{token.text}» stands after «{verb.text}»", token)
    return NOBODY


def _parenthetical(scene: Scene, inside: set[int]) -> Iterator[Scope]:
    """«…, dijo X» and «…, según dijo X»: the sentence up to the verb's clause."""
    for verb in scene.predicates():
        if verb.i in inside or not speaks(scene, verb):
            continue
        start = _clause_start(verb)
        first, last = sentence(verb)
        said = _said_according(scene.doc, start)
        if said or _inverted(scene.doc, verb, start):
            found = speaker(scene, verb)
            if found:
                why = f"«{'según ' if said else ''}{verb.text}»: {found.why}"
                yield from _around(first, start, _clause_end(verb), last, found, why, verb.i, said)


def _clause_start(verb: Token) -> int:
    """Index of the first word of the verb's form («*ha* zanjado», «*según* dijo»)."""
    first = min((c.i for c in verb.lefts if c.dep_ in ("aux", "obj", "iobj") and verb.i - c.i < 4), default=verb.i)
    doc = verb.doc
    if first > 0 and doc[first - 1].lower_ == "según":
        first -= 1
    return first


def _clause_end(verb: Token) -> int:
    """Index after the speaker's phrase."""
    rights = [c for c in verb.rights if c.relation in ("nsubj", "obl", "obj", "advmod", "iobj")]
    return max((c.right_edge.i + 1 for c in rights), default=verb.i + 1)


def _said_according(doc: Text, start: int) -> bool:
    return doc[start].lower_ == "según"


def _inverted(doc: Text, verb: Token, start: int) -> bool:
    """A verb after a comma or a closing quote, with its subject or nothing behind it."""
    if start == 0 or start <= sentence(verb)[0] or doc[start - 1].text not in (",", "»", "”", '"', "—", "-"):
        return False
    after = doc[verb.i + 1] if verb.i + 1 < len(doc) else None
    if after is None or after.text in ("que", "a", "en", "de", "con"):
        return False
    if any(c.lower_ == "que" for c in verb.lefts):
        return False
    return any(c.i > verb.i for c in children(verb, "nsubj", "obj", "appos", "dep", "flat")) or after.text in (".", ",")


def _around(first: int, start: int, end: int, last: int, found: Found, why: str, verb: int, both: bool) -> Iterator[Scope]:
    """The part before the speech clause; for «según» the part behind it as well."""
    if start - first > 1:
        yield Scope(first, start, found.ids, why, verb)
    if both and last - end > 2:
        yield Scope(end, last, found.ids, why, verb)


def _according(scene: Scene) -> Iterator[Scope]:
    """«según X», «a juicio de X», «en opinión de X»."""
    for start, head in _sources(scene):
        ids = actors(scene.cast, head)
        if ids:
            first, last = sentence(head)
            found = Found(ids, f"«{head.text}»", head)
            end = max(head.right_edge.i + 1, head.i + 1)
            if end >= last - 1 or start > first:
                end = max(end, head.i + 1)
            why = f"«{scene.doc[start].text.lower()} {head.text}»"
            yield from _around(first, start, end, last, found, why, -1, True)


def _sources(scene: Scene) -> Iterator[tuple[int, Token]]:
    doc = scene.doc
    opinions = scene.lexicon.words("opinions")
    for token in doc:
        if token.lower_ == "según" and not verbal(token.head) and token.head.i > token.i:
            yield token.i, token.head
        elif token.lower_ in opinions and token.i and doc[token.i - 1].lower_ in ("a", "en", "al"):
            for child in children(token, "nmod"):
                if child.i - token.i < 4:
                    yield token.i - 1, child
