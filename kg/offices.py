"""Who holds which office of which body, as the article says by apposition: «El ministro de Exteriores ruso, Lavrov»."""

from __future__ import annotations

from spacy.tokens import Doc

from kg.actors import Cast
from kg.knowledge import Knowledge
from kg.mentions import Description, Name
from kg.model import Evidence, Office, Span

__all__ = ["find_offices"]


def find_offices(doc: Doc, cast: Cast, knowledge: Knowledge, date: str | None) -> tuple[Office, ...]:
    """Offices that the article states, in order of the text, each once."""
    types = {actor.id: actor.type for actor in cast.actors}
    labels = {actor.id: actor for actor in cast.actors}
    found: dict[tuple[str, str, str | None], Office] = {}
    for d in cast.mentions.descriptions:
        if d.word.cls not in ("office", "leader") or d.word.plural:
            continue
        ids = cast.denoted(doc[d.noun])
        if len(ids) != 1 or types.get(ids[0]) != "person" or not labels[ids[0]].aliases:
            continue
        of = _body(cast, d, doc) or (labels[ids[0]].country and _state(cast, labels[ids[0]].country))
        title = d.title.removeprefix("ex ").strip()
        key = (ids[0], title.split()[0].casefold(), of)
        if of and key not in found and _beside_a_name(cast, d):
            found[key] = Office(ids[0], title, of, _evidence(doc, d), d.former)
    return tuple(found.values())


def _beside_a_name(cast: Cast, d: Description) -> bool:
    return any(i in cast.mentions.name_at for i in (d.end, d.end + 1, d.start - 2))


def _state(cast: Cast, country: str | None) -> str | None:
    return next((a.id for a in cast.actors if a.type == "state" and a.country == country), None)


def _body(cast: Cast, d: Description, doc: Doc) -> str | None:
    for token in d.demonyms:
        return cast.adjective(doc[token])
    place = d.body.start if isinstance(d.body, Name) else d.body.noun if isinstance(d.body, Description) else None
    ids = cast.denoted(doc[place]) if place is not None else ()
    return ids[0] if ids else None


def _evidence(doc: Doc, d: Description) -> Evidence:
    sentence, span = doc[d.noun].sent, doc[d.start:d.end]
    return Evidence(
        Span(sentence.start_char, sentence.end_char, sentence.text), Span(span.start_char, span.end_char, span.text),
        "office.apposition", 0.9, {"office": f"«{span.text}» beside a name"})
