"""Events: who does what to whom, who says so, and whether it is so.

`tree` asks the parse; `arguments` sorts complements into slots; `frames` chooses the sense of a predicate; `subjects` and
`roles` find participants; `verbs` and `nouns` draft events; `speech` finds whose word a stretch is; `statements` reads what
a statement does to whom; `factuality` decides polarity, modality and attribution; `times` dates; `select` merges and
chooses. `scene` holds what is known about one document.
"""

from __future__ import annotations

from kg.actors import Cast
from kg.events import statements
from kg.events.context import complete
from kg.events.draft import Draft
from kg.events.factuality import facts_of
from kg.events.scene import Options, Scene
from kg.events.select import events_of, select, worth_telling
from kg.events.times import Times
from kg.lexicon import Lexicon
from kg.model import Event
from kg.tokens import Text

__all__ = ["extract_events"]


def extract_events(
    doc: Text,
    cast: Cast,
    lexicon: Lexicon,
    date: str | None,
    *,
    dropped_subjects: bool = True,
    nominal_events: bool = True,
    attribution: bool = True,
    similarity: bool = True,
) -> tuple[Event, ...]:
    """Events of a parsed article, in the order of the text.

    `date` is the publication date (ISO), against which «ayer» is resolved. The switches leave a part out, to measure
    what it is worth.
    """
    scene = Scene(doc, cast, lexicon, Options(dropped_subjects, nominal_events, attribution, similarity))
    times = Times(doc, date)
    found: list[Event] = []
    drafts = _drafts(scene)
    complete(scene, drafts)
    for draft in drafts:
        if draft.cls == "SAY" or worth_telling(scene, draft):  # what a statement is, its factuality may tell
            draft.facts = facts_of(scene, draft)
            statements.reclassify(scene, draft)
            if worth_telling(scene, draft):
                found += events_of(scene, draft, times)
    return select(found)


def _drafts(scene: Scene) -> list[Draft]:
    """Drafts that have a source and stand for an event; words inside a phrase are no events of their own."""
    _ = scene.scopes  # first: the first person in a quote is its speaker
    senses = [sense for sense in map(scene.sense, scene.predicates()) if sense is not None]
    inner = {word.i for sense in senses for word in sense.words}
    wanted = ("verb", "noun") if scene.options.nominal_events else ("verb",)
    events = [s.head for s in senses if s.frame.event and s.frame.pos in wanted and s.head.i not in inner]
    return [draft for draft in map(scene.draft, events) if draft is not None and draft.source]
