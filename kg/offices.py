"""Who holds which office of which body, as the article says by apposition: «El ministro de Exteriores ruso, Lavrov»."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg import nominals
from kg.actors import Cast
from kg.knowledge import Knowledge
from kg.mentions import Description, Name
from kg.model import Actor, Evidence, Office
from kg.nominals import fold
from kg.tokens import Text

__all__ = ["find_offices"]


def find_offices(doc: Text, cast: Cast, knowledge: Knowledge, date: str | None) -> tuple[Office, ...]:
    """Offices that the article states, in order of the text, each once."""
    people = {actor.id: actor for actor in cast.actors if actor.type == "person"}
    found: dict[tuple[str, str, str | None], Office] = {}
    for d in cast.mentions.descriptions:
        if not _is_office(cast, d):
            continue
        for person, former in _holders(cast, d, people):
            of = None if d.word.plural else _body(cast, d, doc)
            title = _title(cast, d)
            if of is None:
                of = _held(cast, people[person], title, knowledge, date)
            if of is None or (of in people and d.word.note != "personal"):
                of = _state(cast, people[of or person].country) or _state(cast, people[person].country)
            if of and title:
                body = next((a for a in cast.actors if a.id == of), None)
                note = None if former else _doubt(people[person], title, body, knowledge, date)
                office = Office(person, title, of, _evidence(doc, d), former, note)
                found.setdefault((person, fold(title).split()[0], of), office)
    return tuple(found.values())


def _holders(cast: Cast, d: Description, people: Mapping[str, Actor]) -> Iterator[tuple[str, bool]]:
    """Who is said to hold the office, and whether that is over."""
    noun = cast.doc[d.noun]
    helper = next((t for t in noun.children if t.dep_ == "cop"), None)
    if helper is not None and not d.word.plural:  # «Stoltenberg es secretario general de la OTAN»
        subjects = (i for t in noun.children if t.dep_ == "nsubj" for i in cast.denoted(t))
        past = "Past" in helper.morph.get("Tense", [])
        yield from ((i, d.former or past) for i in subjects if i in people)
        return
    for person in cast.denoted(noun):
        if person in people and (d.word.plural or d.former or _beside(cast, d, person)):
            yield person, d.former


def _is_office(cast: Cast, d: Description) -> bool:
    """Titles of office, and words that stand for one («su homólogo ruso»)."""
    complete = bool(d.demonyms or d.body)
    if d.word.cls == "peer":
        return d.noun in cast.titles
    return d.word.cls == "office" or (d.word.cls == "leader" and (complete or " de " in d.title))


def _title(cast: Cast, d: Description) -> str:
    """The words of the office: «presidente» of «expresidente» and of «presidentes»."""
    if d.word.plural:
        return _singular(d) or d.title
    title = cast.titles.get(d.noun, d.title)
    return title[2:].lstrip(" -") if d.former and d.word.note == "former" and title.lower().startswith("ex") else title


def _held(cast: Cast, person: Actor, title: str, knowledge: Knowledge, date: str | None) -> str | None:
    """The body at which the person held such an office by the knowledge base: «Luis Almagro, secretario general»."""
    if person.key is None or not title:
        return None
    first = fold(title).split()[0]
    spells = knowledge.tenures(person=person.key, on=date, uncertain=True)
    bodies = [t.of for t in spells if fold(t.office).split()[0] == first]
    return next((a.id for body in bodies for a in cast.actors if a.key == body), None)


def _doubt(person: Actor, title: str, body: Actor | None, knowledge: Knowledge, date: str | None) -> str | None:
    """What the knowledge base says against a stated office at the article's date."""
    if date is None or body is None or body.key is None or person.key is None:
        return None
    holders = [t for t in knowledge.holders(title, body.key, date) if t.on(date)]
    if not holders or any(t.person == person.key for t in holders):
        return None
    other = knowledge.entry(holders[0].person).label
    return f"the knowledge base has {other} as {holders[0].office} of {body.label} in {date}"


def _singular(d: Description) -> str | None:
    """The singular of «presidentes»: the first listed form of the same row."""
    forms = nominals.load().singular_of(d.word)
    return forms.form if forms else None


def _beside(cast: Cast, d: Description, person: str) -> bool:
    """Whether the name of the person stands right before or after, or after a second title («y presidente de turno»)."""
    doc, names = cast.doc, cast.mentions.name_at
    after = d.end + (d.end < len(doc) and doc[d.end].text in _MARKS)
    before = d.start - 2 if d.start > 1 and doc[d.start - 1].text in _MARKS else -1
    if any(i in names and person in cast.denoted(doc[i]) for i in (after, before)):
        return True
    return d.end < len(doc) and doc[d.end].lower_ in ("y", "e")


_MARKS = frozenset({",", "(", "—", "-"})


def _state(cast: Cast, country: str | None) -> str | None:
    return next((a.id for a in cast.actors if a.type == "state" and a.country == country), None)


def _body(cast: Cast, d: Description, doc: Text) -> str | None:
    for token in d.demonyms:
        return cast.adjective(doc[token])
    place = d.body.start if isinstance(d.body, Name) else d.body.noun if isinstance(d.body, Description) else None
    ids = cast.denoted(doc[place]) if place is not None else ()
    return ids[0] if ids else None


def _evidence(doc: Text, d: Description) -> Evidence:
    sentence, span = doc.span(*doc[d.noun].sentence), doc.span(d.start, d.end)
    return Evidence(
        sentence, span, "office.apposition", 0.9, {"office": f"«{span.text}» beside a name"})
