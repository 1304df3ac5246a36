"""Readings made up by rule, of any size: two quarrelling camps, some neutrals, a story over time. No real news."""

from __future__ import annotations

import random
from collections.abc import Sequence

from kg.classes import event_classes
from kg.model import Actor, ActorType, Article, Event, Evidence, Link, Mention, Reading, Span

__all__ = ["CAST", "actor", "article", "event", "reading", "synthetic"]

CAST: tuple[tuple[str, str, ActorType], ...] = (
    ("Otania", "Otania", "state"),
    ("Rusalia", "Rusalia", "state"),
    ("Ucrasia", "Ucrasia", "state"),
    ("Alianza del Norte", "Northern Alliance", "organisation"),
    ("Pavel Petrov", "Pavel Petrov", "person"),
    ("Unión Continental", "Continental Union", "organisation"),
    ("Julia Stolberg", "Julia Stolberg", "person"),
    ("Belorria", "Belorria", "state"),
    ("Ejército del Río", "River Army", "armed_group"),
    ("Turania", "Turania", "state"),
    ("Partido Verde", "Green Party", "party"),
    ("Agencia Sur", "South Agency", "media"),
    ("Gasolex", "Gasolex", "company"),
    ("Manifestantes de Otania", "Otanian protesters", "group"),
    ("Consejo de Naciones", "Council of Nations", "organisation"),
    ("Ana Duarte", "Ana Duarte", "person"),
    ("Sinoria", "Sinoria", "state"),
    ("Iberania", "Iberania", "state"),
)
"""Spanish name, English name, type. The even ones are one camp, the odd ones the other, the last third is neutral."""

_TYPES: tuple[ActorType, ...] = ("person", "state", "organisation", "armed_group", "party", "media", "company", "group")
_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo")


def actor(number: int) -> Actor:
    """The `number`-th actor: of the cast, then invented names."""
    if number < len(CAST):
        label, english, kind = CAST[number]
    else:
        rng = random.Random(number)
        label = "".join(rng.choices(_SYLLABLES, k=3)).title() + " " + "".join(rng.choices(_SYLLABLES, k=3)).title()
        english, kind = label, _TYPES[number % len(_TYPES)]
    mention = Mention(Span(0, len(label), label), "name")
    return Actor(f"a{number}", label, kind, (mention,), label_en=english, key=f"test/{number}",
                 link=Link(0.9, "its name is in the knowledge base"))


def article(number: int, date: str | None = "2022-10-12", source: str | None = "Agencia Uno") -> Article:
    """An article without text of its own."""
    return Article(f"art-{number:04d}", "", date, f"Crónica número {number}", source, f"https://example.org/{number}")


def event(source: str, cls: str, target: str | None, **more: object) -> Event:
    """An event with evidence whose sentence is about the two actors."""
    phrase = event_classes()[cls].phrase_es
    topic = str(more.get("topic") or "el acuerdo sobre la frontera común")
    more.setdefault("topic", None if target else topic)
    head = f"El portavoz de {source} explicó este miércoles que "
    sentence = f"{head}{phrase} {target or topic}, según consta en el comunicado."
    trigger = Span(len(head), len(head) + len(phrase), phrase)
    evidence = Evidence(Span(0, len(sentence), sentence), trigger, "verb.active", 0.87,
                        {"source": "subject of the verb", "class": f"«{phrase}» is {cls} in the lexicon"})
    return Event(source, cls, phrase.split()[0], evidence, target, **more)  # type: ignore[arg-type]


def reading(art: Article, events: Sequence[Event]) -> Reading:
    """A reading whose actors are those its events name (`a0`, `a1`…)."""
    named = {x for e in events for x in (e.source, e.target, e.attributed_to) if x is not None}
    return Reading(art, tuple(actor(n) for n in sorted(int(x[1:]) for x in named)), tuple(events))


def synthetic(actors: int = 18, claims: int = 120, seed: int = 0, per_article: int = 12) -> list[Reading]:
    """`claims` events between `actors` actors in two camps, over five years, in articles of `per_article` events."""
    rng = random.Random(seed)
    count = -(-claims // per_article)
    readings = []
    for number in range(count):
        day = number * 5 * 365 // max(count, 1)
        date = f"{2019 + day // 365}-{1 + day % 365 // 31:02d}-{1 + day % 28:02d}"
        size = min(per_article, claims - number * per_article)
        events = [_event(rng, actors) for _ in range(size)]
        source = ("Agencia Uno", "Diario Dos")[number % 2]
        readings.append(reading(article(number, date, source), events))
    return readings


def _event(rng: random.Random, actors: int) -> Event:
    # a few actors do most of what is reported
    first = min(int(rng.expovariate(6 / actors)), actors - 1)
    second = (first + 1 + min(int(rng.expovariate(5 / actors)), actors - 2)) % actors
    friends = first % 2 == second % 2
    good = rng.random() < (0.85 if friends else 0.15)
    cls = rng.choice(("SUPPORT", "AID", "CONSULT", "AGREE", "COOPERATE") if good else
                     ("ACCUSE", "THREATEN", "ASSAULT", "SANCTION", "REQUEST", "REJECT", "DENY"))
    more: dict[str, object] = {}
    kind = rng.random()
    if kind < 0.10:
        more["attributed_to"] = f"a{(first + 3) % actors}"
    elif kind < 0.18:
        more["modality"] = rng.choice(("future", "possible", "desired"))
    elif kind < 0.24:
        more["polarity"] = "negated"
    return event(f"a{first}", cls, None if rng.random() < 0.08 else f"a{second}", **more)
